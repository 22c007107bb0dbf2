/**
 * A connection over a real socket: reading, the ways it ends, and that each of them ends it once.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Connection, type ConnectionOptions } from "../../lib/net/connection.ts";
import { connect } from "../../lib/net/tcp.ts";
import { formatAddress, type Transport } from "../../lib/net/transport.ts";
import { FarServer, frame, type Peer } from "../support/cs168.ts";
import { FarSocket } from "../support/far_socket.ts";
import { FakeClock } from "../support/clock.ts";
import { HeldPoll } from "../support/poll.ts";
import { settle, within } from "../support/within.ts";

/** Milliseconds that no test waits for. */
const AN_HOUR = 3_600_000;

/** A connection and the peer at its other end. */
class Pair implements AsyncDisposable {
  readonly near: Connection;
  readonly far: Peer;

  private constructor(near: Connection, far: Peer) {
    this.near = near;
    this.far = far;
  }

  static async open(options?: ConnectionOptions): Promise<Pair> {
    await using server = new FarServer();
    const near = await connect("127.0.0.1", server.port, options);
    return new Pair(near, await server.accept());
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.near.close("end of the test");
    this.far.close();
    return Promise.resolve();
  }
}

/** A connection whose peer can reset it. */
async function openResettable(): Promise<{ near: Connection; far: FarSocket }> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const far = await FarSocket.connect(listener.addr.port);
  return { near: new Connection(await listener.accept()), far };
}

/** Consumes until `near` ends; resolves to all that was read. */
async function readAll(near: Connection): Promise<number[]> {
  const read: number[] = [];
  for await (const ring of near) {
    read.push(...ring.view(ring.length));
    ring.consume(ring.length);
  }
  return read;
}

Deno.test("the iterator yields what has come, and ends with the stream", async () => {
  await using pair = await Pair.open();
  await pair.far.send(new Uint8Array([1, 2, 3]));
  const iterator = pair.near[Symbol.asyncIterator]();
  const first = await within("a read", iterator.next());
  assert(first.value === pair.near.ring);
  assertEquals(pair.near.ring.view(3), new Uint8Array([1, 2, 3]));
  assertEquals(pair.near.reason, undefined);
  pair.far.close();
  assertEquals(await within("the end", iterator.next()), { done: true, value: undefined });
  assertEquals(pair.near.reason, "closed by peer");
  assertEquals(await iterator.next(), { done: true, value: undefined });
});

Deno.test("bytes left in the ring are still there with the next read", async () => {
  await using pair = await Pair.open();
  const iterator = pair.near[Symbol.asyncIterator]();
  await pair.far.send(new Uint8Array([1]));
  await within("a read", iterator.next());
  await pair.far.send(new Uint8Array([2]));
  await within("a read", iterator.next());
  assertEquals(pair.near.ring.view(2), new Uint8Array([1, 2]));
});

Deno.test("a ring smaller than the stream wraps and loses nothing", async () => {
  await using pair = await Pair.open({ ringCapacity: 16 });
  const sent = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
  const reading = readAll(pair.near);
  await pair.far.send(sent);
  await pair.far.finish();
  assertEquals(await within("the stream", reading), [...sent]);
});

Deno.test("a full ring that nobody consumes is a fault, not a wait for ever", async () => {
  await using pair = await Pair.open({ ringCapacity: 4 });
  const iterator = pair.near[Symbol.asyncIterator]();
  await pair.far.send(new Uint8Array(4));
  await within("a read", iterator.next());
  await assertRejects(() => within("the fault", iterator.next()), Error, "The ring is full");
});

Deno.test("a reset by the peer ends the iterator and says so", async () => {
  const { near, far } = await openResettable();
  const reading = readAll(near);
  await far.send(new Uint8Array(10));
  await far.reset();
  await within("the end", reading);
  assertMatch(near.reason ?? "", /^read failed: .*reset/i);
  near.close("done");
});

Deno.test("close ends a read that waits, with the reason given", async () => {
  await using pair = await Pair.open();
  const reading = readAll(pair.near);
  await settle();
  pair.near.close("enough");
  pair.near.close("only the first close counts");
  assertEquals(await within("the end", reading), []);
  assertEquals(pair.near.reason, "enough");
  await pair.far.untilEnd();
});

Deno.test("after close nothing is sent, waited for or read", async () => {
  await using pair = await Pair.open();
  pair.near.send(frame("never sent"));
  pair.near.close("enough");
  pair.near.send(frame("nor this"));
  await within("drain", pair.near.drain());
  await within("finish", pair.near.finish());
  await within("pause", pair.near.pause(AN_HOUR));
  assertEquals(await within("reading", readAll(pair.near)), []);
  assertEquals(await pair.far.untilEnd(), []);
});

Deno.test("finish delivers what waits, then the end of the stream, and goes on receiving", async () => {
  await using pair = await Pair.open();
  const reading = readAll(pair.near);
  pair.near.send(frame("last words"));
  await within("finish", pair.near.finish());
  assertEquals(await pair.far.untilEnd(), ["last words"]);
  assertEquals(pair.near.reason, undefined);
  await pair.far.send(new Uint8Array([7]));
  await pair.far.finish();
  assertEquals(await within("the answer", reading), [7]);
});

