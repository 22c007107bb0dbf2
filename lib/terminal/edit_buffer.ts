/**
 * A text with a cursor, whose changes can be undone; the keys of the line editor work on it.
 *
 * Invariants: the cursor stands between two graphemes; the text is no longer than its limit, and
 * has no control characters but, where it may have several lines, `\n`.
 *
 * @module
 */

import { CONTROLS } from "./controls.ts";
import type { Replacement } from "./text_moves.ts";
import { type LineState, UndoList } from "./undo_list.ts";
import { borderFrom } from "./width.ts";

/** The settings of a line, and so of its editor. */
export interface EditOptions {
  /** The longest text, in UTF-16 units; what goes beyond is left out. Default: 64 K. */
  readonly limit?: number;
  /** Whether a draft may have several lines (Alt-Enter); default: no. */
  readonly multiline?: boolean;
}

const DEFAULT_LIMIT = 64 * 1024;

const CONTROL = new RegExp(`[${CONTROLS}]`, "g");
// A tab looks like spaces and must be sent as it looks; the others end a line for some programs.
const SPACE = /[\t\r\n\u2028\u2029]/g;
const BLANK = /^\s/;

/** Text, cursor and changes of one line. */
export class EditBuffer {
  /** Whether the text may have several lines. */
  readonly multiline: boolean;
  readonly #limit: number;
  #text = "";
  #cursor = 0;
  #changes = new UndoList();
  #typedBlank = false;

  /** Makes an empty buffer. */
  constructor({ limit = DEFAULT_LIMIT, multiline = false }: EditOptions) {
    this.#limit = limit;
    this.multiline = multiline;
  }

  /** The text. */
  get text(): string {
    return this.#text;
  }

  /** The place of the next character, in UTF-16 units from the start. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Shows another text, whose earlier changes are `changes`. */
  set(text: string, cursor: number, changes: UndoList): void {
    this.#text = text;
    this.#cursor = borderFrom(text, cursor);
    this.#changes = changes;
  }

  /** Moves the cursor to a border of graphemes; returns whether it was elsewhere. */
  moveTo(cursor: number): boolean {
    const moved = cursor !== this.#cursor;
    this.#cursor = cursor;
    return moved;
  }

  /**
   * Puts `text` in a replaced part's place and the cursor behind it; returns whether
   * anything changed.
   */
  replace({ start, end, text }: Replacement): boolean {
    const clean = this.#fit(this.clean(text), end - start);
    if (clean === "" && start === end) return false;
    this.#save();
    this.#put(start, end, clean);
    return true;
  }

  /**
   * Types `text` at the cursor; returns whether anything changed. What is typed in a row is taken
   * back together, word by word.
   *
   * @param goesOn whether the change before was typing, too.
   */
  type(text: string, goesOn: boolean): boolean {
    const clean = this.#fit(this.clean(text), 0);
    if (clean === "") return false;
    if (!goesOn || (this.#typedBlank && !BLANK.test(clean))) this.#save();
    this.#typedBlank = BLANK.test(clean.slice(-1));
    this.#put(this.#cursor, this.#cursor, clean);
    return true;
  }

  /** Takes the last change back; returns whether there was one. */
  undo(): boolean {
    return this.#restore(this.#changes.back());
  }

  /** Takes all changes back; returns whether there were any. */
  revert(): boolean {
    return this.#restore(this.#changes.first());
  }

  /** `text` without control characters; tabs, and line breaks in one line, become spaces. */
  clean(text: string): string {
    const whole = text.toWellFormed().replaceAll("\r\n", "\n");
    const lines = this.multiline ? whole.split(/[\r\n]/) : [whole];
    return lines.map((line) => line.replace(SPACE, " ").replace(CONTROL, "")).join("\n");
  }

  #fit(clean: string, freed: number): string {
    const room = this.#limit - (this.#text.length - freed);
    if (clean.length <= room) return clean;
    const cut = clean.slice(0, Math.max(0, room));
    // The limit may have split a surrogate pair.
    return cut.isWellFormed() ? cut : cut.slice(0, -1);
  }

  #put(start: number, end: number, clean: string): void {
    const before = this.#text.slice(0, start) + clean;
    this.#text = before + this.#text.slice(end);
    // Two halves of a flag may have become one grapheme, with the cursor inside.
    this.#cursor = borderFrom(this.#text, before.length);
  }

  #save(): void {
    this.#changes.save({ text: this.#text, cursor: this.#cursor });
  }

  #restore(state: LineState | undefined): boolean {
    if (state === undefined) return false;
    this.#text = state.text;
    this.#cursor = state.cursor;
    return true;
  }
}
