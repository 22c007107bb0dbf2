/**
 * Fixed framing: it returns the same frames however the stream was cut.
 *
 * @module
 */

import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { FixedFraming } from "../../lib/framing/fixed.ts";
import { RingBuffer } from "../../lib/framing/ring_buffer.ts";
import { byteByByte, takeFrames } from "../support/cuts.ts";

function framesOf(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.floor(bytes.length / size);
  return Array.from({ length: count }, (_, i) => bytes.slice(i * size, (i + 1) * size));
}

const numbered = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);

Deno.test("whole and byte by byte, the same frames come out", () => {
  for (const pieces of [[numbered], byteByByte(numbered)]) {
    const frames = takeFrames(new FixedFraming(200), new RingBuffer(1024), pieces);
    assertEquals(frames, framesOf(numbered, 200));
  }
});

Deno.test("an incomplete frame is not returned and consumes nothing", () => {
  const ring = new RingBuffer(256);
  const framing = new FixedFraming(200);
  ring.writable().set(numbered.subarray(0, 199));
  ring.commit(199);
  assertStrictEquals(framing.next(ring), undefined);
  assertEquals(ring.length, 199);
});

Deno.test("the largest frame is as large as any other", () => {
  assertEquals(new FixedFraming(200).largestFrame, 200);
});

Deno.test("the size must be a positive integer", () => {
  for (const size of [0, -1, 1.5, NaN]) {
    assertThrows(() => new FixedFraming(size), RangeError, `got "${size}"`);
  }
});
