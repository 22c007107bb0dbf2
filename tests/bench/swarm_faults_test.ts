/**
 * The swarm against relays with a fault of each kind, in each protocol: figures of a server that loses or
 * doubles messages would be worth nothing.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Faults } from "../../bench/sequence_check.ts";
import { type Round, Swarm } from "../../bench/swarm.ts";
import type { SwarmWire } from "../../bench/swarm_wire.ts";
import { SWARM_PROTOCOLS } from "../../bench/swarm_wires.ts";
import { type Relay, serveRelay } from "./relay.ts";

const MEMBERS = 5;
const MESSAGES = 40;
/** Milliseconds, where something never comes; all others are as patient as a swarm is. */
const PATIENCE = 1000;
/** The members that the faults hit: in a mixture, one of each wire under test. */
const VICTIMS: Readonly<Record<string, readonly number[]>> = { mixed: [2, 3, 4] };
const NONE: Faults = { lost: 0, duplicated: 0, reordered: 0, echoed: 0 };

for (const [name, wires] of Object.entries(SWARM_PROTOCOLS)) {
  // Member 0 alone speaks.
  const faithful: Relay = (frame, _chat, from, to) =>
    from === to && !wires[0]?.echoes ? [] : [frame];

  for (const victim of VICTIMS[name] ?? [3]) {
    const who = `swarm, ${name}, member ${victim}`;

    Deno.test(`${who}: finds what is lost, and does not wait for it for ever`, async () => {
      const lossy: Relay = (frame, chat, from, to) =>
        chat === 7 && to === victim ? [] : faithful(frame, chat, from, to);
      const { round, faults } = await relayed(wires, lossy, { patience: PATIENCE });
      assertEquals([round.missing, faults], [1, { ...NONE, lost: 1 }]);
      const counted = await relayed(wires, lossy, { sampled: 0, patience: PATIENCE });
      assertEquals(counted.round.missing, 1);
    });

    Deno.test(`${who}: a duplicate does not make up for what is lost`, async () => {
      const { round, faults } = await relayed(wires, (frame, chat, from, to) => {
        if (to !== victim) return faithful(frame, chat, from, to);
        return chat === 7 ? [] : chat === 8 ? [frame, frame] : [frame];
      }, { patience: PATIENCE });
      assertEquals([round.missing, faults], [1, { ...NONE, lost: 1, duplicated: 1 }]);
    });

    Deno.test(`${who}: finds what is out of order`, async () => {
      let held: Uint8Array | undefined;
      const { round, faults } = await relayed(wires, (frame, chat, from, to) => {
        if (to !== victim) return faithful(frame, chat, from, to);
        if (chat === 7) held = frame;
        if (chat === 8 && held) return [frame, held];
        return chat === 7 ? [] : [frame];
      });
      assertEquals([round.missing, faults], [0, { ...NONE, reordered: 1 }]);
    });
  }

  Deno.test(`swarm, ${name}: a connection that the server ends is missed at once`, async () => {
    const { round } = await relayed(wires, (frame, chat, from, to) => {
      if (chat === 7) throw new Error("the relay ends");
      return faithful(frame, chat, from, to);
    });
    assert(round.missing > 0);
  });

  if (wires[0]?.echoes) {
    Deno.test(`swarm, ${name}: misses an echo`, async () => {
      const { round, faults } = await relayed(
        wires,
        (frame, _chat, from, to) => from === to ? [] : [frame],
        { patience: PATIENCE },
      );
      assertEquals([round.missing, faults], [MESSAGES, NONE]);
    });
  } else {
    Deno.test(`swarm, ${name}: finds an echo`, async () => {
      // The round does not wait for what it does not expect, so the last echo may come behind its end.
      const { faults } = await relayed(wires, (frame) => [frame], { window: 1 });
      assert(faults.echoed >= MESSAGES - 1);
      assertEquals({ ...faults, echoed: 0 }, NONE);
    });
  }
}

/** One round of a checked swarm over a relay that does what `relay` says. */
async function relayed(
  wires: readonly SwarmWire[],
  relay: Relay,
  options: { sampled?: number; patience?: number; window?: number } = {},
): Promise<{ round: Round; faults: Faults }> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = serveRelay(listener, relay);
  const swarm = await Swarm.open({
    port: listener.addr.port,
    wires,
    members: MEMBERS,
    sampled: MEMBERS,
    ...options,
  });
  const round = await swarm.round(MESSAGES);
  await swarm.close();
  listener.close();
  await serving;
  return { round, faults: swarm.faults };
}
