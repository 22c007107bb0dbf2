/**
 * The write scheduler: how many outboxes begin a write in one turn of the event loop, and in which order. What comes
 * before what of several addresses: `write_lane_test.ts`.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  LEAST_WRITES_BETWEEN_POLLS,
  LONGEST_WITHOUT_POLL_MS,
  MAX_WRITES,
  MOST_PATIENCE,
  WriteScheduler,
} from "../../lib/net/write_scheduler.ts";
import { HeldImmediates } from "../support/held_immediates.ts";

Deno.test("a turn begins at most 64 writes, and the others follow in the order of asking", () => {
  using immediates = new HeldImmediates();
  const scheduler = new WriteScheduler();
  const flushed: number[] = [];
  for (let i = 0; i < 150; i++) scheduler.add({ flush: () => void flushed.push(i) });
  assertEquals(MAX_WRITES, 64);
  assertEquals([flushed.length, immediates.waiting], [0, 1]);
  const begun: number[] = [];
  while (immediates.waiting > 0) {
    immediates.pass();
    begun.push(flushed.length);
  }
  assertEquals(begun, [64, 128, 150]);
  assertEquals(flushed, Array.from({ length: 150 }, (_, i) => i));
});

Deno.test("only one turn is asked for at a time, and none when nobody waits", () => {
  using immediates = new HeldImmediates();
  const scheduler = new WriteScheduler();
  const outbox = { flush: () => {} };
  assertEquals(immediates.waiting, 0);
  for (let i = 0; i < 10; i++) scheduler.add(outbox);
  assertEquals(immediates.waiting, 1);
  immediates.pass();
  assertEquals(immediates.waiting, 0);
  scheduler.add(outbox);
  assertEquals(immediates.waiting, 1);
});

Deno.test("an outbox that asks again while it is flushed comes after those that wait", () => {
  using immediates = new HeldImmediates();
  const scheduler = new WriteScheduler();
  const flushed: string[] = [];
  const greedy = {
    flush: () => {
      flushed.push("greedy");
      if (flushed.length < 300) scheduler.add(greedy);
    },
  };
  scheduler.add(greedy);
  for (let i = 0; i < 100; i++) scheduler.add({ flush: () => void flushed.push("other") });
  while (immediates.waiting > 0) immediates.pass();
  assertEquals(flushed.slice(0, 102), [
    "greedy",
    ...Array<string>(100).fill("other"),
    "greedy",
  ]);
});

Deno.test("an outbox that asks again in its turn is not flushed twice in that turn", () => {
  using immediates = new HeldImmediates();
  const scheduler = new WriteScheduler();
  let flushes = 0;
  const outbox = {
    flush: () => {
      flushes++;
      scheduler.add(outbox);
    },
  };
  scheduler.add(outbox);
  for (let turn = 1; turn <= 5; turn++) {
    immediates.pass();
    assertEquals(flushes, turn);
  }
});

Deno.test("replies alone are written as other writes are", () => {
  using immediates = new HeldImmediates();
  const scheduler = new WriteScheduler();
  let writes = 0;
  scheduler.addReply({ flush: () => void writes++ });
  immediates.pass();
  assertEquals([writes, immediates.waiting], [1, 0]);
  for (let i = 0; i < 99; i++) scheduler.addReply({ flush: () => void writes++ });
  immediates.pass();
  assertEquals([writes, immediates.waiting], [1 + MAX_WRITES, 1]);
  immediates.pass();
  assertEquals([writes, immediates.waiting], [100, 0]);
});

/** Answers a request for a poll when the test says so. */
class HeldPoll {
  requests = 0;
  #next: (() => void) | undefined;

