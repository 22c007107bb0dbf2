/**
 * The patience of a client with a server that may still be reading: a server that throttles needs
 * many seconds to take what was sent, and sends nothing meanwhile.
 *
 *   patience = baseMs + the time to read what was sent recently, at READ_PER_SECOND
 *
 * Bytes that were sent long ago do not count, so a person who quits waits for at most `baseMs`.
 *
 * @module
 */

/** The times for which a client that leaves waits, in milliseconds. */
export interface LeaveTimes {
  /** For sends under way: a server that has stopped reading must not hold up a user who quits. */
  readonly sendingMs: number;
  /** For the server to end the connection, even when nothing was sent: its machine may be busy. */
  readonly baseMs: number;
  /** For each further answer: a server that still sends one has not finished. */
  readonly answerMs: number;
  /** For all answers together, because other users may never stop speaking. */
  readonly answersMs: number;
}

/** The times of the program; tests have shorter ones. */
export const LEAVE_TIMES: LeaveTimes = {
  sendingMs: 2000,
  baseMs: 2000,
  answerMs: 500,
  answersMs: 10_000,
};

// Half of the rate at which this project's server reads from a throttled client.
const READ_PER_SECOND = 25;

// Servers throttle by lines, or by what a long line costs: cs168 cuts it into frames of this size.
const BYTES_PER_UNIT = 200;

/** Estimates what a server has not read yet. Times are milliseconds of one clock. */
export class Patience {
  readonly #baseMs: number;
  #unread = 0;
  #at = 0;

  /** Starts with the patience `baseMs`, for a server to which nothing was sent. */
  constructor(baseMs: number) {
    this.#baseMs = baseMs;
  }

  /** Counts `bytes` that were sent at the time `now`. */
  sent(bytes: number, now: number): void {
    this.#unread = this.#unreadAt(now) + Math.ceil(bytes / BYTES_PER_UNIT);
    this.#at = now;
  }

  /** The milliseconds to wait from `now` until the server has read everything. */
  at(now: number): number {
    return this.#baseMs + this.#unreadAt(now) / READ_PER_SECOND * 1000;
  }

  #unreadAt(now: number): number {
    return Math.max(0, this.#unread - (now - this.#at) / 1000 * READ_PER_SECOND);
  }
}
