/**
 * The whole path over real sockets: a burst of messages from one member of a channel to all others.
 * The name of each bench tells the deliveries of one iteration; deliveries per second are printed at
 * the end, by the swarm's own clock. The naive server awaits a write for each delivery.
 *
 * The servers run in processes of their own. Sharing one thread with the swarm was measured too: it is
 * half as fast again at 10 members (nobody has to be woken) and a fourth of the rate at 1000 (the swarm's
 * reads take the turns that the server's writes need), so its figures tell nothing about the server.
 *
 * @module
 */

import type { Faults } from "./sequence_check.ts";
import { NAIVE_SERVER, REAL_SERVER, type ServerProcess, startServer } from "./server_process.ts";
import { type Round, Swarm } from "./swarm.ts";
import { cs168Wire } from "./swarm_wire.ts";

/** Messages of one iteration, by members: about the same number of deliveries from 100 on. */
const BURSTS: readonly (readonly [members: number, messages: number])[] = [
  [10, 3200],
  [100, 1280],
  [500, 256],
  [1000, 128],
];

interface Total {
  deliveries: number;
  milliseconds: number;
}

interface Target {
  readonly name: string;
  readonly program: readonly string[];
  readonly baseline: boolean;
}

const targets: readonly Target[] = [
  { name: "real server", program: REAL_SERVER, baseline: false },
  { name: "naive server", program: NAIVE_SERVER, baseline: true },
];

// One server and one swarm at a time, kept from one iteration to the next.
let server: ServerProcess | undefined;
let swarm: Swarm | undefined;
let connected = "";
let busy = false;
const totals = new Map<string, Total>();

for (const [members, messages] of BURSTS) {
  for (const target of targets) {
    const deliveries = (messages * (members - 1)).toLocaleString("en");
    Deno.bench({
      name: `${target.name}: ${members} members, ${deliveries} deliveries`,
      group: `fan-out to ${members}`,
      baseline: target.baseline,
      n: 3,
      warmup: 1,
      // It has to be an async function itself: of any other the promise is not awaited, and iterations
      // would overlap, each with a server of its own.
      fn: async (timer) => await burst(timer, target, members, messages),
    });
  }
}

// There is no hook behind the last bench. A child that is left over would outlive this process.
addEventListener("unload", () => {
  if (server !== undefined) Deno.kill(server.pid, "SIGTERM");
  if (totals.size > 0) console.error("\nserver        members   deliveries/s");
  for (const [name, { deliveries, milliseconds }] of totals) {
    const rate = Math.round(deliveries / (milliseconds / 1000)).toLocaleString("en");
    console.error(`${name} ${rate.padStart(14)}`);
  }
});

async function burst(
  timer: Deno.BenchContext,
  target: Target,
  members: number,
  messages: number,
): Promise<void> {
  if (busy) throw new Error("Iterations overlap");
  busy = true;
  try {
    const swarm = await connect(target, members);
    timer.start();
    const round = await swarm.round(messages);
    timer.end();
    count(round, swarm.faults);
  } finally {
    busy = false;
  }
}

function count(round: Round, faults: Faults): void {
  const { lost, duplicated, reordered, echoed } = faults;
  if (round.missing + lost + duplicated + reordered + echoed > 0) {
    throw new Error(`Missing "${round.missing}" deliveries, ${JSON.stringify(faults)}`);
  }
  const total = totals.get(connected) ?? { deliveries: 0, milliseconds: 0 };
  total.deliveries += round.deliveries;
  total.milliseconds += round.milliseconds;
  totals.set(connected, total);
}

/** The swarm of this bench; that of the bench before is closed, and its server ended. */
async function connect(target: Target, members: number): Promise<Swarm> {
  const wanted = `${target.name.padEnd(12)} ${String(members).padStart(8)}`;
  if (swarm !== undefined && connected === wanted) return swarm;
  await swarm?.close();
  await server?.stop();
  server = await startServer(target.program);
  swarm = await Swarm.open({ port: server.port, wire: cs168Wire, members });
  connected = wanted;
  return swarm;
}
