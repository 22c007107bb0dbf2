/**
 * Editing a line: what each key does, and what holds after any keys.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Key } from "../../lib/terminal/key.ts";
import { EDIT_KEYS } from "../../lib/terminal/edit_keys.ts";
import { type Edit, LineEditor, pasteLines } from "../../lib/terminal/line_editor.ts";
import { LineHistory } from "../../lib/terminal/line_history.ts";
import { isBorder } from "../../lib/terminal/width.ts";

function key(name: string): Key {
  return { type: "key", name };
}

/** An editor with entered lines, and a text in which "|" stands for the cursor. */
function edited(picture: string, entered: readonly string[] = []): LineEditor {
  const [before, after = ""] = picture.split("|") as [string, string?];
  const editor = new LineEditor();
  for (const line of entered) {
    editor.insert(line);
    assertEquals(editor.take(), line);
  }
  editor.insert(after);
  editor.apply(key("home"));
  editor.insert(before);
  return editor;
}

function picture({ text, cursor }: LineEditor): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

/** Presses a key; what came of it, and the picture. */
function press(editor: LineEditor, name: string): [Edit, string] {
  return [editor.apply(key(name)), picture(editor)];
}

const CASES: readonly [string, string, string, Edit][] = [
  // Moves
  ["left", "ab|", "a|b", "moved"],
  ["left", "|ab", "|ab", "ignored"],
  ["ctrl+b", "a漢|b", "a|漢b", "moved"],
  ["right", "|👨‍👩‍👧x", "👨‍👩‍👧|x", "moved"],
  ["right", "ab|", "ab|", "ignored"],
  ["ctrl+f", "|e\u0301x", "e\u0301|x", "moved"],
  ["home", "ab|c", "|abc", "moved"],
  ["ctrl+a", "|abc", "|abc", "ignored"],
  ["end", "a|bc", "abc|", "moved"],
  ["ctrl+e", "a|bc", "abc|", "moved"],
  ["ctrl+left", "one two.|", "one |two.", "moved"],
  ["ctrl+left", "one |two", "|one two", "moved"],
  ["alt+b", "größe x|", "größe |x", "moved"],
  ["alt+left", "  |", "|  ", "moved"],
  ["ctrl+right", "one| two", "one two|", "moved"],
  ["alt+f", "|one.two", "one|.two", "moved"],
  ["alt+right", "|e\u0301t\u00e9 x", "e\u0301t\u00e9| x", "moved"],
  // Deleting
  ["backspace", "ab|c", "a|c", "changed"],
  ["backspace", "|abc", "|abc", "ignored"],
  ["backspace", "x👨‍👩‍👧|", "x|", "changed"],
  ["delete", "a|bc", "a|c", "changed"],
  ["delete", "abc|", "abc|", "ignored"],
  ["ctrl+d", "|🇩🇪x", "|x", "changed"],
  ["ctrl+d", "abc|", "abc|", "ignored"],
  ["ctrl+d", "|", "|", "ended"],
  ["ctrl+u", "one two| three", "| three", "changed"],
  ["ctrl+u", "|x", "|x", "ignored"],
  ["ctrl+k", "one| two", "one|", "changed"],
  ["ctrl+w", "cd /usr/lib  |x", "cd |x", "changed"],
  ["alt+backspace", "cd /usr/lib|", "cd /usr/|", "changed"],
  ["alt+d", "|one two", "| two", "changed"],
  ["ctrl+delete", "one| two three", "one| three", "changed"],
  ["alt+\\", "one  |  two", "one|two", "changed"],
  ["alt+\\", "one|two", "one|two", "ignored"],
  // Changing
  ["ctrl+t", "a|bc", "ba|c", "changed"],
  ["ctrl+t", "abc|", "acb|", "changed"],
  ["ctrl+t", "x漢|👨‍👩‍👧", "x👨‍👩‍👧漢|", "changed"],
  ["ctrl+t", "|abc", "|abc", "ignored"],
  ["ctrl+t", "a|", "a|", "ignored"],
  ["alt+t", "one two|", "two one|", "changed"],
  ["alt+t", "one| two, three", "two one|, three", "changed"],
  ["alt+t", "one, t|wo!", "two, one|!", "changed"],
  ["alt+t", "one|", "one|", "ignored"],
  ["alt+t", " |", " |", "ignored"],
  ["alt+u", "|größe x", "GRÖSSE| x", "changed"],
  ["alt+l", "A|BC D", "Abc| D", "changed"],
  ["alt+c", "one| two", "one Two|", "changed"],
  ["alt+c", "x |élan VITAL", "x Élan| VITAL", "changed"],
  ["alt+u", "a |", "a |", "ignored"],
  // Halves that become one
  ["backspace", "🇩x|🇪", "🇩🇪|", "changed"],
  // The rest
  ["enter", "a|b", "a|b", "entered"],
  ["ctrl+l", "a|b", "a|b", "redraw"],
  ["tab", "a|b", "a|b", "ignored"],
  ["escape", "a|b", "a|b", "ignored"],
  ["ctrl+y", "a|b", "a|b", "ignored"],
  ["alt+y", "a|b", "a|b", "ignored"],
  ["alt+.", "a|b", "a|b", "ignored"],
  ["ctrl+_", "|", "|", "ignored"],
  ["alt+enter", "a|b", "a|b", "ignored"],
  ["alt+<", "a|b", "a|b", "ignored"],
  ["up", "a|b", "a|b", "ignored"],
];

