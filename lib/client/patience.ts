/**
 * How long a client waits for a server that may still be reading: servers that throttle take what was sent
 * over many seconds, and send nothing back meanwhile.
 *
 *   patience = baseMs + the time to read what was sent lately, at READ_PER_SECOND
 *
 * What was sent long ago counts no more, so a person who quits waits for `baseMs` at most.
 *
 * @module
 */

/** How long a client that leaves waits, in milliseconds. */
export interface LeaveTimes {
  /** For sends that have begun: a server that has stopped reading must not keep a user who quits. */
  readonly sendingMs: number;
  /** For the server's end of the connection, even when nothing was sent: its machine may be loaded. */
  readonly baseMs: number;
  /** For the next answer, after that: a server that still sends one has not come to its end. */
  readonly answerMs: number;
  /** For all answers together, because others may speak for ever. */
  readonly answersMs: number;
}

/** The times of the program; tests have shorter ones. */
export const LEAVE_TIMES: LeaveTimes = {
  sendingMs: 2000,
  baseMs: 2000,
  answerMs: 500,
  answersMs: 10_000,
};

// Half of what this project's server takes from a throttled client.
const READ_PER_SECOND = 25;

// Servers throttle by lines, or by what a long line costs: cs168 cuts it into frames of this size.
const BYTES_PER_UNIT = 200;

/** Estimates what a server has not read yet. Times are milliseconds of one clock. */
export class Patience {
  readonly #baseMs: number;
  #unread = 0;
  #at = 0;

  /** `baseMs`: the patience with a server to which nothing was sent. */
  constructor(baseMs: number) {
    this.#baseMs = baseMs;
  }

  /** Counts `bytes` that were sent at the time `now`. */
  sent(bytes: number, now: number): void {
    this.#unread = this.#unreadAt(now) + Math.ceil(bytes / BYTES_PER_UNIT);
    this.#at = now;
  }

  /** How many milliseconds to wait, from the time `now`, for the server to read all of it. */
  at(now: number): number {
    return this.#baseMs + this.#unreadAt(now) / READ_PER_SECOND * 1000;
  }

  #unreadAt(now: number): number {
    return Math.max(0, this.#unread - (now - this.#at) / 1000 * READ_PER_SECOND);
  }
}
