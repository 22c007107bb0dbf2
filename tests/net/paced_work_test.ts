/**
 * Work that becomes due all at once: how much of it is done at a time, and in which order.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { PacedWork } from "../../lib/net/paced_work.ts";
import { within } from "../support/within.ts";

Deno.test("paced work: a few pieces are done at once, the rest in order, and others have their turn in between", async () => {
  const work = new PacedWork(4);
  const done: number[] = [];
  const all = Promise.withResolvers<void>();
  // Nothing but these steps shows how often the event loop had turned.
  const turns = new Set<number>();
  let turn = 0;
  let isOver = false;
  const step = () => {
    turn++;
    if (!isOver) setImmediate(step);
  };
  step();
  for (let i = 0; i < 20; i++) {
    work.add(() => {
      turns.add(turn);
      if (done.push(i) === 20) all.resolve();
    });
  }
  assertEquals(done, [0, 1, 2, 3]);
  await within("all of it", all.promise);
  isOver = true;
  assertEquals(done, Array.from({ length: 20 }, (_, i) => i));
  assert(turns.size >= 5, `in ${turns.size} turns`);
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
