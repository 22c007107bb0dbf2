/**
 * The rows of one conversation in memory, the oldest first, each with who pays for it.
 *
 * @module
 */

import type { Row } from "./contract.ts";

/** A list drops what is gone when that is much of it, and as many as this. */
export const COMPACT_AT = 64;

/** A network that pays for rows. */
export interface Payer {
  /** Its rows, the oldest first, among them some that are gone: a set of them would cost four times as much to keep. */
  entries: Entry[];
  /** Rows that are not gone. */
  live: number;
  /** What they take. */
  bytes: number;
}

/** A row in its place. */
export interface Entry {
  /** The row. */
  readonly row: Row;
  /** What it takes. */
  readonly bytes: number;
  /** Who pays for that. */
  readonly payer: Payer;
  /** Whether it is in its conversation no longer. */
  isGone: boolean;
}

/**
 * A queue of rows. The first is taken off without moving the others: in an array of a hundred, that would cost more
 * than all else that is done for a message.
 */
export class EntryList {
  // `undefined` before the first, so that the garbage collector finds nothing there.
  #entries: (Entry | undefined)[] = [];
  #first = 0;

  /** Number of rows. */
  get length(): number {
    return this.#entries.length - this.#first;
  }

  /** The newest. */
  get last(): Row | undefined {
    return this.length === 0 ? undefined : this.#entries.at(-1)?.row;
  }

  /** All entries, in a new array. */
  get all(): Entry[] {
    return this.#entries.slice(this.#first) as Entry[];
  }

  /** All rows, in a new array. */
  get rows(): Row[] {
    return this.all.map(({ row }) => row);
  }

  /** Adds the newest. */
  push(entry: Entry): void {
    this.#entries.push(entry);
  }

  /** Removes and returns the oldest. There must be one. */
  shift(): Entry {
    const entry = this.#entries[this.#first] as Entry;
    this.#entries[this.#first++] = undefined;
    if (this.#first >= COMPACT_AT && 2 * this.#first >= this.#entries.length) {
      this.#entries = this.all;
      this.#first = 0;
    }
    return entry;
  }

  /** Removes `entry`, if it is there. */
  delete(entry: Entry): void {
    const index = this.#entries.indexOf(entry, this.#first);
    if (index >= 0) this.#entries.splice(index, 1);
  }
}
