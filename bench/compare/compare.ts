/**
 * The comparison: Parlance, a bare C relay and other servers under the same load, in turns. Prints a
 * `ComparedRun` for each run, a line of JSON each, and at the end a table on standard error.
 *
 *   deno run -A bench/compare/compare.ts [--rounds=5] [--seconds=1.5] [--servers=NAME,..]
 *     [--loads=NAME,..] [--members=N,..] [--parlance=DIR ..] [--against=DIR] [--at-least=RATIO] [--verify]
 *
 * README.md beside this file says what is measured, and what is unfair about it.
 *
 * @module
 */

import { CompareError, withChildren } from "./children.ts";
import type { ComparedRun } from "./compared_run.ts";
import { describeLoad, LOADS, type NamedLoad, takesPart } from "./loads.ts";
import { type CompareOptions, exitStatus, parseCompareArgs, USAGE } from "./options.ts";
import { buildPrograms, GENERATOR_CORE, loadArgs, pinned, runLoad } from "./programs.ts";
import { type ComparedServer, listServers, type StartContext } from "./servers.ts";
import { formatSummary, rowsBelow, summarize } from "./summary.ts";

const ROOT = decodeURIComponent(new URL("../..", import.meta.url).pathname);

if (import.meta.main) Deno.exit(await main(Deno.args));

/** Returns the exit status: 1 when a run failed, a delivery was lost or out of order, or a ratio is too low. */
function main(args: readonly string[]): Promise<number> {
  return exitStatus(USAGE, () => {
    const options = parseCompareArgs(args, ROOT);
    return withChildren(async (children, folder) => {
      const programs = await buildPrograms(children, folder);
      return await runAll(options, { children, programs, folder });
    });
  });
}

async function runAll(options: CompareOptions, context: StartContext): Promise<number> {
  const servers = listServers(options.servers, options.checkouts, (name) => {
    console.error(`${name} is not available here: it is left out`);
  });
  const runs: ComparedRun[] = [];
  let failed = 0;
  for (const load of LOADS.filter((each) => isWanted(each, options))) {
    const taking = servers.filter(({ kind }) => takesPart(kind, load));
    for (let round = 1; round <= options.rounds; round++) {
      // In turns: whatever else the machine does meanwhile falls on all of them. The first is the last in the next
      // round, because a run that follows another's end is not the same as one that follows its own.
      for (const server of round % 2 === 1 ? taking : taking.toReversed()) {
        const run = await runOnce(server, load, round, options, context);
        if (run === undefined) failed++;
        else runs.push(run);
      }
    }
  }
  const first = servers[0]?.name ?? "";
  const rows = summarize(runs, first);
  console.error(formatSummary(rows, first));
  const tooLow = rowsBelow(rows, options.atLeast);
  for (const { load, server, ratio } of tooLow) {
    console.error(
      `${load}: ${first} / ${server} is ${ratio.toFixed(3)}, less than ${options.atLeast}`,
    );
  }
  const isFaulty = runs.some(({ lost, orderErrors }) => lost !== 0 || orderErrors !== 0);
  return failed > 0 || isFaulty || tooLow.length > 0 ? 1 : 0;
}

function isWanted(
  { selection, members }: NamedLoad,
  { loads, members: wanted }: CompareOptions,
): boolean {
  return loads.includes(selection) && (wanted.length === 0 || wanted.includes(members));
}

/** A fresh server, so that none inherits another run's memory. A run that fails does not end the rest. */
async function runOnce(
  server: ComparedServer,
  load: NamedLoad,
  round: number,
  options: CompareOptions,
  context: StartContext,
): Promise<ComparedRun | undefined> {
  const { children, programs } = context;
  try {
    const started = await server.start(load, context);
    try {
      const args = loadArgs(load, server, started, options);
      const command = pinned(GENERATOR_CORE, { program: programs.load, args });
      const figures = await runLoad(children, command, options.seconds);
      const { scenario, members, senders, window } = load;
      const run = { server: server.name, round, scenario, members, senders, window, ...figures };
      console.log(JSON.stringify(run));
      return run;
    } finally {
      await started.stop();
    }
  } catch (error) {
    if (!(error instanceof CompareError)) throw error;
    console.error(`${server.name}, ${describeLoad(load)}, round ${round}: ${error.message}`);
    return undefined;
  }
}