for (const [name, before, after, edit] of CASES) {
  Deno.test(`editor: ${name} in ${JSON.stringify(before)}`, () => {
    const editor = edited(before);
    assertEquals(editor.apply(key(name)), edit);
    assertEquals(picture(editor), after);
  });
}

Deno.test("editor: no raw control character gets in, by typing or by paste", () => {
  const editor = new LineEditor();
  editor.apply({ type: "paste", text: "a\r\nb\tc\x1b[31m\x07d\u2028e\x9bf\ud800" });
  assertEquals(picture(editor), "a b c[31md ef\ufffd|");
  assertEquals(editor.apply({ type: "paste", text: "\x07" }), "ignored");
});

Deno.test("editor: replace is what a completion does", () => {
  const editor = edited("/jo| lobby");
  assertEquals(editor.replace(0, 3, "/join"), "changed");
  assertEquals(picture(editor), "/join| lobby");
});

Deno.test("editor: mouse and unknown keys do nothing", () => {
  const editor = edited("a|b");
  assertEquals(editor.apply({ type: "wheel", direction: "up" }), "ignored");
  assertEquals(editor.apply({ type: "unknown" }), "ignored");
  assertEquals(picture(editor), "a|b");
});

/** Keys one after the other; what came of the last one. */
const SEQUENCES:
  readonly (readonly [what: string, before: string, keys: string, Edit, after: string])[] = [
    ["what was cut last comes back", "one two|", "ctrl+w home ctrl+y", "changed", "two|one "],
    [
      "cuts in a row come back as one, in their order",
      "one two| three four",
      "ctrl+w alt+backspace alt+d ctrl+k ctrl+y",
      "changed",
      "one two three four|",
    ],
    ["Ctrl-X Ctrl-U is undo as well", "one|", "ctrl+x ctrl+u", "changed", "|"],
  ];

for (const [what, before, keys, edit, after] of SEQUENCES) {
  Deno.test(`editor: ${what}`, () => {
    const editor = edited(before);
    assertEquals(keys.split(" ").map((name) => press(editor, name)).at(-1), [edit, after]);
  });
}

Deno.test("editor: Ctrl-X forgets itself when something else is typed", () => {
  const editor = edited("one|");
  press(editor, "ctrl+x");
  editor.apply({ type: "text", text: "!" });
  assertEquals(press(editor, "left"), ["moved", "one|!"]);
});

Deno.test("editor: Alt-Y goes through earlier cuts, and only after one came back", () => {
  const editor = edited("one two three|");
  for (const name of ["ctrl+w", "left", "ctrl+w"]) press(editor, name);
  assertEquals(press(editor, "alt+y"), ["ignored", "one | "]);
  assertEquals(press(editor, "ctrl+y"), ["changed", "one two| "]);
  assertEquals(press(editor, "alt+y"), ["changed", "one three| "]);
  assertEquals(press(editor, "alt+y"), ["changed", "one two| "]);
  press(editor, "left");
  assertEquals(press(editor, "alt+y")[0], "ignored");
});

