/**
 * Every framing against a plain model, over any bytes in any pieces: the same frames and the same error
 * as from an array that is cut by hand.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { DelimitedFraming } from "../../lib/framing/delimited.ts";
import { FixedFraming } from "../../lib/framing/fixed.ts";
import type { Framing } from "../../lib/framing/framing.ts";
import { LengthPrefixedFraming } from "../../lib/framing/length_prefixed.ts";
import { Chat1ClientFraming, REPLY } from "../../lib/protocol/chat1_client_framing.ts";
import { cutAt } from "../support/cuts.ts";
import { cases, named } from "./cases.ts";
import { cuts, joined, type Outcome, readAll, someBytes, stream } from "./streams.ts";

const USUAL = 500;
const NEWLINE = 0x0a;

/** How many bytes a framing admits here; small, so that the limit is often met. */
const limits = fc.integer({ min: 1, max: 60 });
/** The smallest ring that holds a frame, or one with room to read ahead. */
const extra = fc.nat(3);

function check(
  framing: Framing,
  bytes: Uint8Array,
  lengths: number[],
  room: number,
  expected: Outcome<number[]>,
): void {
  const capacity = Math.max(2, 2 ** (Math.ceil(Math.log2(framing.largestFrame)) + room));
  const read = readAll(framing, capacity, cutAt(bytes, lengths), (frame) => [...frame.view()]);
  assertEquals(read, expected);
}

Deno.test(named("frames of a fixed size", USUAL), () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 250 }),
      someBytes,
      cuts,
      extra,
      (size, bytes, at, room) => {
        const made: number[][] = [];
        for (let start = 0; start + size <= bytes.length; start += size) {
          made.push([...bytes.subarray(start, start + size)]);
        }
        check(new FixedFraming(size), bytes, at, room, { made });
      },
    ),
    cases(USUAL),
  );
});

const lines = stream(fc.oneof(
  someBytes,
  fc.tuple(fc.nat(70), fc.nat(255)).map(([length, byte]) =>
    joined([new Uint8Array(length).fill(byte), Uint8Array.of(NEWLINE)])
  ),
));

function linesOf(bytes: Uint8Array, limit: number): Outcome<number[]> {
  const made: number[][] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(NEWLINE, start);
    const length = (end < 0 ? bytes.length : end) - start;
    if (length > limit) return { made, error: "oversize" };
    made.push([...bytes.subarray(start, end < 0 ? bytes.length : end + 1)]);
    start += length + 1;
  }
  return { made };
}

Deno.test(named("lines", USUAL), () => {
  fc.assert(
    fc.property(limits, lines, cuts, extra, (limit, bytes, at, room) => {
      check(new DelimitedFraming(NEWLINE, limit), bytes, at, room, linesOf(bytes, limit));
    }),
    cases(USUAL),
  );
});

const packets = stream(fc.oneof(
  someBytes,
  fc.tuple(fc.nat(70), fc.integer({ min: -2, max: 2 })).map(([length, lie]) =>
    joined([Uint8Array.of(0, Math.max(0, length + lie)), new Uint8Array(length).fill(0x7b)])
  ),
));

Deno.test(named("frames behind their length", USUAL), () => {
  fc.assert(
    fc.property(limits, packets, cuts, extra, (limit, bytes, at, room) => {
      const expected: Outcome<number[]> = { made: [] };
      for (let start = 0; start + 2 <= bytes.length;) {
        const length = ((bytes[start] as number) << 8) | (bytes[start + 1] as number);
        if (length > limit) expected.error = "oversize";
        if (length > limit || start + 2 + length > bytes.length) break;
        expected.made.push([...bytes.subarray(start + 2, start + 2 + length)]);
        start += 2 + length;
      }
      check(new LengthPrefixedFraming(limit), bytes, at, room, expected);
    }),
    cases(USUAL),
  );
});

const replies = Object.values(REPLY).map((reply) => new TextEncoder().encode(reply));

/** A reply at the very beginning, even when only a part of it has come by the end of the stream. */
function replyAndLinesOf(bytes: Uint8Array, limit: number): Outcome<number[]> {
  const reply = replies.find((each) => each.every((byte, i) => bytes[i] === byte));
  if (reply === undefined) return linesOf(bytes, limit);
  const { made, ...end } = linesOf(bytes.subarray(reply.length), limit);
  return { made: [[...reply], ...made], ...end };
}

Deno.test(named("a reply and then lines", USUAL), () => {
  const beginning = fc.tuple(fc.constantFrom(...replies), fc.nat(60), fc.boolean(), lines)
    .map(([reply, length, whole, rest]) =>
      joined([whole ? reply : reply.subarray(0, length), rest])
    );
  fc.assert(
    fc.property(fc.oneof(beginning, lines), cuts, extra, (bytes, at, room) => {
      // The reply must fit, or it would be refused before it is whole.
      const framing = new Chat1ClientFraming(new DelimitedFraming(NEWLINE, 64));
      check(framing, bytes, at, room, replyAndLinesOf(bytes, 64));
    }),
    cases(USUAL),
  );
});