  request(next: () => void): void {
    assertEquals(this.#next, undefined, "one request at a time");
    this.requests++;
    this.#next = next;
  }

  answer(): void {
    const next = this.#next;
    this.#next = undefined;
    next?.();
  }
}

/** A scheduler that asks for polls, and for which no time is long. */
function polled() {
  const poll = new HeldPoll();
  return { poll, scheduler: new WriteScheduler(poll, () => 0) };
}

/** Runs turns and polls until nothing is left; the writes begun between two polls. */
function writesBetweenPolls(
  immediates: HeldImmediates,
  poll: HeldPoll,
  writes: () => number,
  onPoll: () => void = () => {},
): number[] {
  const spans: number[] = [];
  let before = writes();
  for (let seen = poll.requests;;) {
    immediates.pass();
    if (poll.requests > seen) {
      seen = poll.requests;
      spans.push(writes() - before);
      before = writes();
      onPoll();
      poll.answer();
    } else if (immediates.waiting === 0) {
      spans.push(writes() - before);
      return spans;
    }
  }
}

Deno.test("a long queue is interrupted a third of it at a time, in turns of at most 64 writes", () => {
  using immediates = new HeldImmediates();
  const { poll, scheduler } = polled();
  let writes = 0;
  for (let i = 0; i < 1000; i++) scheduler.add({ flush: () => void writes++ });
  // Each poll finds something new to be sent.
  const found = () => scheduler.addLog({ flush: () => {} });
  const spans = writesBetweenPolls(immediates, poll, () => writes, found);
  assertEquals(spans.slice(0, 3), [334, 222, 148]);
  assert(spans.every((span, i) => span >= LEAST_WRITES_BETWEEN_POLLS || i === spans.length - 1));
  assertEquals(writes, 1000);
});

Deno.test("a queue shorter than the least distance is not interrupted", () => {
  using immediates = new HeldImmediates();
  const { poll, scheduler } = polled();
  let writes = 0;
  for (let i = 0; i < LEAST_WRITES_BETWEEN_POLLS; i++) {
    scheduler.add({ flush: () => void writes++ });
  }
  while (immediates.waiting > 0) immediates.pass();
  assertEquals([writes, poll.requests], [LEAST_WRITES_BETWEEN_POLLS, 0]);
});

Deno.test("a log that has to wake its followers waits for no poll", () => {
  using immediates = new HeldImmediates();
  const { poll, scheduler } = polled();
  const flushed: string[] = [];
  const log = { flush: () => void flushed.push("log") };
  for (let i = 1; i <= LEAST_WRITES_BETWEEN_POLLS; i++) {
    const isLast = i === LEAST_WRITES_BETWEEN_POLLS;
    scheduler.add({ flush: () => isLast && scheduler.addLog(log) });
  }
  immediates.pass();
  assertEquals([flushed, immediates.waiting, poll.requests], [[], 1, 0]);
  immediates.pass();
  assertEquals([flushed, immediates.waiting, poll.requests], [["log"], 0, 0]);
});

Deno.test("after a pause the first turn needs no poll: sockets have just been read", () => {
  using immediates = new HeldImmediates();
  const poll = new HeldPoll();
  let now = 0;
  const scheduler = new WriteScheduler(poll, () => now);
  now = 10 * LONGEST_WITHOUT_POLL_MS;
  for (let i = 0; i < 300; i++) scheduler.add({ flush: () => {} });
  immediates.pass();
  assertEquals([immediates.waiting, poll.requests], [1, 0]);
});

Deno.test("polls that find nothing are made more seldom, up to a bound, until one finds something", () => {
  using immediates = new HeldImmediates();
  const { poll, scheduler } = polled();
  let writes = 0;
  const again = { flush: () => void (++writes < 12_000 && scheduler.add(again)) };
  for (let i = 0; i < 30; i++) scheduler.add(again);
  let polls = 0;
  const spans = writesBetweenPolls(immediates, poll, () => writes, () => {
    if (++polls === 9) scheduler.addLog({ flush: () => {} });
  });
  const least = LEAST_WRITES_BETWEEN_POLLS;
  const doubled = [1, 2, 4, 8, 16, 32, MOST_PATIENCE, MOST_PATIENCE, MOST_PATIENCE];
  assertEquals(spans.slice(0, 11), [...doubled, 1, 2].map((times) => times * least));
});

Deno.test("one that throws in a turn with polls does not hold the others up", () => {
  using immediates = new HeldImmediates();
  const { poll, scheduler } = polled();
  let writes = 0;
  scheduler.add({
    flush: () => {
      throw new Error("fault");
    },
  });
  for (let i = 0; i < 99; i++) scheduler.add({ flush: () => void writes++ });
  assertThrows(() => immediates.pass(), Error, "fault");
  writesBetweenPolls(immediates, poll, () => writes);
  assertEquals(writes, 99);
});

Deno.test("however rare polls have become, sockets are read after 2 ms of writing", () => {
  using immediates = new HeldImmediates();
  const poll = new HeldPoll();
  let now = 0;
  const scheduler = new WriteScheduler(poll, () => now);
  // Each turn takes half a millisecond.
  const turn = { flush: () => void (now += 0.5 / MAX_WRITES) };
  let writes = 0;
  const again = { flush: () => (turn.flush(), ++writes < 50_000 && scheduler.add(again)) };
  for (let i = 0; i < 2000; i++) scheduler.add(again);
  const spans = writesBetweenPolls(immediates, poll, () => writes);
  const longest = MAX_WRITES * (LONGEST_WITHOUT_POLL_MS / 0.5);
  assertEquals(spans.slice(-5, -1), Array(4).fill(longest));
});

Deno.test("a reply waits for one other write, however many there are, and keeps none of them waiting long", () => {
  using immediates = new HeldImmediates();
  const scheduler = new WriteScheduler();
  const flushed: string[] = [];
  for (let i = 0; i < 500; i++) scheduler.add({ flush: () => void flushed.push("fan-out") });
  immediates.pass();
  for (let i = 0; i < 100; i++) {
    scheduler.addReply({ flush: () => void flushed.push(`reply ${i}`) });
  }
  immediates.pass();
  const turn = flushed.slice(MAX_WRITES);
  assert(turn.slice(0, 2).includes("reply 0"));
  assertEquals(turn.filter((each) => each === "fan-out").length, MAX_WRITES / 2);
  while (immediates.waiting > 0) immediates.pass();
  assertEquals(
    flushed.filter((each) => each !== "fan-out"),
    Array.from({ length: 100 }, (_, i) => `reply ${i}`),
  );
  assertEquals(flushed.length, 600);
});
