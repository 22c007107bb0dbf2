/**
 * Work that becomes due all at once: how much of it is done at a time, and in which order.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { PacedWork } from "../../lib/net/paced_work.ts";
import { FakeClock } from "../support/clock.ts";
import { within } from "../support/within.ts";

Deno.test("paced work: a few pieces are done at once, and the rest a few at a time, in order", () => {
  const clock = new FakeClock();
  const work = new PacedWork(4, clock);
  const done: number[] = [];
  const numbers = Array.from({ length: 10 }, (_, i) => i);
  for (const i of numbers) work.add(() => done.push(i));
  assertEquals(done, numbers.slice(0, 4));
  clock.advance(1);
  assertEquals(done, numbers.slice(0, 8));
  clock.advance(1);
  assertEquals(done, numbers);
  assertEquals(clock.timers, 0);
});

Deno.test("paced work: what comes after a pause is done at once again, four pieces in each", () => {
  const clock = new FakeClock();
  const work = new PacedWork(4, clock);
  let done = 0;
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 4; j++) work.add(() => done++);
    assertEquals([done, clock.timers], [4 * (i + 1), 0]);
    clock.advance(1);
  }
});

Deno.test("paced work: those for whom it is done take turns, and a newcomer waits for one piece of each", () => {
  const clock = new FakeClock();
  const work = new PacedWork(1, clock);
  const done: string[] = [];
  const add = (whose: string, count: number) => {
    for (let i = 1; i <= count; i++) work.add(() => done.push(`${whose}${i}`), whose);
  };
  add("a", 4);
  add("b", 3);
  add("c", 2);
  clock.advance(8);
  assertEquals(done, ["a1", "a2", "b1", "c1", "a3", "b2", "c2", "a4", "b3"]);
});

Deno.test("paced work: what comes later waits for what came before, also when that takes a while", async () => {
  const work = new PacedWork(1);
  const done: string[] = [];
  const last = Promise.withResolvers<void>();
  work.add(() => done.push("first"));
  work.add(() => {
    done.push("second");
    work.add(() => {
      done.push("fourth");
      last.resolve();
    });
  });
  work.add(() => done.push("third"));
  await within("the last", last.promise);
  assertEquals(done, ["first", "second", "third", "fourth"]);
});
