/**
 * Text is data: nothing that acts on a terminal or forges a line gets through.
 *
 * @module
 */

import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import {
  decodeUtf8,
  encodeUtf8,
  isBlank,
  sanitizeLine,
  sanitizeLines,
  sanitizeName,
  sanitizeText,
} from "../../lib/protocol/text.ts";

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
  "titles that begin and begin": ["a\x9d\x9d0;b\x1b]c\x07d", "a0;bd"],
  "a title in a title": ["a\x1b]0;b\x9dc\x9cd", "ad"],
  "an ESC before a letter of another script": ["a\x1béb", "aéb"],
  "IRC's formatting": ["\x02b\x1d\x1f\x1e\x11\x16i\x0f \x0304,12red \x04ff0000hex", "bi red hex"],
  "a colour without numbers, and with too many": ["\x03a\x03123,456b", "a3,456b"],
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

const FORMATTED = "\x02\x03\x0304,5\x04aabbcc\x0f\x11\x16\x1d\x1e\x1fx";

Deno.test("the hub's text keeps IRC's formatting, whatever stands around it", () => {
  assertStrictEquals(sanitizeText("plain"), "plain");
  assertEquals(sanitizeText(FORMATTED), FORMATTED);
  assertEquals(sanitizeText(`\x00${FORMATTED}\x1b[1m\u2028\x7f`), `${FORMATTED} `);
  const others = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code))
    .filter((each) => isUnsafe(each) && !FORMATTED.includes(each) && each !== "\x1b").join("a");
  assertEquals(/[^a]/.test(sanitizeText(others.replaceAll(/[\x90\x98\x9b\x9d-\x9f]/g, ""))), false);
});

Deno.test("a message of formatting and white space alone is blank", () => {
  for (const text of ["", " ", "\x02", "\x0304 \x0f\u3000"]) assert(isBlank(text));
  for (const text of ["a", "\x02a", "\x03123", "\u200b"]) assert(!isBlank(text));
});

const LRE = "\u202a",
  RLO = "\u202e",
  PDF = "\u202c",
  RLI = "\u2067",
  FSI = "\u2068",
  PDI = "\u2069";
const bidi: Record<string, [string, string]> = {
  "what is closed": [`a${RLI}b${PDI}c${LRE}d${PDF}`, `a${RLI}b${PDI}c${LRE}d${PDF}`],
  "an override left open": [`a${RLO}b`, `a${RLO}b${PDF}`],
  "an isolate left open": [`a${FSI}b`, `a${FSI}b${PDI}`],
  "both left open": [`${RLO}a${RLI}b`, `${RLO}a${RLI}b${PDI}${PDF}`],
  "ends without a start": [`a${PDI}b${PDF}c`, "abc"],
  "an end too many": [`${RLI}a${PDI}${PDI}`, `${RLI}a${PDI}`],
  "an isolate's end closes what is in it": [`${RLI}a${RLO}b${PDI}c`, `${RLI}a${RLO}b${PDI}c`],
  "an embedding's end closes no isolate": [`${RLO}${RLI}a${PDF}b`, `${RLO}${RLI}ab${PDI}${PDF}`],
  "what is too deep": [
    RLO.repeat(20) + "a" + PDF.repeat(20),
    RLO.repeat(16) + "a" + PDF.repeat(16),
  ],
  "isolates that are too deep": [RLI.repeat(20) + "a", RLI.repeat(16) + "a" + PDI.repeat(16)],
  "implicit marks": ["a\u200e\u200fb\u061c", "a\u200e\u200fb\u061c"],
};

for (const [name, [input, expected]] of Object.entries(bidi)) {
  Deno.test(`bidi controls, ${name}`, () => {
    assertEquals(sanitizeText(input), expected);
    assertEquals(sanitizeLine(input), expected);
    assertEquals(sanitizeName(input), input.replace(/[\u202a-\u202e\u2066-\u2069]/g, ""));
  });
}

/**
 * What is open at the end of a text, by UAX 9 (X1 to X8) with its limit of 125 levels: written from the
 * standard, and without the scanner's ways. A text with none cannot turn what stands behind it.
 */
function leftOpen(text: string): number {
  const stack: ("embedding" | "isolate")[] = [];
  let overflowIsolates = 0;
  let overflowEmbeddings = 0;
  for (const character of text) {
    const full = stack.length >= 125 || overflowIsolates > 0 || overflowEmbeddings > 0;
    if (/[\u202a\u202b\u202d\u202e]/.test(character)) {
      if (!full) stack.push("embedding");
      else if (overflowIsolates === 0) overflowEmbeddings++;
    } else if (/[\u2066-\u2068]/.test(character)) {
      if (full) overflowIsolates++;
      else stack.push("isolate");
    } else if (character === PDI) {
      if (overflowIsolates > 0) overflowIsolates--;
      else if (stack.includes("isolate")) {
        overflowEmbeddings = 0;
        while (stack.pop() === "embedding");
      }
    } else if (character === PDF && overflowIsolates === 0) {
      if (overflowEmbeddings > 0) overflowEmbeddings--;
      else if (stack.at(-1) === "embedding") stack.pop();
    }
  }
  return stack.length + overflowIsolates + overflowEmbeddings;
}

Deno.test("property: no text turns what stands before or behind it", () => {
  const unit = fc.constantFrom(
    LRE,
    RLO,
    PDF,
    RLI,
    FSI,
    PDI,
    "\u202b",
    "\u202d",
    "\u2066",
    "a",
    "א",
  );
  const text = fc.string({ unit, maxLength: 200 });
  fc.assert(
    fc.property(text, text, (before, said) => {
      const clean = sanitizeText(said);
      assertEquals(leftOpen(clean), 0);
      assertEquals(sanitizeText(clean), clean);
      // It does not close what its surroundings have opened either.
      const outside = sanitizeText(before);
      const shell = RLI + outside;
      assertEquals(leftOpen(shell + clean), leftOpen(shell));
      assert(clean.length <= said.length + 16);
      const visible = (each: string) => each.replace(/[^aא]/g, "");
      assertEquals(visible(clean), visible(said));
    }),
    { numRuns: 3000 },
  );
});

const nasty = fc.string({
  unit: fc.oneof(
    fc.constantFrom("\x1b", "[", "]", "\x9b", "\x07", "\\", "m", "3", ";", "\n", "\u2028", "P"),
    fc.constantFrom("\x9d", "\x90", "\x9c", " ", "/", "\x02", "\x03", "\u202e", "\u2067", "\u2069"),
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
      const kept = sanitizeText(text);
      assertEquals(sanitizeText(kept), kept);
      assertEquals(sanitizeLine(kept), clean);
      assert(!isUnsafe(sanitizeName(text)));
      assertEquals(sanitizeName(clean), sanitizeName(text));
    }),
    { numRuns: 2000 },
  );
});
