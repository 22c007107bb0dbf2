/**
 * One hostile address beside honest users of another, for each kind of hostility, each server with its defaults.
 * Prints a `HostileRun` for each, a line of JSON each, and at the end a table on standard error.
 *
 *   deno task hostile [--seconds=5] [--rounds=1] [--kinds=NAME,..] [--servers=parlance,parlance-irc,inspircd]
 *       [--parlance=DIR ..]
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { CompareError, withChildren } from "../compare/children.ts";
import { CompareUsageError, exitStatus, nameCheckouts, pick } from "../compare/options.ts";
import { alignColumns } from "../compare/summary.ts";
import { buildHostile, type RunContext, runKind } from "./attack_run.ts";
import { brokenPromises, combineRuns, type HostileRun, round } from "./hostile_run.ts";
import type { Kind } from "./kind.ts";
import { KINDS } from "./kinds.ts";
import { inspircd, parlance, parlanceOverIrc, type Target } from "./targets.ts";

const ROOT = decodeURIComponent(new URL("../..", import.meta.url).pathname);
const SERVERS = ["parlance", "parlance-irc", "inspircd"];
const USAGE = "Usage: hostile.ts [--seconds=5] [--rounds=1] [--kinds=NAME,..] " +
  "[--servers=parlance,parlance-irc,inspircd] [--parlance=DIR ..]";

/** The options of one run. */
export interface HostileOptions {
  /** How long each attack takes. */
  readonly seconds: number;
  /** How often each kind is tried. */
  readonly rounds: number;
  readonly kinds: readonly Kind[];
  readonly targets: readonly Target[];
}

if (import.meta.main) Deno.exit(await main(Deno.args));

/** Returns the exit status: 1 when Parlance broke a promise, or a run failed. */
function main(args: readonly string[]): Promise<number> {
  return exitStatus(USAGE, () => {
    const options = parseHostileArgs(args, ROOT);
    return withChildren(async (children, folder) => {
      const programs = await buildHostile(children, folder);
      return await runAll(options, { children, programs, folder, seconds: options.seconds });
    });
  });
}

/**
 * Reads the command line; `root` is the checkout that this file belongs to.
 *
 * @throws {CompareUsageError} when it is wrong.
 */
export function parseHostileArgs(args: readonly string[], root: string): HostileOptions {
  const parsed = parseArgs([...args], {
    string: ["seconds", "rounds", "kinds", "servers", "parlance"],
    collect: ["parlance"],
    unknown: (argument: string) => {
      throw new CompareUsageError(`Unknown argument "${argument}"`);
    },
  });
  const seconds = Number(parsed.seconds ?? "5");
  if (!(seconds > 0 && seconds <= 60)) {
    throw new CompareUsageError(
      `Seconds must be a number above 0 and at most 60, got "${parsed.seconds}"`,
    );
  }
  if (!/^[1-9]$/.test(parsed.rounds ?? "1")) {
    throw new CompareUsageError(
      `Rounds must be a whole number from 1 to 9, got "${parsed.rounds}"`,
    );
  }
  const names = pick("kind", parsed.kinds, KINDS.map(({ name }) => name));
  const servers = pick("server", parsed.servers, SERVERS);
  const checkouts = nameCheckouts(parsed.parlance.length > 0 ? parsed.parlance : [root]);
  const other = servers.includes("inspircd") ? inspircd() : undefined;
  return {
    seconds,
    rounds: Number(parsed.rounds ?? "1"),
    kinds: KINDS.filter(({ name }) => names.includes(name)),
    targets: [
      ...servers.includes("parlance") ? checkouts.map(parlance) : [],
      ...servers.includes("parlance-irc") ? checkouts.map(parlanceOverIrc) : [],
      ...other === undefined ? [] : [other],
    ],
  };
}

async function runAll(options: HostileOptions, context: RunContext): Promise<number> {
  const all: HostileRun[] = [];
  let failed = 0;
  for (const kind of options.kinds) {
    for (let round = 0; round < options.rounds; round++) {
      // In turns: whatever else the machine does meanwhile falls on all of them.
      for (const target of options.targets) {
        const run = await runOnce(kind, target, context);
        if (run === "failed") failed++;
        else if (run !== undefined) all.push(run);
      }
    }
  }
  const runs = [...Map.groupBy(all, ({ kind, server }) => `${kind}\n${server}`).values()]
    .map(combineRuns);
  console.error(formatRuns(runs));
  const peers = options.targets.filter(({ isPeer }) => isPeer).map(({ name }) => name);
  const isBroken = runs.some((run) =>
    !peers.includes(run.server) && brokenPromises(run).length > 0
  );
  return failed > 0 || isBroken ? 1 : 0;
}

/** A run that fails does not end the rest. */
async function runOnce(kind: Kind, target: Target, context: RunContext) {
  try {
    const run = await runKind(kind, target, context);
    if (run !== undefined) console.log(JSON.stringify(run));
    return run;
  } catch (error) {
    if (!(error instanceof CompareError)) throw error;
    console.error(`${kind.name}, ${target.name}: ${error.message}`);
    return "failed";
  }
}

/** The runs as text with aligned columns. */
export function formatRuns(runs: readonly HostileRun[]): string {
  const header = [
    ...[
      "kind",
      "server",
      "p50 ms",
      "p99 ms",
      "worst ms",
      "machine",
      "lobby p99",
      "newcomer",
      "closed",
      "lost",
    ],
    ...["memory", "core", "broken promises"],
  ];
  const lines = runs.map((run) => [
    run.kind,
    run.server,
    run.p50Ms.toFixed(2),
    round(run.p99Ms),
    round(run.worstMs),
    round(run.machineMs),
    round(run.lobbyP99Ms),
    round(run.newcomerMs),
    `${run.readersClosed + run.othersClosed}`,
    `${run.lost}`,
    `${run.peakMiB.toFixed(0)} MiB`,
    `${(run.cpu * 100).toFixed(0)} %`,
    brokenPromises(run).join(", ") || "-",
  ]);
  return alignColumns([header, ...lines], 2);
}
