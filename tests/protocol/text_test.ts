/**
 * Text is data: nothing that acts on a terminal or forges a line gets through.
 *
 * @module
 */

import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { decodeUtf8, encodeUtf8, sanitizeLine, sanitizeLines } from "../../lib/protocol/text.ts";

/** C0, DEL, C1, and the separators at which several languages end a line. */
function isUnsafe(text: string): boolean {
  return [...text].some((character) => {
    const code = character.codePointAt(0) as number;
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0x2028 || code === 0x2029;
  });
}

const cases: Record<string, [string, string]> = {
  "plain text": ["hello, world", "hello, world"],
  "text of other scripts, emoji, combining marks": [
    "héllo 日本 👩‍👩‍👧 e\u0301",
    "héllo 日本 👩‍👩‍👧 e\u0301",
  ],
  "C0 controls and DEL": ["a\x00b\x07c\x08d\te\x7ff", "abcdef"],
  "C1 controls": ["a\x80b\x85c\x9fd", "abcd"],
  "line ends": ["a\nb\r\nc", "abc"],
  "line and paragraph separators": ["a\u2028b\u2029c", "a b c"],
  "colours": ["\x1b[31mred\x1b[0m", "red"],
  "a cleared screen": ["\x1b[2J\x1b[1;1Hgone", "gone"],
  "a private mode": ["\x1b[?1049hx", "x"],
  "a window title, ended by BEL": ["\x1b]0;title\x07x", "x"],
  "a window title, ended by ST": ["\x1b]0;title\x1b\\x", "x"],
  "a hyperlink": ["\x1b]8;;http://a\x1b\\link\x1b]8;;\x1b\\", "link"],
  "a device control string": ["\x1bPq#0\x1b\\x", "x"],
  "the 8-bit forms": ["\x9b31mred\x9d0;t\x9cx", "redx"],
  "a reset": ["\x1bcx", "x"],
  "a character set": ["\x1b(0x", "x"],
  "a sequence that was cut off": ["a\x1b[31", "a"],
  "a title that never ends": ["a\x1b]0;title", "a0;title"],
  "a lone ESC at the end": ["a\x1b", "a"],
  "sequences that removal might put together": ["\x1b[\x1b[31m31mx", "31mx"],
};

for (const [name, [input, expected]] of Object.entries(cases)) {
  Deno.test(`sanitizeLine: ${name}`, () => assertEquals(sanitizeLine(input), expected));
}

Deno.test("clean text is returned as it is, not copied", () => {
  const text = "nothing to do here";
  assertStrictEquals(sanitizeLine(text), text);
});

Deno.test("sanitizeLines keeps newlines and cleans each line", () => {
  assertEquals(sanitizeLines("a\x1b[1m\nb\r\nc\x07"), "a\nb\nc");
});

Deno.test("invalid UTF-8 becomes U+FFFD; a byte order mark is text", () => {
  assertEquals(decodeUtf8(new Uint8Array([0x61, 0xff, 0xc3, 0x62])), "a\ufffd\ufffdb");
  assertEquals(decodeUtf8(new Uint8Array([0xef, 0xbb, 0xbf, 0x61])), "\ufeffa");
  assertEquals(encodeUtf8("a\ud800"), new Uint8Array([0x61, 0xef, 0xbf, 0xbd]));
});

const nasty = fc.string({
  unit: fc.oneof(
    fc.constantFrom("\x1b", "[", "]", "\x9b", "\x07", "\\", "m", "3", ";", "\n", "\u2028", "P"),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
  maxLength: 60,
});

Deno.test("property: nothing unsafe is left, and doing it twice changes nothing", () => {
  fc.assert(
    fc.property(nasty, (text) => {
      const clean = sanitizeLine(text);
      assert(!isUnsafe(clean));
      assertEquals(sanitizeLine(clean), clean);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("property: bytes of any kind decode to text that is clean after sanitising", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
    assert(!isUnsafe(sanitizeLine(decodeUtf8(bytes))));
  }));
});
