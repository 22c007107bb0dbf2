/**
 * An edited line on the terminal's ordinary screen, where the terminal wraps a line that is longer
 * than a row. Every method returns the text to write; the view remembers where the cursor is then.
 *
 *   row 0   [Me] a line that does not
 *   row 1   fit into one row_             <- the cursor's row, counted from the prompt's
 *
 * It counts rows, but does not compute the cursor's column: to place the cursor, it writes the
 * part before it once more. So the place is right even after characters whose width differs
 * between terminals.
 *
 * @module
 */

import { graphemes, graphemeWidth, isBorder, placeAfter } from "./width.ts";

/** A line being edited; a `LineEditor` is one. */
export interface EditedLine {
  /** The text, without control characters. */
  readonly text: string;
  /** The place of the cursor, at a border of graphemes, in UTF-16 units. */
  readonly cursor: number;
  /** What stands in place of the view's prompt, such as a search's query. */
  readonly prompt?: string | undefined;
}

/** The line as last drawn. */
export class LineView {
  readonly #ownPrompt: string;
  #prompt: string;
  #shown = false;
  #text = "";
  #cursor = 0;
  #columns = 0;
  // The row of the cursor.
  #row = 0;
  // Whether a full row moved the cursor to the start of the next one.
  #movedOn = false;

  /** Shows `prompt` in front of the line. */
  constructor(prompt: string) {
    this.#ownPrompt = prompt;
    this.#prompt = prompt;
  }

  /** Whether prompt and line are on the screen. */
  get shown(): boolean {
    return this.#shown;
  }

  /** Whether nothing but the prompt is on the screen, and that in one row. */
  get bare(): boolean {
    return this.#shown && this.#text === "" && this.#row === 0 && this.#prompt === this.#ownPrompt;
  }

  /** Draws prompt and line from the start of an empty row. */
  show(line: EditedLine, columns: number): string {
    this.#shown = true;
    this.#columns = columns;
    this.#prompt = this.#promptOf(line);
    return this.#draw(line);
  }

  /** Updates the screen to `line`; draws all of it if it must, or if `columns` has changed. */
  update(line: EditedLine, columns: number): string {
    const isLaidOut = columns === this.#columns && this.#promptOf(line) === this.#prompt;
    if (!isLaidOut) return this.wipe(columns) + this.show(line, columns);
    const { text, cursor } = line;
    if (text === this.#text) return cursor === this.#cursor ? "" : this.#place(line, this.#row);
    const added = text.slice(this.#text.length);
    const appended = this.#cursor === this.#text.length && cursor === text.length &&
      text.startsWith(this.#text) && isBorder(text, this.#text.length);
    if (!appended) return this.wipe(columns) + this.show(line, columns);
    this.#remember(line);
    return added + this.#settle("");
  }

  /** Erases prompt and line; the cursor is where the prompt began. */
  wipe(columns: number): string {
    const row = columns === this.#columns ? this.#row : this.#rowAfterResize(columns);
    this.#shown = false;
    return `${up(row)}\r\x1b[J`;
  }

  /**
   * Leaves prompt and line on the screen as they are; the cursor is at the start of the row below.
   */
  leave(): string {
    const end = this.#place({ text: this.#text, cursor: this.#text.length }, this.#row);
    this.#shown = false;
    // The cursor may be there already.
    return `${end}${this.#movedOn ? up(1) : ""}\n`;
  }

  #promptOf(line: EditedLine): string {
    return line.prompt ?? this.#ownPrompt;
  }

  // At another width many terminals wrap the rows again, many do not, and some spare the cursor's
  // row. Going up too far would erase other text, so this takes the smaller of both distances.
  #rowAfterResize(columns: number): number {
    const { row, column } = placeAfter(this.#prompt + this.#text.slice(0, this.#cursor), columns);
    return Math.min(this.#row, column < columns ? row : row + 1);
  }

  #draw(line: EditedLine): string {
    this.#remember({ text: line.text, cursor: line.text.length });
    const all = this.#prompt + line.text + this.#settle("");
    return line.cursor === line.text.length ? all : all + this.#place(line, this.#row);
  }

  // Moves the cursor of a drawn line from `row` to its place.
  #place(line: EditedLine, row: number): string {
    if (this.#shown && line.cursor === this.#cursor) return "";
    this.#remember(line);
    const before = this.#prompt + line.text.slice(0, line.cursor);
    return `${up(row)}\r${before}${this.#settle(line.text.slice(line.cursor))}`;
  }

  #remember({ text, cursor }: EditedLine): void {
    this.#text = text;
    this.#cursor = cursor;
  }

  // Everything up to the cursor has just been written. When that fills the row, the terminal keeps
  // the cursor on the last character; the next character moves it on to where it belongs.
  #settle(after: string): string {
    const { row, column } = placeAfter(
      this.#prompt + this.#text.slice(0, this.#cursor),
      this.#columns,
    );
    this.#row = row;
    this.#movedOn = false;
    // The prompt alone is written as it is, so that a terminal gets the same bytes as a pipe.
    if (column < this.#columns || this.#text === "") return "";
    const next = firstVisible(after);
    if (after !== "" && next === "") return "";
    this.#row++;
    this.#movedOn = after === "";
    return `${next || " "}\r`;
  }
}

/** The text up to and including the first character with a width; "" when it has none. */
function firstVisible(text: string): string {
  let start = "";
  for (const grapheme of graphemes(text)) {
    start += grapheme;
    if (graphemeWidth(grapheme) > 0) return start;
  }
  return "";
}

function up(rows: number): string {
  return rows > 0 ? `\x1b[${rows}A` : "";
}
