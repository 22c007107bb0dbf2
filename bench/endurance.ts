/**
 * The endurance run: the real server under full load for minutes, with a sample of its memory every few
 * seconds. The load is that of `compare/load.c`: 300 members, 10 senders, 64 messages under way.
 *
 *   deno run -A bench/endurance.ts [--minutes=10] [--every=5]
 *
 * What grows without end is found by comparing the last third of the run with the second; the first is
 * warming up. The verdict, and the exit status, are about memory that grew by more than 5 %, and about
 * deliveries that are missing or in a wrong order. A run of less than some minutes shows only that it
 * works: the heap has not found its size yet.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import {
  announcedPorts,
  type Children,
  CompareError,
  linesOf,
  withChildren,
} from "./compare/children.ts";
import { buildPrograms, GENERATOR_CORE, pinned, SERVER_CORE } from "./compare/programs.ts";
import { growthOf, type MemorySample, SAMPLED, sampleLine, verdictLines } from "./growth.ts";
import { fromRoot, runOptions } from "./server_process.ts";

const MEMBERS = 300;
const SENDERS = 10;
const WINDOW = 64;
const DEFAULT_MINUTES = 10;
const DEFAULT_EVERY_S = 5;
/** How long the generator waits for the last deliveries, in seconds. */
const DEADLINE_S = 30;

/** What the generator prints at its end. */
interface Outcome {
  readonly delivered: number;
  readonly lost: number;
  readonly orderErrors: number;
}

if (import.meta.main) {
  const args = parseArgs(Deno.args, { string: ["minutes", "every"] });
  const minutes = Number(args.minutes ?? DEFAULT_MINUTES);
  const every = Number(args.every ?? DEFAULT_EVERY_S);
  if (minutes > 0 && every > 0) Deno.exit(await main(minutes * 60, every));
  console.error("Usage: endurance.ts [--minutes=10] [--every=5]");
  Deno.exit(2);
}

/** Returns the exit status. */
async function main(seconds: number, every: number): Promise<number> {
  try {
    return await withChildren((children, folder) => endure(children, folder, seconds, every));
  } catch (error) {
    if (!(error instanceof CompareError)) throw error;
    console.error(error.message);
    return 1;
  }
}

async function endure(
  children: Children,
  folder: string,
  seconds: number,
  every: number,
): Promise<number> {
  const { load } = await buildPrograms(children, folder);
  const server = children.spawn(
    pinned(SERVER_CORE, {
      program: Deno.execPath(),
      args: [...runOptions(), fromRoot("bench/sampled_server.ts"), String(every * 1000)],
    }),
    "piped",
  );
  const lines = linesOf(server).getReader();
  const { port } = await announcedPorts(server, lines);
  const generator = children.spawn(
    pinned(GENERATOR_CORE, {
      program: load,
      args: loadArgs({ port, pid: server.pid, seconds, every }),
    }),
    "piped",
  );
  const late = setTimeout(() => children.killAll(), (seconds + 2 * DEADLINE_S) * 1000);
  const samples: MemorySample[] = [];
  const rate = { now: 0 };
  const [outcome] = await Promise.all([
    // When the load is over, the server's memory is of no more interest.
    followGenerator(linesOf(generator), rate).finally(() => children.stop(server)),
    followServer(lines, rate, samples),
  ]);
  clearTimeout(late);
  return judge(samples, outcome);
}

function loadArgs(
  run: { port: number; pid: number; seconds: number; every: number },
): readonly string[] {
  const args = {
    proto: "cs168",
    port: run.port,
    pid: run.pid,
    subs: MEMBERS,
    senders: SENDERS,
    window: WINDOW,
    time: run.seconds,
    report: run.every,
    deadline: run.seconds + DEADLINE_S,
  };
  return Object.entries(args).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

/** Keeps the rate up to date; resolves to the last line, `undefined` when there is none. */
async function followGenerator(
  lines: ReadableStream<string>,
  rate: { now: number },
): Promise<Outcome | undefined> {
  for await (const line of lines) {
    const printed = JSON.parse(line);
    if (printed.error !== undefined) {
      throw new CompareError(`The load generator failed: "${printed.error}"`);
    }
    if (printed.lost !== undefined) {
      return { delivered: printed.delivered, lost: printed.lost, orderErrors: printed.order_err };
    }
    rate.now = printed.del_per_s;
  }
  return undefined;
}

/** Prints and keeps a sample of each line, from the first on under load. */
async function followServer(
  lines: ReadableStreamDefaultReader<string>,
  rate: { readonly now: number },
  samples: MemorySample[],
): Promise<void> {
  const start = performance.now();
  console.log(SAMPLED);
  for (let read; !(read = await lines.read()).done;) {
    if (rate.now === 0) continue;
    const { rss, heapTotal, heapUsed, external } = JSON.parse(read.value);
    const seconds = (performance.now() - start) / 1000;
    const sample = { seconds, deliveriesPerSecond: rate.now, rss, heapTotal, heapUsed, external };
    samples.push(sample);
    console.log(sampleLine(sample));
  }
}

function judge(samples: readonly MemorySample[], outcome: Outcome | undefined): number {
  const growth = growthOf(samples);
  for (const line of verdictLines(growth)) console.log(line);
  if (outcome === undefined) {
    console.log("The load generator did not come to its end");
    return 1;
  }
  const { delivered, lost, orderErrors } = outcome;
  console.log(
    `${delivered} deliveries, ${lost} lost, ${orderErrors} out of order, twice or echoed`,
  );
  return growth.every(({ passed }) => passed) && lost === 0 && orderErrors === 0 ? 0 : 1;
}
