/**
 * The rows of one conversation in memory, the oldest first, in a ring of slots:
 *
 *   [ r7 | r8 |    |    | r4 | r5 | r6 | .. ]      push() fills the next slot, shift() empties the first
 *                         ^ first
 *
 * The slots are replaced only when they are too few. Each copy of an array would be garbage that keeps its rows alive
 * until the next full collection.
 *
 * @module
 */

import type { Row } from "./contract.ts";

const FEWEST_SLOTS = 4;

/** A queue of rows. */
export class RowQueue {
  // Their number is a power of two. Empty ones hold `undefined`, so that the garbage collector finds nothing there.
  #slots: (Row | undefined)[] = newSlots(FEWEST_SLOTS);
  #first = 0;
  #length = 0;

  /** Number of rows. */
  get length(): number {
    return this.#length;
  }

  /** The newest. */
  get last(): Row | undefined {
    return this.#length === 0 ? undefined : this.#slots[this.#slotOf(this.#length - 1)];
  }

  /** All rows, in a new array. */
  get rows(): Row[] {
    const rows: Row[] = [];
    this.addTo(rows);
    return rows;
  }

  /** Adds all rows to `list`. */
  addTo(list: Row[]): void {
    for (let i = 0; i < this.#length; i++) list.push(this.#slots[this.#slotOf(i)] as Row);
  }

  /** Adds the newest. */
  push(row: Row): void {
    if (this.#length === this.#slots.length) this.#fill(this.rows, 2 * this.#length);
    this.#slots[this.#slotOf(this.#length++)] = row;
  }

  /** Removes and returns the oldest. There must be one. */
  shift(): Row {
    const row = this.#slots[this.#first] as Row;
    this.#slots[this.#first] = undefined;
    this.#first = this.#slotOf(1);
    this.#length--;
    return row;
  }

  /** Keeps only the rows for which `isKept` holds. */
  filter(isKept: (row: Row) => boolean): void {
    this.#fill(this.rows.filter(isKept), this.#slots.length);
  }

  /** Puts what `change` returns in the place of each row. */
  replace(change: (row: Row) => Row): void {
    this.#fill(this.rows.map(change), this.#slots.length);
  }

  #fill(rows: readonly Row[], slots: number): void {
    this.#slots = newSlots(slots);
    for (const [i, row] of rows.entries()) this.#slots[i] = row;
    this.#first = 0;
    this.#length = rows.length;
  }

  /** The slot of the row number `index`. */
  #slotOf(index: number): number {
    return (this.#first + index) & (this.#slots.length - 1);
  }
}

function newSlots(count: number): undefined[] {
  return new Array<undefined>(count).fill(undefined);
}