Deno.test("finish does not reject when the peer has reset the connection", async () => {
  const { near, far } = await openResettable();
  await far.reset();
  await within("finish", near.finish());
  near.close("end of the test");
});

Deno.test("writing to a peer that is gone ends the drain, and the next read ends the connection", async () => {
  const { near, far } = await openResettable();
  await far.reset();
  near.send(frame("anybody there?"));
  await within("drain", near.drain());
  assertEquals(await within("the end", readAll(near)), []);
  assertMatch(near.reason ?? "", /^(read|write) failed: |^closed by peer$/);
  near.close("done");
});

/** A stream whose writes fail, and from which `incoming` can be read nevertheless. */
function halfBroken(...incoming: number[]): Transport {
  return {
    remoteAddr: { hostname: "192.0.2.1", port: 7 },
    read(target) {
      const next = incoming.shift();
      if (next === undefined) return Promise.resolve(null);
      target[0] = next;
      return Promise.resolve(1);
    },
    write: () => Promise.reject(new Error("Broken pipe (os error 32)")),
    closeWrite: () => Promise.resolve(),
    close: () => {},
  };
}

Deno.test("a failed write ends writing, not reading, and is the reason at the end of the stream", async () => {
  const near = new Connection(halfBroken(1, 2, 3));
  near.send(frame("anybody there?"));
  await within("drain", near.drain());
  await settle();
  assertEquals(near.reason, undefined);
  assertEquals(await within("the end", readAll(near)), [1, 2, 3]);
  assertEquals(near.endedByPeer, false, "it may have been a reset");
  assertEquals(near.reason, "write failed: Broken pipe (os error 32)");
  near.close("done");
});

Deno.test("a failed read ends the pause before it, and what was received until then counts", async () => {
  const incoming = [1, 2, 3];
  const near = new Connection({
    ...halfBroken(),
    write: () => new Promise(() => {}),
    read(target) {
      target[0] = incoming.shift() ?? 0;
      return target[0] > 0 ? Promise.resolve(1) : Promise.reject(new Error("Connection reset"));
    },
  });
  near.send(frame("what the socket does not take any more"));
  await within("the pause", near.pause(AN_HOUR));
  assertEquals([...near.ring.view(near.ring.length)], [1, 2, 3]);
  assertEquals([near.reason, near.endedByPeer], ["read failed: Connection reset", false]);
  assertEquals(await within("the end", readAll(near)), []);
  await within("the settlement", near.settle(AN_HOUR));
  assertEquals(near.isClosed, true);
});

Deno.test("the end of the stream ends a pause, and what came before it is in the ring", async () => {
  await using pair = await Pair.open();
  const pause = pair.near.pause(AN_HOUR);
  await pair.far.send(new Uint8Array([1, 2, 3]));
  await pair.far.finish();
  await within("the pause", pause);
  assertEquals(pair.near.ring.view(3), new Uint8Array([1, 2, 3]));
  assertEquals([pair.near.reason, pair.near.endedByPeer], ["closed by peer", true]);
});

Deno.test("a pause reads until the ring is full, and the rest comes after it", async () => {
  const incoming = Array.from({ length: 40 }, (_, i) => i + 1);
  const clock = new FakeClock();
  const near = new Connection(halfBroken(...incoming), { ringCapacity: 16, clock });
  const pause = near.pause(AN_HOUR);
  for (let read = 0; read < 20; read++) {
    await settle();
    clock.advance(1000);
  }
  // The only timer that is left is the pause's own.
  assertEquals([near.ring.length, near.reason, clock.timers], [16, undefined, 1]);
  near.resume();
  await within("the pause", pause);
  const first = [...near.ring.view(16)];
  near.ring.consume(16);
  assertEquals([...first, ...await within("the end", readAll(near))], incoming);
  near.close("done");
});

Deno.test("a pause reads on after bytes, and not after a read that has brought none", async () => {
  let reads = 0;
  const clock = new FakeClock();
  const near = new Connection({
    ...halfBroken(),
    // The fourth and later ones have nothing for the ring, which would never be full.
    read: (target) => Promise.resolve(++reads < 4 ? target.fill(1, 0, 1).length && 1 : 0),
  }, { clock });
  for (let i = 0; i < 2; i++) {
    const pause = near.pause(AN_HOUR);
    for (let read = 0; read < 5; read++) {
      await settle();
      clock.advance(1000);
    }
    near.resume();
    await within("the pause", pause);
    assertEquals([reads, near.ring.length], [4, 3], "nobody has taken a step since");
  }
  const steps = near[Symbol.asyncIterator]();
  assertEquals((await within("a step", steps.next())).done, false);
  assertEquals((await within("a step", steps.next())).done, false);
  assertEquals(reads, 5);
  near.close("done");
});

