/**
 * A line being edited: text, cursor and history. It applies keys, and draws nothing.
 *
 * Invariants: the cursor stands between two graphemes, and the text has no control characters, so that it can be
 * written to a terminal as it is. The keys are those of readline (and Emacs).
 *
 * @module
 */

import { CONTROLS } from "./controls.ts";
import type { Key } from "./key.ts";
import { LineHistory } from "./line_history.ts";
import { borderFrom, graphemes } from "./width.ts";

/**
 * The effect of a key. `entered`: call `take`. `ended`: Ctrl-D on an empty line. `redraw`: Ctrl-L asks for a
 * new screen. `ignored`: the key has no meaning here, or there was nothing to do.
 */
export type Edit = "changed" | "moved" | "entered" | "ended" | "redraw" | "ignored";

const CONTROL = new RegExp(`[${CONTROLS}]`, "g");
// A tab looks like spaces and must be sent as it looks; the others end a line for some programs.
const SPACE = /[\t\r\n\u2028\u2029]/g;
const WORD = /^[\p{L}\p{N}_]/u;
const BLANK = /^\s/;

/** One line and its history. */
export class LineEditor {
  readonly #history: LineHistory;
  #text = "";
  #cursor = 0;
  #killed = "";

  /** Nothing else may use `history`. */
  constructor(history: LineHistory = new LineHistory()) {
    this.#history = history;
  }

  /** The text of the line. */
  get text(): string {
    return this.#text;
  }

  /** The place of the next character, in UTF-16 units from the start. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Applies a key. A paste goes in as one line; use `pasteLines` before to get its lines. */
  apply(key: Key): Edit {
    if (key.type === "text" || key.type === "paste") return this.insert(key.text);
    if (key.type !== "key") return "ignored";
    switch (key.name) {
      case "enter":
        return "entered";
      case "left":
      case "ctrl+b":
        return this.#moveTo(this.#left());
      case "right":
      case "ctrl+f":
        return this.#moveTo(this.#right());
      case "home":
      case "ctrl+a":
        return this.#moveTo(0);
      case "end":
      case "ctrl+e":
        return this.#moveTo(this.#text.length);
      case "ctrl+left":
      case "alt+left":
      case "alt+b":
        return this.#moveTo(this.#wordLeft());
      case "ctrl+right":
      case "alt+right":
      case "alt+f":
        return this.#moveTo(this.#wordRight());
      case "up":
      case "ctrl+p":
        return this.#recall(-1);
      case "down":
      case "ctrl+n":
        return this.#recall(1);
      case "backspace":
        return this.#remove(this.#left(), this.#cursor);
      case "delete":
        return this.#remove(this.#cursor, this.#right());
      case "ctrl+d":
        return this.#text === "" ? "ended" : this.#remove(this.#cursor, this.#right());
      case "ctrl+u":
        return this.#kill(0, this.#cursor);
      case "ctrl+k":
        return this.#kill(this.#cursor, this.#text.length);
      case "ctrl+w":
        return this.#kill(this.#blankLeft(), this.#cursor);
      case "alt+backspace":
        return this.#kill(this.#wordLeft(), this.#cursor);
      case "alt+d":
      case "ctrl+delete":
        return this.#kill(this.#cursor, this.#wordRight());
      case "ctrl+y":
        return this.insert(this.#killed);
      case "ctrl+l":
        return "redraw";
      default:
        return "ignored";
    }
  }

  /** Inserts `text` at the cursor and moves the cursor behind it. Line breaks and tabs become spaces. */
  insert(text: string): Edit {
    return this.replace(this.#cursor, this.#cursor, text);
  }

  /** Replaces the line from `start` to `end` (UTF-16 units) by `text` and moves the cursor behind it. */
  replace(start: number, end: number, text: string): Edit {
    const clean = text.toWellFormed().replaceAll("\r\n", " ").replace(SPACE, " ").replace(
      CONTROL,
      "",
    );
    if (clean === "" && start === end) return "ignored";
    const before = this.#text.slice(0, start) + clean;
    this.#text = before + this.#text.slice(end);
    // Two halves of a flag may have become one grapheme, with the cursor inside.
    this.#cursor = borderFrom(this.#text, before.length);
    return "changed";
  }

  /** Returns the line that was entered, adds it to the history and begins a new one. */
  take(): string {
    const line = this.#text;
    this.#history.add(line);
    this.#text = "";
    this.#cursor = 0;
    return line;
  }

  #moveTo(cursor: number): Edit {
    if (cursor === this.#cursor) return "ignored";
    this.#cursor = cursor;
    return "moved";
  }

  #recall(step: -1 | 1): Edit {
    const line = this.#history.go(step, this.#text);
    if (line === undefined) return "ignored";
    this.#text = line;
    this.#cursor = line.length;
    return "changed";
  }

  #remove(start: number, end: number): Edit {
    return this.replace(start, end, "");
  }

  #kill(start: number, end: number): Edit {
    if (start === end) return "ignored";
    this.#killed = this.#text.slice(start, end);
    return this.#remove(start, end);
  }

  #left(): number {
    return this.#cursor - (this.#before().at(-1)?.length ?? 0);
  }

  #right(): number {
    return this.#cursor + (this.#after()[0]?.length ?? 0);
  }

  #wordLeft(): number {
    const before = this.#before().reverse();
    return this.#cursor - lengthWhile(before, [(g) => !WORD.test(g), (g) => WORD.test(g)]);
  }

  #wordRight(): number {
    return this.#cursor + lengthWhile(this.#after(), [(g) => !WORD.test(g), (g) => WORD.test(g)]);
  }

  #blankLeft(): number {
    const before = this.#before().reverse();
    return this.#cursor - lengthWhile(before, [(g) => BLANK.test(g), (g) => !BLANK.test(g)]);
  }

  #before(): string[] {
    return graphemes(this.#text.slice(0, this.#cursor));
  }

  #after(): string[] {
    return graphemes(this.#text.slice(this.#cursor));
  }
}

/** The length of the leading items that pass the first test, and of the items after them that pass the second. */
function lengthWhile(list: readonly string[], tests: readonly ((g: string) => boolean)[]): number {
  let length = 0;
  let at = 0;
  for (const test of tests) {
    for (let g; (g = list[at]) !== undefined && test(g); at++) length += g.length;
  }
  return length;
}

/**
 * The lines of a paste, at least one. A line break ended each of them but the last, which is empty when the
 * paste ends with a line break.
 */
export function pasteLines(text: string): string[] {
  return text.split(/\r\n|[\r\n]/);
}
