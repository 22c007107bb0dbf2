/**
 * Printable ASCII, and frames that lie amid other bytes, as they do in a ring.
 *
 * @module
 */

import fc from "fast-check";
import { Frame } from "../../lib/framing/frame.ts";

/** One to 200 characters of printable ASCII, not all of them spaces; many quotes, backslashes and spaces. */
export const printable: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 200 }),
  fc.string({
    unit: fc.constantFrom('"', "\\", " ", "a", "/", "@", "["),
    minLength: 1,
    maxLength: 200,
  }),
  fc.tuple(fc.integer({ min: 1, max: 200 }), fc.constantFrom("x", '"', "\\"))
    .map(([length, character]) => character.repeat(length)),
).filter((text) => text.trim() !== "");

/** `bytes` as a frame with `before` bytes in front of it and ten behind, all of them `around`. */
export function frameAmid(bytes: Uint8Array, before: number, around: number): Frame {
  const memory = new Uint8Array(before + bytes.length + 10).fill(around);
  memory.set(bytes, before);
  return new Frame().set(memory, before, before + bytes.length);
}
