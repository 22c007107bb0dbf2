/**
 * The token bucket, on a time that the test sets.
 *
 * @module
 */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Throttle } from "../../lib/server/throttle.ts";

/** A throttle whose time stands at `at.now` milliseconds. */
function rig(burst: number, rate: number) {
  const at = { now: 1000 };
  const throttle = new Throttle(burst, rate, at.now);
  return { at, take: () => throttle.take(() => at.now) };
}

Deno.test("a burst passes at once, the next command has to wait for its token", () => {
  const { take } = rig(3, 10);
  assertEquals([take(), take(), take()], [0, 0, 0]);
  assertAlmostEquals(take(), 100);
});

Deno.test("who waits as told gets one command after the other at the rate", () => {
  const { at, take } = rig(2, 50);
  take();
  take();
  for (let i = 0; i < 100; i++) {
    const wait = take();
    assertAlmostEquals(wait, 20, 1e-6);
    at.now += wait;
  }
});

Deno.test("who does not wait is told to wait longer each time", () => {
  const { take } = rig(1, 10);
  take();
  assertAlmostEquals(take(), 100);
  assertAlmostEquals(take(), 200);
  assertAlmostEquals(take(), 300);
});

Deno.test("silence fills the bucket again, to its burst and no further", () => {
  const { at, take } = rig(3, 10);
  for (let i = 0; i < 3; i++) take();
  at.now += 200;
  assertEquals([take(), take()], [0, 0]);
  assertAlmostEquals(take(), 100);
  at.now += 3_600_000;
  assertEquals([take(), take(), take()], [0, 0, 0]);
  assertAlmostEquals(take(), 100);
});

Deno.test("a rate of 0 is unlimited, and the time is never asked for", () => {
  const throttle = new Throttle(1, 0, 0);
  const askForTime = () => {
    throw new Error("The time was asked for");
  };
  for (let i = 0; i < 1000; i++) assertEquals(throttle.take(askForTime), 0);
});

Deno.test("the time is asked for only when the bucket is empty", () => {
  const throttle = new Throttle(2, 10, 0);
  let asked = 0;
  const now = () => {
    asked++;
    return 0;
  };
  throttle.take(now);
  throttle.take(now);
  assertEquals(asked, 0);
  throttle.take(now);
  assertEquals(asked, 1);
});
