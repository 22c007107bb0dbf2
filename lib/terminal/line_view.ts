/**
 * An edited line on the terminal's ordinary screen, where the terminal wraps what is longer than a row.
 * Every method returns what is to be written; this keeps account of where the cursor is then.
 *
 *   row 0   [Me] a line that does not
 *   row 1   fit into one row_             <- the cursor's row, counted from the prompt's
 *
 * Rows are counted, but the cursor's column is not computed: to put the cursor into the line, the part in
 * front of it is written once more. So it is right for characters too whose width terminals disagree on.
 *
 * @module
 */

import { graphemes, graphemeWidth, isBorder, placeAfter } from "./width.ts";

/** What is edited; a `LineEditor` is one. */
export interface EditedLine {
  /** Without control characters. */
  readonly text: string;
  /** At a border of graphemes, in UTF-16 units. */
  readonly cursor: number;
}

/** The line as it was drawn last. */
export class LineView {
  readonly #prompt: string;
  #shown = false;
  #text = "";
  #cursor = 0;
  #columns = 0;
  // The row where the cursor is.
  #row = 0;
  // A full row: the cursor was moved on to the start of the next one.
  #movedOn = false;

  /** `prompt` stands in front of the line. */
  constructor(prompt: string) {
    this.#prompt = prompt;
  }

  /** Whether prompt and line are on the screen. */
  get shown(): boolean {
    return this.#shown;
  }

  /** Whether nothing but the prompt is on the screen, and that in one row. */
  get bare(): boolean {
    return this.#shown && this.#text === "" && this.#row === 0;
  }

  /** Draws prompt and line from the start of an empty row. */
  show(line: EditedLine, columns: number): string {
    this.#shown = true;
    this.#columns = columns;
    return this.#draw(line);
  }

  /** Makes of what is shown what `line` is now. Draws all of it when it must, or when `columns` changed. */
  update(line: EditedLine, columns: number): string {
    if (columns !== this.#columns) return this.wipe(columns) + this.show(line, columns);
    const { text, cursor } = line;
    if (text === this.#text) return cursor === this.#cursor ? "" : this.#place(line, this.#row);
    const added = text.slice(this.#text.length);
    const appended = this.#cursor === this.#text.length && cursor === text.length &&
      text.startsWith(this.#text) && isBorder(text, this.#text.length);
    if (!appended) return this.wipe(columns) + this.show(line, columns);
    this.#remember(line);
    return added + this.#settle("");
  }

  /** Takes prompt and line off the screen; the cursor is where the prompt began. */
  wipe(columns: number): string {
    const row = columns === this.#columns ? this.#row : this.#rowAfterResize(columns);
    this.#shown = false;
    return `${up(row)}\r\x1b[J`;
  }

  /** Leaves prompt and line on the screen as they are; the cursor is at the start of the row below. */
  leave(): string {
    const end = this.#place({ text: this.#text, cursor: this.#text.length }, this.#row);
    this.#shown = false;
    // The cursor may be there already.
    return `${end}${this.#movedOn ? up(1) : ""}\n`;
  }

  // Many terminals fold the rows anew when their width changes, many do not, and some do so but for the
  // cursor's. Going up too far would erase what others wrote, so of both rows it is the upper one.
  #rowAfterResize(columns: number): number {
    const { row, column } = placeAfter(this.#prompt + this.#text.slice(0, this.#cursor), columns);
    return Math.min(this.#row, column < columns ? row : row + 1);
  }

  #draw(line: EditedLine): string {
    this.#remember({ text: line.text, cursor: line.text.length });
    const all = this.#prompt + line.text + this.#settle("");
    return line.cursor === line.text.length ? all : all + this.#place(line, this.#row);
  }

  // The line is drawn and the cursor in `row`; puts it to its place.
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

  // Everything up to the cursor has just been written. When that fills its row, the terminal waits with
  // the cursor on the last character; writing what follows moves it on to where it belongs.
  #settle(after: string): string {
    const { row, column } = placeAfter(
      this.#prompt + this.#text.slice(0, this.#cursor),
      this.#columns,
    );
    this.#row = row;
    this.#movedOn = false;
    // The prompt alone is left as it is: what a pipe gets, a terminal gets.
    if (column < this.#columns || this.#text === "") return "";
    const next = firstVisible(after);
    if (after !== "" && next === "") return "";
    this.#row++;
    this.#movedOn = after === "";
    return `${next || " "}\r`;
  }
}

/** Everything up to the first character that takes room, that included; "" when there is none. */
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
