/**
 * The whole path over real sockets: a burst of messages from one member of a channel to all others, who
 * speak one protocol, or all of them a third each. The name of each bench gives the deliveries of one
 * iteration; deliveries per second are printed at the end, by the swarm's own clock, on stderr. The naive
 * server awaits a write for each delivery.
 *
 * The servers run in processes of their own. Sharing one thread with the swarm was measured too: it is
 * half as fast again at 10 members (nobody has to be woken) and a fourth of the rate at 1000 (the swarm's
 * reads take the turns that the server's writes need), so its figures say nothing about the server.
 *
 * @module
 */

import { withDeliveries } from "./deliveries.ts";
import type { Faults } from "./sequence_check.ts";
import { NAIVE_SERVER, REAL_SERVER, type ServerProcess, startServer } from "./server_process.ts";
import { type Round, Swarm } from "./swarm.ts";
import { SWARM_PROTOCOLS } from "./swarm_wires.ts";

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
  /** Iterations: enough for a steady mean, where each takes tens of milliseconds; few where half a second. */
  readonly iterations: number;
}

/** What one bench asks for. */
interface Load {
  /** As in `SWARM_PROTOCOLS`. */
  readonly protocol: string;
  readonly members: number;
  readonly messages: number;
}

const targets: readonly Target[] = [
  { name: "real server", program: REAL_SERVER, baseline: false, iterations: 10 },
  { name: "naive server", program: NAIVE_SERVER, baseline: true, iterations: 2 },
];

// One server and one swarm at a time, kept from one iteration to the next.
let server: ServerProcess | undefined;
let swarm: Swarm | undefined;
let connected = "";
let busy = false;
const totals = new Map<string, Total>();

for (const [protocol, wires] of Object.entries(SWARM_PROTOCOLS)) {
  for (const [members, messages] of BURSTS) {
    // The first member speaks, and has its own words back where its protocol does that.
    const fan = wires[0]?.echoes ? members : members - 1;
    for (const target of targets) {
      Deno.bench({
        name: withDeliveries(`${target.name}: ${members} members`, messages * fan),
        group: `fan-out, ${protocol}, ${members} members`,
        baseline: target.baseline,
        n: target.iterations,
        warmup: 1,
        // It has to be an async function itself: of any other the promise is not awaited, and
        // iterations would overlap, each with a server of its own.
        fn: async (timer) => await burst(timer, target, { protocol, members, messages }),
      });
    }
  }
}

// There is no hook behind the last bench. A child that is left over would outlive this process.
addEventListener("unload", () => {
  if (server !== undefined) Deno.kill(server.pid, "SIGTERM");
  if (totals.size > 0) console.error("\nserver       protocol  members   deliveries/s");
  for (const [name, { deliveries, milliseconds }] of totals) {
    const rate = Math.round(deliveries / (milliseconds / 1000)).toLocaleString("en");
    console.error(`${name} ${rate.padStart(14)}`);
  }
});

async function burst(timer: Deno.BenchContext, target: Target, load: Load): Promise<void> {
  if (busy) throw new Error("Iterations overlap");
  busy = true;
  try {
    const swarm = await connect(target, load);
    timer.start();
    const round = await swarm.round(load.messages);
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
async function connect(target: Target, { protocol, members }: Load): Promise<Swarm> {
  const wanted = [target.name.padEnd(12), protocol.padEnd(8), String(members).padStart(8)].join(
    " ",
  );
  if (swarm !== undefined && connected === wanted) return swarm;
  await swarm?.close();
  await server?.stop();
  server = await startServer(target.program);
  swarm = await Swarm.open({ port: server.port, wires: SWARM_PROTOCOLS[protocol] ?? [], members });
  connected = wanted;
  return swarm;
}
