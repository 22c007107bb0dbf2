/**
 * Fixed framing fed with the same 64 frames in pieces of several sizes: all at once, in segments as a
 * network cuts them, and byte by byte. Baseline: a framer that joins and slices.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";
import { FixedFraming } from "../lib/framing/fixed.ts";
import { RingBuffer } from "../lib/framing/ring_buffer.ts";

const FRAME_BYTES = 200;
const FRAMES = 64;
/** Bytes of payload in a segment on Ethernet; no multiple of a frame. */
const SEGMENT_BYTES = 1460;

const stream = new Uint8Array(FRAME_BYTES * FRAMES).fill(0x61);

/** What most programs do first. */
class NaiveFramer {
  #buffer: Uint8Array = new Uint8Array();

  push(chunk: Uint8Array): Uint8Array[] {
    this.#buffer = concat([this.#buffer, chunk]);
    const frames: Uint8Array[] = [];
    while (this.#buffer.length >= FRAME_BYTES) {
      frames.push(this.#buffer.slice(0, FRAME_BYTES));
      this.#buffer = this.#buffer.slice(FRAME_BYTES);
    }
    return frames;
  }
}

benchFeed("whole", stream.length);
benchFeed(`${SEGMENT_BYTES} bytes at a time`, SEGMENT_BYTES);
benchFeed("byte by byte", 1);

function benchFeed(name: string, size: number): void {
  const group = `${FRAMES} frames, ${name}`;
  const chunks = cut(stream, size);
  const ring = new RingBuffer();
  const framing = new FixedFraming(FRAME_BYTES);
  const naive = new NaiveFramer();
  Deno.bench({ name: `fixed framing, ${name}`, group, fn: () => feed(chunks, ring, framing) });
  Deno.bench({
    name: `join and slice, ${name}`,
    group,
    baseline: true,
    fn: () => {
      let frames = 0;
      for (const chunk of chunks) frames += naive.push(chunk).length;
      expectAll(frames);
    },
  });
}

function feed(chunks: readonly Uint8Array[], ring: RingBuffer, framing: FixedFraming): void {
  let frames = 0;
  for (const chunk of chunks) {
    for (let left = chunk; left.length > 0;) {
      const run = ring.writable();
      const count = Math.min(run.length, left.length);
      run.set(count === left.length ? left : left.subarray(0, count));
      ring.commit(count);
      left = left.subarray(count);
      while (framing.next(ring) !== undefined) frames++;
    }
  }
  expectAll(frames);
}

function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  return chunks;
}

function expectAll(frames: number): void {
  if (frames !== FRAMES) throw new Error(`Expected ${FRAMES} frames, got "${frames}"`);
}
