/**
 * Tells a reader that is slow from one that has stopped. Both have bytes waiting; a slow one takes some
 * of them now and then, in pieces as large as its socket's buffer makes them (a megabyte, on one machine).
 *
 *   full      took some        took some                      nothing more
 *   |----------|---------------|------------ - - - - - - - - ->   reading until `patience` has passed,
 *              <---- gap ----->                                   stopped from `STOPPED_AFTER_MS` on
 *
 * @module
 */

/** How long a reader of whom nothing is known counts as reading, in milliseconds. */
export const FIRST_PATIENCE_MS = 500;
/** How long any reader counts as reading at most. */
const LONGEST_PATIENCE_MS = 5_000;
/** After this time without progress a reader has stopped. */
export const STOPPED_AFTER_MS = 5_000;
/** Fewer bytes a second are no progress: a peer that takes a byte now and then must hold nobody up. */
const LEAST_BYTES_PER_SECOND = 64 * 1024;

/** The pace of one reader, from the moment at which too much waited for it. */
export class ReaderPace {
  // Of the last progress, or of the beginning.
  #markedAt: number;
  #takenSince = 0;
  #patience = FIRST_PATIENCE_MS;
  #isProven = false;

  /** Begins at `now`, in milliseconds. */
  constructor(now: number) {
    this.#markedAt = now;
  }

  /** Whether the reader has shown that it reads. */
  get isProven(): boolean {
    return this.#isProven;
  }

  /** Begins anew: too much waits again, after a time in which it did not. */
  restart(now: number): void {
    this.#markedAt = now;
    this.#takenSince = 0;
  }

  /** The socket took `count` bytes. Waiting twice as long as this took is reasonable from now on. */
  took(count: number, now: number): void {
    this.#takenSince += count;
    const gap = now - this.#markedAt;
    if (this.#takenSince < (gap / 1000) * LEAST_BYTES_PER_SECOND) return;
    this.#isProven = true;
    this.#patience = Math.min(LONGEST_PATIENCE_MS, Math.max(this.#patience, 2 * gap));
    this.#markedAt = now;
    this.#takenSince = 0;
  }

  /** Whether it is worth waiting for this reader. */
  isReading(now: number): boolean {
    return now - this.#markedAt <= this.#patience;
  }

  /** Milliseconds since the last progress. */
  idle(now: number): number {
    return now - this.#markedAt;
  }
}
