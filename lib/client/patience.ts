/**
 * How long a client waits for a server that may still be reading: servers that throttle take what was sent
 * over many seconds, and send nothing back meanwhile.
 *
 *   patience = BASE_MS + time to read what was sent lately, at READ_PER_SECOND
 *
 * What was sent long ago counts no more, so a person who quits waits for `BASE_MS` at most.
 *
 * @module
 */

// A server on a loaded machine, or behind a slow line, needs some time even for nothing.
const BASE_MS = 2000;

// Half of what this project's server takes from a throttled client.
const READ_PER_SECOND = 25;

// Servers throttle by lines, or by what a long one costs: cs168 cuts it into frames of so many bytes.
const BYTES_PER_UNIT = 200;

/** Estimates what a server has not read yet. Times are milliseconds of one clock. */
export class Patience {
  #unread = 0;
  #at = 0;

  /** Counts `bytes` that were sent at the time `now`. */
  sent(bytes: number, now: number): void {
    this.#unread = this.#unreadAt(now) + Math.ceil(bytes / BYTES_PER_UNIT);
    this.#at = now;
  }

  /** How long to wait, from the time `now`, for the server to read all of it; in milliseconds. */
  at(now: number): number {
    return BASE_MS + this.#unreadAt(now) / READ_PER_SECOND * 1000;
  }

  #unreadAt(now: number): number {
    return Math.max(0, this.#unread - (now - this.#at) / 1000 * READ_PER_SECOND);
  }
}
