/**
 * Columns and graphemes, against what a terminal emulator makes of the same text.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  graphemes,
  graphemeWidth,
  isBorder,
  placeAfter,
  textWidth,
  truncate,
} from "../../lib/terminal/width.ts";
import { Scroll } from "../support/emulator.ts";

/** What it is, the text, its columns, its graphemes. */
const SAMPLES: readonly (readonly [string, string, number, number])[] = [
  ["nothing", "", 0, 0],
  ["ASCII", "hello, world ~", 14, 14],
  ["Latin letters", "grüße", 5, 5],
  ["combining marks", "e\u0301a\u0308\u0323", 2, 2],
  ["Chinese", "漢字", 4, 2],
  ["Japanese", "ひらカナｶﾅ", 10, 6],
  ["Korean", "한국어", 6, 3],
  ["fullwidth", "ＡＢ　", 6, 3],
  ["rare ideographs", "𠀀𰀀", 4, 2],
  ["emoji", "👍🎉", 4, 2],
  ["skin tone", "👍🏽", 2, 1],
  ["family", "👨‍👩‍👧‍👦", 2, 1],
  ["flags", "🇩🇪🇯🇵", 4, 2],
  ["emoji by variation selector", "❤️☀️", 4, 2],
  ["text by default", "❤☀", 2, 2],
  ["keycap", "1️⃣", 2, 1],
  ["joiner of nothing", "a\u200db", 2, 2],
  ["Cyrillic, Greek, Hebrew, Arabic", "яλאب", 4, 4],
  ["Thai with marks", "กี่", 1, 1],
];

for (const [what, text, width, count] of SAMPLES) {
  Deno.test(`width: ${what}`, async () => {
    assertEquals(textWidth(text), width);
    assertEquals(graphemes(text).length, count);
    assertEquals(graphemes(text).join(""), text);
    assertEquals(textWidth(`a${text}b`), width + 2);
    using screen = new Scroll(60, 3);
    await screen.write(text);
    assertEquals(screen.cursor, { row: 0, column: width }, "the emulator disagrees");
  });
}

Deno.test("width: single code points by class", () => {
  const widths: [string, 0 | 1 | 2][] = [
    ["\u0301", 0],
    ["\u200b", 0],
    ["\u200d", 0],
    ["\u2060", 0],
    ["\ufeff", 0],
    ["\ufe0f", 0],
    ["\x1b", 0],
    ["\x9b", 0],
    ["", 0],
    ["\xad", 1],
    ["\u0600", 1],
    ["…", 1],
    ["█", 1],
    ["ｱ", 1],
    ["\u{1f1e9}", 1],
    ["\u1100", 2],
    ["　", 2],
    ["。", 2],
    ["Ａ", 2],
    ["가", 2],
    ["\u{20000}", 2],
    ["\u{3fffd}", 2],
    ["⌚", 2],
    ["🫩", 2],
    ["☀", 1],
    ["☀\ufe0f", 2],
    ["1\ufe0f\u20e3", 2],
  ];
  for (const [grapheme, width] of widths) {
    assertEquals(graphemeWidth(grapheme), width, escape(grapheme));
  }
});

Deno.test("width: borders are those of the graphemes", () => {
  const text = "a👨‍👩‍👧🇩🇪e\u0301";
  const borders = Array.from({ length: text.length + 1 }, (_, i) => i).filter((i) =>
    isBorder(text, i)
  );
  assertEquals(borders, [0, 1, 9, 13, 15]);
  assertEquals([isBorder("abc", 1), isBorder("", 0), isBorder(text, 99)], [true, true, true]);
});

Deno.test("width: truncate marks what it leaves out, and cuts no wide character in half", () => {
  assertEquals(truncate("hello", 5), "hello");
  assertEquals(truncate("hello", 4), "hel…");
  assertEquals(truncate("漢字漢字", 8), "漢字漢字");
  assertEquals(truncate("漢字漢字", 6), "漢字…");
  assertEquals(truncate("hello", 2, "..."), "he");
  assertEquals(truncate("hello", 0), "");
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), fc.nat({ max: 20 }), (text, columns) => {
    assert(textWidth(truncate(text, columns)) <= columns);
  }));
});

Deno.test("width: placeAfter tells a full row from the start of the next", () => {
  assertEquals(placeAfter("", 4), { row: 0, column: 0 });
  assertEquals(placeAfter("abcd", 4), { row: 0, column: 4 });
  assertEquals(placeAfter("abcde", 4), { row: 1, column: 1 });
  assertEquals(placeAfter("漢字", 4), { row: 0, column: 4 });
  assertEquals(placeAfter("a漢字", 4), { row: 1, column: 2 });
});

Deno.test("width: placeAfter is where the emulator's cursor is", async () => {
  const piece = fc.constantFrom("a", " ", "漢", "👍", "é", "🇩🇪", "e\u0301", "한", "❤️");
  const text = fc.array(piece, { minLength: 1, maxLength: 30 }).map((pieces) => pieces.join(""));
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 2, max: 12 }), async (text, columns) => {
      using screen = new Scroll(columns, 40);
      await screen.write(text);
      const { row, column } = placeAfter(text, columns);
      // The emulator, too, keeps the cursor on the last character of a full row; it says so by column.
      assertEquals(screen.cursor, { row, column });
    }),
    { numRuns: 300 },
  );
});

function escape(text: string): string {
  return Array.from(text, (c) => `U+${(c.codePointAt(0) as number).toString(16)}`).join(" ");
}
