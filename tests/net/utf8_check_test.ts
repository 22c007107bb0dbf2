/**
 * The check of UTF-8 in pieces, against the runtime's own decoder.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Utf8Check } from "../../lib/net/utf8_check.ts";

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function check(pieces: readonly Uint8Array[]): boolean {
  const it = new Utf8Check();
  return pieces.every((piece) => it.take(piece)) && !it.isOpen;
}

Deno.test("utf8: every sequence of two bytes, and every first three, is judged as the runtime judges it", () => {
  for (let first = 0; first < 256; first++) {
    for (let second = 0; second < 256; second++) {
      for (const rest of [[], [0x80], [0xbf, 0x80], [0x41]]) {
        const bytes = new Uint8Array([first, second, ...rest]);
        assertEquals(check([bytes]), isUtf8(bytes), bytes.join(" "));
      }
    }
  }
});

Deno.test("property: utf8: text is right, and what is not is wrong, wherever it is cut", () => {
  const text = fc.string({ unit: "binary" }).map((each) => new TextEncoder().encode(each));
  const some = fc.array(
    fc.constantFrom(0x41, 0x80, 0xbf, 0xc3, 0xe0, 0xa0, 0xed, 0x9f, 0xf0, 0x90, 0xf4, 0x8f),
  )
    .map((bytes) => new Uint8Array(bytes));
  fc.assert(fc.property(fc.oneof(text, some), fc.nat(), (bytes, at) => {
    const cut = bytes.length === 0 ? 0 : at % bytes.length;
    assertEquals(check([bytes.subarray(0, cut), bytes.subarray(cut)]), isUtf8(bytes));
  }));
});
