/**
 * Only what has changed is written, and what was there before is gone.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { toVisible, toVisibleLines } from "../../lib/tui/visible.ts";
import { Screen } from "../../lib/tui/screen.ts";
import { Emulator } from "../support/emulator.ts";
import { Stage } from "./stage.ts";

// deno-lint-ignore no-control-regex
const ROW_STARTS = /\x1b\[(\d+);1H\x1b\[K/g;

/** The rows that some output draws, counted from 1. */
function rowsDrawn(output: string): number[] {
  return Array.from(output.matchAll(ROW_STARTS), ([, row]) => Number(row));
}

Deno.test("screen: only rows that changed are drawn", () => {
  using stage = new Stage({ rows: 3 });
  assertEquals(rowsDrawn(stage.draws()), [1, 2, 3, 4]);
  assertEquals(stage.draws(), "");
  stage.types("a");
  assertEquals(rowsDrawn(stage.draws()), [4]);
  stage.says("chris", "hi");
  assertEquals(rowsDrawn(stage.draws()), [2]);
  stage.says("chris", "hi");
  assertEquals(rowsDrawn(stage.draws()), [1]);
});

Deno.test("screen: a cursor that moves draws no row", () => {
  using stage = new Stage({ rows: 3 });
  stage.types("abc");
  stage.draws();
  stage.types("\x1b[D");
  assertEquals(stage.draws(), "\x1b[?2026h\x1b[?25l\x1b[4;8H\x1b[?25h\x1b[?2026l");
});

Deno.test("screen: after `forget` and in another size all is drawn", () => {
  const screen = new Screen(true);
  const rows = [[{ text: "a", style: "plain" }], []] as const;
  const frame = { rows, cursor: { row: 0, column: 0 }, columns: 10 };
  assertEquals(rowsDrawn(screen.draw(frame)), [1, 2]);
  assertEquals(rowsDrawn(screen.draw(frame)), []);
  screen.forget();
  assertEquals(rowsDrawn(screen.draw(frame)), [1, 2]);
  assertEquals(rowsDrawn(screen.draw({ ...frame, columns: 9 })), [1, 2]);
});

Deno.test("screen: behind wide characters the cursor is put by writing them, however wide they are", () => {
  using stage = new Stage({ columns: 20, rows: 2 });
  stage.types("日本x\x1b[D");
  assertStringIncludes(stage.draws(), "\x1b[2;1H\x1b[1mpat> \x1b[m日本\x1b[?25h");
});

Deno.test("screen: a full row keeps its last character", async () => {
  using emulator = new Emulator(5, 2);
  const screen = new Screen(true);
  const frame = (text: string) => ({
    rows: [[{ text, style: "plain" as const }], []],
    cursor: { row: 1, column: 0 },
    columns: 5,
  });
  await emulator.write(screen.draw(frame("12345")));
  await emulator.write(screen.draw(frame("abcde")));
  assertEquals(emulator.rows, ["abcde", ""]);
});

Deno.test("screen: whatever is drawn, nothing in it acts on the terminal", async () => {
  using emulator = new Emulator(40, 2);
  const rows = [[{ text: "a\x1b[2Jb\x9b2Jc\x07\n\x7f", style: 3 }], []];
  await emulator.write(
    new Screen(true).draw({ rows, cursor: { row: 1, column: 0 }, columns: 40 }),
  );
  assertEquals(emulator.rows, ["a␛[2Jb�2Jc␇␊␡", ""]);
});

Deno.test("visible: clean text is the same, the rest is shown", () => {
  assertEquals(toVisible("plain é 日本"), "plain é 日本");
  assertEquals(toVisible("\x00\x1b\x7f\x80\x9f\t\u2028x\ud800"), "␀␛␡\ufffd\ufffd  x\ufffd");
  assertEquals(toVisible("a\u202eb\u2066c\u2069"), "abc");
  assertEquals(toVisibleLines("a\r\nb\nc\rd"), "a\nb\nc␍d");
});

Deno.test("visible: a flood of accents on one letter ends after eight, those of any language stay", () => {
  assertEquals(toVisible(`a${"\u0300".repeat(500)}b\u0301`), `a${"\u0300".repeat(8)}b\u0301`);
  for (const word of ["Việt", "क्षत्रिय", "נִקּוּד", "👩‍👩‍👧‍👦", "❤️"]) assertEquals(toVisible(word), word);
});
