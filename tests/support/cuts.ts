/**
 * A byte stream in the pieces in which a network may hand it over.
 *
 * @module
 */

import type { Frame } from "../../lib/framing/frame.ts";
import type { Framing } from "../../lib/framing/framing.ts";
import type { RingBuffer } from "../../lib/framing/ring_buffer.ts";

/** `bytes` in pieces: cut where `lengths` say (each at least 1), the rest in one piece. */
export function cutAt(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let start = 0;
  for (const length of lengths) {
    if (start >= bytes.length) break;
    pieces.push(bytes.subarray(start, start + length));
    start += length;
  }
  if (start < bytes.length) pieces.push(bytes.subarray(start));
  return pieces;
}

/** `bytes` one at a time. */
export function byteByByte(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (byte) => new Uint8Array([byte]));
}

/**
 * Reads `pieces` into `ring` as a socket would, in as many reads as it takes, and calls `onFrame` for each
 * frame, which is borrowed, as soon as `framing` finds it.
 */
export function eachFrame(
  framing: Framing,
  ring: RingBuffer,
  pieces: readonly Uint8Array[],
  onFrame: (frame: Frame) => void,
): void {
  for (let piece of pieces) {
    while (piece.length > 0) {
      const target = ring.writable();
      if (target.length === 0) throw new Error("The framing let the ring fill up");
      const count = Math.min(target.length, piece.length);
      target.set(piece.subarray(0, count));
      ring.commit(count);
      piece = piece.subarray(count);
      for (let frame; (frame = framing.next(ring)) !== undefined;) onFrame(frame);
    }
  }
}

/** The same; returns a copy of each frame. */
export function takeFrames(
  framing: Framing,
  ring: RingBuffer,
  pieces: readonly Uint8Array[],
): Uint8Array<ArrayBuffer>[] {
  const frames: Uint8Array<ArrayBuffer>[] = [];
  eachFrame(framing, ring, pieces, (frame) => frames.push(frame.view().slice()));
  return frames;
}
