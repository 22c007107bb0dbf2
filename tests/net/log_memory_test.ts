/**
 * When a log gives the memory of its segments back: as soon as every follower has passed them, and
 * never while bytes of them are being written.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { BroadcastLog } from "../../lib/net/broadcast_log.ts";
import type { Outbox } from "../../lib/net/outbox.ts";
import { WriteScheduler } from "../../lib/net/write_scheduler.ts";
import { Reader } from "../support/sink.ts";
import { turn } from "../support/within.ts";

const CHUNK = 1000;

/** The text of chunk number `i`. */
function chunk(i: number): string {
  return `${i}`.padStart(CHUNK, ".");
}

function chunks(first: number, count: number): string {
  return Array.from({ length: count }, (_, i) => chunk(first + i)).join("");
}

/** Appends `count` chunks, a turn each; the segments that the log had meanwhile. */
async function fill(log: BroadcastLog, first: number, count: number): Promise<Set<ArrayBuffer>> {
  const memory = new Set<ArrayBuffer>();
  for (let i = 0; i < count; i++) {
    log.append(new TextEncoder().encode(chunk(first + i)));
    memory.add(log.tail.bytes.buffer);
    await turn();
  }
  return memory;
}

/** Two logs, of which two readers follow the first and one the other. */
function rig() {
  const scheduler = new WriteScheduler();
  const [log, other] = [new BroadcastLog(scheduler), new BroadcastLog(scheduler)];
  const [one, two, elsewhere] = [
    new Reader(scheduler),
    new Reader(scheduler),
    new Reader(scheduler),
  ];
  for (const { outbox } of [one, two]) outbox.follow(log);
  elsewhere.outbox.follow(other);
  return { log, other, one, two, elsewhere };
}

function given(memory: Iterable<ArrayBuffer>): ArrayBuffer[] {
  return [...memory].filter(({ detached }) => !detached);
}

Deno.test("a segment's memory is given back when all have passed it", async () => {
  const { log, one, two } = rig();
  const memory = await fill(log, 0, 200);
  assert(memory.size >= 4, `${memory.size} segments`);
  assertEquals(given(memory), [log.tail.bytes.buffer]);
  for (const reader of [one, two]) assertEquals(reader.read, chunks(0, 200));
});

Deno.test("one that is behind holds what it needs, and gets all of it", async () => {
  const { log, one: fast, two: slow } = rig();
  await fill(log, 0, 50);
  slow.allow(0);
  const memory = await fill(log, 50, 100);
  assertEquals(given(memory), [...memory]);
  // One write after the other, to the end of a segment each, while the log goes on.
  for (let i = 0; i < 5; i++) {
    slow.allow(slow.writes.at(-1)?.length ?? 0);
    await fill(log, 150 + 10 * i, 10);
  }
  slow.allow(Infinity);
  while (slow.outbox.pending > 0) await turn();
  await fill(log, 200, 1);
  assertEquals(given(memory), []);
  for (const reader of [fast, slow]) assertEquals(reader.read, chunks(0, 201));
});

const endings: Record<string, (outbox: Outbox, other: BroadcastLog) => void> = {
  "goes": (outbox) => outbox.unfollow(),
  "follows another log": (outbox, other) => outbox.follow(other),
};

for (const [what, end] of Object.entries(endings)) {
  Deno.test(`who ${what} during a short write is given the rest of it`, async () => {
    const { log, other, one: stays, two: goes, elsewhere } = rig();
    // Far ahead of the other, so that a position of the one would mean nothing in the other.
    await fill(log, 0, 300);
    goes.allow(0);
    await fill(log, 300, 1);
    goes.allow(CHUNK / 2);
    end(goes.outbox, other);
    await fill(log, 301, 100);
    await fill(other, 0, 50);
    goes.allow(Infinity);
    while (goes.outbox.pending > 0) await turn();
    assertEquals(stays.read, chunks(0, 401));
    assertEquals(elsewhere.read, chunks(0, 50));
    assertEquals(goes.read, chunks(0, 301) + (what === "goes" ? "" : chunks(0, 50)));
  });
}

Deno.test("one that is closed during a write does not hold the log up, nor lose its bytes", async () => {
  const { log, one: stays, two: closes } = rig();
  closes.allow(0);
  await fill(log, 0, 1);
  closes.outbox.close();
  const memory = await fill(log, 1, 100);
  closes.allow(Infinity);
  await turn();
  assertEquals(closes.read, chunk(0), "the write under way still has its bytes");
  assertEquals(stays.read, chunks(0, 101));
  assertEquals(given([...memory].slice(1)), [log.tail.bytes.buffer]);
});
