/**
 * When a reader counts as slow, as stopped and as roomy: the outbox and the pace of its reader, with a clock
 * that the test sets. A burst alone makes no reader slow, whatever its size.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { ReaderPace } from "../../lib/net/reader_pace.ts";
import { OutboxRig } from "../support/sink.ts";
import { isResolved } from "../support/within.ts";

const LIMIT = 100_000;
const KIB = 1024;

for (const times of [1, 3, 40, 400]) {
  Deno.test(`a burst of ${times} times the limit in one turn closes nobody, and all of it arrives`, async () => {
    const rig = new OutboxRig(1000);
    for (let i = 0; i < times * 10; i++) rig.send(100);
    assertEquals([rig.reasons, rig.outbox.pending], [[], times * 1000]);
    await rig.take(times * 1000);
    assertEquals([rig.reasons, rig.outbox.pending], [[], 0]);
  });
}

/** What waits, in limits; the last millisecond at which the reader is not slow; and how long it has taken nothing then. */
const STOPPED: readonly (readonly [waiting: number, last: number, seconds: string])[] = [
  [LIMIT + 1, 5000, "5.0"],
  [4 * LIMIT - 1, 5000, "5.0"],
  [4 * LIMIT + 1, 500, "0.5"],
];

for (const [waiting, last, seconds] of STOPPED) {
  Deno.test(`a reader of ${waiting} bytes over a limit of ${LIMIT} that takes nothing is closed after ${seconds} s, not sooner`, () => {
    for (const more of [0, 1]) {
      const rig = new OutboxRig(LIMIT);
      const look = () => more === 0 ? rig.outbox.wake() : rig.send(more);
      rig.send(waiting);
      rig.now = last;
      look();
      assertEquals(rig.failures, []);
      rig.now = last + 1;
      look();
      const words = `${waiting + 2 * more} bytes wait, and none was taken for ${seconds} s`;
      assertEquals(rig.failures, [{ kind: "slow", reason: `slow consumer: ${words}` }]);
      assertEquals(rig.outbox.pending, 0);
    }
  });
}

Deno.test("a reader that takes nothing is not closed while its limit is not passed", () => {
  const rig = new OutboxRig(LIMIT);
  rig.send(LIMIT);
  rig.now = 60_000;
  rig.outbox.wake();
  assertEquals(rig.reasons, []);
  rig.send(1);
  assertEquals(rig.failures.length, 1);
});

Deno.test("a slow reader that reads is never closed, however much waits", async () => {
  const rig = new OutboxRig(LIMIT);
  rig.send(3 * LIMIT);
  // 64 KiB a second, in pieces of four seconds: what one write takes on a socket with a large buffer.
  for (let i = 0; i < 7; i++) {
    rig.now += 4000;
    rig.send(1);
    assertEquals(rig.reasons, []);
    await rig.take(4 * 64 * KIB);
    // Once it has shown that it reads, not even 20 times the limit.
    rig.send(20 * LIMIT);
  }
  rig.now += 4999;
  rig.send(1);
  assertEquals(rig.reasons, []);
});

for (const bytesPerSecond of [1, 1000, 64 * KIB - 10]) {
  Deno.test(`a reader that takes ${bytesPerSecond} bytes a second counts as stopped`, async () => {
    const rig = new OutboxRig(LIMIT);
    rig.send(3 * LIMIT);
    for (let i = 0; i < 5 && rig.failures.length === 0; i++) {
      rig.now += 1000;
      await rig.take(Math.min(bytesPerSecond, rig.outbox.pending - LIMIT - 2));
      if (i === 0) assertEquals(rig.outbox.isBacklogged, false, "nobody waits for it");
    }
    rig.now += 1;
    rig.send(10 * KIB);
    assertEquals(rig.failures.map(({ kind }) => kind), ["slow"]);
  });
}

