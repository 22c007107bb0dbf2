/**
 * The load run: starts the real server in a process of its own, lets swarms of several sizes speak to
 * it, and prints deliveries per second, latency, and the server's memory where the system shows it.
 *
 *   deno run -A bench/fan_out.ts [--protocol=cs168|chat1|json16|mixed] [--senders=S] [--window=W]
 *     [--seconds=T] [--verify] [--naive] [N ..]
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { EXIT_USAGE } from "../lib/cli/failure.ts";
import { NAIVE_SERVER, REAL_SERVER, type ServerProcess, startServer } from "./server_process.ts";
import { Swarm } from "./swarm.ts";
import type { SwarmWire } from "./swarm_wire.ts";
import { SWARM_PROTOCOLS } from "./swarm_wires.ts";

const SIZES = [10, 100, 500, 1000];
/** Of this many members of each protocol every frame is timed. */
const SAMPLED = 8;
/** Deliveries in a round, about: some milliseconds even for the fastest server. */
const ROUND_DELIVERIES = 100_000;
/** Windows in a round at least: its beginning and end, when less is under way, hardly count. */
const ROUND_WINDOWS = 4;

interface Load {
  readonly protocol: string;
  readonly wires: readonly SwarmWire[];
  readonly senders: number;
  readonly window: number;
  readonly seconds: number;
  /** Look at every frame of every member. */
  readonly verify: boolean;
}

if (import.meta.main) {
  const args = parseArgs(Deno.args, {
    string: ["_", "protocol", "senders", "window", "seconds"],
    boolean: ["verify", "naive"],
  });
  const protocol: string = args.protocol ?? "cs168";
  const wires = SWARM_PROTOCOLS[protocol];
  if (wires === undefined) {
    const known = Object.keys(SWARM_PROTOCOLS).join(", ");
    console.error(`fan_out: Protocol must be one of ${known}, got "${protocol}"`);
    Deno.exit(EXIT_USAGE);
  }
  const load: Load = {
    protocol,
    wires,
    senders: Number(args.senders ?? 1),
    window: Number(args.window ?? 64),
    seconds: Number(args.seconds ?? 2),
    verify: args.verify,
  };
  const sizes = args._.length > 0 ? args._.map(Number) : SIZES;
  Deno.exit(await main(sizes, load, args.naive ? NAIVE_SERVER : REAL_SERVER));
}

async function main(
  sizes: readonly number[],
  load: Load,
  server: readonly string[],
): Promise<number> {
  console.log(
    `${load.protocol}, senders ${load.senders}, window ${load.window}, ${load.seconds} s each`,
  );
  console.log("members  deliveries/s   p50 ms   p99 ms  server MB  faults");
  let faults = 0;
  for (const size of sizes) faults += await measure(size, load, server);
  return faults > 0 ? 1 : 0;
}

/** A fresh server for each size, so that none inherits another's memory. Returns the faults. */
async function measure(members: number, load: Load, args: readonly string[]): Promise<number> {
  const server = await startServer(args);
  try {
    const swarm = await Swarm.open({
      port: server.port,
      wires: load.wires,
      members,
      senders: load.senders,
      window: load.window,
      sampled: load.verify ? members : Math.min(SAMPLED, members - 1),
    });
    try {
      return await run(swarm, members, load, server);
    } finally {
      await swarm.close();
    }
  } finally {
    await server.stop();
  }
}

async function run(
  swarm: Swarm,
  members: number,
  load: Load,
  server: ServerProcess,
): Promise<number> {
  const messages = Math.max(load.window * ROUND_WINDOWS, Math.ceil(ROUND_DELIVERIES / members));
  // The first round warms both processes up.
  await swarm.round(messages);
  const latencies: number[] = [];
  let deliveries = 0;
  let missing = 0;
  let milliseconds = 0;
  while (milliseconds < load.seconds * 1000 && missing === 0) {
    const round = await swarm.round(messages);
    deliveries += round.deliveries;
    missing += round.missing;
    milliseconds += round.milliseconds;
    for (const latency of round.latencies) latencies.push(latency);
  }
  latencies.sort((a, b) => a - b);
  const rate = deliveries / (milliseconds / 1000);
  const { lost, duplicated, reordered, echoed } = swarm.faults;
  const faults = missing + lost + duplicated + reordered + echoed;
  console.log([
    String(members).padStart(7),
    Math.round(rate).toLocaleString("en").padStart(13),
    quantile(latencies, 0.5).toFixed(2).padStart(8),
    quantile(latencies, 0.99).toFixed(2).padStart(8),
    residentMegabytes(server.pid).padStart(10),
    faults === 0
      ? "none"
      : `missing ${missing}, ${JSON.stringify({ lost, duplicated, reordered, echoed })}`,
  ].join(" "));
  return faults;
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN;
}

/** The largest memory that process `pid` has had; `-` on systems that do not show it. */
function residentMegabytes(pid: number): string {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return (Number(/VmHWM:\s*(\d+)/.exec(status)?.[1]) / 1024).toFixed(0);
  } catch {
    return "-";
  }
}
