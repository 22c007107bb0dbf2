/**
 * Changes by other processes reach those who take them over.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { DataChanges } from "../../lib/server/data_changes.ts";
import { FakeClock } from "../support/clock.ts";

function changesOf() {
  const clock = new FakeClock();
  const changes = new DataChanges(clock);
  const taken: string[] = [];
  const faults = new Set<string>();
  const listen = (module: string) =>
    changes.listen(module, () => {
      taken.push(module);
      return faults.has(module) ? Promise.reject(new Error("locked")) : Promise.resolve();
    });
  /** Lets what was called come to its end. */
  const settle = async () => {
    for (let i = 0; i < 5; i++) await Promise.resolve();
    return taken.splice(0);
  };
  return { clock, changes, faults, listen, settle };
}

Deno.test("data changes: each is taken over once, by whoever listens for its module", async () => {
  const { changes, listen, settle, clock } = changesOf();
  listen("one");
  listen("two");
  changes.note("one");
  assertEquals(await settle(), ["one"]);
  changes.note("two");
  changes.note("two");
  assertEquals(await settle(), ["two", "two"]);
  assertEquals(clock.timers, 0);
});

Deno.test("data changes: one that comes before anybody listens is taken over then", async () => {
  const { changes, listen, settle } = changesOf();
  changes.note("one");
  assertEquals(await settle(), []);
  listen("one");
  assertEquals(await settle(), ["one"]);
  listen("two");
  assertEquals(await settle(), []);
});

Deno.test("data changes: what cannot be read is tried again until it can", async () => {
  const { changes, listen, settle, clock, faults } = changesOf();
  listen("one");
  listen("two");
  faults.add("one").add("two");
  changes.note("one");
  changes.note("two");
  assertEquals(await settle(), ["one", "two"]);
  assertEquals(clock.timers, 1);
  clock.advance(4_999);
  assertEquals(await settle(), []);
  faults.delete("two");
  clock.advance(1);
  assertEquals(await settle(), ["one", "two"]);
  faults.clear();
  clock.advance(5_000);
  assertEquals(await settle(), ["one"]);
  assertEquals(clock.timers, 0);
});

Deno.test("data changes: nothing is called after the end", async () => {
  const { changes, listen, settle, clock, faults } = changesOf();
  listen("one");
  faults.add("one");
  changes.note("one");
  changes.close();
  // It was under way.
  assertEquals(await settle(), ["one"]);
  assertEquals(clock.timers, 0);
  changes.note("one");
  const waiting = changesOf();
  waiting.listen("one");
  waiting.faults.add("one");
  waiting.changes.note("one");
  await waiting.settle();
  waiting.changes.close();
  assertEquals([await settle(), waiting.clock.timers], [[], 0]);
});
