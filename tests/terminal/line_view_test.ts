/**
 * Drawing a line: whatever was typed and however, the screen shows what a fresh drawing of it shows.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Key } from "../../lib/terminal/key.ts";
import { LineEditor } from "../../lib/terminal/line_editor.ts";
import { LineView } from "../../lib/terminal/line_view.ts";
import { Scroll, type Unicode } from "../support/emulator.ts";

const PROMPT = "[Me] ";

/** An editor and its view on a screen. */
class Scene implements Disposable {
  readonly editor = new LineEditor();
  readonly view = new LineView(PROMPT);
  readonly screen: Scroll;

  constructor(columns: number, unicode: Unicode = "graphemes", reflow = true) {
    this.screen = new Scroll(columns, 12, unicode, reflow);
  }

  show(): Promise<void> {
    return this.screen.write(this.view.show(this.editor, this.screen.columns));
  }

  async apply(...keys: Key[]): Promise<void> {
    keys.forEach((key) => this.editor.apply(key));
    await this.screen.write(this.view.update(this.editor, this.screen.columns));
  }

  [Symbol.dispose](): void {
    this.screen[Symbol.dispose]();
  }
}

function key(name: string): Key {
  return { type: "key", name };
}

function text(text: string): Key {
  return { type: "text", text };
}

async function scene(columns: number, typed: string, ...keys: Key[]): Promise<Scene> {
  const scene = new Scene(columns);
  await scene.show();
  await scene.apply(text(typed));
  for (const key of keys) await scene.apply(key);
  return scene;
}

const PICTURES: readonly [string, number, string, Key[], string[]][] = [
  ["prompt", 10, "", [], ["[Me] ▏"]],
  ["typed", 10, "ab", [], ["[Me] ab▏"]],
  ["in the middle", 10, "abc", [key("left"), key("left")], ["[Me] a▏bc"]],
  ["inserted", 12, "ac", [key("left"), text("b")], ["[Me] ab▏c"]],
  ["several rows", 10, "abcdefghijkl", [], ["[Me] abcde", "fghijkl▏"]],
  ["a full row", 10, "abcde", [], ["[Me] abcde", "▏"]],
  ["typed behind a full row", 10, "abcde", [text("f")], ["[Me] abcde", "f▏"]],
  ["back from a full row", 10, "abcde", [key("backspace")], ["[Me] abcd▏"]],
  ["cursor at the start of a row", 10, "abcdefg", [key("left"), key("left")], [
    "[Me] abcde",
    "▏fg",
  ]],
  ["home over rows", 10, "abcdefghijklmnopqrst", [key("home")], [
    "[Me] ▏abcde",
    "fghijklmno",
    "pqrst",
  ]],
  ["killed over rows", 10, "abcdefghijklmnopqrst", [key("ctrl+u")], ["[Me] ▏"]],
  ["wide", 10, "漢字", [key("left")], ["[Me] 漢▏字"]],
  ["wide that does not fit", 10, "漢字語", [], ["[Me] 漢字", "語▏"]],
  ["a family", 12, "x👨‍👩‍👧y", [key("left"), key("left")], ["[Me] x▏👨‍👩‍👧y"]],
];

for (const [what, columns, typed, keys, picture] of PICTURES) {
  Deno.test(`line view: ${what}`, async () => {
    using drawn = await scene(columns, typed, ...keys);
    assertEquals(drawn.screen.picture, picture);
    await drawn.screen.write(drawn.view.wipe(columns));
    assertEquals(drawn.screen.picture, ["▏"], "wiped");
  });
}

Deno.test("line view: what is typed at the end is written, and nothing else", () => {
  const view = new LineView(PROMPT);
  assertEquals(view.show({ text: "", cursor: 0 }, 80), PROMPT);
  assertEquals(view.update({ text: "a", cursor: 1 }, 80), "a");
  assertEquals(view.update({ text: "ab漢", cursor: 3 }, 80), "b漢");
  assertEquals(view.update({ text: "ab漢", cursor: 3 }, 80), "");
  assertEquals(view.leave(), "\n");
});

Deno.test("line view: leave goes below the line, wherever the cursor was", async () => {
  for (const typed of ["", "ab", "abcde", "abcdef"]) {
    using drawn = await scene(10, typed, key("home"));
    await drawn.screen.write(drawn.view.leave() + "$");
    const rows = `${PROMPT}${typed}`.match(/.{1,10}/g)?.map((row) => row.trimEnd());
    assertEquals(drawn.screen.picture, [...rows ?? [], "$▏"]);
  }
});

Deno.test("line view: resize that unfolds the line, or leaves it in its row", async () => {
  for (const [from, to] of [[40, 34], [30, 40], [20, 60]] as const) {
    using drawn = await scene(from, "some words, not in one row");
    drawn.screen.resize(to, 12);
    // This emulator loses the cursor when it unfolds a line in whose middle that is, so it comes now.
    await drawn.apply(key("ctrl+left"));
    assertEquals(drawn.screen.picture, ["[Me] some words, not in one ▏row"], `${from} to ${to}`);
  }
});

Deno.test("line view: resize that folds the line takes nothing away and shows all of it", async () => {
  const columns = fc.integer({ min: 8, max: 40 });
  const length = fc.nat({ max: 80 });
  const property = fc.asyncProperty(
    columns,
    columns,
    length,
    length,
    async (from, to, length, at) => {
      // Not folding the cursor's line is what this emulator does unless asked.
      using drawn = new Scene(from, "graphemes", false);
      await drawn.screen.write("before\n");
      await drawn.show();
      const typed = "abcdefghij".repeat(8).slice(0, length);
      await drawn.apply(text(typed), ...Array(at).fill(key("left")));
      drawn.screen.resize(to, 12);
      await drawn.apply();
      assertEquals(drawn.screen.lines[0], "before");
      const rows = `${PROMPT}${typed}`.match(new RegExp(`.{1,${to}}`, "g")) ?? [];
      assertEquals(drawn.screen.lines.slice(-rows.length), rows.map((row) => row.trimEnd()));
    },
  );
  await fc.assert(property, { numRuns: 100 });
});

const MOVES = [
  "left",
  "right",
  "home",
  "end",
  "ctrl+left",
  "backspace",
  "delete",
  "ctrl+w",
  "ctrl+k",
];
const PIECES = ["a", "word ", "漢", "字字字", "👨‍👩‍👧", "🇩🇪", "e", "\u0301", "❤️", "twelve chars"];
const anyKey = fc.oneof(
  fc.constantFrom(...PIECES).map(text),
  fc.constantFrom(...MOVES).map(key),
);

for (const unicode of ["graphemes", "old"] as const) {
  Deno.test(`line view: any keys, drawn step by step or at once (${unicode})`, async () => {
    // An old terminal folds wide emoji elsewhere than we think: with it, only lines of one row.
    const columns = unicode === "old" ? fc.constant(500) : fc.integer({ min: 6, max: 24 });
    const keys = fc.array(anyKey, { maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(columns, keys, async (columns, keys) => {
        using steps = new Scene(columns, unicode);
        await steps.show();
        for (const key of keys) await steps.apply(key);
        using once = new Scene(columns, unicode);
        keys.forEach((key) => once.editor.apply(key));
        await once.show();
        assertEquals(steps.screen.picture, once.screen.picture);
        await steps.screen.write(steps.view.wipe(columns));
        assertEquals(steps.screen.picture, ["▏"]);
      }),
      { numRuns: 80 },
    );
  });
}
