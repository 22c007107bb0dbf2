/**
 * What an address may do over all of its connections: its buckets outlive them, the table stays bounded,
 * and coming back costs what staying costs.
 *
 * @module
 */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { WriteScheduler } from "../../lib/net/write_scheduler.ts";
import { AddressBuckets, LARGEST_IDLE } from "../../lib/server/address_buckets.ts";
import { networkOf } from "../../lib/server/admission.ts";
import { FairTurns } from "../../lib/server/fair_turns.ts";
import { DEFAULT_LIMITS } from "../../lib/server/limits.ts";
import { FakeClock } from "../support/clock.ts";
import { OpenPort } from "../support/server.ts";
import { ByteStream } from "../support/byte_stream.ts";
import { until } from "../support/within.ts";

const LIMITS = { commandBurst: 4, commandRate: 1, connectionBurst: 20, connectionRate: 2 };

function rig(limits = LIMITS) {
  const clock = new FakeClock();
  const turns = new FairTurns({ request: setImmediate });
  const scheduler = new WriteScheduler();
  return { clock, addresses: new AddressBuckets(limits, clock, { turns, scheduler }) };
}

Deno.test("all connections of an address share its buckets; another address has its own", () => {
  const { addresses } = rig();
  const first = addresses.enter("192.0.2.1");
  const second = addresses.enter("::ffff:192.0.2.1");
  const other = addresses.enter("192.0.2.2");
  assertEquals(first.work.take(40), 0);
  assertAlmostEquals(second.work.take(1), 100);
  assert(first.lane === second.lane && first.lane !== other.lane);
  assertEquals(other.work.take(40), 0);
  assertEquals(addresses.enter("2001:db8::1").network, addresses.enter("2001:db8::2").network);
  assertEquals(addresses.size, 3);
});

Deno.test("an address that comes back finds its buckets as it left them", () => {
  const { clock, addresses } = rig();
  const first = addresses.enter("192.0.2.1");
  first.work.take(50);
  addresses.leave(first);
  clock.advance(500);
  const again = addresses.enter("192.0.2.1");
  assertAlmostEquals(again.work.wait, 500);
});

Deno.test("an address without a connection is forgotten when its buckets are full, not before", () => {
  const { clock, addresses } = rig();
  const bucket = addresses.enter("192.0.2.1");
  bucket.work.take(10);
  bucket.arrivals.take();
  addresses.leave(bucket);
  clock.advance(999);
  assertEquals(addresses.size, 1);
  clock.advance(3001);
  assertEquals([addresses.size, clock.timers], [0, 0]);
});

Deno.test("an address that has done nothing is forgotten at once", () => {
  const { clock, addresses } = rig();
  addresses.leave(addresses.enter("192.0.2.1"));
  assertEquals([addresses.size, clock.timers], [0, 0]);
});

Deno.test("the table is bounded: the address that has been gone for the longest is forgotten", () => {
  const { clock, addresses } = rig();
  const staying = addresses.enter("192.0.2.1");
  staying.work.take(50);
  const hostOf = (i: number) => `2001:db8:${(i >> 8).toString(16)}:${(i & 0xff).toString(16)}::1`;
  for (let i = 0; i <= LARGEST_IDLE; i++) {
    const bucket = addresses.enter(hostOf(i));
    bucket.work.take(50);
    addresses.leave(bucket);
  }
  assertEquals(addresses.size, LARGEST_IDLE + 1);
  assertEquals(addresses.enter(hostOf(0)).work.wait, 0);
  assert(addresses.enter(hostOf(1)).work.wait > 0);
  assert(addresses.enter("192.0.2.1").work.wait > 0);
  addresses.close();
  assertEquals(clock.timers, 0);
});

Deno.test("a rate of 0 lifts the limits of addresses, and nothing is remembered", () => {
  const { clock, addresses } = rig({ ...LIMITS, commandRate: 0 });
  const bucket = addresses.enter("192.0.2.1");
  for (let i = 0; i < 10_000; i++) bucket.work.take(100) + bucket.arrivals.take();
  assertEquals([bucket.work.wait, bucket.arrivals.wait], [0, 0]);
  addresses.leave(bucket);
  assertEquals([addresses.size, clock.timers], [0, 0]);
});

