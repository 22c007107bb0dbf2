/**
 * The limits of connections, of all and of one address: at the limit and one past it.
 *
 * @module
 */

import { meet } from "../support/cs168.ts";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Admission, networkOf } from "../../lib/server/admission.ts";
import { DEFAULT_LIMITS, REFUSAL_LOG_MS } from "../../lib/server/limits.ts";
import { Log } from "../../lib/server/log.ts";
import { RefusalLog } from "../../lib/server/refusal_log.ts";
import { FakeClock } from "../support/clock.ts";
import { LogLines, TestServer } from "../support/server.ts";

Deno.test("as many as the limit come in, one more does not, and who leaves makes room", () => {
  const admission = new Admission({ maxConnections: 2, maxPerAddress: 0 });
  assertEquals(admission.enter("192.0.2.1"), undefined);
  assertEquals(admission.enter("192.0.2.1"), undefined);
  assertEquals(admission.enter("192.0.2.2"), {
    cause: "full",
    reason: "more than 2 connections",
  });
  assertEquals(admission.total, 2);
  admission.leave("192.0.2.1");
  assertEquals(admission.enter("192.0.2.2"), undefined);
});

Deno.test("one address has its own limit, and the others are not in its way", () => {
  const admission = new Admission({ maxConnections: 10, maxPerAddress: 2 });
  assertEquals(admission.enter("192.0.2.1"), undefined);
  assertEquals(admission.enter("::ffff:192.0.2.1"), undefined);
  const refused = { cause: "address", reason: "more than 2 connections from 192.0.2.1" } as const;
  assertEquals(admission.enter("192.0.2.1"), refused);
  assertEquals(admission.enter("192.0.2.2"), undefined);
  admission.leave("192.0.2.1");
  assertEquals(admission.enter("192.0.2.1"), undefined);
  assertEquals(admission.enter("192.0.2.1"), refused);
});

Deno.test("property: the counts are those of the connections of now", () => {
  const host = fc.constantFrom("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2");
  const step = fc.record({ host, enters: fc.boolean() });
  fc.assert(fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
    const admission = new Admission({ maxConnections: 5, maxPerAddress: 3 });
    const inside: string[] = [];
    for (const { host, enters } of steps) {
      const same = inside.filter((each) => networkOf(each) === networkOf(host)).length;
      if (enters) {
        const expected = inside.length >= 5 ? "full" : same >= 3 ? "address" : undefined;
        assertEquals(admission.enter(host)?.cause, expected);
        if (expected === undefined) inside.push(host);
      } else if (inside.includes(host)) {
        inside.splice(inside.indexOf(host), 1);
        admission.leave(host);
      }
      assertEquals(admission.total, inside.length);
    }
  }));
});

Deno.test("an IPv6 network counts as one address, whatever form its addresses are in", () => {
  for (
    const [host, network] of [
      ["192.0.2.7", "192.0.2.7"],
      ["::ffff:192.0.2.7", "192.0.2.7"],
      ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
      ["2001:db8:1:2::6", "2001:db8:1:2::/64"],
      ["2001:db8::6", "2001:db8:0:0::/64"],
      ["2001:0db8::", "2001:db8:0:0::/64"],
      ["::1", "0:0:0:0::/64"],
      ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ] as const
  ) assertEquals(networkOf(host), network);
});

Deno.test("no address alone can take all places by default", () => {
  assert(DEFAULT_LIMITS.maxPerAddress * 2 <= DEFAULT_LIMITS.maxConnections);
});

Deno.test("one connection past the limit of its address is closed, and the others go on", async () => {
  await using server = new TestServer({ maxPerAddress: 2 });
  await using alice = await server.enter("alice");
  await using bob = await server.enter("bob");
  await using third = await server.connect();
  assertEquals(await third.untilEnd(), []);
  await server.log.find(/info connection refused: more than 2 connections from 127\.0\.0\.1$/);
  await meet("c", alice, bob);
  bob.close();
  await server.log.find(/#2 ended/);
  await using carol = await server.enter("carol");
  await carol.does("/list", "c");
});

Deno.test("one connection past the limit of all is closed, and the others go on", async () => {
  await using server = new TestServer({ maxConnections: 1, maxPerAddress: 0 });
  await using alice = await server.enter("alice");
  await using second = await server.connect();
  assertEquals(await second.untilEnd(), []);
  await server.log.find(/error connection refused: more than 1 connections$/);
  await alice.does("/create c");
});

Deno.test("a storm of refused connections is a line a second for each cause, with the number", () => {
  const clock = new FakeClock();
  const log = new LogLines();
  const refusals = new RefusalLog(new Log("info", log.sink), clock);
  for (let i = 0; i < 1000; i++) refusals.add("full", "more than 2 connections");
  refusals.add("address", "more than 1 connections from 192.0.2.1");
  clock.advance(REFUSAL_LOG_MS);
  refusals.add("full", "more than 2 connections");
  clock.advance(2 * REFUSAL_LOG_MS);
  refusals.add("full", "more than 2 connections");
  assertEquals(log.lines.map((line) => line.replace(/^\S+ /, "")), [
    "error connection refused: more than 2 connections",
    "info connection refused: more than 1 connections from 192.0.2.1",
    "error 999 more connections refused: more than 2 connections",
    "error 1 more connections refused: more than 2 connections",
    "error connection refused: more than 2 connections",
  ]);
  refusals.close();
  assertEquals(clock.timers, 0);
});
