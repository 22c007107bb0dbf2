/**
 * Length-prefixed framing: it returns whole frames, and rejects a length above
 * the limit before the payload arrives.
 *
 * @module
 */

import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { FrameError } from "../../lib/framing/errors.ts";
import {
  LARGEST_PAYLOAD,
  LengthPrefixedFraming,
  PREFIX_BYTES,
} from "../../lib/framing/length_prefixed.ts";
import { RingBuffer } from "../../lib/framing/ring_buffer.ts";
import { byteByByte, takeFrames } from "../support/cuts.ts";

/** Returns `payloads` as they are on the wire. */
function wire(payloads: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(payloads.flatMap((payload) => [
    payload.length >> 8,
    payload.length & 0xff,
    ...payload,
  ]));
}

function numbered(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i % 251);
}

Deno.test("whole and byte by byte, the same payloads come out, empty ones too", () => {
  const payloads = [numbered(3), numbered(0), numbered(300), numbered(0), numbered(1)];
  for (const pieces of [[wire(payloads)], byteByByte(wire(payloads))]) {
    const ring = new RingBuffer(512);
    assertEquals(takeFrames(new LengthPrefixedFraming(400), ring, pieces), payloads);
    assertEquals(ring.length, 0);
  }
});

Deno.test("an incomplete packet is not returned and consumes nothing", () => {
  const ring = new RingBuffer(16);
  const framing = new LengthPrefixedFraming(14);
  const bytes = wire([numbered(3)]);
  for (let count = 0; count < bytes.length; count++) {
    assertStrictEquals(framing.next(ring), undefined);
    assertEquals(ring.length, count);
    ring.writable().set(bytes.subarray(count, count + 1));
    ring.commit(1);
  }
  assertEquals(framing.next(ring)?.view(), numbered(3));
});

Deno.test("a payload shorter than its length is incomplete, and never cut short", () => {
  const ring = new RingBuffer(16);
  const framing = new LengthPrefixedFraming(14);
  assertEquals(takeFrames(framing, ring, [new Uint8Array([0, 10, 1, 2, 3])]), []);
  assertEquals(takeFrames(framing, ring, [new Uint8Array([0, 1, 4])]), []);
  assertEquals(ring.length, 8);
});

Deno.test("a payload at the limit is a frame; a length of one more is rejected at its prefix", () => {
  const limit = 14;
  const framing = () => new LengthPrefixedFraming(limit);
  const ring = new RingBuffer(16);
  assertEquals(takeFrames(framing(), ring, [wire([numbered(limit)])]), [numbered(limit)]);
  assertEquals(framing().largestFrame, PREFIX_BYTES + limit);
  for (const length of [limit + 1, LARGEST_PAYLOAD]) {
    const prefix = new Uint8Array([length >> 8, length & 0xff]);
    const error = assertThrows(
      () => takeFrames(framing(), new RingBuffer(16), byteByByte(prefix)),
      FrameError,
      `Length "${length}" is above the limit of "14" bytes`,
    );
    assertEquals((error as FrameError).code, "oversize");
  }
});

Deno.test("the longest payload that a prefix can announce is a frame if the limit allows it", () => {
  const ring = new RingBuffer(2 ** 17);
  const payload = numbered(LARGEST_PAYLOAD);
  const frames = takeFrames(new LengthPrefixedFraming(LARGEST_PAYLOAD), ring, [wire([payload])]);
  assertEquals(frames, [payload]);
});

Deno.test("packets before one that is too long are still frames", () => {
  const ring = new RingBuffer(32);
  const framing = new LengthPrefixedFraming(8);
  ring.writable().set([0, 1, 7, 0, 9]);
  ring.commit(5);
  assertEquals(framing.next(ring)?.view(), new Uint8Array([7]));
  assertThrows(() => framing.next(ring), FrameError);
});
