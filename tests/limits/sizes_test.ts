/**
 * Every limit of size and time, at the limit and one past it: lines, payloads, names, channels, what
 * waits for a reader, and the time to register.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Delivery } from "../../lib/chat/event.ts";
import { Hub } from "../../lib/chat/hub.ts";
import { MAX_CHANNEL_NAME_BYTES } from "../../lib/chat/names.ts";
import { PROTOCOLS } from "../../lib/protocol/registry.ts";
import { DEFAULT_LIMITS } from "../../lib/server/limits.ts";
import { FakeClock } from "../support/clock.ts";
import { frame, meet, Peer } from "../support/cs168.ts";
import { Chat1Peer } from "../support/chat1.ts";
import { Json16Peer, packet } from "../support/json16.ts";
import { OpenPort, TestServer } from "../support/server.ts";

const KIB16 = 16 * 1024;

Deno.test("a chat1 line of 16 KiB is relayed, one byte more ends its connection", async () => {
  await using server = new TestServer();
  await using alice = await Chat1Peer.enter(server.port, "alice");
  await using bob = await Chat1Peer.enter(server.port, "bob");
  const longest = "x".repeat(KIB16 - "@alice: ".length);
  await alice.send(`@alice: ${longest}\n`);
  assertEquals(await bob.until(`@alice: ${longest}\n`), "");
  await alice.send(`@alice: ${longest}x\n`);
  assertEquals(await alice.untilEnd(), "");
  await server.log.find(/#1 ended: oversize frame: Line has more than "16384" bytes \(/);
  await using _again = await Chat1Peer.enter(server.port, "alice");
});

Deno.test("a chat1 line without an end does not grow past 16 KiB", async () => {
  await using server = new TestServer();
  await using alice = await Chat1Peer.enter(server.port, "alice");
  const flooding = alice.flood(new Uint8Array(1024).fill(0x78), 100_000);
  await alice.untilEnd();
  await flooding;
  await server.log.find(/#1 ended: oversize frame/);
});

Deno.test("a json16 payload of 16 KiB is relayed, a length of one more ends its connection", async () => {
  await using server = new TestServer();
  await using alice = await Json16Peer.enter(server.port, "alice");
  await using bob = await Json16Peer.enter(server.port, "bob");
  const empty = JSON.stringify({ type: "chat", message: "" }).length;
  const longest = "x".repeat(KIB16 - empty);
  await alice.send(packet({ type: "chat", message: longest }));
  await bob.until(longest);
  await alice.send(new Uint8Array([0x40, 0x01]));
  await alice.untilEnd();
  await server.log.find(/#1 ended: oversize frame: Length "16385" is above the limit/);
  await bob.until('"leave", "nick": "alice"');
});

Deno.test("as many channels as the limit are made, one more is refused while all have members", async () => {
  await using server = new TestServer({ maxChannels: 2 });
  await using bob = await server.enter("bob");
  await bob.does("/create one");
  await using alice = await server.enter("alice");
  await alice.does("/create two");
  await alice.sendFrame("/create three");
  const [refusal = ""] = await alice.frames(1);
  assert(refusal.startsWith("This server has 2 channels already"), refusal);
  await alice.does("/list", "one\ntwo");
});

Deno.test("channel names fill their bytes to the last, one more is refused", () => {
  const hub = new Hub({ maxChannels: 100, maxChannelNameBytes: 10 });
  const alice = hub.connect();
  const bob = hub.connect();
  hub.apply(alice, { type: "register", nick: "alice", home: "cs168" });
  hub.apply(bob, { type: "register", nick: "bob", home: "cs168" });
  // Both stay: neither is empty, so neither goes for the third.
  hub.apply(alice, { type: "create", channel: "éé" });
  hub.apply(bob, { type: "create", channel: "sixsix" });
  assertEquals(hub.channelNames, ["éé", "sixsix"]);
  const refused = [{
    to: "user",
    user: alice,
    event: { type: "refused", refusal: { code: "too_many_channels", limit: 2 } },
  }];
  assertEquals(hub.apply(alice, { type: "create", channel: "x" }), refused as Delivery[]);
  const join = { type: "join", channel: "x", make: true } as const;
  assertEquals(hub.apply(alice, join), refused as Delivery[]);
  assertEquals(hub.channelNames, ["éé", "sixsix"]);
});

Deno.test("a server holds its channels' names to their bytes", async () => {
  await using server = new TestServer({ maxChannelNameBytes: 6 });
  await using alice = await server.enter("alice");
  await alice.does("/create sixsix");
  await alice.sendFrame("/create x");
  const [refusal = ""] = await alice.frames(1);
  assert(refusal.startsWith("This server has 1 channels already"), refusal);
  await alice.does("/list", "sixsix");
});

Deno.test("the longest list fits into the outbox and goes out in parts, in every protocol", () => {
  const { maxChannels, maxChannelNameBytes, outboxBytes } = DEFAULT_LIMITS;
  const stamp = { time: 0, msgid: "" };
  // The length of name that each encoding makes the most of differs, and so do its characters.
  for (const character of ["x", "é", "漢", '"']) {
    const width = new TextEncoder().encode(character).length;
    for (let bytes = 8; bytes <= MAX_CHANNEL_NAME_BYTES; bytes++) {
      if (bytes % 8 !== 0 && bytes !== 67 && bytes !== 100) continue;
      const count = Math.min(maxChannels, Math.floor(maxChannelNameBytes / bytes));
      const name = character.repeat(Math.floor(bytes / width)).padEnd(bytes % width, "x");
      const channels = Array<string>(count).fill(name);
      for (const protocol of PROTOCOLS) {
        const reply = protocol.serverCodec().encodeReply({ type: "channels", channels }, stamp);
        const parts = [reply.bytes.length, ...lengths(reply.more)];
        const size = parts.reduce((sum, length) => sum + length, 0);
        const what = `${protocol.name}: ${size} bytes of ${count} names of ${bytes} bytes`;
        assertEquals(reply.size ?? reply.bytes.length, size, what);
        assert(size < outboxBytes, what);
        assert(Math.max(...parts) <= outboxBytes / 8, `${what}, in parts of ${Math.max(...parts)}`);
      }
    }
  }
});

function lengths(parts: Iterator<Uint8Array> | undefined): number[] {
  const found: number[] = [];
  if (parts === undefined) return found;
  for (let part = parts.next(); !part.done; part = parts.next()) found.push(part.value.length);
  return found;
}

Deno.test("a reader that stops is closed at its outbox's limit, and memory stays bounded", async () => {
  const outboxBytes = 256 * 1024;
  await using server = new TestServer({ commandRate: 0, outboxBytes });
  await using alice = await server.enter("alice");
  await using bob = await server.enter("bob");
  await using stalled = (await Peer.enter(server.port, "stalled")).bytes;
  await meet("c", alice, bob);
  await stalled.send(frame("/join c"));
  for (const peer of [alice, bob]) await peer.frames(1);
  const burst = new Uint8Array(200_000);
  const before = Deno.memoryUsage().external;
  let left = 0;
  let said = 0;
  let heard = 0;
  while (left === 0) {
    assert(said < 200_000, "40 MB have been said, and the stalled reader is still there");
    for (let i = 0; i < 1000; i++) burst.set(frame(`${said + i}`), i * 200);
    await alice.send(burst);
    said += 1000;
    while (heard < said && left === 0) {
      for (const text of await bob.frames(200)) {
        if (text === "stalled has left") left++;
        else assertEquals(text, `[alice] ${heard++}`);
      }
    }
  }
  await server.log.find(
    /#3 ended: slow consumer: \d+ bytes wait, and none was taken for \d+\.\d s \(/,
  );
  const grown = Deno.memoryUsage().external - before;
  assert(grown < 32 * 1024 * 1024, `The memory has grown by ${grown} bytes`);
  assertEquals(await alice.frames(1), ["stalled has left"]);
  // What was left of the last burst comes as well: nobody else lost a frame.
  for (; heard < said; heard++) assertEquals(await bob.frames(1), [`[alice] ${heard}`]);
});

Deno.test("a connection that has not registered in time is closed, whatever it began", async () => {
  const clock = new FakeClock();
  await using port = new OpenPort({ clock });
  await using alice = await Peer.enter(port.port, "alice");
  const nothing = new Uint8Array();
  const blank = frame("");
  const begun = [nothing, new TextEncoder().encode("REGIST"), blank, new Uint8Array(1)];
  const peers = await Promise.all([...begun, frame("bob").subarray(0, 199)].map(async (bytes) => {
    const peer = await Peer.connect(port.port);
    await peer.send(bytes);
    return peer;
  }));
  await port.log.find(/#6 connected/);
  clock.advance(DEFAULT_LIMITS.registrationTimeout);
  for (const peer of peers) {
    assertEquals(await peer.untilEnd(), []);
    peer.close();
  }
  await port.log.find(/ended: not registered within 60 s \(127\.0\.0\.1:\d+\)$/);
  for (const id of [2, 3, 4, 5, 6]) {
    await port.log.find(new RegExp(`#${id} ended: not registered within 60 s`));
  }
  await alice.does("/list");
});
