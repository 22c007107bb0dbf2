/**
 * The bound on what waits for all readers together: what is counted, which outboxes are closed, and that
 * the count always returns to zero.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { BroadcastLog } from "../../lib/net/broadcast_log.ts";
import { type MemoryCount, type MemoryUser, OutboxMemory } from "../../lib/net/outbox_memory.ts";
import { WriteScheduler } from "../../lib/net/write_scheduler.ts";
import { Reader } from "../support/sink.ts";
import { settle } from "../support/within.ts";

/** One that takes nothing before it is allowed to. */
function stalled(scheduler: WriteScheduler, memory: MemoryCount): Reader {
  const reader = new Reader(scheduler, { memory });
  reader.allow(0);
  return reader;
}

/** A user of the memory without bytes of its own. */
class FakeUser implements MemoryUser {
  readonly closedAt: number[] = [];
  pending: number;
  readonly #memory: MemoryCount;

  constructor(memory: MemoryCount, pending: number) {
    this.#memory = memory;
    this.pending = pending;
    memory.add(this);
    memory.count(pending);
  }

  closeForMemory(limit: number): void {
    this.closedAt.push(limit);
    this.#memory.delete(this);
    this.#memory.count(-this.pending);
    this.pending = 0;
  }
}

function closed(users: readonly FakeUser[]): boolean[] {
  return users.map(({ closedAt }) => closedAt.length > 0);
}

Deno.test("above the limit the fullest is closed, and only it", async () => {
  const memory = new OutboxMemory(1000);
  const users = [300, 500, 200].map((pending) => new FakeUser(memory, pending));
  await settle();
  assertEquals(closed(users), [false, false, false], "exactly the limit may be used");
  memory.count(1);
  assertEquals(closed(users), [false, false, false], "nobody is closed before the turn ends");
  await settle();
  assertEquals([closed(users), users[1]?.closedAt], [[false, true, false], [1000]]);
  assertEquals(memory.used, 501);
});

Deno.test("the address that holds the most pays, though another has the fullest reader", async () => {
  const memory = new OutboxMemory(1000);
  const crowd = memory.ofAddress();
  const many = Array.from({ length: 20 }, (_, i) => new FakeUser(crowd, 30 + i));
  const one = new FakeUser(memory.ofAddress(), 400);
  for (let i = 0; i < 4; i++) await settle();
  assertEquals(closed([one]), [false]);
  // The fullest of the crowd, as many as it takes.
  assertEquals(closed(many), many.map((_, i) => i >= 16));
  assert(memory.used <= 1000);
  for (const user of many) user.closeForMemory(0);
  // Alone above the limit, it pays itself.
  memory.count(700);
  for (let i = 0; i < 4; i++) await settle();
  assertEquals(closed([one]), [true]);
});

Deno.test("readers of one log weigh what the log does, however many of an address they are", async () => {
  const memory = new OutboxMemory(1000);
  // Three hundred wait for the same 300 bytes, which stand in a log.
  const classroom = memory.ofAddress();
  const readers = Array.from({ length: 300 }, () => {
    const user = new FakeUser(classroom, 300);
    classroom.count(-300);
    return user;
  });
  memory.count(300);
  const crowd = memory.ofAddress();
  const many = Array.from({ length: 16 }, () => new FakeUser(crowd, 50));
  await settle();
  assertEquals([closed(readers).includes(true), closed(many).includes(true)], [false, true]);
});

Deno.test("when half of the limit is used, nobody keeps a buffer in which nothing waits", async () => {
  const scheduler = new WriteScheduler();
  const memory = new OutboxMemory(500_000);
  const address = memory.ofAddress();
  const readers = Array.from({ length: 20 }, () => stalled(scheduler, address));
  for (const reader of readers) {
    reader.allow(Infinity);
    reader.outbox.send(new Uint8Array(60_000));
    await reader.outbox.drain();
  }
  assert(memory.used > 200_000 && memory.used <= 300_000, `${memory.used} bytes`);
  for (const { outbox } of readers) outbox.close();
  assertEquals(memory.used, 0);
});

Deno.test("the next fullest follow until it is enough", async () => {
  const memory = new OutboxMemory(1000);
  const users = [900, 5000, 300, 2000].map((pending) => new FakeUser(memory, pending));
  for (let i = 0; i < 4; i++) await settle();
  assertEquals(closed(users), [true, true, false, true]);
  assertEquals(memory.used, 300);
});

Deno.test("readers that hold the same memory are closed together", async () => {
  const memory = new OutboxMemory(1000);
  const users = [100, 95, 91, 89].map((pending) => new FakeUser(memory, pending));
  // All of it stands in a log, which none of them frees alone.
  memory.count(5000);
  setImmediate(() => setImmediate(() => memory.count(-5000)));
  await settle();
  assertEquals(closed(users), [true, true, true, false]);
});

Deno.test("a user that has nothing waiting is never closed", async () => {
  const memory = new OutboxMemory(1000);
  const user = new FakeUser(memory, 0);
  memory.count(2000);
  await settle();
  assertEquals(closed([user]), [false]);
});

