/**
 * A line being edited: text, cursor and history. It applies keys, and draws nothing.
 *
 * Invariants: the cursor stands between two graphemes, and the text has no control characters but
 * the `\n` of a draft of several lines, so that it can be written to a terminal. The keys are those
 * of readline and Emacs (`edit_keys.ts`).
 *
 * @module
 */

import { EditBuffer, type EditOptions } from "./edit_buffer.ts";
import { EDIT_KEYS, type EditAction } from "./edit_keys.ts";
import { HistorySearch, type SearchDirection } from "./history_search.ts";
import type { Key } from "./key.ts";
import { KillRing } from "./kill_ring.ts";
import { LineHistory } from "./line_history.ts";
import * as moves from "./text_moves.ts";
import { UndoList } from "./undo_list.ts";
import { borderFrom } from "./width.ts";

/**
 * The effect of a key. `entered`: call `take`. `ended`: Ctrl-D on an empty line. `redraw`: Ctrl-L
 * asks for a new screen. `ignored`: the key has no meaning here, or there was nothing to do.
 */
export type Edit = "changed" | "moved" | "entered" | "ended" | "redraw" | "ignored";

/** One line and its history. */
export class LineEditor {
  readonly #history: LineHistory;
  readonly #line: EditBuffer;
  readonly #killed = new KillRing();
  // The changes of the line at each place of the history.
  #changes = new Map<number, UndoList>();
  // The last action with a key: cuts in a row are one, and some keys only go on with what a
  // key has begun.
  #last: EditAction | "type" | undefined;
  // The part that came back last, and how many entered lines its word lies back.
  #inserted = { start: 0, end: 0, back: 0 };
  #isPrefixed = false;
  #search: HistorySearch | undefined;
  #lastQuery = "";

  /** Nothing else may use `history`. */
  constructor(history: LineHistory = new LineHistory(), options: EditOptions = {}) {
    this.#history = history;
    this.#line = new EditBuffer(options);
    this.#load("", 0);
  }

  /** The text of the line. While a search is under way, the line that it has found. */
  get text(): string {
    return this.#search?.found.text ?? this.#line.text;
  }

