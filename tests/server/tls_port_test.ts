/**
 * The TLS port of a server: every dialect on it, its handshakes and their faults, and what its users are shown.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { readCredentials } from "../../lib/net/certificate.ts";
import { acceptTls } from "../../lib/net/tls.ts";
import { ByteStream, PACES } from "../support/byte_stream.ts";
import { makeCertificate } from "../support/certificate.ts";
import { FakeClock, stillServer } from "../support/clock.ts";
import { IrcPeer, SERVER } from "../support/irc.ts";
import { Chat1Peer } from "../support/chat1.ts";
import { frame } from "../support/cs168.ts";
import { packet } from "../support/json16.ts";
import { CA, LEAF, tlsPortWith, TlsTestServer } from "../support/tls.ts";
import { settle, until, within } from "../support/within.ts";

/** What each dialect says first, and then in the lobby. */
const DIALECTS: Readonly<Record<string, readonly [string | Uint8Array, string | Uint8Array]>> = {
  cs168: [frame("ann"), frame("hello")],
  chat1: ["REGISTER ann CHAT/1.0\n", "@ann: hello\n"],
  json16: [packet({ type: "hello", nick: "ann" }), packet({ type: "chat", message: "hello" })],
  irc: ["NICK ann\r\nUSER ann 0 * :Ann\r\nJOIN #lobby\r\n", "PRIVMSG #lobby :hello\r\n"],
};

for (const [name, [register, say]] of Object.entries(DIALECTS)) {
  for (const pace of PACES) {
    Deno.test(`tls port: ${name} meets a user of the other port, ${pace}`, async () => {
      await using server = new TlsTestServer(stillServer());
      await using witness = await Chat1Peer.enter(server.port, "wes");
      await using ann = new ByteStream(await server.dial(), pace);
      await ann.send(register);
      await server.log.find(
        new RegExp(`#2 registered as "ann" \\(127.0.0.1:\\d+, ${name}, TLS\\)`),
      );
      if (name === "cs168") await ann.send(frame("/join lobby"));
      await ann.send(say);
      await witness.until("@ann: hello\n");
      await witness.send("@wes: and you\n");
      await ann.until("and you");
    });
  }
}

