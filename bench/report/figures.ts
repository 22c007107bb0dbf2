/**
 * The arithmetic and the look of the report's figures. What was not measured is `undefined` and looks like a
 * dash.
 *
 * @module
 */

/** In place of a figure that there is not. */
export const DASH = "-";

/** The middle of `values`, or the mean of the middle two; `undefined` of none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined || sorted.length % 2 === 1) return upper;
  return ((sorted[middle - 1] as number) + upper) / 2;
}

/** The sum of `values`. */
export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A rate of something a second: `4.85 M`, `241 k`, `950`. */
export function rate(perSecond: number | undefined): string {
  return scaled(perSecond, [[1e6, " M"], [1e3, " k"], [1, ""]]);
}

/** A time in nanoseconds: `225 ns`, `1.13 µs`, `4.80 ms`. */
export function duration(nanoseconds: number | undefined): string {
  return scaled(nanoseconds, [[1e9, " s"], [1e6, " ms"], [1e3, " µs"], [1, " ns"]]);
}

/** A ratio or another plain figure: `0.88`, `15.3`, `124`. */
export function plain(value: number | undefined): string {
  return scaled(value, [[1, ""]]);
}

/** A count of faults. */
export function count(value: number | undefined): string {
  return value === undefined ? DASH : value.toLocaleString("en");
}

/** Three digits that mean something, in the largest unit that is not more than the value. */
function scaled(
  value: number | undefined,
  units: readonly (readonly [size: number, name: string])[],
): string {
  if (value === undefined || !Number.isFinite(value)) return DASH;
  const last = units.length - 1;
  // What is rounded up to a thousand belongs to the next unit.
  const fits = units.findIndex(([size]) => value >= size * 0.9995);
  const [size, name] = units[fits < 0 ? last : fits] as readonly [number, string];
  const shown = value / size;
  const digits = shown >= 99.95 ? 0 : shown >= 9.995 ? 1 : 2;
  return shown.toFixed(digits) + name;
}
