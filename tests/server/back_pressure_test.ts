/**
 * Back pressure: which speakers wait for which readers, and for how long, on a clock that the test moves.
 *
 * @module
 */

import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { OutboxMemory } from "../../lib/net/outbox_memory.ts";
import { WriteScheduler } from "../../lib/net/write_scheduler.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import { BackPressure } from "../../lib/server/back_pressure.ts";
import { ChannelFan } from "../../lib/server/channel_fan.ts";
import { type Receiver, Subscriber } from "../../lib/server/subscriber.ts";
import { FakeClock } from "../support/clock.ts";
import { settle } from "../support/within.ts";

/** Bytes after which a channel's readers are looked at again. */
const WATCHED = 64 * 1024;

/** A reader as the back pressure sees one. */
class FakeReader implements Receiver {
  isBacklogged = false;
  isProvenReader = false;
  readonly follower = { needed: 0, wake() {}, copyUnread() {}, skipToEnd() {} };

  send(): void {}
  push(): void {}
  follow(): void {}
  unfollow(): void {}

  whenRoomy(): Promise<void> {
    return Promise.resolve();
  }
}

/** A channel with readers, and a clock that stands still. */
class Rig {
  readonly clock = new FakeClock();
  readonly pressure = new BackPressure(this.clock);
  readonly fan = new ChannelFan(new WriteScheduler(), new OutboxMemory());

  /** A member that is behind, and proven or not. */
  enter(proven: boolean): FakeReader {
    const reader = new FakeReader();
    reader.isBacklogged = true;
    reader.isProvenReader = proven;
    this.fan.add(new Subscriber(reader, cs168.serverCodec()));
    return reader;
  }

  /** So much is said that the readers are looked at. */
  say(bytes = WATCHED): Promise<void> | undefined {
    this.fan.unwatchedBytes += bytes;
    return this.pressure.ofChannel(this.fan);
  }
}

/** Whether `wait` is over by now; nothing to wait for is over. */
async function isOver(wait: Promise<void> | undefined): Promise<boolean> {
  if (wait === undefined) return true;
  let over = false;
  wait.then(() => over = true);
  await settle();
  return over;
}

Deno.test("a channel with a proven reader that is behind holds its speakers until it has caught up", async () => {
  const rig = new Rig();
  const [behind, other] = [rig.enter(true), rig.enter(true)];
  other.isBacklogged = false;
  const wait = rig.say();
  assertEquals(await isOver(wait), false);
  rig.clock.advance(60_000 / 1000);
  assertEquals(await isOver(wait), false);
  behind.isBacklogged = false;
  rig.clock.advance(2);
  assertEquals(await isOver(wait), true);
  assertEquals([rig.say(), rig.clock.timers], [undefined, 0]);
});

Deno.test("nobody waits where all readers keep up", () => {
  const rig = new Rig();
  for (let i = 0; i < 3; i++) rig.enter(true).isBacklogged = false;
  assertEquals([rig.say(), rig.say(), rig.clock.timers], [undefined, undefined, 0]);
});

Deno.test("the readers are looked at once in 64 KiB, and a hold counts for all who speak meanwhile", async () => {
  const rig = new Rig();
  const behind = rig.enter(true);
  assertEquals(rig.say(WATCHED - 1), undefined);
  const first = rig.say(1);
  assert(first !== undefined);
  assertStrictEquals(rig.say(1), first);
  assertStrictEquals(rig.say(WATCHED), first);
  behind.isBacklogged = false;
  rig.clock.advance(2);
  assertEquals(await isOver(first), true);
  assertEquals(rig.say(1), undefined);
});

Deno.test("a reader that is not proven holds a channel for 0.5 s, and again only after 10 s", async () => {
  const rig = new Rig();
  rig.enter(false);
  const wait = rig.say();
  rig.clock.advance(498);
  assertEquals(await isOver(wait), false);
  rig.clock.advance(4);
  assertEquals(await isOver(wait), true);
  // At 502 ms; the hold began at 0.
  for (const passed of [0, 5000, 4498]) {
    rig.clock.advance(passed);
    assertEquals(rig.say(), undefined, `at ${rig.clock.now()} ms`);
  }
  rig.clock.advance(1);
  const again = rig.say();
  assertEquals([rig.clock.now(), await isOver(again)], [10_001, false]);
  rig.clock.advance(502);
  assertEquals(await isOver(again), true);
});

