/**
 * The summary of all runs: medians of each server and load, and the ratio of the first server to each
 * of the others. Pure.
 *
 * @module
 */

import type { ComparedRun } from "./compared_run.ts";
import { describeLoad } from "./loads.ts";

/** One server under one load. */
export interface SummaryRow {
  readonly load: string;
  readonly server: string;
  readonly rounds: number;
  /** The median of each figure; of `lost` and `orderErrors`, the sum of all rounds. */
  readonly medians: ComparedRun;
  /**
   * Median of the ratios of each round: the figure of the first server divided by that of this one.
   * `NaN` for the first itself. The figure is deliveries per second (more is better), paced the last
   * p99, idle the memory (of both, less is better).
   */
  readonly ratio: number;
  /** The same for processor time per delivery: less is better. */
  readonly cpuRatio: number;
}

/** The middle one, or the mean of the two in the middle; `NaN` of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const high = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const low = sorted[Math.ceil(sorted.length / 2) - 1] ?? NaN;
  return (low + high) / 2;
}

/** Sums runs up, in the order in which loads and servers first appear. */
export function summarize(runs: readonly ComparedRun[], first: string): SummaryRow[] {
  const groups = Map.groupBy(runs, (run) => `${describeLoad(run)}\n${run.server}`);
  return [...groups.values()].map((group) => {
    const run = group[0] as ComparedRun;
    const load = describeLoad(run);
    const firsts = runs.filter((other) => other.server === first && describeLoad(other) === load);
    return {
      load,
      server: run.server,
      rounds: group.length,
      medians: mediansOf(run, group),
      ratio: run.server === first ? NaN : ratioOf(firsts, group, mainFigure(run)),
      cpuRatio: run.server === first ? NaN : ratioOf(firsts, group, "cpuMicrosPerDelivery"),
    };
  });
}

/** The rows in which the first server delivers less than `least` times as much a second as the other. */
export function rowsBelow(rows: readonly SummaryRow[], least: number): SummaryRow[] {
  return rows.filter(({ medians, ratio }) =>
    mainFigure(medians) === "deliveriesPerSecond" && ratio < least
  );
}

/** The rows as text with aligned columns. */
export function formatSummary(rows: readonly SummaryRow[], first: string): string {
  const header = [
    ...["load", "server", "M del/s", "CPU µs", "p50 ms", "p99 ms", "last p99", "memory", "faults"],
    ...[`${first} /`, "CPU"],
  ];
  const lines = rows.map(({ load, server, medians, ratio, cpuRatio }) => [
    load,
    server,
    decimals(medians.deliveriesPerSecond / 1e6, 2),
    decimals(medians.cpuMicrosPerDelivery, 3),
    decimals(medians.p50Micros / 1000, 2),
    decimals(medians.p99Micros / 1000, 2),
    decimals(medians.lastP99Micros / 1000, 2),
    memory(medians),
    String(medians.lost + medians.orderErrors),
    decimals(ratio, 2),
    decimals(cpuRatio, 2),
  ]);
  return alignColumns([header, ...lines], 2);
}

/** Columns as wide as their widest cell; the first `left` of them are aligned to the left. */
export function alignColumns(lines: readonly (readonly string[])[], left: number): string {
  const widths = (lines[0] ?? []).map((_, i) =>
    Math.max(...lines.map((line) => line[i]?.length ?? 0))
  );
  return lines.map((line) =>
    line.map((cell, i) => i < left ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))
      .join("  ").trimEnd()
  ).join("\n");
}

type FigureName = {
  [Name in keyof ComparedRun]: ComparedRun[Name] extends number ? Name : never;
}[keyof ComparedRun];

function mainFigure({ scenario }: ComparedRun): FigureName {
  if (scenario === "paced") return "lastP99Micros";
  return scenario === "idle" ? "residentKiB" : "deliveriesPerSecond";
}

function ratioOf(
  firsts: readonly ComparedRun[],
  others: readonly ComparedRun[],
  figure: FigureName,
): number {
  return median(others.flatMap((other) => {
    const own = firsts.find(({ round }) => round === other.round);
    return own === undefined || other[figure] === 0 ? [] : [own[figure] / other[figure]];
  }));
}

function mediansOf(run: ComparedRun, group: readonly ComparedRun[]): ComparedRun {
  const middle = (figure: FigureName) => median(group.map((one) => one[figure]));
  const sum = (figure: FigureName) => group.reduce((total, one) => total + one[figure], 0);
  return {
    ...run,
    deliveriesPerSecond: middle("deliveriesPerSecond"),
    cpuMicrosPerDelivery: middle("cpuMicrosPerDelivery"),
    p50Micros: middle("p50Micros"),
    p99Micros: middle("p99Micros"),
    lastP99Micros: middle("lastP99Micros"),
    residentKiB: middle("residentKiB"),
    lost: sum("lost"),
    orderErrors: sum("orderErrors"),
  };
}

/** Of the process; of an idle run, for each connection. */
function memory({ scenario, residentKiB }: ComparedRun): string {
  return scenario === "idle"
    ? `${decimals(residentKiB, 1)} KiB`
    : `${decimals(residentKiB / 1024, 1)} MiB`;
}

/** What a scenario does not have is a dash. */
function decimals(value: number, digits: number): string {
  return Number.isFinite(value) && value !== 0 ? value.toFixed(digits) : "-";
}