Deno.test("a burst that is gone when the turn ends closes nobody", async () => {
  const memory = new OutboxMemory(1000);
  const user = new FakeUser(memory, 500);
  memory.count(600);
  memory.count(-600);
  await settle();
  assertEquals(closed([user]), [false]);
});

Deno.test("what fifty readers of a log have in common counts once, and is freed with the last of them", async () => {
  const scheduler = new WriteScheduler();
  const memory = new OutboxMemory();
  const log = new BroadcastLog(scheduler, memory);
  const readers = Array.from({ length: 50 }, () => stalled(scheduler, memory));
  for (const { outbox } of readers) outbox.follow(log);
  for (let i = 0; i < 100; i++) {
    log.append(new Uint8Array(10_000));
    await settle();
  }
  for (const { outbox } of readers) assertEquals(outbox.pending, 1_000_000);
  assert(memory.used >= 1_000_000 && memory.used < 1_600_000, `${memory.used} bytes`);
  for (const { outbox } of readers.slice(1)) outbox.close();
  await settle();
  assert(memory.used >= 1_000_000, `${memory.used} bytes`);
  readers[0]?.outbox.close();
  await settle();
  assertEquals(memory.used, 0);
});

Deno.test("a large buffer is given back when a write has emptied it, a small one is kept", async () => {
  const scheduler = new WriteScheduler();
  const memory = new OutboxMemory();
  const reader = stalled(scheduler, memory);
  reader.allow(Infinity);
  reader.outbox.send(new Uint8Array(500_000));
  assertEquals(memory.used, 500_000);
  await reader.outbox.drain();
  assertEquals(memory.used, 0);
  reader.outbox.send(new Uint8Array(2000));
  await reader.outbox.drain();
  assertEquals(memory.used, 2000);
  reader.outbox.close();
  assertEquals(memory.used, 0);
});

Deno.test("bytes in flight of a log that is not followed any more count until they are written", async () => {
  const scheduler = new WriteScheduler();
  const memory = new OutboxMemory();
  const log = new BroadcastLog(scheduler, memory);
  const reader = stalled(scheduler, memory);
  reader.outbox.follow(log);
  log.append(new Uint8Array(200_000));
  await settle();
  reader.outbox.unfollow();
  assertEquals(memory.used, 200_000);
  reader.allow(Infinity);
  await reader.outbox.drain();
  assertEquals(memory.used, 0);
});

type Step =
  | { readonly do: "send"; readonly who: number; readonly length: number }
  | { readonly do: "append"; readonly log: number; readonly length: number }
  | { readonly do: "follow"; readonly who: number; readonly log: number }
  | { readonly do: "unfollow" | "close"; readonly who: number }
  | { readonly do: "allow"; readonly who: number; readonly bytes: number }
  | { readonly do: "turn" };

const who = fc.nat(3);
const log = fc.nat(1);
const length = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 90_000 }));
const bytes = fc.constantFrom(0, 1, 5000, 100_000, Infinity);

const STEP: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("send" as const), who, length }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("append" as const), log, length }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("follow" as const), who, log }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("unfollow" as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("close" as const), who }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("allow" as const), who, bytes }) },
  { weight: 3, arbitrary: fc.constant<Step>({ do: "turn" }) },
);

/** What an outbox keeps between writes, and the spare room of buffers that have grown. */
const KEPT = 4 * 64 * 1024;

Deno.test("property: what is counted is what is held, and nothing when all have closed", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(STEP, { maxLength: 60 }), async (steps) => {
      const scheduler = new WriteScheduler();
      const memory = new OutboxMemory();
      const logs = [new BroadcastLog(scheduler, memory), new BroadcastLog(scheduler, memory)];
      const readers = [0, 1, 2, 3].map(() => stalled(scheduler, memory));
      const isOpen = [true, true, true, true];
      for (const step of steps) {
        if (step.do === "turn") await settle();
        else if (step.do === "append") {
          // Nobody appends to a log without followers.
          const log = logs[step.log] as BroadcastLog;
          if (log.followerCount > 0) log.append(new Uint8Array(step.length));
        } else {
          const { outbox } = readers[step.who] as Reader;
          if (step.do === "send") outbox.send(new Uint8Array(step.length));
          else if (step.do === "follow") outbox.follow(logs[step.log] as BroadcastLog);
          else if (step.do === "unfollow") outbox.unfollow();
          else if (step.do === "allow") readers[step.who]?.allow(step.bytes);
          else {
            outbox.close();
            isOpen[step.who] = false;
          }
        }
        const waiting = readers.reduce((sum, { outbox }) => sum + outbox.pending, 0);
        assert(memory.used >= 0, `${memory.used} bytes`);
        if (isOpen.includes(true)) assert(memory.used <= 3 * waiting + 8 * KEPT + 2 * 256 * 1024);
      }
      // An outbox that follows nothing holds at least its own waiting bytes.
      for (const { outbox } of readers) outbox.unfollow();
      await settle();
      const own = readers.reduce((sum, { outbox }) => sum + outbox.pending, 0);
      assert(memory.used >= own, `${memory.used} bytes are counted, ${own} wait`);
      for (const reader of readers) reader.allow(Infinity);
      await settle();
      for (const { outbox } of readers) outbox.close();
      await settle();
      assertEquals(memory.used, 0);
    }),
    { numRuns: 200 },
  );
});
