/**
 * Wrapping to rows.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { textWidth } from "../../lib/terminal/width.ts";
import { wrap } from "../../lib/terminal/wrap.ts";

const CASES: readonly [string, string, number, string[]][] = [
  ["nothing", "", 10, [""]],
  ["what fits", "hello world", 11, ["hello world"]],
  ["at a space", "hello world", 10, ["hello", "world"]],
  ["at many spaces", "hello    world", 10, ["hello", "world"]],
  ["lines", "one\n\ntwo", 10, ["one", "", "two"]],
  ["spaces at the start", "  indented text", 10, ["  indented", "text"]],
  ["more spaces at the start than fit", "         long word", 10, ["      long", "word"]],
  ["nothing but spaces", "            ", 10, [""]],
  ["spaces at the end", "hello world ", 11, ["hello world"]],
  ["a word too long", "see abcdefghijklmnop", 8, ["see", "abcdefgh", "ijklmnop"]],
  ["ideographs", "漢字漢字漢字", 6, ["漢字漢", "字漢字"]],
  ["ideographs and words", "ab漢字cd漢字", 6, ["ab漢字", "cd漢字"]],
  ["an odd column", "漢字漢字", 5, ["漢字", "漢字"]],
  ["families", "👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 4, ["👨‍👩‍👧👨‍👩‍👧", "👨‍👩‍👧"]],
  ["too narrow for anything", "漢字", 0, ["漢", "字"]],
];

for (const [what, text, columns, rows] of CASES) {
  Deno.test(`wrap: ${what}`, () => assertEquals(wrap(text, columns), rows));
}

Deno.test("wrap: no row is too long, and only spaces and breaks are lost", () => {
  const piece = fc.constantFrom("a", "word", " ", "  ", "漢", "👍", "é", "\n", "longer-than-it");
  const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 12 }), (text, columns) => {
      const rows = wrap(text, columns);
      for (const row of rows) assert(textWidth(row) <= columns, row);
      assertEquals(rows.join("").replaceAll(" ", ""), text.replace(/[ \n]/g, ""));
      assertEquals(wrap(text, 1000), text.split("\n"));
    }),
    { numRuns: 500 },
  );
});