Deno.test("a pause reads at once, then ever more seldom: nobody pays for a byte at a time", async () => {
  const clock = new FakeClock();
  const times: number[] = [];
  const near = new Connection({
    ...halfBroken(),
    read: (target) => Promise.resolve(times.push(clock.now()) && target.fill(1, 0, 1).length && 1),
  }, { clock });
  const pauses = [near.pause(AN_HOUR), near.pause(AN_HOUR)];
  await settle();
  // Both wait for the same next read, each with a timer of its own.
  assertEquals(clock.timers, 3);
  for (let ms = 0; ms < 3000; ms++) {
    await settle();
    clock.advance(1);
  }
  assertEquals(times, [0, 5, 15, 35, 75, 155, 315, 635, 1275, 1915, 2555]);
  near.resume();
  await within("the pauses", Promise.all(pauses));
  assertEquals(clock.timers, 0);
  assertEquals((await within("a step", near[Symbol.asyncIterator]().next())).done, false);
  assertEquals(
    [times.length, near.ring.length],
    [11, 11],
    "the step finds what the pause has read",
  );
  near.close("done");
});

Deno.test("steps and pauses at once have one read under way, and read every byte once", async () => {
  const incoming = Array.from({ length: 60 }, (_, i) => i + 1);
  let underWay = 0;
  let reads = 0;
  const near = new Connection({
    ...halfBroken(),
    async read(target) {
      assertEquals(++underWay, 1);
      reads++;
      await settle();
      underWay--;
      const next = incoming[reads - 1];
      if (next === undefined) return null;
      target[0] = next;
      return 1;
    },
  }, { ringCapacity: 64 });
  // Two pauses begin a read; then a step waits for it as well.
  const pauses = [near.pause(AN_HOUR), near.pause(AN_HOUR)];
  const reading = readAll(near);
  for (let i = 0; reads < 10 && i < 100; i++) await settle();
  near.resume();
  await within("the pauses", Promise.all(pauses));
  assertEquals(await within("the end", reading), incoming);
  near.close("done");
});

Deno.test("a read that will find bytes at once waits until the sockets were polled", async () => {
  const reads: string[] = [];
  const transport = {
    ...halfBroken(),
    hasMore: undefined as boolean | undefined,
    read(target: Uint8Array): Promise<number> {
      reads.push("read");
      return Promise.resolve(target.fill(1, 0, 8).length && 8);
    },
  };
  const poll = new HeldPoll();
  const near = new Connection(transport as Transport, { ringCapacity: 8, poll });
  const steps = near[Symbol.asyncIterator]();
  const step = async () => {
    const next = steps.next();
    await settle();
    const waited = poll.waiting;
    poll.answer();
    await within("a step", next);
    near.ring.consume(8);
    return waited;
  };
  assertEquals(await step(), 0, "nothing was read before");
  assertEquals(await step(), 1, "the read before has filled the ring");
  transport.hasMore = false;
  assertEquals(await step(), 1);
  assertEquals(await step(), 0, "the transport has said that there is no more");
  transport.hasMore = true;
  assertEquals(await step(), 0);
  assertEquals(await step(), 1, "or that there is");
  assertEquals(reads.length, 6);
  near.close("done");
});

Deno.test("after a pause nothing is read before somebody asks", async () => {
  const pending: ((count: number) => void)[] = [];
  const near = new Connection({
    ...halfBroken(),
    read: () => new Promise((resolve) => pending.push(resolve)),
  });
  const pause = near.pause(AN_HOUR);
  near.resume();
  await within("the pause", pause);
  pending[0]?.(1);
  await settle();
  assertEquals([pending.length, near.ring.length], [1, 1]);
  const iterator = near[Symbol.asyncIterator]();
  assertEquals((await within("the step", iterator.next())).done, false);
  near.close("done");
});

Deno.test("a burst far above the limit closes no reader that reads", async () => {
  // Time stands still: however slow the machine is, the reader is not.
  await using pair = await Pair.open({ outboxLimit: 1000, clock: new FakeClock() });
  for (let i = 0; i < 1000; i++) pair.near.send(frame(`line ${i}`));
  assertEquals(pair.near.reason, undefined);
  assertEquals((await pair.far.frames(1000)).at(-1), "line 999");
  await within("drain", pair.near.drain());
  assertEquals([pair.near.reason, pair.near.pending], [undefined, 0]);
});

Deno.test("a pause ends early when the connection is closed", async () => {
  await using pair = await Pair.open();
  const both = Promise.all([pair.near.pause(AN_HOUR), pair.near.pause(AN_HOUR)]);
  pair.near.close("enough");
  await within("both pauses", both);
});

Deno.test("a pause that is over leaves nothing behind", async () => {
  await using pair = await Pair.open();
  const begin = performance.now();
  await within("the pause", pair.near.pause(20));
  assert(performance.now() - begin >= 19, "The pause was too short");
  assertEquals(pair.near.reason, undefined);
});

Deno.test("peer names the other side, and an IPv6 address stands in brackets", async () => {
  await using pair = await Pair.open();
  assertMatch(pair.near.peer, /^127\.0\.0\.1:\d+$/);
  assertEquals(formatAddress({ hostname: "::1", port: 80 }), "[::1]:80");
  assertEquals(formatAddress({ hostname: "localhost", port: 80 }), "localhost:80");
});
