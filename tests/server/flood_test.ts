/**
 * A sender as fast as its socket, on a server without flood control: the other members of its
 * channel, who read, lose nothing and are not closed.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { ByteStream } from "../support/byte_stream.ts";
import { frame, Peer } from "../support/cs168.ts";
import { ServerChild } from "../support/server_child.ts";
import { within } from "../support/within.ts";

const FRAME = 200;
const FRAMES = 10_000;
const CHUNK_FRAMES = 5_000;

/** Bytes of the flood from frame `first` on. */
function chunk(first: number): Uint8Array {
  const bytes = new Uint8Array(CHUNK_FRAMES * FRAME);
  for (let i = 0; i < CHUNK_FRAMES; i++) bytes.set(frame(`${first + i}`), i * FRAME);
  return bytes;
}

Deno.test("a flood reaches its readers whole and in order, and closes none of them", async () => {
  await using server = await ServerChild.start(["--rate", "0", "--outbox", "131072"]);
  await using mallory = (await Peer.enter(server.port, "mallory")).bytes;
  await mallory.send(frame("/create c"), frame("/list"));
  await mallory.until("c".padEnd(FRAME));
  const readers: ByteStream[] = [];
  for (const name of ["alice", "bob", "carol"]) {
    const reader = (await Peer.enter(server.port, name)).bytes;
    await reader.send(frame("/join c"), frame("/list"));
    await reader.until("c".padEnd(FRAME));
    readers.push(reader);
  }
  const flood = (async () => {
    for (let first = 0; first < FRAMES; first += CHUNK_FRAMES) await mallory.send(chunk(first));
  })();
  const last = `[mallory] ${FRAMES - 1}`.padEnd(FRAME);
  const read = async (reader: ByteStream) => {
    const texts = (await reader.until(last)).match(/\[mallory\] \d+/g) ?? [];
    assertEquals(texts.length, FRAMES - 1);
    texts.forEach((text, i) => text === `[mallory] ${i}` || assertEquals(text, `[mallory] ${i}`));
    reader.close();
  };
  await within("the flood's end", Promise.all([flood, ...readers.map(read)]));
});
