/**
 * IRC on the wire: a client that says nothing is asked whether it is there, and ended when it does not answer.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { IrcPeer, plain, SERVER } from "../support/irc.ts";
import { Peer } from "../support/cs168.ts";
import { TestServer } from "../support/server.ts";

Deno.test("who answers stays; who does not is ended, and the others are told why", async () => {
  await using server = new TestServer({ probeAfter: 300, probeTimeout: 300 });
  await using alice = await IrcPeer.enter(server.port, "alice");
  await using bob = await IrcPeer.enter(server.port, "bob");
  await alice.asks("JOIN #x");
  await bob.asks("JOIN #x");
  assertEquals(plain(await alice.reads()), ":bob!~bob@HOST JOIN #x");
  // However slow the machine is: bob has been asked once, and alice as often as she was silent.
  const read: string[] = [];
  for (let line = ""; !line.includes("QUIT"); read.push(line)) {
    line = plain(await alice.reads());
    if (line === `PING :${SERVER}`) await alice.says(`PONG ${SERVER}`);
  }
  assertEquals(
    new Set(read),
    new Set([`PING :${SERVER}`, ":bob!~bob@HOST QUIT :Ping timeout: 1 seconds"]),
  );
  assertEquals(await bob.reads(), `PING :${SERVER}`);
  assertEquals(await bob.untilEnd(), "ERROR :Closing link: Ping timeout: 1 seconds\r\n");
});

Deno.test("users of other dialects are never asked, and may be silent for as long as they like", async () => {
  await using server = new TestServer({ probeAfter: 50, probeTimeout: 50 });
  await using pat = await Peer.enter(server.port, "pat");
  await using alice = await IrcPeer.enter(server.port, "alice");
  await alice.untilEnd();
  await pat.does("/list");
});
