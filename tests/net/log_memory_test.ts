/**
 * When a log gives the memory of its segments back: as soon as every follower has passed them, and
 * never while bytes of them are being written.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { BroadcastLog } from "../../lib/net/broadcast_log.ts";
import { Outbox } from "../../lib/net/outbox.ts";
import { WriteScheduler } from "../../lib/net/write_scheduler.ts";

const CHUNK = 1000;

/** A socket that takes bytes when the test says so, and looks at the memory only then, as a kernel does. */
class Socket {
  readonly outbox: Outbox;
  /** First byte of each chunk that was taken. */
  readonly taken: number[] = [];
  #position = 0;
  #waiting: { bytes: Uint8Array; resolve: (count: number) => void } | undefined;
  #holds = false;

  constructor(scheduler: WriteScheduler) {
    this.outbox = new Outbox({
      scheduler,
      limit: 10_000_000,
      onFailure: () => {},
      sink: {
        write: (bytes) =>
          new Promise((resolve) => {
            this.#waiting = { bytes, resolve };
            if (!this.#holds) this.take();
          }),
      },
    });
  }

  hold(): void {
    this.#holds = true;
  }

  /** Takes `most` bytes of the write that waits. */
  take(most = Infinity): void {
    const { bytes, resolve } = this.#waiting ?? { bytes: new Uint8Array(), resolve: () => {} };
    this.#waiting = undefined;
    const count = Math.min(most, bytes.length);
    for (let i = 0; i < count; i++, this.#position++) {
      if (this.#position % CHUNK === 0) this.taken.push(bytes[i] as number);
    }
    resolve(count);
  }

  release(): void {
    this.#holds = false;
    this.take();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Appends `count` chunks, a turn each; the segments that the log had meanwhile. */
async function fill(log: BroadcastLog, first: number, count: number): Promise<Set<ArrayBuffer>> {
  const memory = new Set<ArrayBuffer>();
  for (let i = 0; i < count; i++) {
    log.append(new Uint8Array(CHUNK).fill(first + i));
    memory.add(log.tail.bytes.buffer);
    await turn();
  }
  return memory;
}

function numbers(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => (first + i) % 256);
}

Deno.test("a segment's memory is given back when all have passed it", async () => {
  const scheduler = new WriteScheduler();
  const log = new BroadcastLog(scheduler);
  const sockets = [new Socket(scheduler), new Socket(scheduler)];
  for (const { outbox } of sockets) outbox.follow(log);
  const memory = await fill(log, 0, 200);
  assert(memory.size >= 4, `${memory.size} segments`);
  const kept = [...memory].filter((each) => !each.detached);
  assertEquals(kept, [log.tail.bytes.buffer]);
  for (const socket of sockets) assertEquals(socket.taken, numbers(0, 200));
});

Deno.test("one that is behind holds what it needs, and gets all of it", async () => {
  const scheduler = new WriteScheduler();
  const log = new BroadcastLog(scheduler);
  const [fast, slow] = [new Socket(scheduler), new Socket(scheduler)];
  fast.outbox.follow(log);
  slow.outbox.follow(log);
  await fill(log, 0, 50);
  slow.hold();
  const memory = await fill(log, 50, 100);
  assertEquals([...memory].filter((each) => each.detached), []);
  // One write after the other, to the end of a segment each, while the log goes on.
  for (let i = 0; i < 5; i++) {
    slow.take();
    await fill(log, 150 + 10 * i, 10);
  }
  slow.release();
  while (slow.outbox.pending > 0) await turn();
  await fill(log, 200, 1);
  assertEquals([...memory].filter((each) => !each.detached), []);
  for (const socket of [fast, slow]) assertEquals(socket.taken, numbers(0, 201));
});

const endings: Record<string, (outbox: Outbox, other: BroadcastLog) => void> = {
  "goes": (outbox) => outbox.unfollow(),
  "follows another log": (outbox, other) => outbox.follow(other),
};

for (const [what, end] of Object.entries(endings)) {
  Deno.test(`who ${what} during a short write is given the rest of it`, async () => {
    const scheduler = new WriteScheduler();
    const log = new BroadcastLog(scheduler);
    const other = new BroadcastLog(scheduler);
    const [stays, goes, reader] = [
      new Socket(scheduler),
      new Socket(scheduler),
      new Socket(scheduler),
    ];
    for (const { outbox } of [stays, goes]) outbox.follow(log);
    reader.outbox.follow(other);
    // Far ahead of the other, so that a position of the one would mean nothing in the other.
    await fill(log, 0, 300);
    goes.hold();
    await fill(log, 300, 1);
    goes.take(CHUNK / 2);
    end(goes.outbox, other);
    await fill(log, 301, 100);
    await fill(other, 0, 50);
    goes.release();
    while (goes.outbox.pending > 0) await turn();
    assertEquals(stays.taken, numbers(0, 401));
    assertEquals(reader.taken, numbers(0, 50));
    assertEquals(goes.taken, [...numbers(0, 301), ...what === "goes" ? [] : numbers(0, 50)]);
  });
}

Deno.test("one that is closed during a write does not hold the log up, nor lose its bytes", async () => {
  const scheduler = new WriteScheduler();
  const log = new BroadcastLog(scheduler);
  const [stays, closes] = [new Socket(scheduler), new Socket(scheduler)];
  for (const { outbox } of [stays, closes]) outbox.follow(log);
  closes.hold();
  await fill(log, 0, 1);
  closes.outbox.close();
  const memory = await fill(log, 1, 100);
  closes.take();
  assertEquals(closes.taken, [0], "the write under way still has its bytes");
  assertEquals(stays.taken, numbers(0, 101));
  const later = [...memory].slice(1);
  assertEquals(later.filter((each) => !each.detached), [log.tail.bytes.buffer]);
});