  /** The place of the next character, in UTF-16 units from the start. */
  get cursor(): number {
    if (this.#search === undefined) return this.#line.cursor;
    const { text, start } = this.#search.found;
    return borderFrom(text, start);
  }

  /** What stands in place of the prompt while a search is under way: `(search: QUERY) `. */
  get prompt(): string | undefined {
    if (this.#search === undefined) return undefined;
    return `(${this.#search.failed ? "not found" : "search"}: ${this.#search.query}) `;
  }

  /** Applies a key. A paste goes in as one text; use `pasteLines` before to get its lines. */
  apply(key: Key): Edit {
    if (this.#search !== undefined && key.type !== "wheel") {
      const edit = this.#applyToSearch(this.#search, key);
      if (edit !== undefined) return edit;
    }
    const prefix = this.#isPrefixed ? "ctrl+x " : "";
    this.#isPrefixed = false;
    if (key.type === "text") return this.#type(key.text);
    if (key.type === "paste") return this.insert(key.text);
    if (key.type !== "key") return "ignored";
    const name = prefix + key.name;
    const action = Object.hasOwn(EDIT_KEYS, name) ? EDIT_KEYS[name] : undefined;
    if (action === undefined) return "ignored";
    const edit = this.#do(action);
    this.#last = action;
    return edit;
  }

  /**
   * Inserts `text` at the cursor and moves the cursor behind it. Tabs, and line breaks in one line,
   * become spaces.
   */
  insert(text: string): Edit {
    return this.replace(this.cursor, this.cursor, text);
  }

  /**
   * Replaces the line from `start` to `end` (UTF-16 units) by `text` and moves the cursor behind
   * it.
   */
  replace(start: number, end: number, text: string): Edit {
    this.endSearch();
    this.#last = undefined;
    return this.#line.replace({ start, end, text }) ? "changed" : "ignored";
  }

  /** Returns the text that was entered, adds it to the history and begins a new one. */
  take(): string {
    this.endSearch();
    const { text } = this.#line;
    this.#history.add(text);
    this.#changes = new Map();
    this.#last = undefined;
    this.#load("", 0);
    return text;
  }

  /** Ends a search with the line that it has found. A no-op without one. */
  endSearch(): void {
    if (this.#search === undefined) return;
    const { cursor } = this;
    const { query, found: { place, text } } = this.#search;
    this.#search = undefined;
    if (query !== "") this.#lastQuery = query;
    if (place === this.#history.at) this.#line.moveTo(cursor);
    else if (this.#history.goTo(place, this.#line.text) !== undefined) this.#load(text, cursor);
  }

  #do(action: EditAction): Edit {
    switch (action) {
      case "enter":
        return "entered";
      case "new line":
        return this.#line.multiline ? this.insert("\n") : "ignored";
      case "redraw":
        return "redraw";
      case "prefix":
        this.#isPrefixed = true;
        return "ignored";
      case "search back":
        return this.#startSearch("back");
      case "search forward":
        return this.#startSearch("forward");
      case "undo":
        return this.#line.undo() ? "changed" : "ignored";
      case "revert":
        return this.#line.revert() ? "changed" : "ignored";
      default:
        return this.#move(action) ?? this.#recall(action) ?? this.#remove(action) ??
          this.#kill(action) ?? this.#bringBack(action) ?? this.#change(action) ?? "ignored";
    }
  }

  #move(action: EditAction): Edit | undefined {
    const { text, cursor } = this.#line;
    const move = MOVES[action];
    if (move === undefined) return undefined;
    return this.#line.moveTo(move(text, cursor)) ? "moved" : "ignored";
  }

  #recall(action: EditAction): Edit | undefined {
    const { at, places } = this.#history;
    switch (action) {
      case "older":
      case "newer": {
        const step = action === "older" ? -1 : 1;
        const inText = moves.inNextLine(this.#line.text, this.#line.cursor, step);
        if (inText === undefined) return this.#goTo(at + step);
        return this.#line.moveTo(inText) ? "moved" : "ignored";
      }
      case "oldest":
        return this.#goTo(0);
      case "newest":
        return this.#goTo(places - 1);
    }
    return undefined;
  }

  #remove(action: EditAction): Edit | undefined {
    const { text, cursor } = this.#line;
    switch (action) {
      case "delete left":
        return this.replace(moves.leftOf(text, cursor), cursor, "");
      case "end or delete":
        if (text === "") return "ended";
        return this.replace(cursor, moves.rightOf(text, cursor), "");
      case "delete right":
        return this.replace(cursor, moves.rightOf(text, cursor), "");
      case "join blanks":
        return this.replace(...moves.blanksAround(text, cursor), "");
    }
    return undefined;
  }

  #kill(action: EditAction): Edit | undefined {
    const { text, cursor } = this.#line;
    const place = KILLS[action]?.(text, cursor);
    if (place === undefined) return undefined;
    if (place === cursor) return "ignored";
    const [start, end] = place < cursor ? [place, cursor] : [cursor, place];
    const cut = text.slice(start, end);
    if (!this.#last?.startsWith("kill")) this.#killed.add(cut);
    else this.#killed.extend(cut, place < cursor ? "start" : "end");
    return this.replace(start, end, "");
  }

  #bringBack(action: EditAction): Edit | undefined {
    const last = this.#last;
    const { cursor } = this.#line;
    const here = { start: cursor, end: cursor };
    switch (action) {
      case "yank":
        return this.#bring(here, this.#killed.text);
      case "yank older":
        if (last !== "yank" && last !== "yank older") return "ignored";
        this.#killed.rotate();
        return this.#bring(this.#inserted, this.#killed.text);
      case "last argument": {
        const goesOn = last === action;
        const back = goesOn ? this.#inserted.back + 1 : 0;
        const line = this.#history.enteredBefore(back)?.trimEnd();
        if (line === undefined) return "ignored";
        const word = line.slice(moves.blankLeft(line, line.length));
        return this.#bring(goesOn ? this.#inserted : here, word, back);
      }
    }
    return undefined;
  }

  #bring({ start, end }: { start: number; end: number }, text: string, back = 0): Edit {
    const edit = this.replace(start, end, text);
    this.#inserted = { start, end: this.#line.cursor, back };
    return edit;
  }

