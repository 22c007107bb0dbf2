/**
 * Decisions that are the same for the same seed: each client draws from a source of its own, so that its
 * decisions do not depend on when the others made theirs.
 *
 * @module
 */

/** A source of decisions (mulberry32). */
export class Random {
  #state: number;

  /** The same `seed` and `stream` give the same decisions. */
  constructor(seed: number, stream = 0) {
    this.#state = (seed ^ Math.imul(stream + 1, 0x9e3779b1)) | 0;
  }

  /** At least 0, below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** True in `share` of all cases. */
  chance(share: number): boolean {
    return this.next() < share;
  }

  /** One of `items`, which has at least one. */
  pick<T>(items: readonly T[]): T {
    return items[this.between(0, items.length - 1)] as T;
  }

  /** `length` bytes of any value. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length }, () => this.between(0, 255));
  }

  /** A think time around `mean` milliseconds: as long between two as between any other two. */
  pause(mean: number): number {
    return Math.min(10 * mean, -mean * Math.log(1 - this.next()));
  }
}
