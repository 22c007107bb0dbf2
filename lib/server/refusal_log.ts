/**
 * Tells of connections that were not admitted: each cause at most once in a while, with how many there
 * were, so that a storm of them is a line and not a storm.
 *
 * @module
 */

import type { Clock } from "../net/deadline.ts";
import { REFUSAL_LOG_MS } from "./limits.ts";
import type { Log } from "./log.ts";

/** Why connections are refused; an address that has too many is no trouble of the server's own. */
export type RefusalCause = "full" | "address" | "accept" | "fault";

/** When a cause was told, and how often it came since. */
interface Told {
  at: number;
  more: number;
}

/** Remembers what was told when. */
export class RefusalLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #told = new Map<RefusalCause, Told>();

  /** Nothing has been told yet. */
  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** A connection was refused because of `cause`; `reason` says it in words. */
  tell(cause: RefusalCause, reason: string): void {
    const now = this.#clock.now();
    const last = this.#told.get(cause);
    if (last !== undefined && now - last.at < REFUSAL_LOG_MS) {
      last.more++;
      return;
    }
    const more = last === undefined || last.more === 0 ? "" : `, ${last.more} more before it`;
    this.#told.set(cause, { at: now, more: 0 });
    const level = cause === "address" ? "info" : "error";
    this.#log[level]("connection refused", { reason: reason + more });
  }
}