Deno.test("tls port: a chat1 client that disconnects is answered, then its stream ends", async () => {
  await using server = new TlsTestServer();
  await using ann = await server.enter("ann");
  await ann.send("DISCONNECT ann CHAT/1.0\n");
  assertEquals(await ann.untilEnd(), "");
  await server.log.find(/#1 ended: ended by protocol/);
});

Deno.test("tls port: what was accepted is delivered when the server stops", async () => {
  const server = new TlsTestServer();
  await using ann = await server.enter("ann");
  await using bob = await server.enter("bob");
  for (let i = 0; i < 100; i++) await ann.send(`@ann: line ${i}\n`);
  await bob.until("@ann: line 0\n");
  const stopped = server[Symbol.asyncDispose]();
  const heard = await bob.untilEnd();
  await stopped;
  assertEquals(heard.match(/line/g)?.length, 99);
  assert(heard.endsWith("DISCONNECT CHAT/1.0\n"), heard.slice(-60));
});

Deno.test("tls port: WHOIS shows to everybody who came over TLS", async () => {
  await using server = new TlsTestServer();
  await using ann = new IrcPeer(await server.dial());
  await ann.asks("NICK ann", "USER ann 0 * :Ann");
  await using bob = await IrcPeer.enter(server.port, "bob");
  const line = `:${SERVER} 671 bob ann :is using a secure connection`;
  assert((await bob.asks("WHOIS ann")).includes(line));
  assert(!(await bob.asks("WHOIS bob")).some((each) => each.includes(" 671 ")));
});

Deno.test("tls port: sts names the port in plain text, and the time over TLS", async () => {
  await using server = new TlsTestServer({ sts: 86_400 });
  const capsOf = async (peer: IrcPeer, version: string) => {
    await peer.says(`CAP LS${version}`);
    return (await peer.reads()).split(" :")[1]?.split(" ").filter((cap) => cap.startsWith("sts"));
  };
  await using plain = await IrcPeer.connect(server.port);
  assertEquals(await capsOf(plain, " 302"), [`sts=port=${server.tlsPort}`]);
  await plain.says("CAP REQ sts");
  assertMatch(await plain.reads(), / NAK :sts$/);
  await using old = await IrcPeer.connect(server.port);
  assertEquals(await capsOf(old, ""), []);
  await using secure = new IrcPeer(await server.dial());
  assertEquals(await capsOf(secure, " 302"), ["sts=duration=86400"]);
  await using other = new TlsTestServer();
  await using untold = await IrcPeer.connect(other.port);
  assertEquals(await capsOf(untold, " 302"), []);
});

Deno.test("tls port: an HTTP request gets its 404 there, too", async () => {
  await using server = new TlsTestServer();
  await using browser = new ByteStream(await server.dial());
  await browser.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  assert((await browser.untilEnd()).startsWith("HTTP/1.1 404 "));
});

Deno.test("tls port: plain text, garbage and an early end cost only themselves, and are counted", async () => {
  await using server = new TlsTestServer();
  await using plain = await ByteStream.connect(server.tlsPort);
  await plain.send("NICK bob\r\n");
  assertEquals(await plain.untilEnd(), "no TLS\n");
  await server.log.find(/handshake failed: the other side does not speak TLS \(127\.0\.0\.1\)/);
  await using garbage = await ByteStream.connect(server.tlsPort);
  await garbage.send(new Uint8Array(500).fill(0x16));
  await garbage.untilEnd();
  for (let i = 0; i < 20; i++) (await ByteStream.connect(server.tlsPort)).close();
  await server.log.find(/more handshakes failed/);
  await using _ann = await server.enter("ann");
  await until("the end of all handshakes", () => server.server.status().handshakes === 0);
});

Deno.test("tls port: handshakes that stall delay nobody, count as connections, and end in time", async () => {
  const clock = new FakeClock();
  await using server = new TlsTestServer({ clock, limits: { maxConnections: 4 } });
  await using first = await ByteStream.connect(server.tlsPort);
  await using second = await ByteStream.connect(server.tlsPort);
  await second.send(new Uint8Array([0x16, 3, 1, 2, 0, 1]));
  await using _ann = await server.enter("ann");
  assertEquals(server.server.status().handshakes, 2);
  await using bob = await Chat1Peer.enter(server.port, "bob");
  await using full = await ByteStream.connect(server.tlsPort);
  await full.untilEnd();
  await server.log.find(/connection refused: more than 4 connections/);
  clock.advance(9_900);
  await settle();
  assertEquals(server.server.status().handshakes, 2);
  clock.advance(200);
  assertEquals(await first.untilEnd(), "");
  assertEquals(await second.untilEnd(), "");
  await server.log.find(/handshake failed: not done within 10 s \(127\.0\.0\.1\)/);
  assertEquals(server.server.status().handshakes, 0);
  // Their places are free again.
  await using carol = await server.enter("carol");
  await bob.send("@bob: hi\n");
  await carol.until("@bob: hi\n");
});

Deno.test("tls port: the server's end does not wait for handshakes", async () => {
  const server = new TlsTestServer();
  await using stalled = await ByteStream.connect(server.tlsPort);
  await stalled.send(new Uint8Array([0x16]));
  await until("a handshake", () => server.server.status().handshakes > 0);
  await server[Symbol.asyncDispose]();
  assertEquals(await stalled.untilEnd(), "");
});

Deno.test("tls port: a new certificate is shown to new connections, and open ones go on", async () => {
  const next = makeCertificate({ issuer: CA, names: ["localhost", "chat.example"] });
  let { cert, key } = LEAF;
  await using server = new TlsTestServer({
    tls: {
      host: "127.0.0.1",
      port: 0,
      ...tlsPortWith(),
      begin: (lower, inTurn) =>
        acceptTls(lower, readCredentials(cert, key), new Uint8Array(), inTurn),
    },
  });
  await using ann = await server.enter("ann");
  ({ cert, key } = next);
  await using bob = await server.enter("bob");
  await ann.send("@ann: still here\n");
  await bob.until("@ann: still here\n");
  // Only the new certificate has this name.
  const named = await Deno.connect({ hostname: "127.0.0.1", port: server.tlsPort });
  const tls = await Deno.startTls(named, { hostname: "chat.example", caCerts: [CA.cert] });
  await within("a handshake", tls.handshake());
  tls.close();
});
