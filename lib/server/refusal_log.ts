/**
 * Logs connections that were not served: the first of each cause at once, and then, once a second, how
 * many more there were. A storm of them is a line a second and not a storm of lines.
 *
 * @module
 */

import type { Clock } from "../net/deadline.ts";
import { REFUSAL_LOG_MS } from "./limits.ts";
import type { Log } from "./log.ts";

/**
 * Why a connection is not served, or not yet. `full` and `address`: a limit of connections. `resources`:
 * the system has no more files or memory. `lost`: it was gone before it was accepted. `early`: its address
 * has made too many new ones, so it waits. `fault`: a fault of the server's own.
 */
export type RefusalCause = "full" | "address" | "resources" | "lost" | "early" | "fault";

/** How a cause is logged. What only its own address notices is no trouble of the server's. */
interface Form {
  readonly level: "info" | "error";
  readonly one: string;
  readonly more: string;
}

const REFUSED = { one: "connection refused", more: "more connections refused" };

const FORMS: Readonly<Record<RefusalCause, Form>> = {
  full: { level: "error", ...REFUSED },
  resources: { level: "error", ...REFUSED },
  fault: { level: "error", ...REFUSED },
  address: { level: "info", ...REFUSED },
  lost: { level: "info", one: "connection lost", more: "more connections lost" },
  early: { level: "info", one: "connection delayed", more: "more connections delayed" },
};

/** A cause that was logged within the last second. */
interface Storm {
  /** How many came since. */
  more: number;
  /** What was said of the last one. */
  reason: string;
  readonly forgetTimer: () => void;
}

/** Remembers which causes were logged within the last second. */
export class RefusalLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #storms = new Map<RefusalCause, Storm>();

  /** A log of no refusals yet. */
  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Logs or counts a connection that is not served because of `cause`, with the `reason` in words. */
  add(cause: RefusalCause, reason: string): void {
    const storm = this.#storms.get(cause);
    if (storm === undefined) {
      const { level, one } = FORMS[cause];
      this.#log[level](one, { reason });
      this.#watch(cause, reason);
      return;
    }
    storm.more++;
    storm.reason = reason;
  }

  /** Logs now what was only counted so far, and leaves no timer behind. */
  close(): void {
    for (const [cause, storm] of this.#storms) {
      storm.forgetTimer();
      this.#logMore(cause, storm);
    }
    this.#storms.clear();
  }

  #watch(cause: RefusalCause, reason: string): void {
    const forgetTimer = this.#clock.setTimer(() => this.#look(cause), REFUSAL_LOG_MS);
    this.#storms.set(cause, { more: 0, reason, forgetTimer });
  }

  #look(cause: RefusalCause): void {
    const storm = this.#storms.get(cause);
    this.#storms.delete(cause);
    if (storm === undefined || storm.more === 0) return;
    this.#logMore(cause, storm);
    this.#watch(cause, storm.reason);
  }

  #logMore(cause: RefusalCause, { more, reason }: Storm): void {
    const { level, more: event } = FORMS[cause];
    if (more > 0) this.#log[level](event, { count: more, reason });
  }
}