Deno.test("a row of readers that are not proven holds a channel no longer than one of them", async () => {
  const rig = new Rig();
  let held = 0;
  let wait: Promise<void> | undefined;
  // A new one is behind every 100 ms, for 10 s.
  for (let i = 0; i < 100; i++) {
    if (i % 5 === 0) rig.enter(false);
    if (await isOver(wait)) wait = rig.say();
    for (let ms = 0; ms < 100; ms += 2) {
      if (wait !== undefined && !await isOver(wait)) held += 2;
      rig.clock.advance(2);
    }
  }
  assert(held <= 510, `${held} ms`);
});

Deno.test("a proven reader that becomes behind during such a hold keeps it", async () => {
  const rig = new Rig();
  rig.enter(false);
  const wait = rig.say();
  const proven = rig.enter(true);
  rig.clock.advance(1500);
  assertEquals(await isOver(wait), false);
  proven.isBacklogged = false;
  rig.clock.advance(2);
  assertEquals(await isOver(wait), true);
});

Deno.test("the only reader that is behind leaves: nobody waits any more", async () => {
  const rig = new Rig();
  rig.enter(true);
  const [subscriber] = rig.fan.subscribers;
  const wait = rig.say();
  rig.fan.delete(subscriber as Subscriber);
  rig.clock.advance(2);
  assertEquals(await isOver(wait), true);
});

Deno.test("channels are held one by one", async () => {
  const rig = new Rig();
  rig.enter(true);
  const other = new ChannelFan(new WriteScheduler(), new OutboxMemory());
  const reader = new FakeReader();
  other.add(new Subscriber(reader, cs168.serverCodec()));
  const wait = rig.say();
  other.unwatchedBytes = WATCHED;
  assertEquals(rig.pressure.ofChannel(other), undefined);
  assertEquals(await isOver(wait), false);
  rig.pressure.close();
});

Deno.test("a private message waits for its receiver", async () => {
  const rig = new Rig();
  const [reader, other] = [new FakeReader(), new FakeReader()];
  const [to, elsewhere] = [reader, other].map((each) =>
    new Subscriber(each, cs168.serverCodec())
  ) as [Subscriber, Subscriber];
  assertEquals(rig.pressure.ofReader(to), undefined);
  reader.isBacklogged = reader.isProvenReader = true;
  const wait = rig.pressure.ofReader(to);
  assertEquals([await isOver(wait), rig.pressure.ofReader(elsewhere)], [false, undefined]);
  reader.isBacklogged = false;
  // Whoever speaks next need not wait until somebody looks.
  assertEquals(rig.pressure.ofReader(to), undefined);
  rig.clock.advance(2);
  assertEquals([await isOver(wait), rig.clock.timers], [true, 0]);
});

Deno.test("close ends all waits and leaves no timer", async () => {
  const rig = new Rig();
  const reader = rig.enter(true);
  const waits = [rig.say(), rig.pressure.ofReader(new Subscriber(reader, cs168.serverCodec()))];
  for (const wait of waits) assertEquals(await isOver(wait), false);
  rig.pressure.close();
  for (const wait of waits) assertEquals(await isOver(wait), true);
  assertEquals(rig.clock.timers, 0);
});

Deno.test("readers that keep up are not looked at again before 64 KiB more were said", async () => {
  const rig = new Rig();
  const reader = rig.enter(true);
  reader.isBacklogged = false;
  assertEquals(rig.say(), undefined);
  reader.isBacklogged = true;
  assertEquals(rig.say(WATCHED - 1), undefined);
  assertEquals(await isOver(rig.say(1)), false);
  rig.pressure.close();
});
