/**
 * Frames: a frame is a place in memory, and a framing lends the same object for each of its frames.
 *
 * @module
 */

import { assertEquals, assertStrictEquals } from "@std/assert";
import { DelimitedFraming } from "../../lib/framing/delimited.ts";
import { FixedFraming } from "../../lib/framing/fixed.ts";
import { Frame } from "../../lib/framing/frame.ts";
import type { Framing } from "../../lib/framing/framing.ts";
import { LengthPrefixedFraming } from "../../lib/framing/length_prefixed.ts";
import { LineFraming } from "../../lib/framing/line_framing.ts";
import { RingBuffer } from "../../lib/framing/ring_buffer.ts";

const numbers = Uint8Array.from({ length: 10 }, (_, i) => i);

Deno.test("a new frame is empty", () => {
  const frame = new Frame();
  assertEquals([frame.start, frame.end, frame.length], [0, 0, 0]);
  assertEquals(frame.view(), new Uint8Array());
});

Deno.test("Frame.of is a frame of all the bytes, in place", () => {
  const part = numbers.subarray(3, 7);
  const frame = Frame.of(part);
  assertStrictEquals(frame.memory, part);
  assertEquals([frame.start, frame.end, frame.length], [0, 4, 4]);
  assertEquals([...frame.view()], [3, 4, 5, 6]);
  assertStrictEquals(frame.view().buffer, numbers.buffer);
});

Deno.test("set moves a frame and returns the same object", () => {
  const frame = Frame.of(new Uint8Array([99]));
  assertStrictEquals(frame.set(numbers, 2, 5), frame);
  assertEquals([frame.start, frame.end, frame.length], [2, 5, 3]);
  assertEquals([...frame.view()], [2, 3, 4]);
  frame.set(numbers, 6, 6);
  assertEquals([frame.length, frame.view().length], [0, 0]);
});

Deno.test("a view does not move with its frame", () => {
  const frame = new Frame().set(numbers, 0, 3);
  const view = frame.view();
  frame.set(numbers, 5, 6);
  assertEquals([...view], [0, 1, 2]);
});

/** Framings, each with bytes that hold two frames and a rest. */
const framings: Record<string, [Framing, number[], number[][]]> = {
  "fixed": [new FixedFraming(2), [1, 2, 3, 4, 5], [[1, 2], [3, 4]]],
  "delimited": [new DelimitedFraming(0, 9), [1, 0, 2, 0, 3], [[1, 0], [2, 0]]],
  "line": [new LineFraming(9, 1), [1, 10, 2, 10, 3], [[1], [2]]],
  "length-prefixed": [new LengthPrefixedFraming(9), [0, 1, 7, 0, 0, 0], [[7], []]],
};

for (const [name, [framing, bytes, frames]] of Object.entries(framings)) {
  Deno.test(`${name}: a framing lends one frame object again and again, and shares it with no other`, () => {
    const ring = new RingBuffer(16);
    ring.writable().set(bytes);
    ring.commit(bytes.length);
    const first = framing.next(ring);
    assertEquals(first && [...first.view()], frames[0]);
    assertStrictEquals(first?.memory.buffer, ring.buffer, "a frame in one run is not copied");
    const other = new FixedFraming(1).next(ringOf(42));
    const second = framing.next(ring);
    assertStrictEquals(second, first);
    assertEquals(second && [...second.view()], frames[1]);
    assertStrictEquals(framing.next(ring), undefined);
    assertEquals(other && [...other.view()], [42]);
  });
}

function ringOf(byte: number): RingBuffer {
  const ring = new RingBuffer(2);
  ring.writable()[0] = byte;
  ring.commit(1);
  return ring;
}
