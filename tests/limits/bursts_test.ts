/**
 * A burst does not make a reader slow: what a few users say at once reaches every reader, and closes none.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { frame, meet, type Peer } from "../support/cs168.ts";
import { TestServer } from "../support/server.ts";

/** `texts` as frames in one piece. */
function framesOf(texts: readonly string[]): Uint8Array {
  const bytes = new Uint8Array(texts.length * 200);
  texts.forEach((text, i) => bytes.set(frame(text), i * 200));
  return bytes;
}

/** Users who are in the channel `c`, and have read all about each other. */
async function gather(server: TestServer, names: readonly string[]): Promise<Peer[]> {
  const peers = await Promise.all(names.map((name) => server.enter(name)));
  await meet("c", ...peers);
  return peers;
}

Deno.test("a name of 193 bytes and 100 frames of € close nobody, and make two frames each", async () => {
  await using server = new TestServer({ outboxBytes: 32 * 1024 });
  const long = "n".repeat(193);
  const [mallory, ...readers] = await gather(server, [long, "alice", "bob", "carol"]);
  const text = "€".repeat(66);
  await mallory?.send(framesOf(Array<string>(100).fill(text)));
  const expected = Array.from({ length: 200 }, (_, i) => i % 2 === 0 ? `[${long}]` : ` ${text}`);
  for (const reader of readers) assertEquals(await reader.frames(200), expected);
  assertEquals(server.log.count(/ended/), 0);
  for (const peer of [mallory, ...readers]) peer?.close();
});

Deno.test("60 users who paste 100 lines at once are all heard, and nobody who reads is closed", async () => {
  await using server = new TestServer({ commandRate: 0, outboxBytes: 128 * 1024 });
  const names = Array.from({ length: 60 }, (_, i) => `user${i}`);
  const peers = await gather(server, [...names, "watcher"]);
  const reading = peers.map((peer, i) => peer.frames(i < 60 ? 5900 : 6000));
  await Promise.all(names.map((name, i) => {
    const lines = Array.from({ length: 100 }, (_, line) => `${name} says ${line}`);
    return peers[i]?.send(framesOf(lines));
  }));
  for (const [i, texts] of (await Promise.all(reading)).entries()) {
    const heard = Map.groupBy(texts, (text) => text.slice(1, text.indexOf("]")));
    for (const name of names) {
      if (name === names[i]) continue;
      const expected = Array.from({ length: 100 }, (_, line) => `[${name}] ${name} says ${line}`);
      assertEquals(heard.get(name), expected);
    }
  }
  assertEquals(server.log.count(/ended/), 0);
  for (const peer of peers) peer.close();
});
