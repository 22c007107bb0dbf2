/**
 * Reads what `deno bench --json` prints, and groups it as the suites do:
 *
 *   { "version": 1, "runtime": "Deno/2.9.6 ..", "cpu": "..", "benches": [ { "origin": "file://..",
 *     "group": "..", "name": "..", "baseline": false, "results": [ { "ok": { "avg": 16310224, .. } } ] } ] }
 *
 * Times are in nanoseconds. It has no median: the mean and the upper quartile are what there is.
 *
 * @module
 */

import { deliveriesIn, withoutDeliveries } from "../deliveries.ts";
import { isRecord, parseJson, WrongInput } from "./wrong_input.ts";

/** All suites of one run. */
export interface BenchResults {
  /** As Deno names itself: `Deno/2.9.6 x86_64-unknown-linux-gnu`. */
  readonly runtime: string;
  /** The processor's model. */
  readonly cpu: string;
  /** In the order in which they ran. */
  readonly groups: readonly BenchGroup[];
}

/** The benches of a suite that are compared with each other. */
export interface BenchGroup {
  /** The suite's file: `hub_bench.ts`. */
  readonly suite: string;
  /** "" of benches that have none. */
  readonly name: string;
  readonly rows: readonly BenchRow[];
}

/** One bench. Its figures are `undefined` when it failed. */
export interface BenchRow {
  /** Without the number of deliveries. */
  readonly name: string;
  readonly isBaseline: boolean;
  /** Mean time of an iteration, in nanoseconds. */
  readonly average: number | undefined;
  /** Three quarters of the iterations took no longer, in nanoseconds. */
  readonly upperQuartile: number | undefined;
  /** `undefined` also where an iteration makes no deliveries. */
  readonly deliveriesPerSecond: number | undefined;
  /** How many times as fast as the group's baseline; `undefined` also where there is none. */
  readonly timesBaseline: number | undefined;
}

/** A bench as it stands in the JSON. */
interface Bench {
  readonly suite: string;
  readonly group: string;
  readonly name: string;
  readonly isBaseline: boolean;
  readonly average: number | undefined;
  readonly upperQuartile: number | undefined;
}

/**
 * The results in `text`; `source` names it in errors.
 *
 * @throws {WrongInput} when it is not what `deno bench --json` prints.
 */
export function parseBenchResults(text: string, source: string): BenchResults {
  const root = parseJson(text, `"${source}"`);
  if (!isRecord(root) || !Array.isArray(root["benches"])) {
    throw new WrongInput(`"${source}" is not the output of deno bench --json`);
  }
  const benches = root["benches"].map((value: unknown, i) => readBench(value, i, source));
  return {
    runtime: textOf(root["runtime"]),
    cpu: textOf(root["cpu"]),
    groups: groupBenches(benches),
  };
}

function readBench(value: unknown, index: number, source: string): Bench {
  if (!isRecord(value) || typeof value["name"] !== "string" || !Array.isArray(value["results"])) {
    throw new WrongInput(`Bench ${index + 1} in "${source}" has no name or no results`);
  }
  const [result] = value["results"];
  const times = isRecord(result) && isRecord(result["ok"]) ? result["ok"] : {};
  return {
    // The path before it is that of one machine.
    suite: textOf(value["origin"]).replace(/^.*\//, ""),
    group: textOf(value["group"]),
    name: value["name"],
    isBaseline: value["baseline"] === true,
    average: numberOf(times["avg"]),
    upperQuartile: numberOf(times["p75"]),
  };
}

function groupBenches(benches: readonly Bench[]): BenchGroup[] {
  const groups = Map.groupBy(benches, ({ suite, group }) => `${suite}\n${group}`);
  return Array.from(groups.values(), (members) => {
    const { suite, group } = members[0] as Bench;
    const baseline = members.find((bench) => bench.isBaseline);
    return { suite, name: group, rows: members.map((bench) => toRow(bench, baseline)) };
  });
}

function toRow(bench: Bench, baseline: Bench | undefined): BenchRow {
  const { name, isBaseline, average, upperQuartile } = bench;
  const deliveries = deliveriesIn(name);
  return {
    name: withoutDeliveries(name),
    isBaseline,
    average,
    upperQuartile,
    deliveriesPerSecond: average && deliveries ? deliveries * 1e9 / average : undefined,
    timesBaseline: average && baseline?.average ? baseline.average / average : undefined,
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