Deno.test("an outbox is backlogged above three quarters of its limit, for 0.5 s at first", () => {
  const rig = new OutboxRig(LIMIT);
  rig.send(0.75 * LIMIT);
  assertEquals(rig.outbox.isBacklogged, false);
  rig.send(1);
  assertEquals([rig.outbox.isBacklogged, rig.outbox.isProvenReader], [true, false]);
  rig.now = 500;
  assertEquals(rig.outbox.isBacklogged, true);
  rig.now = 501;
  assertEquals(rig.outbox.isBacklogged, false, "it has stopped reading: nobody waits for it");
});

Deno.test("a reader that takes what waits is proven, and is waited for twice as long as it needed", async () => {
  const rig = new OutboxRig(LIMIT);
  rig.send(3 * LIMIT);
  rig.now = 1000;
  await rig.take(64 * KIB);
  assertEquals([rig.outbox.isBacklogged, rig.outbox.isProvenReader], [true, true]);
  rig.now = 3000;
  assertEquals(rig.outbox.isBacklogged, true);
  rig.now = 3001;
  assertEquals(rig.outbox.isBacklogged, false);
});

Deno.test("a fast reader is proven by its first progress, a trickle of bytes proves nothing", async () => {
  const [fast, trickle] = [new OutboxRig(LIMIT), new OutboxRig(LIMIT)];
  for (const rig of [fast, trickle]) {
    rig.send(2 * LIMIT);
    rig.now = 100;
  }
  await fast.take(64 * KIB);
  await trickle.take(1);
  assertEquals([fast, trickle].map(({ outbox }) => outbox.isProvenReader), [true, false]);
});

Deno.test("a proof outlasts the time in which nothing waits, the old delay does not count", async () => {
  const rig = new OutboxRig(LIMIT);
  rig.send(LIMIT);
  rig.now = 10;
  await rig.take(LIMIT);
  assertEquals(rig.outbox.isBacklogged, false);
  rig.now = 100_000;
  rig.send(2 * LIMIT);
  assertEquals([rig.outbox.isBacklogged, rig.outbox.isProvenReader], [true, true]);
  assertEquals(rig.reasons, []);
});

Deno.test("whenRoomy resolves at once while there is room", async () => {
  const rig = new OutboxRig(LIMIT);
  rig.send(0.75 * LIMIT);
  assertEquals(await isResolved(rig.outbox.whenRoomy()), true);
});

Deno.test("whenRoomy resolves when a quarter of the limit is free again, not before", async () => {
  const rig = new OutboxRig(LIMIT);
  rig.send(LIMIT);
  const roomy = Promise.all([rig.outbox.whenRoomy(), rig.outbox.whenRoomy()]);
  await rig.take(0.25 * LIMIT - 1);
  assertEquals(await isResolved(roomy), false);
  await rig.take(1);
  assertEquals(await isResolved(roomy), true);
});

Deno.test("whenRoomy resolves when the outbox closes, and when its reader is given up", async () => {
  const [closed, slow] = [new OutboxRig(LIMIT), new OutboxRig(LIMIT)];
  for (const rig of [closed, slow]) rig.send(LIMIT + 1);
  const waits = [closed.outbox.whenRoomy(), slow.outbox.whenRoomy()];
  closed.outbox.close();
  slow.now = 5001;
  slow.send(1);
  for (const wait of waits) assertEquals(await isResolved(wait), true);
});

Deno.test("no reader is waited for longer than 5 s, however slow its last progress was", () => {
  const pace = new ReaderPace(0);
  pace.took(10_000_000, 60_000);
  assertEquals([pace.isReading(65_000), pace.isReading(65_001)], [true, false]);
});

Deno.test("a new beginning keeps what the reader has shown", () => {
  const pace = new ReaderPace(0);
  pace.took(1_000_000, 2000);
  pace.restart(10_000);
  assertEquals([pace.isProven, pace.idle(10_400), pace.isReading(13_999)], [true, 400, true]);
  assertEquals(pace.isReading(14_001), false);
});

Deno.test("what was taken before a new beginning is no progress after it", () => {
  const pace = new ReaderPace(0);
  pace.took(60_000, 1000);
  pace.restart(10_000);
  pace.took(10_000, 11_000);
  assertEquals([pace.isProven, pace.idle(11_000)], [false, 1000]);
});
