/**
 * The outbox: each of the numbered promises in its header. What holds for any sends and writes, outbox_property_test.ts has.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { BroadcastLog } from "../../lib/net/broadcast_log.ts";
import { GAP_MS } from "../../lib/net/outbox.ts";
import { OutboxRig } from "../support/sink.ts";
import { isResolved, within } from "../support/within.ts";

function bytes(...values: number[]): Uint8Array {
  return new Uint8Array(values);
}

Deno.test("send writes nothing before the outbox has its turn", () => {
  const { outbox, sink, scheduler } = new OutboxRig();
  outbox.send(bytes(1));
  assertEquals([sink.writes, scheduler.waiting, outbox.pending], [0, 1, 1]);
});

Deno.test("everything sent in a turn goes out in one write, in order", async () => {
  const { outbox, sink, scheduler } = new OutboxRig();
  outbox.send(bytes(1, 2));
  outbox.send(bytes(3));
  outbox.send(bytes(4, 5));
  assertEquals(scheduler.waiting, 1);
  await scheduler.pass();
  assertEquals([sink.writes, sink.offered], [1, 5]);
  await sink.accept();
  assertEquals(sink.taken, [1, 2, 3, 4, 5]);
  assertEquals([outbox.pending, scheduler.waiting], [0, 0]);
});

Deno.test("no bytes are nothing: they do not end a write, and need no turn", async () => {
  const { outbox, sink, scheduler } = new OutboxRig();
  outbox.send(bytes(), "in time");
  assertEquals(scheduler.waiting, 0);
  outbox.send(bytes(1));
  outbox.send(bytes(), true);
  outbox.send(bytes(2));
  await scheduler.pass();
  assertEquals(sink.offered, 2);
  await sink.accept();
  assertEquals([outbox.pending, scheduler.waiting], [0, 0]);
});

Deno.test("a short write is finished before anything else is written", async () => {
  const { outbox, sink, scheduler } = new OutboxRig();
  outbox.send(bytes(1, 2, 3, 4));
  await scheduler.pass();
  outbox.send(bytes(5, 6));
  await sink.accept(1);
  assertEquals([sink.offered, outbox.pending], [3, 5]);
  await sink.accept(2);
  assertEquals([sink.offered, outbox.pending], [1, 3]);
  await sink.accept();
  assertEquals([sink.offered, scheduler.waiting], [0, 1]);
  await scheduler.pass();
  await sink.accept();
  assertEquals(sink.taken, [1, 2, 3, 4, 5, 6]);
});

Deno.test("a rejected write fails the outbox once, with the reason", async () => {
  const rig = new OutboxRig();
  const { outbox, sink, scheduler } = rig;
  outbox.send(bytes(1));
  await scheduler.pass();
  outbox.send(bytes(2));
  await sink.fail("Broken pipe");
  outbox.send(bytes(3));
  await scheduler.pass();
  assertEquals(rig.reasons, ["write failed: Broken pipe"]);
  assertEquals(sink.writes, 1);
});

Deno.test("every drain resolves when the last byte has been taken, not before, and at once when nothing waits", async () => {
  const { outbox, sink, scheduler } = new OutboxRig();
  await within("a drain of nothing", outbox.drain());
  outbox.send(bytes(1, 2));
  const drained = Promise.all([outbox.drain(), outbox.drain()]);
  await scheduler.pass();
  outbox.send(bytes(3));
  await sink.accept(1);
  assertEquals(await isResolved(drained), false);
  await sink.accept();
  await scheduler.pass();
  assertEquals(await isResolved(drained), false);
  await sink.accept();
  assertEquals(await isResolved(drained), true);
  assertEquals(sink.taken, [1, 2, 3]);
});

Deno.test("close drops what waits, ends the drain and reports no failure", async () => {
  const rig = new OutboxRig();
  const { outbox, sink, scheduler } = rig;
  outbox.send(bytes(1));
  const drained = outbox.drain();
  outbox.close();
  assertEquals(await isResolved(drained), true);
  await scheduler.pass();
  outbox.send(bytes(2));
  assertEquals([sink.writes, scheduler.waiting, outbox.pending, rig.failures], [0, 0, 0, []]);
  assertEquals(await isResolved(outbox.drain()), true);
});

Deno.test("a write that ends after close changes nothing more", async () => {
  for (const end of ["taken", "short", "rejected"]) {
    const rig = new OutboxRig();
    const { outbox, sink, scheduler } = rig;
    outbox.send(bytes(1, 2));
    await scheduler.pass();
    outbox.close();
    if (end === "rejected") await sink.fail("Bad resource ID");
    else await sink.accept(end === "short" ? 1 : 2);
    assertEquals([sink.offered, scheduler.waiting, rig.failures], [0, 0, []], end);
  }
});

Deno.test("separate bytes share no write with the bytes between them, nor with later ones", async () => {
  const { outbox, sink, scheduler, clock } = new OutboxRig();
  outbox.send(bytes(1), true);
  outbox.send(bytes(2, 3));
  outbox.send(bytes(4), true);
  await scheduler.pass();
  for (const offered of [1, 2, 1]) {
    assertEquals(sink.offered, offered);
    await sink.accept();
  }
  outbox.send(bytes(5, 6));
  await scheduler.pass();
  assertEquals([sink.offered, clock.timers], [2, 0]);
});

Deno.test("bytes that are separate in time keep a moment apart from what is sent before and after", async () => {
  const { outbox, sink, scheduler, clock } = new OutboxRig();
  outbox.send(bytes(1), "in time");
  outbox.send(bytes(2, 3));
  outbox.send(bytes(4), "in time");
  await scheduler.pass();
  for (const offered of [1, 2, 1]) {
    assertEquals(sink.offered, offered);
    await sink.accept();
    clock.advance(GAP_MS - 1);
    assertEquals(sink.offered, 0);
    clock.advance(1);
  }
  outbox.send(bytes(5, 6));
  await scheduler.pass();
  assertEquals(sink.offered, 2);
});

Deno.test("what is sent in the gap behind separate bytes, or appended to a log, goes out at its end", async () => {
  const { outbox, sink, scheduler, clock } = new OutboxRig();
  const log = new BroadcastLog(scheduler);
  outbox.send(bytes(1), "in time");
  outbox.follow(log);
  await scheduler.pass();
  // A short write is finished at once.
  outbox.send(bytes(2, 2, 2), "in time");
  await sink.accept();
  log.append(bytes(3));
  await scheduler.pass();
  const drained = outbox.drain();
  assertEquals([sink.offered, outbox.pending], [0, 4]);
  clock.advance(GAP_MS);
  await scheduler.pass();
  assertEquals(sink.offered, 3);
  await sink.accept(1);
  assertEquals(sink.offered, 2);
  await sink.accept();
  assertEquals(await isResolved(drained), false);
  clock.advance(GAP_MS);
  await scheduler.pass();
  await sink.accept();
  assertEquals([sink.taken, clock.timers], [[1, 2, 2, 2, 3], 0]);
  await within("the drain", drained);
});

Deno.test("an outbox that is closed in a gap leaves no timer", async () => {
  const { outbox, sink, scheduler, clock } = new OutboxRig();
  outbox.send(bytes(1), "in time");
  await scheduler.pass();
  await sink.accept();
  assertEquals(clock.timers, 1);
  outbox.close();
  assertEquals(clock.timers, 0);
});

Deno.test("bytes in flight stay untouched after a burst whose buffer was freed", async () => {
  const { outbox, sink, scheduler } = new OutboxRig(1024 * 1024);
  for (const sent of [bytes(1), new Uint8Array(100 * 1024)]) {
    outbox.send(sent);
    await scheduler.pass();
    await sink.accept();
  }
  outbox.send(bytes(2));
  await scheduler.pass();
  outbox.send(bytes(3));
  await sink.accept();
  assertEquals(sink.taken.at(-1), 2);
});

Deno.test("a reply is asked for as one, once and also behind what many receive; the next push is none", async () => {
  const { outbox, sink, scheduler } = new OutboxRig();
  outbox.push(bytes(1));
  assertEquals([scheduler.waiting, scheduler.replies], [1, 0]);
  outbox.send(bytes(2));
  outbox.send(bytes(3));
  outbox.push(bytes(4));
  assertEquals([scheduler.waiting, scheduler.replies], [2, 1]);
  await scheduler.pass();
  await sink.accept();
  outbox.push(bytes(5));
  assertEquals([scheduler.waiting, scheduler.replies], [1, 1]);
  await scheduler.pass();
  await sink.accept();
  assertEquals(sink.taken, [1, 2, 3, 4, 5]);
});
