/**
 * The lanes of the write scheduler: an address with many outboxes that wait leaves the others half of the writes, an
 * address with few keeps its order, and the memory for those that wait does not grow.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { FEW_WRITES, Waiting } from "../../lib/net/write_lane.ts";
import { MAX_WRITES, WriteScheduler } from "../../lib/net/write_scheduler.ts";
import { HeldImmediates } from "../support/held_immediates.ts";

Deno.test("what is written to an address with few readers waits two turns, however many another address has", () => {
  using immediates = new HeldImmediates();
  const scheduler = new WriteScheduler();
  const [crowd, few] = [scheduler.lane(), scheduler.lane()];
  const flushed: string[] = [];
  for (let line = 0; line < 3; line++) {
    for (let i = 0; i < 1_900; i++) crowd.add({ flush: () => void flushed.push("crowd") });
  }
  for (let i = 0; i < 10; i++) few.add({ flush: () => void flushed.push(`few ${i}`) });
  immediates.pass();
  immediates.pass();
  immediates.pass();
  const mine = flushed.flatMap((each, i) => each === "crowd" ? [] : [i]);
  assertEquals(mine.length, 10);
  assert((mine.at(-1) ?? 0) < 2 * (FEW_WRITES + 10), `the last was write ${mine.at(-1)}`);
  while (immediates.waiting > 0) immediates.pass();
  assertEquals(flushed.length, 5_710);
});

Deno.test("a reply to one address does not wait for the replies to a thousand connections of another", () => {
  using immediates = new HeldImmediates();
  const scheduler = new WriteScheduler();
  const [crowd, other] = [scheduler.lane(), scheduler.lane()];
  const flushed: string[] = [];
  for (let i = 0; i < 1_000; i++) {
    crowd.addReply({ flush: () => void flushed.push("crowd") });
    crowd.add({ flush: () => void flushed.push("crowd") });
  }
  other.addReply({ flush: () => void flushed.push("other") });
  while (!flushed.includes("other")) immediates.pass();
  assert(flushed.indexOf("other") <= 4 * FEW_WRITES, `it was write ${flushed.indexOf("other")}`);
});

Deno.test("a crowd has half of the writes though others always have something to write", () => {
  using immediates = new HeldImmediates();
  const scheduler = new WriteScheduler();
  const crowd = scheduler.lane();
  let written = 0;
  for (let i = 0; i < 1_000; i++) crowd.add({ flush: () => void written++ });
  for (let i = 0; i < MAX_WRITES; i++) {
    const lane = scheduler.lane();
    const again = { flush: () => lane.add(again) };
    lane.add(again);
  }
  for (let turn = 0; turn < 10; turn++) immediates.pass();
  assert(written >= 10 * MAX_WRITES / 2, `${written} writes in ten turns`);
});

Deno.test("property: each outbox has one turn, none that is added in it, and a lane with few keeps its order", () => {
  const asks = fc.array(
    fc.record({ lane: fc.nat(3), isReply: fc.boolean(), count: fc.integer({ min: 1, max: 150 }) }),
    { maxLength: 12 },
  );
  fc.assert(fc.property(asks, asks, (first, second) => {
    using immediates = new HeldImmediates();
    const scheduler = new WriteScheduler();
    const lanes = Array.from({ length: 4 }, () => scheduler.lane());
    const asked = new Map<string, number[]>();
    const flushed = new Map<string, number[]>();
    let [number, turn, most] = [0, 0, 0];
    let later = second;
    const ask = (all: typeof first) => {
      for (const { lane, isReply, count } of all) {
        const key = `${lane} ${isReply}`;
        for (let i = 0; i < count; i++) {
          const own = number++;
          const since = turn;
          (asked.get(key) ?? asked.set(key, []).get(key))?.push(own);
          const flush = () => {
            assert(turn > since);
            (flushed.get(key) ?? flushed.set(key, []).get(key))?.push(own);
            most++;
            const more = later;
            later = [];
            ask(more);
          };
          if (isReply) lanes[lane]?.addReply({ flush });
          else lanes[lane]?.add({ flush });
        }
      }
    };
    ask(first);
    while (immediates.waiting > 0) {
      [turn, most] = [turn + 1, 0];
      immediates.pass();
      assert(most <= MAX_WRITES);
    }
    for (const [key, numbers] of asked) {
      const mine = flushed.get(key) ?? [];
      const sorted = mine.toSorted((a, b) => a - b);
      assertEquals(sorted, numbers);
      if (numbers.length <= FEW_WRITES) assertEquals(mine, sorted);
    }
  }));
});

Deno.test("what waits under lasting load has places for those that wait, not for those that had their turn", () => {
  const waiting = new Waiting();
  const lane = { waiting: 0 };
  const outboxes = Array.from({ length: 100_000 }, () => ({ flush: () => {} }));
  for (const [i, outbox] of outboxes.entries()) {
    waiting.add(outbox, lane);
    if (i < 10) continue;
    waiting.begin();
    assert(waiting.take() === outboxes[i - 10], `outbox ${i - 10}`);
  }
  assertEquals([waiting.length, waiting.left, lane.waiting], [10, 10, 10]);
  assert(waiting.places < 2_000, `${waiting.places} places for ten`);
});
