/**
 * Flood control: what a frame costs, that a flood slows down its sender without a loss, and that the
 * others do not notice.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { DEFAULT_LIMITS } from "../../lib/server/limits.ts";
import { FRAME_COST_BYTES } from "../../lib/server/prices.ts";
import { ByteStream } from "../support/byte_stream.ts";
import { Chat1Peer } from "../support/chat1.ts";
import { Json16Peer, packet } from "../support/json16.ts";
import { frame, meet, Peer } from "../support/cs168.ts";
import { TestServer } from "../support/server.ts";

Deno.test("one speaker's burst is a small part of everybody's outbox", () => {
  const { commandBurst, outboxBytes } = DEFAULT_LIMITS;
  assert((commandBurst * FRAME_COST_BYTES) * 3 < outboxBytes / 2);
});

/** A server that stops reading after a few frames, for so long that a test would notice. */
const STRICT = { commandBurst: 10, commandRate: 0.001 };

/** Frames that mean nothing, each with the way in which its sender enters. */
const FLOODS: [name: string, enter: (port: number) => Promise<ByteStream>, frame: Uint8Array][] = [
  ["empty chat1 lines", (port) => Chat1Peer.enter(port, "mallory"), new TextEncoder().encode("\n")],
  ["chat1 lines of nobody", (port) => Chat1Peer.enter(port, "mallory"), lineOf("@alice: hi")],
  ["empty json16 packets", (port) => Json16Peer.enter(port, "mallory"), packet("")],
  ["json16 packets of garbage", (port) => Json16Peer.enter(port, "mallory"), packet("[1, 2")],
];

function lineOf(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\n`);
}

/** What shows that a frame was dealt with, in each protocol. */
function probe(protocol: string, word: string): Uint8Array {
  if (protocol === "chat1") return lineOf(`@mallory: ${word}`);
  return packet({ type: "chat", message: word });
}

for (const [name, enter, frame] of FLOODS) {
  Deno.test(`${name} mean nothing, but count: one past the burst is read, more is not`, async () => {
    await using server = new TestServer(STRICT);
    await using mallory = await enter(server.port);
    await using watcher = await Json16Peer.enter(server.port, "watcher");
    const protocol = /chat1|json16/.exec(name)?.[0] as string;
    // At the limit: the burst is used up, registration included, and the probe is the last of it.
    for (let i = 1; i < 9; i++) await mallory.send(frame);
    await mallory.send(probe(protocol, "first"));
    await watcher.until("first");
    // One past it is still read, on credit; what follows it is not, for a quarter of an hour.
    await mallory.send(frame, probe(protocol, "second"));
    await using other = await Json16Peer.enter(server.port, "other");
    await other.send(packet({ type: "channels" }), packet({ type: "chat", message: "end" }));
    assertEquals((await other.until('"end"')).includes("second"), false);
    assertEquals(server.log.count(/ended/), 0);
  });
}

Deno.test("a hundred blank cs168 frames cost as much as a command", async () => {
  await using server = new TestServer({ commandBurst: 14, commandRate: 0.001 });
  await using watcher = (await Peer.enter(server.port, "watcher")).bytes;
  await watcher.send(frame("/create first"));
  await using mallory = (await Peer.enter(server.port, "mallory")).bytes;
  // The name and the barrier behind it were two; the blanks are nearly twelve, the probe is on credit.
  for (let i = 0; i < 1190; i++) await mallory.send(frame(""));
  await mallory.send(frame("/join first"));
  await watcher.until("mallory has joined");
  for (let i = 0; i < 20; i++) await mallory.send(frame(""));
  await mallory.send(frame("/create second"));
  await using other = await Json16Peer.enter(server.port, "other");
  await other.send(packet({ type: "channels" }));
  assertEquals((await other.until('"channels"')).includes("second"), false);
});

Deno.test("a long message costs as much as its bytes", async () => {
  // A burst of 40 admits two messages of 16 KiB, the third on credit.
  await using server = new TestServer({ commandBurst: 40, commandRate: 0.001 });
  await using mallory = await Chat1Peer.enter(server.port, "mallory");
  await using alice = await Chat1Peer.enter(server.port, "alice");
  const long = (mark: string) => `@mallory: ${mark}${"x".repeat(16 * FRAME_COST_BYTES - 40)}\n`;
  await mallory.send(...["one", "two", "three", "four"].map(long));
  await alice.until("@mallory: three");
  await alice.until("\n");
  await using bob = await Chat1Peer.enter(server.port, "bob");
  await bob.send("@bob: the end\n");
  assertEquals(await alice.until("@bob: the end\n"), "");
});

Deno.test("a flood of frames that mean nothing does not take the server from the others", async () => {
  await using server = new TestServer();
  await using alice = await server.enter("alice");
  await using bob = await server.enter("bob");
  await meet("c", alice, bob);
  const mallories = [
    await Json16Peer.enter(server.port, "mallory"),
    await Chat1Peer.enter(server.port, "mallory1"),
    (await Peer.enter(server.port, "mallory")).bytes,
  ];
  const floods = [
    mallories[0]?.flood(new Uint8Array(64 * 1024), 1000),
    mallories[1]?.flood(new Uint8Array(64 * 1024).fill(0x0a), 1000),
    mallories[2]?.flood(new Uint8Array(64 * 1000).fill(0x20), 1000),
  ];
  let isOver = false;
  const flooded = Promise.all(floods).then(() => isOver = true);
  for (let i = 0; i < 20; i++) {
    await alice.does(`round ${i}`);
    await bob.sees(`[alice] round ${i}`);
  }
  // Without flood control the server would have taken all of it by now.
  assert(!isOver);
  for (const mallory of mallories) mallory.close();
  await flooded;
});
