/**
 * Decides from the samples of an endurance run whether memory grows without end. Pure.
 *
 * @module
 */

import { median } from "./compare/summary.ts";

/** The server at one moment. Memory in bytes. */
export interface MemorySample {
  /** Since the load began. */
  readonly seconds: number;
  readonly deliveriesPerSecond: number;
  /** Resident memory of the whole process. */
  readonly rss: number;
  /** What V8 has taken from the system for its heap. */
  readonly heapTotal: number;
  /** The lowest since the sample before. */
  readonly heapUsed: number;
  /** Likewise. Buffers outside of the heap. */
  readonly external: number;
}

/** How one figure grew from the second third of the samples to the last one. */
export interface Growth {
  readonly figure: "rss" | "heapUsed" | "external";
  /** Medians, in bytes. */
  readonly second: number;
  /** See `second`. */
  readonly last: number;
  /** `NaN` with less than three samples. */
  readonly percent: number;
  /** External memory is printed, but not judged: it is a part of the resident memory. */
  readonly passed: boolean;
}

/** Growth above which a run fails, in percent. */
export const MOST_PERCENT = 5;

/** The head of the table of samples. */
export const SAMPLED = "    time   deliveries/s    RSS MiB  V8 total   heap MiB   external MiB";

const MIB = 1024 * 1024;

/** Compares the medians of the thirds. */
export function growthOf(samples: readonly MemorySample[]): Growth[] {
  const third = Math.floor(samples.length / 3);
  return (["rss", "heapUsed", "external"] as const).map((figure) => {
    const values = samples.map((sample) => sample[figure]);
    const second = median(values.slice(third, values.length - third));
    const last = third > 0 ? median(values.slice(-third)) : NaN;
    const percent = 100 * (last - second) / second;
    return {
      figure,
      second,
      last,
      percent,
      passed: figure === "external" || percent <= MOST_PERCENT,
    };
  });
}

/** One row of the table. */
export function sampleLine(sample: MemorySample): string {
  return [
    `${sample.seconds.toFixed(0)} s`.padStart(8),
    Math.round(sample.deliveriesPerSecond).toLocaleString("en").padStart(14),
    mebibytes(sample.rss).padStart(10),
    mebibytes(sample.heapTotal).padStart(9),
    mebibytes(sample.heapUsed).padStart(10),
    mebibytes(sample.external).padStart(14),
  ].join(" ");
}

/** The text at the end of a run, a line for each figure. */
export function verdictLines(growth: readonly Growth[]): string[] {
  return growth.map(({ figure, second, last, percent, passed }) => {
    const sign = percent > 0 ? "+" : "";
    // Too short a run shows nothing, and must not pass as if it had.
    if (Number.isNaN(percent)) return `${figure.padEnd(8)} too few samples to tell`;
    const verdict = figure === "external" ? "not judged" : passed ? "steady" : "GROWS";
    return `${figure.padEnd(8)} ${mebibytes(second)} -> ${mebibytes(last)} MiB, ` +
      `${sign}${percent.toFixed(1)} %: ${verdict}`;
  });
}

function mebibytes(bytes: number): string {
  return (bytes / MIB).toFixed(1);
}
