/**
 * Searching the lines entered before, as readline does: key by key, and back again.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { LineEditor } from "../../lib/terminal/line_editor.ts";

const CTRL_R = "ctrl+r", CTRL_S = "ctrl+s", BACKSPACE = "backspace";

/** An editor with entered lines and a draft. */
function editorWith(entered: readonly string[], draft = ""): LineEditor {
  const editor = new LineEditor();
  for (const line of entered) {
    editor.insert(line);
    editor.take();
  }
  editor.insert(draft);
  return editor;
}

/** Presses keys: names of keys, or text behind a `=`. */
function press(editor: LineEditor, ...keys: string[]): string {
  for (const key of keys) {
    if (key.startsWith("=")) editor.apply({ type: "text", text: key.slice(1) });
    else editor.apply({ type: "key", name: key });
  }
  const { text, cursor, prompt = "" } = editor;
  return `${prompt}${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

const LINES = ["/join tea", "see the Tea list", "hello", "tea again"];

Deno.test("search: each character narrows it, the same key finds the next line, and back", () => {
  const editor = editorWith(LINES, "draft");
  assertEquals(press(editor, CTRL_R), "(search: ) draft|");
  assertEquals(press(editor, "=te"), "(search: te) |tea again");
  assertEquals(press(editor, CTRL_R), "(search: te) see the |Tea list");
  assertEquals(press(editor, CTRL_R), "(search: te) /join |tea");
  assertEquals(press(editor, CTRL_R), "(not found: te) /join |tea");
  assertEquals(press(editor, CTRL_S), "(search: te) see the |Tea list");
  assertEquals(press(editor, "=x"), "(not found: tex) see the |Tea list");
  assertEquals(press(editor, BACKSPACE), "(search: te) see the |Tea list");
  assertEquals(press(editor, BACKSPACE), "(search: ) draft|");
});

Deno.test("search: a query with a capital finds that case alone", () => {
  const editor = editorWith(LINES);
  assertEquals(press(editor, CTRL_R, "=Te"), "(search: Te) see the |Tea list");
});

Deno.test("search: Ctrl-G gives it up, Escape and other keys take the line", () => {
  const lines = LINES.slice(0, 2);
  assertEquals(press(editorWith(lines, "draft"), CTRL_R, "=join", "ctrl+g"), "draft|");
  assertEquals(press(editorWith(lines, "draft"), CTRL_R, "=join", "escape"), "/|join tea");
  assertEquals(press(editorWith(lines, "draft"), CTRL_R, "=join", "ctrl+e", "=!"), "/join tea!|");
  const editor = editorWith(lines, "draft");
  press(editor, CTRL_R, "=join");
  assertEquals(editor.apply({ type: "key", name: "enter" }), "entered");
  assertEquals(editor.take(), "/join tea");
  assertEquals(press(editor, "up"), "/join tea|");
});

Deno.test("search: it goes on from the line that it found, and the draft is where it was", () => {
  const editor = editorWith(LINES, "draft");
  press(editor, CTRL_R, "=hello", "escape");
  assertEquals(press(editor, "up"), "see the Tea list|");
  assertEquals(press(editor, "alt+>"), "draft|");
});

Deno.test("search: without a query the key brings the last one back", () => {
  const editor = editorWith(LINES);
  press(editor, CTRL_R, "=join", "escape", "alt+>");
  assertEquals(press(editor, CTRL_R, CTRL_R), "(search: join) /|join tea");
});

Deno.test("search: a line entered twice is found once", () => {
  const editor = editorWith(["one", "two", "one", "two"]);
  assertEquals(press(editor, CTRL_R, "=o"), "(search: o) tw|o");
  assertEquals(press(editor, CTRL_R), "(search: o) |one");
});

Deno.test("search: a paste is part of the query, without what acts on a terminal", () => {
  const editor = editorWith(["see \u{1b}[31m it"]);
  press(editor, CTRL_R);
  editor.apply({ type: "paste", text: "\x1b[31m\r\n" });
  assertEquals(editor.prompt, "(search: [31m ) ");
  assertEquals(editor.text, "see [31m it");
});

Deno.test("search: what it shows always holds the query, but for case", () => {
  const keys = fc.array(fc.constantFrom("=a", "=b", "=B", "= ", CTRL_R, CTRL_S, BACKSPACE));
  const lines = fc.array(fc.stringMatching(/^[abAB ]{1,6}$/), { maxLength: 8 });
  fc.assert(
    fc.property(lines, keys, (lines, keys) => {
      const editor = editorWith(lines);
      press(editor, CTRL_R, ...keys);
      const query = /^\(search: (.*)\) $/.exec(editor.prompt ?? "")?.[1];
      if (query === undefined) return assert(editor.prompt?.startsWith("(not found: "));
      const folded = query === query.toLowerCase() ? editor.text.toLowerCase() : editor.text;
      assert(folded.includes(query), JSON.stringify([editor.prompt, editor.text]));
    }),
    { numRuns: 500 },
  );
});
