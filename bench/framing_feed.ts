/**
 * What the benches of all framings share: the same 64 frames fed in pieces of several sizes: all at once, in
 * segments as a network cuts them, and byte by byte. Baseline: a framer that joins and slices.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";
import type { Framing } from "../lib/framing/framing.ts";
import { RingBuffer } from "../lib/framing/ring_buffer.ts";

/** Frames in a stream. */
export const FRAMES = 64;
/** Bytes of payload in a segment on Ethernet; no multiple of a frame. */
const SEGMENT_BYTES = 1460;

/** A framing and what it is fed with. */
export interface FramingCase {
  readonly name: string;
  /** `FRAMES` whole frames. */
  readonly stream: Uint8Array;
  readonly framing: Framing;
  /** For the baseline: bytes of the first frame in `bytes` with its marks, 0 while it is incomplete. */
  frameLength(bytes: Uint8Array): number;
}

/** What most programs do first. */
class NaiveFramer {
  readonly #frameLength: (bytes: Uint8Array) => number;
  #buffer: Uint8Array = new Uint8Array();

  constructor(frameLength: (bytes: Uint8Array) => number) {
    this.#frameLength = frameLength;
  }

  push(chunk: Uint8Array): Uint8Array[] {
    this.#buffer = concat([this.#buffer, chunk]);
    const frames: Uint8Array[] = [];
    for (let length; (length = this.#frameLength(this.#buffer)) > 0;) {
      frames.push(this.#buffer.slice(0, length));
      this.#buffer = this.#buffer.slice(length);
    }
    return frames;
  }
}

/** Registers the benches of one framing, a group for each size of pieces. */
export function benchFraming(framingCase: FramingCase): void {
  benchFeed(framingCase, "whole", framingCase.stream.length);
  benchFeed(framingCase, `${SEGMENT_BYTES} bytes at a time`, SEGMENT_BYTES);
  benchFeed(framingCase, "byte by byte", 1);
}

function benchFeed(framingCase: FramingCase, pieces: string, size: number): void {
  const { name, stream, framing } = framingCase;
  const group = `${name}, ${FRAMES} frames, ${pieces}`;
  const chunks = cut(stream, size);
  const ring = new RingBuffer();
  const naive = new NaiveFramer((bytes) => framingCase.frameLength(bytes));
  Deno.bench({ name: `${name}, ${pieces}`, group, fn: () => feed(chunks, ring, framing) });
  Deno.bench({
    name: `join and slice, ${pieces}`,
    group,
    baseline: true,
    fn: () => {
      let frames = 0;
      for (const chunk of chunks) frames += naive.push(chunk).length;
      expectAll(frames);
    },
  });
}

function feed(chunks: readonly Uint8Array[], ring: RingBuffer, framing: Framing): void {
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
