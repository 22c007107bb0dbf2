/**
 * What a lasting client waits for, on a clock that the test moves.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { Waits } from "../../lib/client/waits.ts";
import { FakeClock } from "../support/clock.ts";
import { isResolved } from "../support/within.ts";

function waitsOf() {
  const clock = new FakeClock();
  return { clock, waits: new Waits(clock) };
}

Deno.test("waits: a countdown tells each second what is left, and ends early when woken", async () => {
  const { clock, waits } = waitsOf();
  const told: number[] = [];
  const over = waits.countDown(2_500, (left) => told.push(left));
  clock.advance(2_499);
  assertEquals([told, await isResolved(over)], [[2_500, 1_500, 500], false]);
  clock.advance(1);
  await over;
  const woken = waits.countDown(60_000, (left) => told.push(left));
  waits.wake();
  await woken;
  assertEquals([told.at(-1), clock.timers], [60_000, 0]);
});

Deno.test("waits: a connection that comes in time is taken, and one that comes later is closed", async () => {
  const { clock, waits } = waitsOf();
  let closed = 0;
  const made = { close: () => void closed++ };
  assertEquals(await waits.connected(Promise.resolve(made), 1_000), made);
  for (
    const [end, words] of [
      [() => clock.advance(1_000), "no answer"],
      [() => waits.wake(), "closed by user"],
    ] as const
  ) {
    const connecting = Promise.withResolvers<typeof made>();
    const connected = waits.connected(connecting.promise, 1_000);
    end();
    await assertRejects(() => connected, Error, words);
    connecting.resolve(made);
    await connecting.promise;
  }
  assertEquals([closed, clock.timers], [2, 0]);
  const refused = Promise.reject(new Error("refused"));
  await assertRejects(() => waits.connected(refused, 1_000), Error, "refused");
});

Deno.test("waits: the last timer that was set is the one that is called", () => {
  const { clock, waits } = waitsOf();
  const called: string[] = [];
  waits.setTimer(10, () => called.push("first"));
  waits.setTimer(20, () => called.push("second"));
  clock.advance(20);
  waits.setTimer(10, () => called.push("forgotten"));
  waits.forgetTimer();
  clock.advance(10);
  assertEquals(called, ["second"]);
});
