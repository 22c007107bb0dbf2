/**
 * The memory of all scrollbacks together: anybody can open a conversation, so a bound for each of
 * them is none for all. When they are too large, the largest loses its oldest lines.
 *
 * @module
 */

/** A scrollback, as the pool uses it. */
export interface PooledLines {
  /** Its size in units. */
  readonly units: number;
  /** Drops the oldest lines until its size is at most `units`; the last line may stay. */
  shrink(units: number): void;
}

/** Four long conversations of 100,000 lines would be twice as much. */
const LIMIT_UNITS = 32 << 20;
/** The share of the largest that a shrink leaves, so that the next is not needed at once. */
const KEPT = 0.9;

/** The scrollbacks that share a bound. */
export class ScrollbackPool {
  readonly #limit: number;
  readonly #all = new Set<PooledLines>();
  #units = 0;

  /** Makes an empty pool; `limit` is the size of all scrollbacks together, in units. */
  constructor(limit = LIMIT_UNITS) {
    this.#limit = limit;
  }

  /** The size of all scrollbacks, in units. */
  get units(): number {
    return this.#units;
  }

  /** Whether it is far enough from its bound that older lines may be fetched. */
  get isRoomy(): boolean {
    return this.#units < this.#limit * KEPT;
  }

  /** Takes a scrollback in. */
  add(lines: PooledLines): void {
    this.#all.add(lines);
    this.#units += lines.units;
  }

  /** Forgets a scrollback that is gone. */
  remove(lines: PooledLines): void {
    if (this.#all.delete(lines)) this.#units -= lines.units;
  }

  /** Notes that a scrollback has grown by `units`, or shrunk when negative. */
  changed(units: number): void {
    this.#units += units;
    if (units <= 0) return;
    while (this.#units > this.#limit) {
      const before = this.#units;
      const largest = this.#largest();
      largest?.shrink(Math.floor(largest.units * KEPT));
      // Nothing is left but last lines.
      if (this.#units >= before) return;
    }
  }

  #largest(): PooledLines | undefined {
    let largest: PooledLines | undefined;
    for (const lines of this.#all) {
      if (largest === undefined || lines.units > largest.units) largest = lines;
    }
    return largest;
  }
}
