/**
 * What was accepted is delivered: from throttled senders that have gone meanwhile, and at the stop.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { Bell, Chat1Peer } from "../support/chat1.ts";
import { stillServer } from "../support/clock.ts";
import { frame, type Peer } from "../support/cs168.ts";
import { IrcPeer } from "../support/irc.ts";
import { FarSocket } from "../support/far_socket.ts";
import { OpenPort, TestServer } from "../support/server.ts";
import { DRAIN_QUIET_MS } from "../../lib/server/limits.ts";
import { PATIENCE_MS, within } from "../support/within.ts";

/** `count` lines as frames in one piece. */
function frames(count: number): Uint8Array {
  const bytes = new Uint8Array(count * 200);
  for (let i = 0; i < count; i++) bytes.set(frame(`line ${i}`), i * 200);
  return bytes;
}

function linesOf(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `[${name}] line ${i}`);
}

/** Alice and bob, alone with each other in the channel `c`. */
async function pair(server: TestServer): Promise<[Peer, Peer]> {
  const bob = await server.enter("bob");
  await bob.does("/create c");
  const alice = await server.enter("alice");
  await alice.does("/join c");
  await bob.sees("alice has joined");
  return [alice, bob];
}

Deno.test("a throttled sender that has closed loses nothing, though others speak to it meanwhile", async () => {
  await using server = new TestServer({ commandBurst: 10, commandRate: 200 });
  const [alice, bob] = await pair(server);
  await using _bob = bob;
  await alice.send(frames(300));
  alice.close();
  const seen: string[] = [];
  // Each of these is written to a socket that answers with a reset.
  for (let i = 0; !seen.includes("[alice] line 299"); i++) {
    await bob.sendFrame(`are you there? ${i}`);
    seen.push(...await bob.frames(i === 0 ? 20 : Math.min(10, 300 - seen.length)));
  }
  assertEquals(seen, linesOf("alice", 300));
  assertEquals(await bob.frames(1), ["alice has left"]);
});

Deno.test("the same in a channel of three, where one of them follows another log", async () => {
  await using server = new TestServer({ commandBurst: 10, commandRate: 200 });
  await using carol = await Chat1Peer.enter(server.port, "carol");
  await using bob = await server.enter("bob");
  await bob.does("/join lobby");
  const alice = await server.enter("alice");
  await alice.does("/join lobby");
  await alice.send(frames(150));
  alice.close();
  await bob.frames(30);
  for (let i = 0; i < 5; i++) await carol.says(`are you there? ${i}`);
  for (let i = 0; i < 150; i++) assertEquals(await carol.line(), `@alice: line ${i}`);
});

Deno.test("a throttled user who has gone gives its name up as soon as its lines are applied, not at its own rate", async () => {
  await using server = new TestServer({ commandBurst: 50, commandRate: 0.01 });
  await using bob = await IrcPeer.enter(server.port, "bob");
  await bob.asks("JOIN #c");
  for (const end of ["closes", "resets"] as const) {
    const alice = await FarSocket.connect(server.port);
    const lines = Array.from({ length: 150 }, (_, i) => `PRIVMSG #c :${end} ${i}\r\n`).join("");
    const hello = "NICK alice\r\nUSER a 0 * :a\r\nJOIN #c\r\n";
    await alice.send(new TextEncoder().encode(hello + lines));
    // The throttle has begun: the last lines of the burst have been heard.
    while (!(await bob.reads()).endsWith(`:${end} 40`));
    if (end === "closes") await alice.finish();
    else await alice.reset();
    let line = "";
    for (let i = 41; i < 150; i++) {
      assert((line = await bob.reads()).endsWith(`:${end} ${i}`), line);
    }
    assertMatch(await bob.reads(), /^:alice!.* QUIT /);
    alice.close();
  }
  await using _alice = await IrcPeer.enter(server.port, "alice");
});

/** A throttled sender's 300 lines at the stop, behind which `then` comes in the same turn. */
async function stopAmid300(then = () => {}): Promise<void> {
  // Whoever waits for the end of the drain waits too long.
  const drainTimeout = 3 * PATIENCE_MS;
  await using server = new TestServer({ commandBurst: 10, commandRate: 0.01, drainTimeout });
  const [alice, bob] = await pair(server);
  await using _alice = alice;
  await using _bob = bob;
  await alice.send(frames(300));
  assertEquals((await bob.frames(5)).at(-1), "[alice] line 4");
  const stopping = server.server.stop();
  then();
  assertEquals(await bob.untilEnd(), linesOf("alice", 300).slice(5));
  await within("the stop", stopping);
}

Deno.test("at the stop, 300 lines that a throttled sender had sent are applied within the drain", () => {
  return stopAmid300();
});

Deno.test("the same when the sender has closed, and in the order in which it sent", async () => {
  const drainTimeout = 3 * PATIENCE_MS;
  await using server = new TestServer({ commandBurst: 10, commandRate: 0.01, drainTimeout });
  const [alice, bob] = await pair(server);
  await using _bob = bob;
  await alice.send(frames(300));
  alice.close();
  await bob.frames(5);
  const stopping = server.server.stop();
  const seen = await bob.untilEnd();
  if (seen.at(-1) === "alice has left") seen.pop();
  assertEquals(seen, linesOf("alice", 300).slice(5));
  await within("the stop", stopping);
});

Deno.test("at the stop, a process that gets little time reads all the same what was sent", () => {
  // As if other programs had the processor: the timer that watches for quiet is due before anything was read.
  return stopAmid300(() => {
    for (const end = performance.now() + 2 * DRAIN_QUIET_MS; performance.now() < end;);
  });
});

/** A chat1 user who sends `bytes` behind its registration and then goes; what cher in the lobby reads of it. */
async function lastWords(
  bytes: string,
  end: (peer: FarSocket) => Promise<void>,
): Promise<string[]> {
  // However slow the machine is, no silence ends the last line.
  await using port = new OpenPort(stillServer());
  await using bell = await Bell.open(port.port);
  await using cher = await Chat1Peer.enter(port.port, "cher");
  const mal = await FarSocket.connect(port.port);
  await mal.send(new TextEncoder().encode("REGISTER mal CHAT/1.0\n"));
  await port.log.find(/registered .*mal/);
  await mal.send(new TextEncoder().encode(bytes));
  await end(mal);
  await port.log.find(/#3 ended/);
  const ring = await bell.ring("cher");
  const lines: string[] = [];
  for (let line; (line = await cher.line()) !== ring;) lines.push(line);
  return lines;
}

Deno.test("a partial chat1 line before a reset is no message", async () => {
  assertEquals(await lastWords("@mal: whole\n@mal: hal", (mal) => mal.reset()), ["@mal: whole"]);
});

Deno.test("a partial chat1 line before the end of the stream is a message", async () => {
  const seen = await lastWords("@mal: whole\n@mal: rest", (mal) => mal.finish());
  assertEquals(seen, ["@mal: whole", "@mal: rest"]);
});
