/**
 * How a server stops: everything that it has accepted reaches every reader, and a reader that has stopped
 * cannot hold it up.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Log } from "../../lib/server/log.ts";
import { listen } from "../../lib/net/listen.ts";
import { Server } from "../../lib/server/serve.ts";
import { FRAME, frame, meet, Peer } from "../support/cs168.ts";
import { quietPort } from "../support/port.ts";
import { LogLines, TestServer } from "../support/server.ts";
import { PATIENCE_MS, within } from "../support/within.ts";

Deno.test("nobody receives the others' leaves when the server stops", async () => {
  await using server = new TestServer();
  await using alice = await server.enter("alice");
  await using bob = await server.enter("bob");
  await meet("c", alice, bob);
  const stopping = server.server.stop();
  const both = await Promise.all([alice.untilEnd(), bob.untilEnd()]);
  assertEquals(both, [[], []]);
  await within("the stop", stopping);
  assertEquals(server.log.count(/#\d ended: server stopped/), 2);
});

Deno.test("what has arrived when the server stops is answered, what comes after the end is not", async () => {
  await using server = new TestServer();
  await using alice = await server.enter("alice");
  await alice.sendFrame("/nosuch");
  const stopping = server.server.stop();
  const answer =
    "/nosuch is not a valid control message. Valid messages are /create, /list, and /join.";
  assertEquals(await alice.untilEnd(), [answer]);
  await alice.sendFrame("/nosuch");
  assertEquals(await alice.untilEnd(), []);
  await within("the stop", stopping);
});

Deno.test("a peer that keeps its side open does not hold the server up", async () => {
  // Whoever waits for the end of the drain waits too long.
  await using server = new TestServer({ drainTimeout: 3 * PATIENCE_MS });
  await using _silent = await server.connect();
  await using _alice = await server.enter("alice");
  await within("the stop", server.server.stop());
});

Deno.test("a slow reader gets what was accepted before the stop, and nothing that came after", async () => {
  await using server = new TestServer({
    commandRate: 0,
    outboxBytes: 64 * 1024 * 1024,
    drainTimeout: 3 * PATIENCE_MS,
  });
  await using alice = await server.enter("alice");
  await using slow = await server.enter("slow");
  await meet("c", alice, slow);
  const burst = new Uint8Array(1000 * FRAME);
  for (let i = 0; i < 1000; i++) burst.set(frame(`line ${i}`), i * FRAME);
  for (let i = 0; i < 60; i++) await alice.send(burst);
  await alice.sees();
  const stopping = server.server.stop();
  assertEquals(await alice.untilEnd(), []);
  await alice.sendFrame("too late");
  alice.close();
  await server.log.find(/#1 ended/);
  const texts = await slow.untilEnd();
  assertEquals([texts.length, texts.at(-1)], [60_000, "[alice] line 999"]);
  slow.close();
  await within("the stop", stopping);
});

Deno.test("a user who still sends when the server stops loses nothing that was sent to it", async () => {
  await using server = new TestServer({ commandRate: 0, outboxBytes: 8 * 1024 * 1024 });
  await using alice = await server.enter("alice");
  await using bob = await server.enter("bob");
  await meet("c", alice, bob);
  const lines = Array.from({ length: 12_000 }, (_, i) => `line ${i}`);
  for (const line of lines) await alice.send(frame(line));
  await alice.sees();
  const stopping = server.server.stop();
  await bob.sendFrame("still talking");
  alice.close();
  // Only now, with both sockets closed by the server, does bob begin to read.
  await within("the stop", stopping);
  const texts = await bob.untilEnd();
  // Alice may have left before the server did.
  if (texts.at(-1) === "alice has left") texts.pop();
  assertEquals(texts, lines.map((line) => `[alice] ${line}`));
});

Deno.test("a member that is throttled when the server stops loses nothing, in neither direction", async () => {
  await using server = new TestServer({ commandBurst: 40, commandRate: 0.01 });
  await using alice = await server.enter("alice");
  await using bob = await server.enter("bob");
  await meet("c", bob, alice);
  const said = Array.from({ length: 90 }, (_, i) => `bob ${i}`);
  for (const line of said) await bob.send(frame(line));
  const lines = Array.from({ length: 30 }, (_, i) => `line ${i}`);
  for (const line of lines) await alice.send(frame(line));
  await within("the stop", server.server.stop());
  assertEquals(await alice.untilEnd(), said.map((line) => `[bob] ${line}`));
  assertEquals(await bob.untilEnd(), lines.map((line) => `[alice] ${line}`));
});

Deno.test("stop may be called again: it is the same stop", async () => {
  await using server = new TestServer();
  const first = server.server.stop();
  assert(server.server.stop() === first);
  await within("the stop", first);
  assert(server.server.stop() === first);
});

Deno.test("a server that has stopped accepts nobody", async () => {
  const port = quietPort();
  await using server = new TestServer({}, undefined, undefined, {}, port);
  await within("the stop", server.server.stop());
  const refused = await Peer.connect(port).then(() => false, () => true);
  assertEquals(refused, true);
});

Deno.test("a connection that was accepted just before the stop does not hold it up", async () => {
  const listener = listen("127.0.0.1", 0);
  const log = new LogLines();
  const accepted = Promise.withResolvers<Deno.TcpConn>();
  // The socket is accepted in one turn of the event loop, the server is stopped, and only then does
  // the acceptance reach the server: the order that a signal at a bad moment makes.
  const late = new Proxy(listener, {
    get(target, key) {
      if (key === "accept") return () => accepted.promise;
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const connecting = Peer.connect(listener.addr.port);
  const conn = await within("the connection", listener.accept());
  await using peer = await connecting;
  const limits = { registrationTimeout: 3 * PATIENCE_MS, drainTimeout: 3 * PATIENCE_MS };
  const options = { host: "127.0.0.1", port: 0, log: new Log("info", log.sink), limits };
  const server = new Server(late, options);
  const stopping = server.stop();
  accepted.resolve(conn);
  await within("the stop", stopping);
  assertEquals(await peer.untilEnd(), []);
});
