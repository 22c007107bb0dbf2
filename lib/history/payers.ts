/**
 * Charges networks for the rows of a store in memory. When there are too many, the oldest rows of
 * those who hold the most go first, down to one level for all of them.
 *
 * @module
 */

import type { Row } from "./contract.ts";

/**
 * The share of the limit that is freed at once, so that the search for the largest payer is rare.
 */
const FREED_SHARE = 16;
/** What a row takes besides its texts: the row, its event and stamp, its place in a queue. */
const ROW_BYTES = 300;

/** The bytes that each network pays for. */
export class Payers {
  readonly #bytes = new Map<string, number>();
  #total = 0;

  /** Bytes that all rows take, as they are estimated. */
  get total(): number {
    return this.#total;
  }

  /** Number of networks that pay for anything. */
  get size(): number {
    return this.#bytes.size;
  }

  /** Charges `payer` for `bytes` more, or for less where they are negative. */
  charge(payer: string, bytes: number): void {
    const left = (this.#bytes.get(payer) ?? 0) + bytes;
    if (left === 0) this.#bytes.delete(payer);
    else this.#bytes.set(payer, left);
    this.#total += bytes;
  }

  /** Forgets all charges. */
  clear(): void {
    this.#bytes.clear();
    this.#total = 0;
  }

  /**
   * Returns the rows that have to go so that well less than `limit` bytes are left; `rows` are all
   * that are charged.
   */
  excess(rows: readonly Row[], limit: number): readonly Row[] {
    let excess = this.#total - limit * (1 - 1 / FREED_SHARE);
    const level = levelAt([...this.#bytes.values()], this.#total - excess);
    const left = new Map([...this.#bytes].filter(([, bytes]) => bytes > level));
    const dropped: Row[] = [];
    for (const row of byTime(rows.filter(({ payer }) => left.has(payer)))) {
      const bytes = left.get(row.payer) as number;
      if (bytes <= level) continue;
      if (excess <= 0) break;
      const cost = costOf(row);
      left.set(row.payer, bytes - cost);
      excess -= cost;
      dropped.push(row);
    }
    return dropped;
  }
}

/**
 * Yields `rows` in the order of their times. A hundred thousand take 10 ms: numbers are sorted much
 * faster than objects.
 */
function* byTime(rows: readonly Row[]): Iterable<Row> {
  const { length } = rows;
  let first = Infinity;
  for (const { stamp } of rows) if (stamp.time < first) first = stamp.time;
  const order = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    order[i] = ((rows[i] as Row).stamp.time - first) * length + i;
  }
  for (const each of order.sort()) yield rows[each % length] as Row;
}

/** The level to which `amounts` must be cut so that their sum is at most `sum`. */
function levelAt(amounts: readonly number[], sum: number): number {
  const ascending = Float64Array.from(amounts).sort();
  let rest = sum;
  for (const [i, amount] of ascending.entries()) {
    const share = rest / (ascending.length - i);
    if (amount > share) return share;
    rest -= amount;
  }
  return Infinity;
}

/** An estimate of the bytes that `row` takes. */
export function costOf({ event }: Row): number {
  const text = "text" in event ? event.text.length : "reason" in event ? event.reason?.length : 0;
  let tags = 0;
  if ("tags" in event && event.tags !== undefined) {
    for (const [name, value] of event.tags) tags += 2 * (name.length + value.length);
  }
  return ROW_BYTES + 2 * (text ?? 0) + tags;
}
