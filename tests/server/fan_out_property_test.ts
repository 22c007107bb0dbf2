/**
 * One total order for each receiver, over all its channels: users of several dialects join, leave, talk, take
 * new names and go, on sockets that take what they like, and each reads exactly what a plain model says.
 *
 * @module
 */

import { assert } from "@std/assert";
import fc from "fast-check";
import { type Step, USERS, World } from "./fan_out_world.ts";

const who = fc.nat(USERS - 1);
const channel = fc.constantFrom("a", "b", "c");
const length = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 5000 }));
const bytes = fc.constantFrom(0, 0, 1, 9, 700, 20_000, Infinity);

const STEP: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("join" as const),
      who,
      channel,
      // One in five, as the course dialects do; otherwise everybody would be in one channel.
      exclusive: fc.nat(4).map((n) => n === 0),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("part" as const), who, channel }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("say" as const), who, channel, length }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("burst" as const), who, channel }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("dm" as const), who, to: who }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("rename" as const), who, again: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("speak" as const), who, dialect: fc.nat(2) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("quit" as const), who }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("allow" as const), who, bytes }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("turn" as const), times: fc.nat(3) }) },
);

Deno.test("property: each receiver reads one order over all its channels, every event once", async () => {
  let switches = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(STEP, { maxLength: 80 }), async (steps) => {
      const world = new World();
      for (const step of steps) await world.do(step);
      await world.end();
      switches += world.switches;
    }),
    { numRuns: 400 },
  );
  assert(switches > 100, `Only ${switches} times a user followed another log`);
});

Deno.test("a user moves to the log of its busiest channel and back, and misses nothing", async () => {
  const world = new World();
  const [listener, speaker] = [0, 1];
  for (const channel of ["a", "b"]) {
    for (const who of [listener, speaker]) {
      await world.do({ do: "join", who, channel, exclusive: false });
    }
  }
  await world.do({ do: "allow", who: listener, bytes: 100 });
  const before = world.switches;
  for (const channel of ["b", "a", "b", "a"]) {
    for (let i = 0; i < 8; i++) {
      await world.do({ do: "burst", who: speaker, channel });
      await world.do({ do: "say", who: speaker, channel: channel === "a" ? "b" : "a", length: 9 });
      await world.do({ do: "turn", times: 1 });
    }
  }
  assert(world.switches - before >= 4, `${world.switches - before} switches`);
  await world.end();
});