  #change(action: EditAction): Edit | undefined {
    const change = CHANGES[action];
    if (change === undefined) return undefined;
    const replacement = change(this.#line.text, this.#line.cursor);
    if (replacement === undefined) return "ignored";
    return this.replace(replacement.start, replacement.end, replacement.text);
  }

  #type(text: string): Edit {
    const changed = this.#line.type(text, this.#last === "type");
    this.#last = "type";
    return changed ? "changed" : "ignored";
  }

  #goTo(place: number): Edit {
    if (place === this.#history.at) return "ignored";
    const line = this.#history.goTo(place, this.#line.text);
    if (line === undefined) return "ignored";
    this.#load(line, line.length);
    return "changed";
  }

  /** Edits the line at the history's place, with the changes that it had when it was left. */
  #load(text: string, cursor: number): void {
    const { at } = this.#history;
    const changes = this.#changes.get(at) ?? new UndoList();
    this.#changes.set(at, changes);
    this.#line.set(text, cursor, changes);
  }

  #startSearch(direction: SearchDirection): Edit {
    const { text, cursor } = this.#line;
    this.#search = new HistorySearch(this.#history, text, cursor, direction);
    return "changed";
  }

  /**
   * The same key again finds the next line; before anything is typed, it brings the last query
   * back.
   */
  #findNext(search: HistorySearch, direction: SearchDirection): void {
    const isEmpty = search.query === "";
    search.next(direction);
    if (isEmpty) search.extend(this.#lastQuery);
  }

  /** `undefined` when the key has ended the search, and is to be applied to the line. */
  #applyToSearch(search: HistorySearch, key: Key): Edit | undefined {
    if (key.type === "text" || key.type === "paste") {
      search.extend(this.#line.clean(key.text).replaceAll("\n", " "));
      return "changed";
    }
    switch (key.type === "key" ? key.name : "") {
      case "ctrl+r":
      case "ctrl+s":
        this.#findNext(search, key.type === "key" && key.name === "ctrl+r" ? "back" : "forward");
        return "changed";
      case "backspace":
        search.shorten();
        return "changed";
      case "ctrl+g":
      case "ctrl+c":
        this.#search = undefined;
        return "changed";
      case "escape":
        this.endSearch();
        return "changed";
      case "":
        return "ignored";
      default:
        this.endSearch();
        return undefined;
    }
  }
}

type Move = (text: string, cursor: number) => number;

const MOVES: { readonly [action in EditAction]?: Move } = {
  "left": moves.leftOf,
  "right": moves.rightOf,
  "line start": moves.lineStart,
  "line end": moves.lineEnd,
  "word left": moves.wordLeft,
  "word right": moves.wordRight,
};

/** How far each cuts. */
const KILLS: { readonly [action in EditAction]?: Move } = {
  "kill to start": moves.lineStart,
  "kill to end": moves.lineEndOrNext,
  "kill blank word": moves.blankLeft,
  "kill word left": moves.wordLeft,
  "kill word right": moves.wordRight,
};

type Change = (text: string, cursor: number) => moves.Replacement | undefined;

const CHANGES: { readonly [action in EditAction]?: Change } = {
  "transpose": moves.transposedCharacters,
  "transpose words": moves.transposedWords,
  "upper case": (text, cursor) => moves.recased(text, cursor, "upper"),
  "lower case": (text, cursor) => moves.recased(text, cursor, "lower"),
  "capital": (text, cursor) => moves.recased(text, cursor, "capital"),
};

/**
 * The lines of a paste, at least one. A line break ended each of them but the last, which is empty
 * when the paste ends with a line break.
 */
export function pasteLines(text: string): string[] {
  return text.split(/\r\n|[\r\n]/);
}
