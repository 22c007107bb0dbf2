/**
 * The token bucket, on a fake clock, and what a connection and its address pay together.
 *
 * @module
 */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { TokenBucket } from "../../lib/server/token_bucket.ts";
import { Work } from "../../lib/server/work.ts";
import { FakeClock } from "../support/clock.ts";

function rig(burst: number, rate: number) {
  const clock = new FakeClock();
  clock.advance(1000);
  const bucket = new TokenBucket(burst, rate, clock);
  return { clock, bucket, take: () => bucket.take() };
}

/** A clock that must not be read. */
class Untouchable extends FakeClock {
  reads = 0;

  override now(): number {
    this.reads++;
    return 0;
  }
}

Deno.test("a burst passes at once, the next command has to wait for its token", () => {
  const { take } = rig(3, 10);
  assertEquals([take(), take(), take()], [0, 0, 0]);
  assertAlmostEquals(take(), 100);
});

Deno.test("a caller that waits its time gets one command after the other at the rate", () => {
  const { clock, take } = rig(2, 50);
  take();
  take();
  for (let i = 0; i < 100; i++) {
    const wait = take();
    assertAlmostEquals(wait, 20, 1e-6);
    clock.advance(wait);
  }
});

Deno.test("silence fills the bucket again, to its burst and no further", () => {
  const { clock, take } = rig(3, 10);
  for (let i = 0; i < 3; i++) take();
  clock.advance(200);
  assertEquals([take(), take()], [0, 0]);
  assertAlmostEquals(take(), 100);
  clock.advance(3_600_000);
  assertEquals([take(), take(), take()], [0, 0, 0]);
  assertAlmostEquals(take(), 100);
});

Deno.test("a rate of 0 is unlimited, and the clock is never read", () => {
  const clock = new Untouchable();
  const bucket = new TokenBucket(1, 0, clock);
  for (let i = 0; i < 1000; i++) assertEquals(bucket.take(), 0);
  assertEquals([bucket.wait, bucket.isFull, clock.reads], [0, true, 0]);
});

Deno.test("the clock is read only when the bucket runs empty", () => {
  const clock = new Untouchable();
  const bucket = new TokenBucket(100, 10, clock);
  clock.reads = 0;
  for (let i = 0; i < 99; i++) bucket.take();
  assertEquals([bucket.wait, clock.reads], [0, 0]);
  bucket.take();
  assertEquals([bucket.wait, clock.reads], [0, 1]);
});

Deno.test("the wait is that of the debt, takes nothing, and a paid bucket is full again", () => {
  const { clock, bucket } = rig(2, 10);
  assert(bucket.isFull);
  bucket.take(3);
  assertAlmostEquals(bucket.wait, 100);
  assertAlmostEquals(bucket.wait, 100);
  clock.advance(100);
  assertEquals([bucket.wait, bucket.isFull], [0, false]);
  clock.advance(200);
  assert(bucket.isFull);
});

Deno.test("whatever is taken whenever, a burst and the rate is the most that passes", () => {
  const step = fc.record({ pass: fc.nat(500), cost: fc.integer({ min: 1, max: 5 }) });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const { clock, bucket } = rig(10, 20);
    const begin = clock.now();
    let taken = 0;
    for (const { pass, cost } of steps) {
      clock.advance(pass);
      if (bucket.wait > 0) continue;
      bucket.take(cost);
      taken += cost;
      // The last one may have been on credit.
      const most = 10 + ((clock.now() - begin) / 1000) * 20 + 5;
      assert(taken <= most, `${taken} of ${most}`);
    }
  }));
});

Deno.test("a connection and its address both pay, and the larger wait counts", () => {
  const clock = new FakeClock();
  const address = new TokenBucket(10, 100, clock);
  const first = new Work(new TokenBucket(5, 10, clock), address);
  const second = new Work(new TokenBucket(100, 10, clock), address);
  assertEquals(first.take(5), 0);
  assertAlmostEquals(first.take(1), 100);
  assertEquals(second.take(4), 0);
  // It has tokens itself; the address has none.
  assertAlmostEquals(second.take(2), 20);
});
