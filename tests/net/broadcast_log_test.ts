/**
 * The shared log and the outboxes that follow it: exactly the right bytes, in order, to each, whatever
 * joins, leaves, stalls and short writes there are.
 *
 * @module
 */

import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { BroadcastLog } from "../../lib/net/broadcast_log.ts";
import { WriteScheduler } from "../../lib/net/write_scheduler.ts";
import { Reader } from "../support/sink.ts";
import { turn } from "../support/within.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A log, and so many readers who follow it. */
function followed(count: number, limit = 1_000_000) {
  const scheduler = new WriteScheduler();
  const log = new BroadcastLog(scheduler);
  const readers = Array.from({ length: count }, () => new Reader(scheduler, { limit }));
  for (const { outbox } of readers) outbox.follow(log);
  const tell = (text: string, except?: Reader) => log.append(encoder.encode(text), except?.outbox);
  return { log, readers: readers as [Reader, Reader, Reader], tell };
}

Deno.test("all followers are given the same memory, in one write for all that a turn brought", async () => {
  const { readers, tell } = followed(3);
  for (const text of ["one ", "two ", "three"]) tell(text);
  await turn(4);
  for (const reader of readers) {
    assertEquals(reader.read, "one two three");
    assertEquals(reader.writes.length, 1);
    assertEquals(reader.writes[0]?.buffer, readers[0].writes[0]?.buffer);
  }
});

Deno.test("followers that are level are given one view, and one that is behind its own bytes", async () => {
  const { readers: [first, second, behind], tell } = followed(3);
  const told = async (text: string) => {
    tell(text);
    await turn(4);
  };
  behind.allow(0);
  for (const text of ["one ", "two ", "three "]) await told(text);
  assertEquals(first.writes.map((bytes) => decoder.decode(bytes)), ["one ", "two ", "three "]);
  second.writes.forEach((view, i) => assertStrictEquals(view, first.writes[i]));
  behind.allow(Infinity);
  await turn(4);
  assertEquals(behind.writes.map((bytes) => decoder.decode(bytes)), ["one ", "two three "]);
  assertStrictEquals(behind.writes[0], first.writes[0]);
  // It has caught up, and is level again.
  await told("four");
  for (const reader of [second, behind]) {
    assertStrictEquals(reader.writes.at(-1), first.writes.at(-1));
  }
  for (const reader of [first, second, behind]) assertEquals(reader.read, "one two three four");
});

Deno.test("a view is shared in every segment, and never with bytes of another one", async () => {
  const { readers: [first, second], tell } = followed(2);
  const texts = Array.from({ length: 40 }, (_, i) => `${i}`.padStart(1000, "."));
  for (const text of texts) {
    tell(text);
    await turn(4);
  }
  for (const reader of [first, second]) assertEquals(reader.read, texts.join(""));
  assertEquals(first.writes.length, texts.length);
  first.writes.forEach((view, i) => assertStrictEquals(second.writes[i], view));
  assert(new Set(first.writes.map((view) => view.buffer)).size > 1, "the log has moved on");
});

Deno.test("what a turn brought is one write, also where a segment ends in the middle of it", async () => {
  const { log, readers: [first, second], tell } = followed(2);
  const segments = new Set([log.tail]);
  let told = "";
  for (let i = 0; i < 60; i++) {
    const texts = Array.from({ length: 5 }, (_, j) => `<${i}.${j}>`.padEnd(300, "-"));
    for (const text of texts) {
      // The second one has own bytes when it has spoken, and the rest of the log behind them.
      tell(text, i === 50 ? second : undefined);
      segments.add(log.tail);
    }
    told += texts.join("");
    await turn(4);
  }
  assert(segments.size > 3, "the log has moved on");
  assertEquals(first.read, told);
  assertEquals(first.writes.length, 60);
  assertEquals(second.writes.length, 59);
});

Deno.test("a follower reads from its follow to its unfollow, and what is sent to it alone in between", async () => {
  const { log, readers: [early, late, speaker], tell } = followed(3);
  late.outbox.unfollow();
  tell("a");
  early.outbox.send(encoder.encode("[reply]"));
  late.outbox.follow(log);
  tell("b", speaker);
  early.outbox.unfollow();
  tell("c");
  await turn(4);
  assertEquals([early.read, late.read, speaker.read], ["a[reply]b", "bc", "ac"]);
  assertEquals(log.followerCount, 2);
});

Deno.test("separate bytes are a write of their own", async () => {
  const { readers: [reader], tell } = followed(1);
  tell("a");
  reader.outbox.send(encoder.encode("200"), true);
  tell("b");
  await turn(8);
  assertEquals(reader.writes.map((bytes) => decoder.decode(bytes)), ["a", "200", "b"]);
});

