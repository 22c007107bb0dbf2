/**
 * Lengths in bytes of UTF-8 are those of the platform's encoder, and a cut leaves whole characters.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { cutBytes } from "../../lib/chat/lengths.ts";
import { utf8Length } from "../../lib/chat/names.ts";

/** Characters at each border of UTF-8's lengths, and half of a pair, which is encoded as U+FFFD. */
const borders = fc.constantFrom(
  ...["a", "\x7f", "\x80", "\u07ff", "\u0800", "\uffff", "\u{10000}", "\u{10ffff}", "\ud800"],
);
const texts = fc.array(borders, { maxLength: 12 }).map((characters) => characters.join(""));

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

Deno.test("property: a length is what the encoder makes of the text", () => {
  fc.assert(fc.property(texts, (text) => assertEquals(utf8Length(text), bytesOf(text))));
});

Deno.test("property: a cut text is the longest beginning of whole characters that fits", () => {
  fc.assert(fc.property(texts, fc.nat(50), (text, most) => {
    const cut = cutBytes(text, most);
    assert(text.startsWith(cut) && bytesOf(cut) <= most);
    const [next = ""] = text.slice(cut.length);
    assert(next === "" || bytesOf(cut + next) > most, "another character fits");
  }));
});
