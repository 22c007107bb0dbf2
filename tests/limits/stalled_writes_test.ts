/**
 * The write deadline: a peer that takes nothing of what waits for it is given up, one that takes a little
 * now and then is not, and one timer watches all of them.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Outbox } from "../../lib/net/outbox.ts";
import { StalledWrites } from "../../lib/net/stalled_writes.ts";
import { frame, meet, Peer } from "../support/cs168.ts";
import { FakeClock } from "../support/clock.ts";
import { TestServer } from "../support/server.ts";
import { ManualTurns, ModelSink } from "../support/sink.ts";

interface Fake {
  readonly name: string;
  pending: number;
  taken: number;
}

function rig(timeout = 1000) {
  const clock = new FakeClock();
  const stalled: string[] = [];
  const writes = new StalledWrites<Fake>(timeout, ({ name }) => void stalled.push(name), clock);
  const watch = (name: string): Fake => {
    const fake = { name, pending: 0, taken: 0 };
    writes.add(fake);
    return fake;
  };
  return { clock, stalled, writes, watch };
}

Deno.test("a reader that takes nothing is given up once, not early and a quarter of the time late at most", () => {
  const { clock, stalled, watch } = rig();
  const alice = watch("alice");
  clock.advance(10_000);
  assertEquals(stalled, []);
  alice.pending = 1;
  clock.advance(999);
  assertEquals(stalled, []);
  clock.advance(501);
  assertEquals(stalled, ["alice"]);
  clock.advance(10_000);
  assertEquals([stalled, clock.timers], [["alice"], 0]);
});

Deno.test("a byte taken, and a moment with nothing waiting, each start the time anew", () => {
  const { clock, stalled, watch } = rig();
  const [alice, bob] = [watch("alice"), watch("bob")];
  alice.pending = bob.pending = 100;
  for (let i = 0; i < 50; i++) {
    clock.advance(450);
    alice.taken++;
    bob.pending = 0;
    clock.advance(300);
    bob.pending = 1;
  }
  assertEquals(stalled, []);
  clock.advance(1500);
  assertEquals(stalled.sort(), ["alice", "bob"]);
});

Deno.test("after a stop of the process a reader that takes nothing has its whole time anew", () => {
  const { clock, stalled, watch } = rig(4000);
  watch("alice").pending = 1;
  clock.advance(3500);
  clock.stop(10_000);
  clock.advance(3999);
  assertEquals(stalled, []);
  clock.advance(1001);
  assertEquals(stalled, ["alice"]);
});

Deno.test("a reader that takes something in the turns after a short stop is not given up", () => {
  for (const takes of [true, false]) {
    const { clock, stalled, watch } = rig();
    const alice = watch("alice");
    alice.pending = 2;
    clock.advance(1100);
    clock.stop(200);
    // The write resolves in a turn between the timer that is due and the end.
    const setTimer = clock.setTimer.bind(clock);
    clock.setTimer = (callback, ms) => {
      if (takes) alice.taken = 1;
      return setTimer(callback, ms);
    };
    clock.advance(0);
    assertEquals(stalled, takes ? [] : ["alice"]);
  }
});

Deno.test("one that is watched no longer leaves the others watched", () => {
  const { clock, stalled, writes, watch } = rig();
  const [alice, bob] = [watch("alice"), watch("bob")];
  alice.pending = bob.pending = 1;
  clock.advance(300);
  writes.delete(alice);
  clock.advance(2000);
  assertEquals(stalled, ["bob"]);
});

Deno.test("one timer watches a thousand, and none is left when nobody is watched", () => {
  const { clock, stalled, writes, watch } = rig();
  const all = Array.from({ length: 1000 }, (_, i) => watch(String(i)));
  assertEquals(clock.timers, 1);
  clock.advance(5000);
  assertEquals(clock.timers, 1);
  for (const each of all) writes.delete(each);
  assertEquals([clock.timers, stalled], [0, []]);
});

Deno.test("an outbox counts what its socket has taken, also of a write that is not finished", async () => {
  const sink = new ModelSink();
  const scheduler = new ManualTurns();
  const outbox = new Outbox({ sink, scheduler, limit: 100, onFailure: () => {} });
  outbox.send(new Uint8Array(10));
  await scheduler.pass();
  assertEquals([outbox.taken, outbox.pending], [0, 10]);
  await sink.accept(3);
  assertEquals([outbox.taken, outbox.pending], [3, 7]);
  await sink.accept();
  assertEquals([outbox.taken, outbox.pending], [10, 0]);
});

Deno.test("a reader that stops is given up though its outbox has room, and the others see it leave", async () => {
  const limits = { commandRate: 0, outboxBytes: 64 * 1024 * 1024, writeTimeout: 1_500 };
  await using server = new TestServer(limits);
  await using alice = await server.enter("alice");
  await using bob = await server.enter("bob");
  await using stalled = (await Peer.enter(server.port, "stalled")).bytes;
  await meet("c", alice, bob);
  await stalled.send(frame("/join c"));
  for (const peer of [alice, bob]) await peer.frames(1);
  // More than the system's own buffers hold, so that bytes wait in the outbox.
  const burst = new Uint8Array(200_000);
  for (let i = 0; i < 1000; i++) burst.set(frame("x"), i * 200);
  const rounds = 80;
  const heard = bob.frames(rounds * 1000 + 1);
  for (let i = 0; i < rounds; i++) await alice.send(burst);
  assertEquals((await heard).filter((text) => text !== "[alice] x"), ["stalled has left"]);
  assertEquals(await alice.frames(1), ["stalled has left"]);
  const line = await server.log.find(/#3 ended: /);
  assert(
    /: took none of \d+ bytes for 1\.5 s \("stalled" from 127\.0\.0\.1:\d+, cs168\)$/.test(line),
    line,
  );
  assertEquals(server.log.count(/ended/), 1);
});
