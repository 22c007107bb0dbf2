/**
 * Reads compared runs, a line of JSON each, and makes one figure of each server's runs under one load.
 *
 * @module
 */

import type { ComparedRun, Load } from "../compare/compared_run.ts";
import { median, sum } from "./figures.ts";
import { isRecord, parseJson, WrongInput } from "./wrong_input.ts";

/** The server that the others are compared with. */
export const OURS = "parlance";
/** The server that does the least. */
export const FLOOR = "C relay";

const SCENARIOS: readonly unknown[] = ["saturated", "paced", "stalled", "idle"];
const NUMBERS = [
  "members",
  "senders",
  "window",
  "round",
  "deliveriesPerSecond",
  "cpuMicrosPerDelivery",
  "p50Micros",
  "p99Micros",
  "lastP99Micros",
  "residentKiB",
  "lost",
  "orderErrors",
] as const satisfies readonly (keyof ComparedRun)[];

/** The figures of a run that can be compared; 0 in a run that does not have it. */
export type Figure = Extract<
  keyof ComparedRun,
  | "deliveriesPerSecond"
  | "cpuMicrosPerDelivery"
  | "p50Micros"
  | "p99Micros"
  | "lastP99Micros"
  | "residentKiB"
>;

/**
 * The runs in `text`, a line each; empty lines are none. `source` names it in errors.
 *
 * @throws {WrongInput} when a line is no compared run.
 */
export function parseComparedRuns(text: string, source: string): ComparedRun[] {
  const runs: ComparedRun[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() !== "") runs.push(readRun(line, `Line ${index + 1} of "${source}"`));
  }
  return runs;
}

function readRun(line: string, what: string): ComparedRun {
  const run = parseJson(line, what);
  if (!isRecord(run)) throw new WrongInput(`${what} is not an object`);
  if (typeof run["server"] !== "string") throw new WrongInput(`${what} has no "server"`);
  if (!SCENARIOS.includes(run["scenario"])) throw new WrongInput(`${what} has no "scenario"`);
  for (const name of NUMBERS) {
    if (typeof run[name] !== "number") throw new WrongInput(`${what} has no number "${name}"`);
  }
  // Each of its members has been looked at.
  return run as unknown as ComparedRun;
}

/** All servers, in the order of the first run of each, ours before the others. */
export function serversOf(runs: readonly ComparedRun[]): string[] {
  const servers = [...new Set(runs.map((run) => run.server))];
  const isOurs = (server: string) => server === OURS || server.startsWith(`${OURS} `);
  return [...servers.filter(isOurs), ...servers.filter((server) => !isOurs(server))];
}

/** The different loads of one scenario, by senders, window and members. */
export function loadsOf(runs: readonly ComparedRun[], scenario: Load["scenario"]): Load[] {
  const loads = new Map<string, Load>();
  for (const run of runs) if (run.scenario === scenario) loads.set(keyOf(run), run);
  return [...loads.values()].sort((a, b) =>
    a.senders - b.senders || a.window - b.window || a.members - b.members
  );
}

/** The runs of one server under one load. */
export function runsOf(
  runs: readonly ComparedRun[],
  server: string,
  load: Load,
): ComparedRun[] {
  return runs.filter((run) => run.server === server && keyOf(run) === keyOf(load));
}

/** The median of `figure`; `undefined` when no run has it. */
export function medianOf(runs: readonly ComparedRun[], figure: Figure): number | undefined {
  return median(runs.map((run) => run[figure]).filter((value) => value > 0));
}

/**
 * The median of the ratios of `figure`, `runs` to `others`, round by round: what else the machine did in a
 * round was done to both. `undefined` when they have no round in common.
 */
export function medianRatio(
  runs: readonly ComparedRun[],
  others: readonly ComparedRun[],
  figure: Figure,
): number | undefined {
  const ratios: number[] = [];
  for (const run of runs) {
    const other = others.find(({ round }) => round === run.round);
    if (other && run[figure] > 0 && other[figure] > 0) ratios.push(run[figure] / other[figure]);
  }
  return median(ratios);
}

/** The sum of `fault` over all runs; `undefined` when there is none. */
export function faultsOf(
  runs: readonly ComparedRun[],
  fault: "lost" | "orderErrors",
): number | undefined {
  return runs.length === 0 ? undefined : sum(runs.map((run) => run[fault]));
}

function keyOf({ scenario, members, senders, window }: Load): string {
  return `${scenario} ${members} ${senders} ${window}`;
}