Deno.test("editor: Alt-. brings the last word of the last line, then of those before", () => {
  const editor = edited("x ", ["/join tea", "/message chris hi ", "one"]);
  const words = [1, 2, 3, 4].map(() => press(editor, "alt+."));
  assertEquals(words.map(([edit]) => edit), ["changed", "changed", "changed", "ignored"]);
  assertEquals(words.map(([, text]) => text), ["x one|", "x hi|", "x tea|", "x tea|"]);
});

Deno.test("editor: undo takes back word by word what was typed, and each other change", () => {
  const editor = new LineEditor();
  for (const text of ["o", "n", "e", " ", "t", "wo"]) editor.apply({ type: "text", text });
  editor.apply(key("ctrl+w"));
  editor.apply({ type: "paste", text: "three four" });
  const undone = [1, 2, 3, 4].map(() => press(editor, "ctrl+_"));
  assertEquals(undone, ["one |", "one two|", "one |", "|"].map((text) => ["changed", text]));
  assertEquals(press(editor, "ctrl+_"), ["ignored", "|"]);
});

Deno.test("editor: each line of the history has its own changes until a line is entered", () => {
  const editor = new LineEditor();
  editor.insert("one");
  editor.take();
  editor.insert("draft");
  editor.apply(key("up"));
  assertEquals(editor.apply(key("ctrl+_")), "ignored");
  editor.insert("!");
  editor.insert("!");
  editor.apply(key("down"));
  assertEquals([editor.apply(key("ctrl+_")), editor.text], ["changed", ""]);
  editor.apply(key("up"));
  assertEquals(editor.text, "one!!");
  assertEquals([editor.apply(key("alt+r")), editor.text], ["changed", "one"]);
});

Deno.test("editor: Alt-< and Alt-> go to the ends of the history", () => {
  const editor = edited("draft", ["one", "two", "three"]);
  assertEquals(press(editor, "alt+<"), ["changed", "one|"]);
  assertEquals(press(editor, "alt+<"), ["ignored", "one|"]);
  assertEquals(press(editor, "alt+>"), ["changed", "draft|"]);
});

Deno.test("editor: a draft of several lines, and its keys", () => {
  const editor = new LineEditor(undefined, { multiline: true });
  editor.apply({ type: "paste", text: "one\r\ntwo three\rfour" });
  assertEquals(editor.text, "one\ntwo three\nfour");
  const shows = (name: string) => press(editor, name)[1];
  assertEquals(shows("up"), "one\ntwo |three\nfour");
  assertEquals(shows("up"), "one|\ntwo three\nfour");
  assertEquals(shows("down"), "one\ntwo| three\nfour");
  assertEquals(shows("ctrl+a"), "one\n|two three\nfour");
  assertEquals(shows("ctrl+e"), "one\ntwo three|\nfour");
  assertEquals(shows("ctrl+u"), "one\n|\nfour");
  assertEquals(shows("ctrl+k"), "one\n|four");
  assertEquals(shows("alt+enter"), "one\n\n|four");
  assertEquals(editor.take(), "one\n\nfour");
  assertEquals(shows("up"), "one\n\nfour|");
});

Deno.test("editor: no text is longer than the limit, and no character is cut in half", () => {
  const editor = new LineEditor(undefined, { limit: 10 });
  editor.insert("123456789👩");
  assertEquals(editor.text, "123456789");
  assertEquals(editor.apply({ type: "text", text: "👩" }), "ignored");
  editor.apply({ type: "text", text: "abc" });
  assertEquals(editor.text, "123456789a");
  editor.apply(key("ctrl+u"));
  editor.apply(key("ctrl+y"));
  editor.apply(key("ctrl+y"));
  assertEquals(editor.text, "123456789a");
});

