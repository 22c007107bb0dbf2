/**
 * The gate for heavy work: a few pieces a turn, in their order, and none is forgotten.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { TurnGate } from "../../lib/net/turn_gate.ts";
import { settle, within } from "../support/within.ts";

Deno.test("turn gate: what fits into a turn goes through at once, in every turn", async () => {
  const gate = new TurnGate(3);
  for (let turn = 0; turn < 5; turn++) {
    for (let i = 0; i < 3; i++) assertEquals(gate.pass(), undefined);
    await settle();
  }
});

Deno.test("turn gate: the rest waits for later turns, in its order", async () => {
  const gate = new TurnGate(2);
  const passed: number[] = [];
  const batches: number[] = [];
  const pieces = Array.from({ length: 9 }, async (_, i) => {
    await gate.pass();
    passed.push(i);
  });
  const watching = (async () => {
    while (passed.length < 9) {
      batches.push(passed.length);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  })();
  await within("all pieces", Promise.all(pieces));
  await watching;
  batches.push(passed.length);
  assertEquals(passed, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  for (let i = 1; i < batches.length; i++) {
    assert((batches[i] as number) - (batches[i - 1] as number) <= 4, `${batches}`);
  }
  await settle();
  assertEquals(gate.pass(), undefined);
});

Deno.test("turn gate: who comes while others wait goes behind them", async () => {
  const gate = new TurnGate(1);
  assertEquals(gate.pass(), undefined);
  const order: string[] = [];
  const first = Promise.resolve(gate.pass()).then(() => order.push("first"));
  await settle();
  const second = Promise.resolve(gate.pass()).then(() => order.push("second"));
  await within("both", Promise.all([first, second]));
  assertEquals(order, ["first", "second"]);
});
