/**
 * Lines come out the same however the stream was cut; one that is too long is reported once, dropped to its
 * end without taking room, and bounded.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import fc from "fast-check";
import { FrameError } from "../../lib/framing/errors.ts";
import { LineFraming } from "../../lib/framing/line_framing.ts";
import { RingBuffer } from "../../lib/framing/ring_buffer.ts";
import { byteByByte, cutAt } from "../support/cuts.ts";

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const LIMIT = 8;
const DROP_LIMIT = 20;

/** What came out: lines, with `+` behind one that was cut, and "!" for a stream that was given up. */
function read(framing: LineFraming, pieces: readonly Uint8Array[], capacity = 32): string[] {
  const ring = new RingBuffer(capacity);
  const lines: string[] = [];
  for (let piece of pieces) {
    while (piece.length > 0) {
      const target = ring.writable();
      assert(target.length > 0, "The framing let the ring fill up");
      const count = Math.min(target.length, piece.length);
      target.set(piece.subarray(0, count));
      ring.commit(count);
      piece = piece.subarray(count);
      try {
        for (let frame; (frame = framing.next(ring)) !== undefined;) {
          lines.push(latin1(frame.view()) + (framing.isCut ? "+" : ""));
        }
      } catch (error) {
        assertInstanceOf(error, FrameError);
        assertEquals((error as FrameError).code, "oversize");
        return [...lines, "!"];
      }
    }
  }
  return lines;
}

/** The same by a plain walk over the whole stream. */
function expected(stream: Uint8Array): string[] {
  const lines: string[] = [];
  let start = 0;
  while (start < stream.length) {
    const end = stream.indexOf(NEWLINE, start);
    const line = stream.subarray(start, end < 0 ? stream.length : end);
    const text = end >= 0 && line.at(-1) === RETURN ? line.subarray(0, -1) : line;
    const isTooLong = end < 0 ? line.length > LIMIT + 1 : text.length > LIMIT;
    const after = line.length - LIMIT + (end < 0 ? 0 : 1);
    if (isTooLong) lines.push(latin1(line.subarray(0, LIMIT)) + "+");
    else if (end >= 0) lines.push(latin1(text));
    if (isTooLong && after > DROP_LIMIT) return [...lines, "!"];
    if (end < 0) break;
    start = end + 1;
  }
  return lines;
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function readText(text: string): string[] {
  const whole = read(new LineFraming(LIMIT, DROP_LIMIT), [bytes(text)], 64);
  const single = read(new LineFraming(LIMIT, DROP_LIMIT), byteByByte(bytes(text)));
  assertEquals(single, whole);
  return whole;
}

Deno.test("a line ends with \\n, or with \\r\\n; a lone \\r is part of it", () => {
  assertEquals(readText("one\ntwo\r\nth\ree\n\n\r\n\r\r\nrest"), [
    "one",
    "two",
    "th\ree",
    "",
    "",
    "\r",
  ]);
});

Deno.test("a line of the limit is whole with either line end", () => {
  assertEquals(readText("12345678\n12345678\r\nx\n"), ["12345678", "12345678", "x"]);
  assertEquals(new LineFraming(LIMIT, DROP_LIMIT).largestFrame, 10);
});

Deno.test("one byte more: its beginning is reported once, and the next line is whole", () => {
  assertEquals(readText("123456789\nok\n"), ["12345678+", "ok"]);
  assertEquals(readText("12345678\r\r\nok\n"), ["12345678+", "ok"]);
  assertEquals(readText("1234567890123\n\nok\n"), ["12345678+", "", "ok"]);
});

Deno.test("it is reported as soon as it is too long, not at its end", () => {
  assertEquals(readText("1234567890"), ["12345678+"]);
  assertEquals(readText("123456789"), []);
});

Deno.test("the drop limit counts what follows the limit, the line end included", () => {
  const longest = "x".repeat(LIMIT + DROP_LIMIT - 1);
  assertEquals(readText(`${longest}\nok\n`), ["xxxxxxxx+", "ok"]);
  assertEquals(readText(`${longest}x\nok\n`), ["xxxxxxxx+", "!"]);
});

Deno.test("the line behind one that was cut is searched from its beginning", () => {
  const pieces = ["123456789", "0123", "\nok\n"].map(bytes);
  assertEquals(read(new LineFraming(LIMIT, DROP_LIMIT), pieces), ["12345678+", "ok"]);
});

Deno.test("a line without an end is given up behind the drop limit, and takes no room until then", () => {
  const framing = new LineFraming(LIMIT, 1000);
  const ring = new RingBuffer(16);
  let most = 0;
  const feed = () => {
    for (let i = 0; i < 2000; i++) {
      ring.writable().set([0x78]);
      ring.commit(1);
      framing.next(ring);
      most = Math.max(most, ring.length);
    }
  };
  assertThrows(feed, FrameError, 'more than "1008" bytes');
  assert(most <= LIMIT + 2, `The ring held ${most} bytes`);
});

Deno.test("every byte is searched once, however few come at a time", () => {
  class WatchedRing extends RingBuffer {
    searched = 0;
    override indexOf(byte: number, from = 0): number {
      this.searched += Math.max(0, this.length - from);
      return super.indexOf(byte, from);
    }
  }
  const ring = new WatchedRing(16);
  const framing = new LineFraming(LIMIT, 1000);
  for (let i = 0; i < 500; i++) {
    ring.writable().set([0x78]);
    ring.commit(1);
    while (framing.next(ring) !== undefined);
  }
  assert(ring.searched <= 502, `${ring.searched} bytes were searched`);
});

Deno.test("property: any stream, cut anywhere, yields the lines of a plain walk", () => {
  const byte = fc.oneof(
    { weight: 6, arbitrary: fc.constant(0x61) },
    fc.constant(NEWLINE),
    fc.constant(RETURN),
    fc.nat(255),
  );
  const stream = fc.array(byte, { maxLength: 120 }).map((values) => Uint8Array.from(values));
  const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 60 });
  fc.assert(
    fc.property(stream, cuts, (content, lengths) => {
      const lines = read(new LineFraming(LIMIT, DROP_LIMIT), cutAt(content, lengths));
      assertEquals(lines, expected(content));
    }),
    { numRuns: 1000 },
  );
});
