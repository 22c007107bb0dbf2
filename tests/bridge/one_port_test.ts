/**
 * One port for all protocols (PROTOCOLS, section 4), through real sockets: the first bytes of every known
 * client, whole and byte by byte; bytes of no protocol; and a port that is fixed to one protocol.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { chat1 } from "../../lib/protocol/chat1.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import { json16 } from "../../lib/protocol/json16.ts";
import { sanitizeLine } from "../../lib/protocol/text.ts";
import { ByteStream, PACES } from "../support/byte_stream.ts";
import { Chat1Peer } from "../support/chat1.ts";
import { stillServer } from "../support/clock.ts";
import { OPENINGS } from "../support/conversations.ts";
import { frame, Peer } from "../support/cs168.ts";
import { chatPacket, joinPacket, Json16Peer, packet } from "../support/json16.ts";
import { OpenPort } from "../support/server.ts";

for (const pace of PACES) {
  for (const { protocol, title, bytes } of OPENINGS) {
    // Byte by byte, only the first 200 matter: they decide the protocol.
    const sent = pace === "whole" ? bytes : bytes.subarray(0, 200);
    Deno.test(`${title}, ${pace}: the port speaks ${protocol}`, async () => {
      const still = stillServer();
      await using port = new OpenPort(still);
      await using peer = await ByteStream.connect(port.port, pace);
      await peer.send(sent);
      await still.clock.during(port.log.find(new RegExp(`#1 speaks ${protocol}$`)));
    });
  }

  Deno.test(`three protocols register and talk on one port, all bytes ${pace}`, async () => {
    await using port = new OpenPort(stillServer());
    await using jo = await Json16Peer.enter(port.port, "jo", pace);
    await using cher = await Chat1Peer.enter(port.port, "cher", "line", pace);
    await using carl = await Peer.enter(port.port, "carl", pace);
    await carl.does("/join lobby");
    await jo.sees(joinPacket("cher"), joinPacket("carl"));
    await cher.says("one");
    assertEquals(await carl.frames(1), ["[cher] one"]);
    await carl.sendFrame("two");
    assertEquals(await cher.line(), "@carl: two");
    await jo.says("three");
    await jo.sees(
      chatPacket("cher", "one"),
      chatPacket("carl", "two"),
      chatPacket("jo", "three"),
    );
    await carl.sees("[jo] three");
    assertEquals(await cher.line(), "@jo: three");
  });
}

const strangers: [string, Uint8Array, string][] = [
  ["a TLS record of no known version", new Uint8Array([0x16, 0x03, 0x05, 0x02]), "16 03 05 02"],
  ["a packet of an array", packet("[1, 2]"), "00 06 5b 31 2c 20 32 5d"],
  ["zeros", new Uint8Array(4), "00 00 00 00"],
  ["text with a control character", new TextEncoder().encode("hi\x01"), "68 69 01"],
];

for (const [title, bytes, shown] of strangers) {
  Deno.test(`${title}: no protocol begins so; the connection closes, and the log says why`, async () => {
    await using port = new OpenPort();
    await using peer = await ByteStream.connect(port.port);
    await peer.send(bytes);
    assertEquals(await peer.untilEnd(), "");
    await port.log.find(new RegExp(`#1 ended: no protocol begins with bytes ${shown} \\(`));
  });
}

Deno.test("a line that is not a registration receives 400, even if nothing follows it", async () => {
  await using port = new OpenPort();
  await using peer = await ByteStream.connect(port.port);
  await peer.send("HELO example.org\r\n");
  assertEquals(await peer.untilEnd(), "400 Invalid registration\n");
});

Deno.test("a port fixed to chat1 answers a raw client's wrong first word with a bare 400", async () => {
  await using port = new OpenPort({ protocols: [chat1] });
  await using peer = await ByteStream.connect(port.port);
  await peer.send("REGESTER bob CHAT/1.0");
  assertEquals(await peer.untilEnd(), "400 Invalid registration");
});

Deno.test("a port fixed to chat1 reads frames and packets as lines of chat1", async () => {
  await using port = new OpenPort({ protocols: [chat1] });
  for (const bytes of [frame("alice"), packet('{"type": "hello", "nick": "pat"}')]) {
    await using peer = await ByteStream.connect(port.port);
    await peer.send(bytes);
    assertEquals(await peer.untilEnd(), "400 Invalid registration");
  }
});

Deno.test("a port fixed to cs168 reads every first frame as a name", async () => {
  await using port = new OpenPort({ protocols: [cs168] });
  for (const name of ["REGISTER bob CHAT/1.0", "two\nlines", "a\x01b"]) {
    await using peer = await ByteStream.connect(port.port);
    await peer.send(frame(name));
    await port.log.find(new RegExp(`registered as "${sanitizeLine(name)}"`));
  }
});

Deno.test("a port fixed to json16 accepts an empty packet first, and one that is not an object", async () => {
  await using port = new OpenPort({ protocols: [json16] });
  await using peer = await Json16Peer.connect(port.port);
  for (const payload of ["", "[]", "{}"]) await peer.sends(payload);
  await peer.sends('{"type": "hello", "nick": "pat"}');
  assertEquals(await peer.payload(), joinPacket("pat"));
});
