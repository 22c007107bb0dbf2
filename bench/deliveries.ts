/**
 * How the name of a bench gives the deliveries of one iteration, so that deliveries per second follow from
 * its time: `naive server: 10 members, 28,800 deliveries`. Only this file writes and reads it.
 *
 * @module
 */

const COUNT = /, ([\d,]+) deliveries$/;

/** `name` of a bench whose iteration makes `count` deliveries. */
export function withDeliveries(name: string, count: number): string {
  return `${name}, ${count.toLocaleString("en")} deliveries`;
}

/** Deliveries of one iteration of the bench called `name`; `undefined` where it does not say. */
export function deliveriesIn(name: string): number | undefined {
  const count = COUNT.exec(name)?.[1];
  return count === undefined ? undefined : Number(count.replaceAll(",", ""));
}

/** `name` without what `withDeliveries` has added. */
export function withoutDeliveries(name: string): string {
  return name.replace(COUNT, "");
}
