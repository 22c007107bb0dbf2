/**
 * Broken bytes through real sockets. Each connection survives the bytes that its protocol ignores. Other
 * broken bytes end that connection, with a reason in the log; the others only see a user leave.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { ByteStream } from "../support/byte_stream.ts";
import { Crowd } from "../support/crowd.ts";
import { chatPacket, joinPacket, Json16Peer, leavePacket, packet } from "../support/json16.ts";

/** The rows of "ignored, never fatal" (PROTOCOLS, section 3), as they are on the wire. */
const ignored: [string, Uint8Array][] = [
  ["malformed JSON", packet('{"type": "chat", "message": "hi"')],
  ["an array", packet('["chat", "hi"]')],
  ["a number", packet("42")],
  ["zero length", packet("")],
  ["an unknown type", packet('{"type": "shout", "message": "hi"}')],
  ["no type", packet('{"message": "hi"}')],
  ["a message that is missing", packet('{"type": "chat"}')],
  ["a message that is no string", packet('{"type": "chat", "message": ["hi"]}')],
  ["a nick that is no string", packet('{"type": "hello", "nick": 7}')],
  ["a leave from a client", packet('{"type": "leave", "nick": "jo"}')],
  ["bytes that are no UTF-8", packet(new Uint8Array([0xff, 0xc0, 0x80]))],
  ["a bomb of nested arrays, at the limit", packet("[".repeat(16 * 1024))],
  ["a closed bomb of nested arrays", packet("[".repeat(8192) + "]".repeat(8192))],
  ["a bomb inside a packet", packet(`{"type": ${"[".repeat(8000)}${"]".repeat(8000)}}`)],
];

Deno.test("json16 ignores what is no packet of its own, before hello and after", async () => {
  await using crowd = await Crowd.gather();
  await using pat = await Json16Peer.connect(crowd.port.port);
  // The server knows the protocol by now, so these payloads can be anything.
  await pat.send(packet('{"type": "nothing"}'));
  for (const [, bytes] of ignored) await pat.send(bytes);
  await pat.does('{"type": "hello", "nick": "pat"}', joinPacket("pat"));
  for (const [title, bytes] of ignored) {
    await pat.send(bytes);
    await pat.does(`{"type": "chat", "message": "${title}"}`, chatPacket("pat", title));
  }
  const said = ignored.map(([title]) => title);
  await crowd.happens(joinPacket("pat"), ...said.map((title) => chatPacket("pat", title)));
  await crowd.cher.sees(crowd.bell, ...said.map((title) => `@pat: ${title}`));
});

Deno.test("a json16 length that is too long consumes what follows, and no more", async () => {
  await using crowd = await Crowd.gather();
  await using pat = await Json16Peer.enter(crowd.port.port, "pat");
  const said = '{"type": "chat", "message": "hi"}';
  // The announced payload ends inside the next packet. It is not JSON, so the server ignores it.
  await pat.send(packet(said, said.length + 20));
  await pat.send(packet(said).subarray(0, 20));
  await pat.does(said, chatPacket("pat", "hi"));
  await crowd.happens(joinPacket("pat"), chatPacket("pat", "hi"));
});

Deno.test("a json16 length that is too short makes the rest nonsense, not a fault", async () => {
  await using crowd = await Crowd.gather();
  await using pat = await Json16Peer.enter(crowd.port.port, "pat");
  await pat.send(packet('{"type": "chat", "message": "hi"}', 5));
  assertEquals(await pat.untilEnd(), "");
  await crowd.happens(joinPacket("pat"), leavePacket("pat"));
  assertEquals(crowd.port.log.count(/fault/), 0);
});

Deno.test("a chat1 registration without end ends that connection", async () => {
  await using crowd = await Crowd.gather();
  await using bob = await ByteStream.connect(crowd.port.port);
  await bob.send(`REGISTER ${"b".repeat(20_000)}`);
  assertEquals(await bob.untilEnd(), "");
  await crowd.port.log.find(/ended: oversize frame/);
  await crowd.allSee({ cs168: [], chat1: [], json16: [] });
});

Deno.test("a stream that ends inside a message is the end of that user, and its message", async () => {
  await using crowd = await Crowd.gather();
  const pat = await Json16Peer.enter(crowd.port.port, "pat");
  await pat.send(packet('{"type": "chat", "message": "hi"}').subarray(0, 30));
  pat.close();
  await crowd.happens(joinPacket("pat"), leavePacket("pat"));
  await crowd.cher.sees(crowd.bell);
});
