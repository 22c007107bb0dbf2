/**
 * The report: reads what `deno task bench --json` printed and, if there is one, a file of compared runs, and
 * writes `bench/RESULTS.md` and the chart `bench/results.svg`. It only computes; nothing is measured here.
 *
 *   deno task bench --json > /tmp/bench.json
 *   deno run --allow-read --allow-write=bench bench/report.ts /tmp/bench.json [/tmp/compared.jsonl]
 *
 * @module
 */

import { parseBenchResults } from "./report/bench_results.ts";
import { drawChart } from "./report/chart.ts";
import { parseComparedRuns } from "./report/comparison.ts";
import { makeMarkdown } from "./report/markdown.ts";
import { WrongInput } from "./report/wrong_input.ts";

const RESULTS = new URL("RESULTS.md", import.meta.url);
const CHART = new URL("results.svg", import.meta.url);
const USAGE = "Usage: bench/report.ts BENCH_JSON [COMPARED_JSONL]";
/** Exit status for a command line or a file that is wrong. */
const EXIT_WRONG = 2;

if (import.meta.main) Deno.exit(main(Deno.args));

/** Returns the exit status. */
function main(args: readonly string[]): number {
  try {
    write(args);
    return 0;
  } catch (error) {
    if (!(error instanceof WrongInput)) throw error;
    console.error(`report: ${error.message}`);
    return EXIT_WRONG;
  }
}

function write(args: readonly string[]): void {
  const [benchPath, comparedPath, ...extra] = args;
  if (benchPath === undefined || extra.length > 0) throw new WrongInput(USAGE);
  const results = parseBenchResults(read(benchPath), benchPath);
  const runs = comparedPath === undefined
    ? []
    : parseComparedRuns(read(comparedPath), comparedPath);
  const date = new Date().toISOString().slice(0, 10);
  const chart = drawChart(runs);
  Deno.writeTextFileSync(RESULTS, makeMarkdown({ results, runs, date, hasChart: !!chart }));
  if (chart !== undefined) Deno.writeTextFileSync(CHART, chart);
  console.log(chart === undefined ? "bench/RESULTS.md" : "bench/RESULTS.md\nbench/results.svg");
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    throw new WrongInput(`Cannot read "${path}": ${reason(error)}`);
  }
}

function reason(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  return error instanceof Error ? error.message.replaceAll("\n", " ") : String(error);
}