Deno.test("a network counts as itself, so it can stand for its addresses", () => {
  const hosts = fc.oneof(fc.ipV4(), fc.ipV6().filter((host) => !/\d\.\d/.test(host)));
  fc.assert(fc.property(hosts, (host) => {
    assertEquals(networkOf(networkOf(host)), networkOf(host));
  }));
});

Deno.test("coming back costs what staying costs: a new connection pays the debt of those before it", async () => {
  const clock = new FakeClock();
  // An address may do 40 at once, and then one in ten seconds.
  const limits = { commandBurst: 4, commandRate: 0.01 };
  const port = new OpenPort({ limits, clock });
  try {
    for (let id = 1; port.log.count(/connection delayed/) === 0; id++) {
      assert(id < 30, "Coming back costs nothing");
      await using visitor = await ByteStream.connect(port.port);
      await visitor.send(`REGISTER visitor${id} CHAT/1.0\n\n\n`);
      const read = port.log.find(new RegExp(`#${id} registered|connection delayed`));
      await clock.during(read);
    }
    assertEquals(port.server.status().delayed, 1);
    assert(port.server.status().served >= 9, "The burst was not admitted");
    await using peer = await ByteStream.connect(port.port);
    await peer.send("REGISTER eager CHAT/1.0\n");
    await until("another delay", () => port.server.status().delayed >= 2);
    clock.advance(60_000);
    await clock.during(peer.until("200 Registration successful\n"));
  } finally {
    await clock.during(port.server.stop());
  }
});

Deno.test("too many new connections are accepted, and read one after the other at the rate", async () => {
  const clock = new FakeClock();
  const limits = { connectionBurst: 3, connectionRate: 0.01, maxPerAddress: 6 };
  const port = new OpenPort({ limits, clock });
  const peers: ByteStream[] = [];
  try {
    for (let i = 0; i < 6; i++) {
      const peer = await ByteStream.connect(port.port);
      peers.push(peer);
      await peer.send(`REGISTER user${i} CHAT/1.0\n`);
    }
    // They count as connections of their address while they wait.
    await using seventh = await ByteStream.connect(port.port);
    assertEquals(await seventh.untilEnd(), "");
    await port.log.find(/connection refused: more than 6 connections from/);
    await port.log.find(/info connection delayed: too many new connections from 127\.0\.0\.1$/);
    for (const peer of peers.slice(0, 3)) {
      await clock.during(peer.until("200 Registration successful\n"));
    }
    for (const [i, peer] of peers.slice(3).entries()) {
      assertEquals([peer.text, port.server.status().delayed], ["", 3 - i]);
      clock.advance(100_000);
      await clock.during(peer.until("200 Registration successful\n"));
    }
  } finally {
    for (const peer of peers) peer.close();
    await clock.during(port.server.stop());
  }
});

Deno.test("a server that stops closes the connections that wait for their turn", async () => {
  const clock = new FakeClock();
  const limits = { connectionBurst: 1, connectionRate: 0.01 };
  const port = new OpenPort({ limits, clock });
  await using first = await ByteStream.connect(port.port);
  await first.send("REGISTER first CHAT/1.0\n");
  await clock.during(first.until("200 Registration successful\n"));
  await using second = await ByteStream.connect(port.port);
  await second.send("REGISTER second CHAT/1.0\n");
  await port.log.find(/connection delayed/);
  const stopping = port.server.stop();
  await second.untilEnd();
  assertEquals(second.text, "");
  await clock.during(stopping);
});

Deno.test("a course of a thousand behind one address comes in within four seconds", () => {
  const { addresses } = rig(DEFAULT_LIMITS);
  const bucket = addresses.enter("192.0.2.1");
  let longest = 0;
  for (let i = 0; i < 1000; i++) {
    longest = Math.max(longest, bucket.arrivals.take(), bucket.work.take());
  }
  assert(longest <= 4000, `The last one waits ${longest} ms`);
});
