/**
 * The swarm against the real server, in each protocol and with all of them mixed: everything arrives, in
 * order, whether members check or only count. Its view of faulty servers is in `swarm_faults_test.ts`.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Faults } from "../../bench/sequence_check.ts";
import { Swarm, type SwarmOptions } from "../../bench/swarm.ts";
import type { SwarmWire } from "../../bench/swarm_wire.ts";
import { cs168Wire, json16Wire, SWARM_PROTOCOLS } from "../../bench/swarm_wires.ts";
import { Log } from "../../lib/server/log.ts";
import { serve } from "../../lib/server/serve.ts";

const MEMBERS = 20;
const MESSAGES = 50;
const NONE: Faults = { lost: 0, duplicated: 0, reordered: 0, echoed: 0 };

for (const [name, wires] of Object.entries(SWARM_PROTOCOLS)) {
  Deno.test(`swarm, ${name}: the real server delivers everything, in order`, async () => {
    await withSwarm({ wires, senders: 3, window: 8, sampled: MEMBERS }, async (swarm) => {
      let first = 0;
      for (let i = 0; i < 3; i++) {
        const deliveries = deliveriesOf(wires, first, 3);
        const round = await swarm.round(MESSAGES);
        assertEquals([round.deliveries, round.missing], [deliveries, 0]);
        assertEquals(round.latencies.length, deliveries);
        assert(round.milliseconds > 0);
        first += MESSAGES;
      }
      assertEquals(swarm.faults, NONE);
    });
  });

  Deno.test(`swarm, ${name}: members that only count see the same`, async () => {
    await withSwarm({ wires, senders: 3, window: 64, sampled: 0 }, async (swarm) => {
      const round = await swarm.round(MESSAGES);
      assertEquals([round.deliveries, round.missing], [deliveriesOf(wires, 0, 3), 0]);
      assertEquals(round.latencies.length, 0);
    });
  });

  Deno.test(`swarm, ${name}: also with one message under way at a time`, async () => {
    await withSwarm({ wires, senders: 2, window: 1 }, async (swarm) => {
      const round = await swarm.round(MESSAGES);
      assertEquals([round.deliveries, round.missing], [deliveriesOf(wires, 0, 2), 0]);
      assertEquals(swarm.faults, NONE);
    });
  });
}

Deno.test("swarm: by default one member of each wire is timed", async () => {
  const wires = SWARM_PROTOCOLS["mixed"] ?? [];
  await withSwarm({ wires }, async (swarm) => {
    const { latencies } = await swarm.round(MESSAGES);
    assertEquals(latencies.length, MESSAGES * wires.length);
  });
});

Deno.test("swarm: any order of wires gets in, also more of one than fit into one opening", async () => {
  await withSwarm({ wires: [json16Wire, cs168Wire], members: 150 }, async (swarm) => {
    const round = await swarm.round(2);
    assertEquals([round.deliveries, round.missing], [2 * 150, 0]);
  });
});

Deno.test("swarm: does not open where nobody lets it in", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  const opening = Swarm.open({
    port: listener.addr.port,
    wires: [cs168Wire],
    members: 2,
    patience: 20,
  });
  await assertRejects(() => opening, Error, "did not get in");
  (await accepted).close();
  listener.close();
});

/** Runs `body` with a swarm in a real server of this process. */
async function withSwarm(
  options: Partial<SwarmOptions> & { readonly wires: readonly SwarmWire[] },
  body: (swarm: Swarm) => Promise<void>,
): Promise<void> {
  const log = new Log("quiet", () => {});
  const server = serve({ host: "127.0.0.1", port: 0, log, limits: { commandRate: 0 } });
  try {
    const swarm = await Swarm.open({ port: server.address.port, members: MEMBERS, ...options });
    try {
      await body(swarm);
    } finally {
      await swarm.close();
    }
  } finally {
    await server.stop();
  }
}

/** Deliveries of `MESSAGES` messages of `senders` in turns, when `first` have been sent before. */
function deliveriesOf(wires: readonly SwarmWire[], first: number, senders: number): number {
  let deliveries = 0;
  for (let i = first; i < first + MESSAGES; i++) {
    const wire = wires[(i % senders) % wires.length];
    deliveries += wire?.echoes ? MEMBERS : MEMBERS - 1;
  }
  return deliveries;
}
