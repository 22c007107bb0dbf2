/**
 * How much of a conversation one page holds: a number of rows, and a number of characters, because
 * a row may be a word or 16 KiB.
 *
 * @module
 */

import type { Kept } from "../chat/history.ts";

/** The bounds of a page. */
export interface PageLimits {
  /** Most rows. */
  readonly limit: number;
  /**
   * No further row once their texts have so many UTF-16 units; without a bound when it is left out.
   */
  readonly units?: number;
}

/**
 * Takes `rows`, which come in the order of reading, until the page is full. A row that crosses the
 * bound of units is still taken, so that whoever counts sees that there may be more.
 *
 * @param unitsOf the length of a row's text.
 */
export function takePage<Row>(
  rows: Iterable<Row>,
  { limit, units: most = Infinity }: PageLimits,
  unitsOf: (row: Row) => number,
): Row[] {
  const page: Row[] = [];
  let units = 0;
  for (const row of rows) {
    page.push(row);
    units += unitsOf(row);
    if (page.length >= limit || units >= most) break;
  }
  return page;
}

/** The length of what was said, in UTF-16 units. */
export function unitsOf({ event }: Pick<Kept, "event">): number {
  const text = "text" in event ? event.text : "reason" in event ? event.reason : undefined;
  return text?.length ?? 0;
}

/** The same for several rows together. */
export function unitsOfAll(rows: readonly Pick<Kept, "event">[]): number {
  return rows.reduce((sum, row) => sum + unitsOf(row), 0);
}