Deno.test("editor: history keeps the draft, and changes on the way until a line is entered", () => {
  const editor = edited("draft", ["one", "two", "two", "  "]);
  assertEquals(press(editor, "up"), ["changed", "two|"]);
  editor.insert("!");
  assertEquals(press(editor, "ctrl+p"), ["changed", "one|"]);
  assertEquals(press(editor, "up"), ["ignored", "one|"]);
  assertEquals(press(editor, "down"), ["changed", "two!|"]);
  assertEquals(press(editor, "ctrl+n"), ["changed", "draft|"]);
  assertEquals(press(editor, "down"), ["ignored", "draft|"]);
  assertEquals([press(editor, "up"), editor.take()], [["changed", "two!|"], "two!"]);
  assertEquals([editor.text, press(editor, "up")], ["", ["changed", "two!|"]]);
  assertEquals(press(editor, "up"), ["changed", "two|"]);
});

Deno.test("history: keeps the last lines", () => {
  const history = new LineHistory(2);
  ["a", "b", "c"].forEach((line) => history.add(line));
  assertEquals([history.go(-1, ""), history.go(-1, "c"), history.go(-1, "b")], [
    "c",
    "b",
    undefined,
  ]);
});

Deno.test("editor: pasteLines cuts at every kind of line break", () => {
  assertEquals(pasteLines("one"), ["one"]);
  assertEquals(pasteLines("a\rb\nc\r\nd"), ["a", "b", "c", "d"]);
  assertEquals(pasteLines("a\n\n"), ["a", "", ""]);
  assertEquals(pasteLines(""), [""]);
});

const NAMES = [...Object.keys(EDIT_KEYS), "ctrl+g", "tab", "escape"];
const PIECES = ["b c", ..."a漢👨\u200d👩🇩🇪e\u0301\ufe0fक् "];
const anyKey: fc.Arbitrary<Key> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NAMES).map(key) },
  { weight: 4, arbitrary: fc.constantFrom(...PIECES).map((text): Key => ({ type: "text", text })) },
  { weight: 1, arbitrary: fc.string().map((text): Key => ({ type: "paste", text })) },
);

Deno.test("editor: after any keys the cursor is at a border and the text has no control character", () => {
  fc.assert(
    fc.property(fc.array(anyKey, { maxLength: 60 }), fc.boolean(), (keys, multiline) => {
      const editor = new LineEditor(undefined, { multiline });
      for (const key of keys) {
        const before = picture(editor);
        const { text } = editor;
        const edit = editor.apply(key);
        assert(editor.cursor >= 0 && editor.cursor <= editor.text.length);
        assert(isBorder(editor.text, editor.cursor), picture(editor));
        // deno-lint-ignore no-control-regex
        assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]/.test(editor.text));
        assert(editor.text.isWellFormed() && (multiline || !editor.text.includes("\n")));
        if (edit === "ignored" || edit === "ended" || edit === "redraw") {
          assertEquals(picture(editor), before);
        }
        if (edit === "moved") assertEquals(editor.text, text);
        if (edit === "entered") assertEquals([editor.take(), picture(editor)], [text, "|"]);
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("editor: right undoes left, and what goes in comes out by backspace", () => {
  fc.assert(
    fc.property(fc.array(anyKey, { maxLength: 30 }), (keys) => {
      const editor = new LineEditor();
      keys.forEach((key) => editor.apply(key));
      const before = picture(editor);
      if (editor.apply(key("left")) === "moved") editor.apply(key("right"));
      assertEquals(picture(editor), before);
      editor.apply(key("end"));
      while (editor.apply(key("backspace")) === "changed");
      assertEquals(picture(editor), "|");
    }),
    { numRuns: 500 },
  );
});

Deno.test("editor: undo gets back to where the line began, whatever was done to it", () => {
  const isEdit = (name: string) => !/^(up|down|ctrl\+[nprs]|alt\+[<>r])$/.test(name);
  const anyEdit = fc.oneof(
    fc.constantFrom(...NAMES.filter(isEdit)).map(key),
    fc.constantFrom(...PIECES).map((text): Key => ({ type: "text", text })),
  );
  fc.assert(
    fc.property(fc.array(anyEdit, { maxLength: 60 }), (keys) => {
      const editor = new LineEditor();
      editor.insert("start");
      keys.forEach((key) => editor.apply(key));
      // If the last one was Ctrl-X, this belongs to it.
      editor.apply(key("left"));
      while (editor.apply(key("ctrl+_")) === "changed");
      assertEquals(editor.text, "");
    }),
    { numRuns: 500 },
  );
});
