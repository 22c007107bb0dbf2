/**
 * IRC on the wire: a client that says nothing is asked whether it is there, and ended when it does not answer.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { DEFAULT_LIMITS } from "../../lib/server/limits.ts";
import { FakeClock } from "../support/clock.ts";
import { Peer } from "../support/cs168.ts";
import { IrcPeer, plain, SERVER } from "../support/irc.ts";
import { OpenPort } from "../support/server.ts";

const { probeAfter, probeTimeout } = DEFAULT_LIMITS;
const PING = `PING :${SERVER}`;

Deno.test("who answers stays; who does not is ended, and the others are told why", async () => {
  const clock = new FakeClock();
  await using port = new OpenPort({ clock });
  await using alice = await IrcPeer.enter(port.port, "alice");
  await using bob = await IrcPeer.enter(port.port, "bob");
  await alice.asks("JOIN #x");
  await bob.asks("JOIN #x");
  assertEquals(plain(await alice.reads()), ":bob!~bob@HOST JOIN #x");
  clock.advance(probeAfter);
  assertEquals([await alice.reads(), await bob.reads()], [PING, PING]);
  await alice.asks(`PONG ${SERVER}`);
  clock.advance(probeTimeout);
  const [left, end] = await clock.during(Promise.all([alice.reads(), bob.untilEnd()]));
  assertEquals(plain(left), ":bob!~bob@HOST QUIT :Ping timeout: 150 seconds");
  assertEquals(end, "ERROR :Closing link: Ping timeout: 150 seconds\r\n");
  // Alice is asked again when she has been silent for as long since her answer.
  clock.advance(probeAfter - probeTimeout);
  assertEquals(await alice.reads(), PING);
});

Deno.test("users of other dialects are never asked, and may be silent for as long as they like", async () => {
  const clock = new FakeClock();
  await using port = new OpenPort({ clock });
  await using pat = await Peer.enter(port.port, "pat");
  await using alice = await IrcPeer.enter(port.port, "alice");
  clock.advance(probeAfter);
  clock.advance(probeTimeout);
  await alice.untilEnd();
  await pat.does("/list");
});
