/**
 * Tells a slow reader from one that has stopped. Bytes wait for both; a slow reader takes some now
 * and then, in pieces whose size depends on its socket's buffer (a megabyte on one machine).
 *
 *   full      took some        took some                  nothing more
 *   |----------|---------------|------------ - - - - - ->   reading until `patience` has passed,
 *              <---- gap ----->                             stopped from `STOPPED_AFTER_MS` on
 *
 * @module
 */

/** Milliseconds without progress for which an unknown reader counts as reading. */
export const FIRST_PATIENCE_MS = 500;
/** The most milliseconds without progress for which any reader counts as reading. */
const LONGEST_PATIENCE_MS = 5_000;
/** Milliseconds without progress after which a reader has stopped. */
export const STOPPED_AFTER_MS = 5_000;
/**
 * Fewer bytes per second are no progress: a peer that takes a byte now and then must not slow
 * others down.
 */
const LEAST_BYTES_PER_SECOND = 64 * 1024;

/** The pace of one reader while too much waits for it. */
export class ReaderPace {
  // The time of the last progress, or of the start.
  #markedAt: number;
  #takenSince = 0;
  #patience = FIRST_PATIENCE_MS;
  #isProven = false;

  /** Starts at `now`, in milliseconds. */
  constructor(now: number) {
    this.#markedAt = now;
  }

  /** Whether the reader has shown that it reads. */
  get isProven(): boolean {
    return this.#isProven;
  }

  /** Starts again, because too much waits again. */
  restart(now: number): void {
    this.#markedAt = now;
    this.#takenSince = 0;
  }

  /**
   * Notes that the socket took `count` bytes. From now on the reader may take twice as long as
   * it just did.
   */
  took(count: number, now: number): void {
    this.#takenSince += count;
    const gap = now - this.#markedAt;
    if (this.#takenSince < (gap / 1000) * LEAST_BYTES_PER_SECOND) return;
    this.#isProven = true;
    this.#patience = Math.min(LONGEST_PATIENCE_MS, Math.max(this.#patience, 2 * gap));
    this.#markedAt = now;
    this.#takenSince = 0;
  }

  /** Whether the reader still reads, so that senders should wait for it. */
  isReading(now: number): boolean {
    return now - this.#markedAt <= this.#patience;
  }

  /** Milliseconds since the last progress. */
  idle(now: number): number {
    return now - this.#markedAt;
  }
}
