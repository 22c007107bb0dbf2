/**
 * Clients that reach the port by mistake, or from a hostile web page: they get an answer that they understand
 * and an end, and no user of the chat receives anything. SECURITY.md lists these tests.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { PROTOCOLS } from "../../lib/protocol/registry.ts";
import { ByteStream } from "../support/byte_stream.ts";
import { stillServer } from "../support/clock.ts";
import { frame, Peer } from "../support/cs168.ts";
import { OpenPort, TestServer } from "../support/server.ts";
import { within } from "../support/within.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "OPTIONS", "CONNECT", "DELETE", "PATCH", "FOO"];

/** What a page would like to say, in the protocol `name`, as the body of a form or in the path itself. */
const BODY = `${"x".repeat(300)}REGISTER eve CHAT/1.0\n@eve: forged\n${"/join lobby".padEnd(200)}`;

/** A browser's request, its path long enough to fill a cs168 frame by itself. */
function request(method: string, path = `/${"x".repeat(500)}`): string {
  return `${method} ${path} HTTP/1.1\r\nHost: chat.example\r\nContent-Length: ${BODY.length}\r\n` +
    `Content-Type: text/plain\r\n\r\n${BODY}`;
}

/** A ClientHello as far as its version, and something behind it. */
const CLIENT_HELLO = new Uint8Array(300).fill(0x78);
CLIENT_HELLO.set([0x16, 3, 1, 1, 0x27, 1, 0, 1, 0x23, 3, 3]);

/** Sends `text` in pieces of `size` bytes; what does not arrive any more is not missed. */
async function sendIn(peer: ByteStream, size: number, text: string | Uint8Array): Promise<void> {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  for (let at = 0; at < bytes.length; at += size) {
    await peer.send(bytes.subarray(at, at + size));
  }
}

/** A member of the lobby, and what it has heard when `done` is called. */
async function witness(
  server: OpenPort,
): Promise<{ peer: ByteStream; heard(): Promise<string> }> {
  const peer = (await Peer.enter(server.port, "cecil")).bytes;
  await peer.send(frame("/create lobby"));
  return {
    peer,
    heard: async () => {
      await peer.send(frame("/end"));
      return await peer.until("/end is not a valid control message.");
    },
  };
}

Deno.test("a browser's request is answered 404 and closed, and nobody hears of it", async () => {
  const still = stillServer();
  await using server = new OpenPort(still);
  const { peer, heard } = await witness(server);
  await using _ = peer;
  for (const method of METHODS) {
    for (const size of [100_000, 1, 200]) {
      await using browser = await ByteStream.connect(server.port);
      await sendIn(browser, size, request(method));
      const answer = await still.clock.during(browser.untilEnd());
      assert(answer.startsWith("HTTP/1.1 404 "), JSON.stringify(answer));
      assert(answer.endsWith("\r\n\r\n") && answer.length < 100, JSON.stringify(answer));
    }
  }
  await server.log.find(/#28 ended: HTTP request on a chat port \(127/);
  assertEquals(await heard(), "");
  assertEquals(server.log.count(/registered/), 1);
});

Deno.test("no web page and no TLS client gets into a port of one protocol alone", async () => {
  for (const protocol of PROTOCOLS) {
    const still = stillServer();
    await using server = new OpenPort({ ...still, protocols: [protocol] });
    await using browser = await ByteStream.connect(server.port);
    await browser.send(request("POST"));
    assert((await still.clock.during(browser.untilEnd())).startsWith("HTTP/1.1 404 "));
    await using stranger = await ByteStream.connect(server.port);
    await sendIn(stranger, 1, CLIENT_HELLO.subarray(0, 20));
    await still.clock.during(stranger.untilEnd());
    await still.clock.during(server.log.find(/#1 ended: HTTP request/));
    await still.clock.during(server.log.find(/#2 ended: TLS handshake/));
    assertEquals(server.log.count(/registered/), 0);
  }
});

Deno.test("a TLS client gets an alert, is closed and is logged once", async () => {
  const still = stillServer();
  await using server = new OpenPort(still);
  for (const size of [1000, 1]) {
    await using stranger = await ByteStream.connect(server.port);
    await sendIn(stranger, size, CLIENT_HELLO);
    assertEquals(await still.clock.during(stranger.untilEnd()), "\x15\x03\x01\x00\x02\x02\x28");
  }
  await server.log.find(/#2 ended: TLS handshake on a port without TLS \(127/);
  assertEquals(server.log.count(/TLS/), 2);
  assertEquals(server.log.count(/registered/), 0);
  // And as a real one sees it.
  using conn = await Deno.connectTls({ hostname: "127.0.0.1", port: server.port });
  const error = await still.clock.during(conn.handshake()).then(() => {}, (error) => error);
  assert(/alert/i.test(String(error)), String(error));
});

Deno.test("a request that goes on for ever is ended all the same", async () => {
  await using server = new TestServer();
  await using browser = await ByteStream.connect(server.port);
  await browser.send(request("POST"));
  const flood = browser.flood(new Uint8Array(64 * 1024).fill(0x78), 10_000);
  // Nothing that follows is taken for the beginning of something else.
  await server.log.find(/#1 ended: HTTP request on a chat port \(127\.0\.0\.1:\d+\)$/);
  browser.close();
  await flood;
});

Deno.test("JSON without its length gets an error in JSON, and is nobody's name", async () => {
  await using server = new TestServer();
  const { peer, heard } = await witness(server);
  await using _ = peer;
  const hello = `{"type": "hello", "nick": "pat"}`;
  for (const size of [1000, 1]) {
    await using pat = await ByteStream.connect(server.port);
    await sendIn(pat, size, hello.repeat(10));
    const payload = '{"type": "error", "message": "Send the length of each packet before it: ' +
      '2 bytes, the high one first"}';
    assertEquals(await pat.untilEnd(), `\0${String.fromCharCode(payload.length)}${payload}`);
  }
  await server.log.find(/#3 ended: JSON without a length before it \(127/);
  assertEquals(await heard(), "");
  assertEquals(server.log.count(/registered/), 1);
});

Deno.test("a misspelt registration without a newline gets its 400", async () => {
  const still = stillServer();
  await using server = new OpenPort(still);
  for (const size of [100, 1]) {
    await using una = await ByteStream.connect(server.port);
    await sendIn(una, size, "REGESTER una CHAT/1.0");
    assertEquals(await still.clock.during(una.untilEnd()), "400 Invalid registration");
  }
});

Deno.test("a registration without a newline counts at the end of the stream, too", async () => {
  await using server = new TestServer();
  const rows = [["REGESTER una CHAT/1.0", "400 Invalid registration"], ["GET", ""]] as const;
  for (const [sent, answer] of rows) {
    using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    await conn.write(new TextEncoder().encode(sent));
    await conn.closeWrite();
    assertEquals(await within("its answer", new Response(conn.readable).text()), answer);
  }
  await server.log.find(/#2 ended: closed by peer/);
});

Deno.test("a user may be called GET, and pause before its next byte", async () => {
  await using server = new TestServer();
  await using user = await ByteStream.connect(server.port);
  await user.send(frame("GET").subarray(0, 4));
  // This registration counts once it has been followed by silence, which is longer for the user above.
  await using raw = await ByteStream.connect(server.port);
  await raw.send("REGISTER raw CHAT/1.0");
  await raw.until("200 Registration successful");
  await user.send(frame("GET").subarray(4));
  await server.log.find(/#1 registered as "GET"/);
});