Deno.test("what is larger than a segment is appended whole", async () => {
  const { log, readers: [reader] } = followed(1);
  log.append(new Uint8Array(300 * 1024));
  await turn(4);
  assertEquals(reader.writes.map((bytes) => bytes.length), [300 * 1024]);
});

Deno.test("a follower that takes nothing for 5 s is closed above its limit; the others go on", async () => {
  const { log, readers: [stalled, other], tell } = followed(2, 1000);
  stalled.allow(0);
  let sent = "";
  for (let i = 0; i < 30; i++) {
    const text = String(i).padStart(100, ".");
    sent += text;
    tell(text);
    await turn(3);
  }
  assertEquals(stalled.failure, "", "a burst alone makes nobody slow");
  stalled.now = other.now = 5001;
  tell("!");
  await turn(3);
  assertEquals(stalled.failure, "slow consumer: 3001 bytes wait, and none was taken for 5.0 s");
  assertEquals(log.followerCount, 1);
  assertEquals([other.failure, other.read], ["", `${sent}!`]);
  stalled.allow(Infinity);
  await turn(2);
});

Deno.test("a log that all have read keeps its last segment only, and none of them is large", async () => {
  const { log, readers: [reader] } = followed(1);
  const segments = new Set<unknown>();
  for (let i = 0; i < 600; i++) {
    log.append(new Uint8Array(1000));
    segments.add(log.tail.bytes);
    await turn(2);
  }
  assertEquals(reader.outbox.pending, 0);
  assert(segments.size > 2, "the log has moved on");
  assertEquals(log.tail.next, undefined);
  assert(log.tail.bytes.length <= 256 * 1024);
});

type Step =
  | { do: "append"; log: number; length: number }
  | { do: "speak" | "send" | "separate"; who: number; length: number }
  | { do: "follow"; who: number; log: number }
  | { do: "unfollow"; who: number }
  | { do: "allow"; who: number; bytes: number }
  | { do: "turn"; times: number };

const who = fc.nat(3);
const log = fc.nat(1);
const length = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 9000 }));
const bytes = fc.constantFrom(0, 0, 1, 7, 500, 5000, Infinity);
const told = fc.constantFrom("speak" as const, "send" as const, "separate" as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("append" as const), log, length }) },
  { weight: 3, arbitrary: fc.record({ do: told, who, length }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("follow" as const), who, log }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("unfollow" as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("allow" as const), who, bytes }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("turn" as const), times: fc.nat(3) }) },
);

/** Four readers and two logs, and beside them the model: whom each follows and every byte it must read. */
class Scene {
  readonly readers: Reader[];
  readonly expected = ["", "", "", ""];
  readonly #logs: BroadcastLog[];
  readonly #follows: (number | undefined)[] = [undefined, undefined, undefined, undefined];
  #serial = 0;

  constructor() {
    const scheduler = new WriteScheduler();
    this.#logs = [new BroadcastLog(scheduler), new BroadcastLog(scheduler)];
    this.readers = this.expected.map(() => new Reader(scheduler));
  }

  async do(step: Step): Promise<void> {
    const text = "length" in step ? `<${this.#serial++}>`.padEnd(step.length, "-") : "";
    const bytes = encoder.encode(text);
    if (step.do === "turn") return await turn(step.times);
    if (step.do === "append") {
      this.#logs[step.log]?.append(bytes);
      return this.#tell(step.log, text);
    }
    const reader = this.readers[step.who] as Reader;
    switch (step.do) {
      case "speak": {
        const followed = this.#follows[step.who];
        if (followed === undefined) return;
        this.#logs[followed]?.append(bytes, reader.outbox);
        return this.#tell(followed, text, step.who);
      }
      case "send":
      case "separate":
        reader.outbox.send(bytes, step.do === "separate" && "in time");
        this.expected[step.who] += text;
        return;
      case "follow":
        reader.outbox.follow(this.#logs[step.log] as BroadcastLog);
        this.#follows[step.who] = step.log;
        return;
      case "unfollow":
        reader.outbox.unfollow();
        this.#follows[step.who] = undefined;
        return;
      case "allow":
        return reader.allow(step.bytes);
    }
  }

  #tell(log: number, text: string, but?: number): void {
    this.#follows.forEach((followed, i) => {
      if (followed === log && i !== but) this.expected[i] += text;
    });
  }
}

Deno.test("property: each reads exactly the right bytes, in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const scene = new Scene();
      for (const step of steps) await scene.do(step);
      for (const reader of scene.readers) reader.allow(Infinity);
      await Promise.all(scene.readers.map((reader) => reader.outbox.drain()));
      assertEquals(scene.readers.map((reader) => reader.read), scene.expected);
      assertEquals(scene.readers.map((reader) => reader.outbox.pending), [0, 0, 0, 0]);
    }),
    { numRuns: 400 },
  );
});
