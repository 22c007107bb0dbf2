/**
 * How long to wait before the next attempt to connect: 1 s, then about twice as long each time, up
 * to a minute. Chance shortens each wait by up to a half, so that the users of a server that was
 * restarted do not all come back at once.
 *
 * @module
 */

const FIRST_MS = 1000;
const LONGEST_MS = 60_000;
/** Milliseconds after which a connection counts as good: the next wait is the shortest again. */
const GOOD_MS = 30_000;

/** How long one client waits before its next attempt. */
export class Backoff {
  readonly #random: () => number;
  #next = FIRST_MS;

  /** `random` gives numbers from 0 up to 1. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** The wait before the next attempt, in milliseconds. */
  wait(): number {
    const whole = this.#next;
    this.#next = Math.min(LONGEST_MS, whole * 2);
    return Math.round(whole * (1 - this.#random() / 2));
  }

  /** Resets the wait to the shortest, because the user wants a connection now. */
  begin(): void {
    this.#next = FIRST_MS;
  }

  /** Notes the end of a connection that lasted for `ms` milliseconds. */
  ended(ms: number): void {
    if (ms >= GOOD_MS) this.#next = FIRST_MS;
  }
}
