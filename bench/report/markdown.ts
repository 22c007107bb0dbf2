/**
 * The report as Markdown: how it was made, the chart, the comparison, the whole, the parts.
 *
 * @module
 */

import type { ComparedRun } from "../compare/compared_run.ts";
import type { BenchGroup, BenchResults, BenchRow } from "./bench_results.ts";
import { comparisonTables } from "./comparison_tables.ts";
import { DASH, duration, plain, rate } from "./figures.ts";
import { columns, table } from "./table.ts";

/** What the report is made of. */
export interface ReportInput {
  readonly results: BenchResults;
  /** None when nothing was compared. */
  readonly runs: readonly ComparedRun[];
  /** When it was made: `2026-01-31`. */
  readonly date: string;
  /** Whether there is a `results.svg` to be shown. */
  readonly hasChart: boolean;
}

/** The suite whose deliveries go over sockets; all others are parts. */
const WHOLE = "fan_out_bench.ts";
const PICTURE = "![Deliveries per second by members, a line for each server](results.svg)";

/** The whole page. */
export function makeMarkdown({ results, runs, date, hasChart }: ReportInput): string {
  const whole = results.groups.filter(({ suite }) => suite === WHOLE);
  const parts = results.groups.filter(({ suite }) => suite !== WHOLE);
  return [
    "# Bench results",
    header(results, runs, date),
    ...compared(runs, hasChart),
    "## The whole",
    ...wholeTable(whole),
    "## Parts",
    ...partTables(parts),
  ].join("\n\n") + "\n";
}

function header(
  { runtime, cpu }: BenchResults,
  runs: readonly ComparedRun[],
  date: string,
): string {
  const isCompared = runs.length > 0;
  const commands = [
    "    deno task bench --json > /tmp/bench.json",
    "    deno run --allow-read --allow-write=bench bench/report.ts /tmp/bench.json" +
    (isCompared ? " /tmp/compared.jsonl" : ""),
  ];
  const made = [date, runtime, cpu].filter((word) => word !== "").join(", ");
  const source = isCompared
    ? " `/tmp/compared.jsonl` is what the program in `bench/compare` printed."
    : "";
  return `${made}. Made, not written, by:\n\n${commands.join("\n")}\n\n` +
    `A \`${DASH}\` is a figure that was not measured.${source}`;
}

function compared(runs: readonly ComparedRun[], hasChart: boolean): string[] {
  if (runs.length === 0) return ["Nothing was compared with other servers for this page."];
  const rounds = Math.max(...runs.map(({ round }) => round));
  return [
    "## Compared with other servers",
    ...hasChart ? [PICTURE] : [],
    `The servers ran in turns, in up to ${rounds} ${rounds === 1 ? "round" : "rounds"}. ` +
    "Figures are medians over the rounds. Ratios between servers are medians of the rounds' ratios, " +
    "unless a table says otherwise. What was lost or out of order is the sum of all rounds.",
    ...comparisonTables(runs),
  ];
}

/** One row a load: the server and its baseline beside each other. */
function wholeTable(groups: readonly BenchGroup[]): string[] {
  if (groups.length === 0) return ["Not measured."];
  const heads = columns(["load"], ["deliveries/s", "naive server", "times the naive server"]);
  const rows = groups.map(({ name, rows }) => {
    const server = rows.find(({ isBaseline }) => !isBaseline);
    const naive = rows.find(({ isBaseline }) => isBaseline);
    return [
      name.replace(/^fan-out, /, ""),
      rate(server?.deliveriesPerSecond),
      rate(naive?.deliveriesPerSecond),
      plain(server?.timesBaseline),
    ];
  });
  return [
    "One sender, window 64, over sockets, from the mean time of a burst. The naive server awaits a write " +
    "for each delivery.",
    table(heads, rows),
  ];
}

function partTables(groups: readonly BenchGroup[]): string[] {
  if (groups.length === 0) return ["Not measured."];
  const suites = Map.groupBy(groups, ({ suite }) => suite);
  return [
    "Time of one iteration: its mean, and what three quarters of them do not exceed. The last column says " +
    "how many times as fast as the group's baseline.",
    ...Array.from(suites).flatMap(([suite, members]) => [
      `### ${suite.replace(/_bench\.ts$/, "").replaceAll("_", " ")}`,
      partTable(members),
    ]),
  ];
}

function partTable(groups: readonly BenchGroup[]): string {
  const delivers = groups.some(({ rows }) => rows.some((row) => row.deliveriesPerSecond));
  const figures = ["mean", "p75", ...delivers ? ["deliveries/s"] : [], "times the baseline"];
  const rows = groups.flatMap(({ name, rows }) =>
    rows.map((row) => [
      name,
      row.name,
      row.average === undefined ? "failed" : duration(row.average),
      duration(row.upperQuartile),
      ...delivers ? [rate(row.deliveriesPerSecond)] : [],
      timesBaseline(row),
    ])
  );
  return table(columns(["group", "bench"], figures), rows);
}

function timesBaseline({ isBaseline, timesBaseline }: BenchRow): string {
  return isBaseline ? "baseline" : plain(timesBaseline);
}
