/**
 * Line and raw chat1 clients on one server (PROTOCOLS, section 2): each receives replies in its own form, a
 * message without a newline ends after the idle time, and a name belongs to one user only.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { type Camp, CAMPS, Chat1Peer } from "../support/chat1.ts";
import { ByteStream } from "../support/byte_stream.ts";
import { stillServer } from "../support/clock.ts";
import { Peer } from "../support/cs168.ts";
import { Crowd } from "../support/crowd.ts";
import { chatPacket, joinPacket, Json16Peer, leavePacket } from "../support/json16.ts";
import { OpenPort } from "../support/server.ts";

const ENDS: Readonly<Record<Camp, string>> = { line: "\n", raw: "" };

/** Opens a connection, sends `message`, and returns everything that the server sends until it closes. */
async function answerTo(port: number, message: string): Promise<string> {
  await using peer = await ByteStream.connect(port);
  await peer.send(message);
  return await peer.untilEnd();
}

for (const camp of CAMPS) {
  const end = ENDS[camp];

  Deno.test(`a ${camp} client registers, and receives 200 in its own form`, async () => {
    await using port = new OpenPort();
    await using bob = await ByteStream.connect(port.port);
    await bob.send(`REGISTER bob CHAT/1.0${end}`);
    assertEquals(await bob.chunk(), `200 Registration successful${end}`);
  });

  Deno.test(`a ${camp} client that registers byte by byte receives 200 in its own form`, async () => {
    const still = stillServer();
    await using port = new OpenPort(still);
    await using bob = await ByteStream.connect(port.port, "byte by byte");
    await bob.send(`REGISTER bob CHAT/1.0${end}`);
    assertEquals(await still.clock.during(bob.chunk()), `200 Registration successful${end}`);
  });

  Deno.test(`a ${camp} client receives 400 in its own form, and the connection closes`, async () => {
    await using port = new OpenPort();
    for (const message of ["REGISTER bob", "REGISTER a b CHAT/1.0", "REGISTER bob CHAT/2.0"]) {
      assertEquals(await answerTo(port.port, message + end), `400 Invalid registration${end}`);
    }
    await port.log.find(/#3 ended: ended by protocol/);
  });

  Deno.test(`a ${camp} client receives 401 for any name on the server, in its own form`, async () => {
    await using port = new OpenPort();
    await using _carl = await Peer.enter(port.port, "carl");
    await using _jo = await Json16Peer.enter(port.port, "jo");
    await using _line = await Chat1Peer.enter(port.port, "line", "line");
    await using _raw = await Chat1Peer.enter(port.port, "raw", "raw");
    for (const name of ["carl", "jo", "line", "raw"]) {
      const answer = await answerTo(port.port, `REGISTER ${name} CHAT/1.0${end}`);
      assertEquals(answer, `401 Client already registered${end}`);
    }
  });

  Deno.test(`a ${camp} client's chat reaches both camps and the other protocols`, async () => {
    await using crowd = await Crowd.gather();
    await using raw = await Chat1Peer.enter(crowd.port.port, "raw", "raw");
    await using bob = await Chat1Peer.enter(crowd.port.port, "bob", camp);
    await crowd.happens(joinPacket("raw"), joinPacket("bob"));
    await bob.says("one");
    // A raw message ends after the idle time. This packet proves that enough time has passed.
    await crowd.happens(chatPacket("bob", "one"));
    await bob.says("two");
    await crowd.happens(chatPacket("bob", "two"));
    for (const peer of [raw, crowd.cher]) await peer.sees(crowd.bell, "@bob: one", "@bob: two");
    await crowd.carl.sees("raw has joined", "bob has joined", "[bob] one", "[bob] two");
    await bob.sees(crowd.bell);
  });

  Deno.test(`a ${camp} client's DISCONNECT ends its session without a reply`, async () => {
    await using crowd = await Crowd.gather();
    await using bob = await Chat1Peer.enter(crowd.port.port, "bob", camp);
    await bob.tells("DISCONNECT bob CHAT/1.0");
    assertEquals(await bob.untilEnd(), "");
    await crowd.happens(joinPacket("bob"), leavePacket("bob"));
    await using again = await Chat1Peer.enter(crowd.port.port, "bob", camp);
    await again.sees(crowd.bell);
  });

  Deno.test(`a ${camp} client that closes has left, and its name is free again`, async () => {
    await using crowd = await Crowd.gather();
    const bob = await Chat1Peer.enter(crowd.port.port, "bob", camp);
    bob.close();
    await crowd.happens(joinPacket("bob"), leavePacket("bob"));
    await using again = await Chat1Peer.enter(crowd.port.port, "bob", camp);
    await crowd.happens(joinPacket("bob"));
    await again.sees(crowd.bell);
  });
}

Deno.test("several lines in one write are several messages, with either line end", async () => {
  await using crowd = await Crowd.gather();
  await crowd.cher.send("@cher: one\n@cher: two\r\n\n\r\n@cher: three\n");
  const packets = ["one", "two", "three"].map((text) => chatPacket("cher", text));
  await crowd.happens(...packets);
  await crowd.carl.sees("[cher] one", "[cher] two", "[cher] three");
});

Deno.test("registration, chat and DISCONNECT in one write all take effect", async () => {
  await using crowd = await Crowd.gather();
  await using bob = await ByteStream.connect(crowd.port.port);
  await bob.send("REGISTER bob CHAT/1.0\n@bob: hi\nDISCONNECT bob CHAT/1.0\n");
  assertEquals(await bob.untilEnd(), "200 Registration successful\n");
  await crowd.happens(joinPacket("bob"), chatPacket("bob", "hi"), leavePacket("bob"));
});

Deno.test("a line client may omit its last newline, and a raw client may close at once", async () => {
  await using crowd = await Crowd.gather();
  await crowd.cher.send("@cher: no newline");
  await crowd.happens(chatPacket("cher", "no newline"));
  const raw = await Chat1Peer.enter(crowd.port.port, "raw", "raw");
  await raw.says("last words");
  raw.close();
  await crowd.happens(joinPacket("raw"), chatPacket("raw", "last words"), leavePacket("raw"));
});

Deno.test("a line that arrives byte by byte is one message", async () => {
  await using crowd = await Crowd.gather(new OpenPort(stillServer()));
  await using bob = await Chat1Peer.enter(crowd.port.port, "bob", "line", "byte by byte");
  await crowd.happens(joinPacket("bob"));
  await bob.says("héllo, 日本");
  await crowd.happens(
    '{"type": "chat", "nick": "bob", "message": "h\\u00e9llo, \\u65e5\\u672c"}',
  );
});

Deno.test("a second registration on the same connection is ignored", async () => {
  await using crowd = await Crowd.gather();
  await crowd.cher.tells("REGISTER bob CHAT/1.0");
  await crowd.cher.says("still cher");
  await crowd.happens(chatPacket("cher", "still cher"));
  await crowd.cher.sees(crowd.bell);
});

Deno.test("a message without the colon is relayed under the registered name as well", async () => {
  await using crowd = await Crowd.gather();
  await crowd.cher.tells("@cher hi");
  await crowd.happens(chatPacket("cher", "hi"));
  await crowd.carl.sees("[cher] hi");
});

Deno.test("cs168 and json16 allow a second user with a chat1 user's name", async () => {
  await using crowd = await Crowd.gather();
  await using twin = await Json16Peer.enter(crowd.port.port, "cher");
  await twin.says("me too");
  await crowd.happens(joinPacket("cher"), chatPacket("cher", "me too"));
  await crowd.carl.sees("cher/2 has joined", "[cher/2] me too");
  assertEquals(await crowd.cher.line(), "@cher/2: me too");
  const dm = '{"type": "dm", "to": "cher", "message": "psst"}';
  const message = "More than one user is called cher: cher, cher/2";
  const refused = `{"type": "error", "message": "${message}"}`;
  await crowd.jo.untilBarrier();
  await crowd.jo.does(dm, refused);
});

Deno.test("a refused client does not enter the chat, and nobody sees it", async () => {
  await using crowd = await Crowd.gather();
  assertEquals(
    await answerTo(crowd.port.port, "REGISTER cher CHAT/1.0\n@cher: hi\n"),
    "401 Client already registered\n",
  );
  await answerTo(crowd.port.port, "REGISTER\n@cher: hi\n");
  await crowd.port.log.find(/#7 ended/);
  await crowd.allSee({ cs168: [], chat1: [], json16: [] });
});
