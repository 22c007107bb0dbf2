/**
 * Delimited framing: it returns the same frames however the stream was cut, rejects a frame above the limit,
 * and scans no byte twice.
 *
 * @module
 */

import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { DelimitedFraming } from "../../lib/framing/delimited.ts";
import { FrameError } from "../../lib/framing/errors.ts";
import type { Frame } from "../../lib/framing/frame.ts";
import { RingBuffer } from "../../lib/framing/ring_buffer.ts";
import { byteByByte, cutAt, takeFrames } from "../support/cuts.ts";

const NEWLINE = 0x0a;

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function textOf(frame: Frame | undefined): string | undefined {
  return frame && text(frame.view());
}

function fill(ring: RingBuffer, content: string): void {
  const encoded = bytes(content);
  ring.writable().set(encoded);
  ring.commit(encoded.length);
}

/** Records where each search for a delimiter began. */
class WatchedRing extends RingBuffer {
  readonly searchedFrom: number[] = [];

  override indexOf(byte: number, from = 0): number {
    this.searchedFrom.push(from);
    return super.indexOf(byte, from);
  }
}

Deno.test("whole and byte by byte, the same lines come out, each with its delimiter", () => {
  const stream = bytes("one\n\ntwo\r\nthr\u00e9e\nrest");
  for (const pieces of [[stream], byteByByte(stream)]) {
    const ring = new RingBuffer(64);
    const frames = takeFrames(new DelimitedFraming(NEWLINE, 20), ring, pieces);
    assertEquals(frames.map(text), ["one\n", "\n", "two\r\n", "thr\u00e9e\n"]);
    assertEquals(text(ring.view(ring.length)), "rest");
  }
});

Deno.test("any byte may be the delimiter, and a newline is text then", () => {
  const frames = takeFrames(new DelimitedFraming(0x3b, 20), new RingBuffer(64), [
    bytes("a\nb;c;d"),
  ]);
  assertEquals(frames.map(text), ["a\nb;", "c;"]);
});

Deno.test("an incomplete line is not returned and consumes nothing", () => {
  const ring = new RingBuffer(64);
  const framing = new DelimitedFraming(NEWLINE, 20);
  fill(ring, "hello");
  assertStrictEquals(framing.next(ring), undefined);
  assertStrictEquals(framing.next(ring), undefined);
  assertEquals(ring.length, 5);
  fill(ring, "\n");
  assertEquals(textOf(framing.next(ring)), "hello\n");
});

Deno.test("an empty ring holds no frame and no rest", () => {
  const ring = new RingBuffer(64);
  const framing = new DelimitedFraming(NEWLINE, 20);
  assertStrictEquals(framing.next(ring), undefined);
  assertStrictEquals(framing.rest(ring), undefined);
});

Deno.test("rest takes the bytes without a delimiter, and the next line is scanned from its start", () => {
  const ring = new RingBuffer(64);
  const framing = new DelimitedFraming(NEWLINE, 20);
  fill(ring, "one\ntwo");
  assertEquals(textOf(framing.next(ring)), "one\n");
  assertStrictEquals(framing.next(ring), undefined);
  assertEquals(textOf(framing.rest(ring)), "two");
  assertEquals(ring.length, 0);
  // With a scan position that was not reset, the framing would miss this delimiter.
  fill(ring, "\n3\n");
  assertEquals(textOf(framing.next(ring)), "\n");
  assertEquals(textOf(framing.next(ring)), "3\n");
});

Deno.test("each scan starts where the last one ended", () => {
  const ring = new WatchedRing(64);
  takeFrames(new DelimitedFraming(NEWLINE, 20), ring, byteByByte(bytes("abcd\nxy")));
  assertEquals(ring.searchedFrom, [0, 1, 2, 3, 4, 0, 0, 1]);
});

Deno.test("a line at the limit is a frame; its delimiter does not count", () => {
  const stream = bytes("12345678\n");
  for (const pieces of [[stream], byteByByte(stream)]) {
    const frames = takeFrames(new DelimitedFraming(NEWLINE, 8), new RingBuffer(16), pieces);
    assertEquals(frames.map(text), ["12345678\n"]);
  }
  assertEquals(new DelimitedFraming(NEWLINE, 8).largestFrame, 9);
});

Deno.test("one byte more is oversize, with or without its delimiter", () => {
  for (const content of ["123456789", "123456789\n"]) {
    const ring = new RingBuffer(16);
    fill(ring, content);
    const framing = new DelimitedFraming(NEWLINE, 8);
    const error = assertThrows(() => framing.next(ring), FrameError, 'more than "8" bytes');
    assertEquals((error as FrameError).code, "oversize");
  }
});

Deno.test("lines before one that is too long are still frames", () => {
  const ring = new RingBuffer(32);
  const framing = new DelimitedFraming(NEWLINE, 8);
  fill(ring, "ok\n123456789");
  assertEquals(textOf(framing.next(ring)), "ok\n");
  assertThrows(() => framing.next(ring), FrameError);
});

Deno.test("a line without an end is rejected as soon as it passes the limit", () => {
  const ring = new RingBuffer(64);
  const framing = new DelimitedFraming(NEWLINE, 8);
  const endless = byteByByte(new Uint8Array(1000).fill(0x78));
  assertThrows(() => takeFrames(framing, ring, endless), FrameError);
  assertEquals(ring.length, 9);
});

/** Short, long and empty lines: half of all bytes are newlines. */
const stream = fc.array(fc.oneof(fc.constant(NEWLINE), fc.nat(255)), { maxLength: 300 })
  .map((values) => Uint8Array.from(values));
const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 });

Deno.test("property: every byte is scanned once, however few arrive at a time", () => {
  fc.assert(fc.property(stream, cuts, (content, lengths) => {
    const ring = new WatchedRing(512);
    const framing = new DelimitedFraming(NEWLINE, 300);
    let unfinished = 0;
    for (const piece of cutAt(content, lengths)) {
      ring.searchedFrom.length = 0;
      takeFrames(framing, ring, [piece]);
      assertEquals(ring.searchedFrom[0], unfinished);
      unfinished = ring.length;
    }
  }));
});
