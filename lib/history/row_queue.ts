/**
 * The rows of one conversation in memory, the oldest first, in a ring of slots:
 *
 *   [ r7 | r8 |    |    | r4 | r5 | r6 | .. ]      push() fills the next slot, shift() empties the first
 *                         ^ first
 *
 * The slots are replaced only when they are too few. Each copy of an array would be garbage that
 * keeps its rows alive until the next full collection.
 *
 * What a row costs, and who pays for it, stands beside it: a row that leaves a full queue is not
 * touched, because its memory is no longer in the processor's cache. That is worth 0.1 to 0.2
 * microseconds a message.
 *
 * @module
 */

import type { Row } from "./contract.ts";

const FEWEST_SLOTS = 4;

/** A queue of rows. */
export class RowQueue {
  // Their number is a power of two. Empty ones hold `undefined`, so that the garbage collector
  // finds nothing there.
  #slots: (Row | undefined)[] = newSlots(FEWEST_SLOTS);
  #payers: string[] = [];
  #costs: number[] = [];
  readonly #costOf: (row: Row) => number;
  #first = 0;
  #length = 0;

  /** An empty queue; `costOf` returns the bytes of a row. */
  constructor(costOf: (row: Row) => number) {
    this.#costOf = costOf;
  }

  /** Number of rows. */
  get length(): number {
    return this.#length;
  }

  /** The newest row. */
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

  /** Adds a row behind the others. Returns its cost. */
  push(row: Row): number {
    if (this.#length === this.#slots.length) this.#fill(this.rows, 2 * this.#length);
    return this.#put(row);
  }

  /** The cost of the oldest row. There must be one. */
  get firstCost(): number {
    return this.#costs[this.#first] as number;
  }

  /** The payer of the oldest row. There must be one. */
  get firstPayer(): string {
    return this.#payers[this.#first] as string;
  }

  /** Removes the oldest row. There must be one. */
  shift(): void {
    this.#slots[this.#first] = undefined;
    this.#first = this.#slotOf(1);
    this.#length--;
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
    this.#length = 0;
    for (const row of rows) this.#put(row);
  }

  #put(row: Row): number {
    const slot = this.#slotOf(this.#length++);
    this.#slots[slot] = row;
    this.#payers[slot] = row.payer;
    return this.#costs[slot] = this.#costOf(row);
  }

  /** The slot of the row number `index`. */
  #slotOf(index: number): number {
    return (this.#first + index) & (this.#slots.length - 1);
  }
}

function newSlots(count: number): undefined[] {
  return new Array<undefined>(count).fill(undefined);
}
