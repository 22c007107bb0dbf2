/**
 * Logs connections that were not served: the first of each cause at once, then once a second the
 * number of further ones. A storm of refusals makes one line per second.
 *
 * @module
 */

import type { Clock } from "../net/deadline.ts";
import { REFUSAL_LOG_MS } from "./limits.ts";
import type { Log } from "./log.ts";

/**
 * Why a connection is not served, or not yet. `full` and `address`: a limit of connections is
 * reached. `resources`: the system has no more files or memory. `lost`: it broke before it was
 * accepted. `early`: its address has opened too many, so it waits. `handshake`: its TLS handshake
 * failed. `fault`: a bug in the server.
 */
export type RefusalCause =
  | "full"
  | "address"
  | "resources"
  | "lost"
  | "early"
  | "handshake"
  | "fault";

/** How a cause is logged: as an error only if it concerns more than one address. */
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
  handshake: { level: "info", one: "handshake failed", more: "more handshakes failed" },
};

/** A cause that was logged within the last second. */
interface Storm {
  /** The number of refusals since then. */
  more: number;
  /** The reason of the last one. */
  reason: string;
  readonly forgetTimer: () => void;
}

/** Logs refusals, at most one line per cause and second. */
export class RefusalLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #storms = new Map<RefusalCause, Storm>();

  /** Writes to `log`. */
  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Logs or counts a connection that is not served; `reason` describes `cause` in words. */
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

  /** Logs the refusals that were only counted so far, and cancels all timers. */
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
