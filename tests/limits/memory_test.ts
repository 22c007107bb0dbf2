/**
 * The bytes that wait for all readers together are bounded: many stopped readers take no more than a few.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { frame } from "../support/cs168.ts";
import { TestServer } from "../support/server.ts";
import { PATIENCE_MS } from "../support/within.ts";

const KIB = 1024;

Deno.test("many stalled readers stay under a small total, and a bystander does not notice", async () => {
  const totalOutboxBytes = 512 * KIB;
  await using server = new TestServer({
    commandRate: 0,
    outboxBytes: 256 * KIB,
    totalOutboxBytes,
  });
  await using alice = await server.enter("alice");
  for (let i = 0; i < 90; i++) await alice.does(`/create ${`${i}`.padEnd(120, "x")}`);
  await using bob = await server.enter("bob");
  await alice.does("/create home");
  await bob.does("/join home");
  await alice.sees("bob has joined");
  // Each asks for lists and reads none of them: the system takes some megabytes, then the outbox fills.
  const asks = new Uint8Array(600 * 200);
  for (let i = 0; i < 600; i++) asks.set(frame("/list"), i * 200);
  const stalled = await Promise.all(
    Array.from({ length: 8 }, async (_, i) => (await server.enter(`stalled${i}`)).bytes),
  );
  const floods = stalled.map((peer) => peer.flood(asks, 20));
  const closed = () => server.log.count(/the most of all outboxes, which together may have 524288/);
  let most = 0;
  // How many rounds it takes depends on how much the system holds for a reader.
  const end = performance.now() + 3 * PATIENCE_MS;
  for (let i = 0; closed() < 3 && performance.now() < end; i++) {
    await alice.does(`round ${i}`);
    await bob.sees(`[alice] round ${i}`);
    most = Math.max(most, server.server.status().waiting);
  }
  assert(closed() >= 3, `${closed()} were closed, ${most} bytes waited`);
  // What came within the last turn is on top.
  assert(most <= totalOutboxBytes + 256 * KIB, `${most} bytes waited`);
  assertEquals(server.log.count(/ended: .*"(alice|bob)"/), 0);
  for (const peer of stalled) peer.close();
  await Promise.all(floods);
});
