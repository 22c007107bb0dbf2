/**
 * The ring buffer as a connection uses it: one read is stored, its frames are taken out.
 * Baseline: an array that is joined with each read and cut with a copy for each frame.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";
import { Frame } from "../lib/framing/frame.ts";
import { RingBuffer } from "../lib/framing/ring_buffer.ts";

const FRAME_BYTES = 200;
const FRAMES = 64;
const read = new Uint8Array(FRAME_BYTES * FRAMES).fill(0x61);

// Half a frame is left in the ring before each read, so that its frames keep moving along the ring and
// now and then one wraps around the end, as under load.
const rest = read.subarray(0, FRAME_BYTES / 2);
const moving = new RingBuffer();
fill(moving, rest);
const empty = new RingBuffer();
const frame = new Frame();
let joined: Uint8Array = new Uint8Array();

Deno.bench({
  name: `ring buffer: ${FRAMES} frames of ${FRAME_BYTES} bytes, a read that begins empty`,
  group: "ring buffer",
  fn: () => {
    fill(empty, read);
    drain(empty);
  },
});

Deno.bench({
  name: `ring buffer: ${FRAMES} frames of ${FRAME_BYTES} bytes, a read behind half a frame`,
  group: "ring buffer",
  fn: () => {
    fill(moving, read);
    drain(moving);
  },
});

Deno.bench({
  name: `join and cut: ${FRAMES} frames of ${FRAME_BYTES} bytes`,
  group: "ring buffer",
  baseline: true,
  fn: () => {
    joined = concat([joined, read]);
    while (joined.length >= FRAME_BYTES) {
      joined.slice(0, FRAME_BYTES);
      joined = joined.slice(FRAME_BYTES);
    }
  },
});

const scanned = new RingBuffer();
fill(scanned, read);
scanned.consume(1);

Deno.bench({
  name: `indexOf of a byte that is not there, ${read.length - 1} bytes`,
  group: "search",
  fn: () => {
    scanned.indexOf(0x0a);
  },
});

function fill(ring: RingBuffer, bytes: Uint8Array): void {
  for (let left = bytes; left.length > 0;) {
    const run = ring.writable();
    const count = Math.min(run.length, left.length);
    run.set(left.subarray(0, count));
    ring.commit(count);
    left = left.subarray(count);
  }
}

function drain(ring: RingBuffer): void {
  while (ring.length >= FRAME_BYTES) {
    ring.take(FRAME_BYTES, frame);
  }
}
