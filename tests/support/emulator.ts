/**
 * A terminal emulator as the judge of what is written: what a person sees, where the cursor is, and the look of each
 * cell.
 *
 * @module
 */

import graphemesAddon from "@xterm/addon-unicode-graphemes";
import xterm from "@xterm/headless";

/** How an emulator counts: by graphemes as new ones do, or one code point at a time as old ones do. */
export type Unicode = "graphemes" | "old";

/** How one cell looks. */
export interface Look {
  /** An index into the terminal's palette; `undefined` for its own colour. */
  readonly color: number | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly inverse: boolean;
}

/** A screen of `columns` by `rows`. What has scrolled away is gone. */
export class Emulator implements Disposable {
  /** The emulator below. */
  protected readonly terminal: xterm.Terminal;

  /** With `options` besides the size. */
  constructor(
    columns: number,
    rows: number,
    unicode: Unicode = "graphemes",
    options: xterm.ITerminalOptions = {},
  ) {
    this.terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, ...options });
    if (unicode === "graphemes") {
      this.terminal.loadAddon(new graphemesAddon.UnicodeGraphemesAddon());
    }
  }

  /** Resolves when it is on the screen. */
  write(data: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => this.terminal.write(data, resolve));
  }

  /** As a person does with the window's frame. */
  resize(columns: number, rows: number): void {
    this.terminal.resize(columns, rows);
  }

  /** The columns as they are. */
  get columns(): number {
    return this.terminal.cols;
  }

  /** Whether what is shown is the alternate screen. */
  get alternate(): boolean {
    return this.terminal.buffer.active.type === "alternate";
  }

  /** All rows, without spaces at their ends. */
  get rows(): string[] {
    const { baseY } = this.terminal.buffer.active;
    return Array.from({ length: this.terminal.rows }, (_, i) => this.text(baseY + i).trimEnd());
  }

  /** All rows with "▏" where the cursor is, and without the empty ones on top. */
  get picture(): string[] {
    const { baseY, cursorY } = this.terminal.buffer.active;
    const rows = this.rows;
    rows[cursorY] = this.cursorRow(baseY + cursorY);
    while (rows[0] === "") rows.shift();
    return rows;
  }

  /** The picture without the status row, which begins with an inverse space. */
  get pictureWithoutStatus(): string[] {
    const rows = this.picture;
    const at = this.terminal.rows - rows.length;
    return rows.filter((_, i) => !this.#isStatus(at + i));
  }

  /** The status row, without the spaces at its end; "" if there is none. */
  get status(): string {
    return this.rows.find((_, i) => this.#isStatus(i)) ?? "";
  }

  /** The look of the cell where `text` starts, in the first row that holds it. */
  look(text: string): Look {
    const row = this.rows.findIndex((each) => each.includes(text));
    if (row < 0) throw new Error(`Nothing on the screen holds ${JSON.stringify(text)}`);
    // In these tests only narrow characters stand in front of what is looked at.
    const cell = this.#cell(row, (this.rows[row] as string).indexOf(text));
    if (cell === undefined) throw new Error("There is no such cell");
    return {
      color: cell.isFgPalette() ? cell.getFgColor() : undefined,
      bold: cell.isBold() !== 0,
      dim: cell.isDim() !== 0,
      inverse: cell.isInverse() !== 0,
    };
  }

  /** Columns of the row number `row`, of those that have scrolled away the first is 0. */
  protected text(row: number, from = 0, to: number = this.terminal.cols): string {
    // A line may still have cells from when the screen was wider.
    return this.terminal.buffer.active.getLine(row)?.translateToString(false, from, to) ?? "";
  }

  /** The row number `row`, which has the cursor, with "▏"; the spaces up to it are kept. */
  protected cursorRow(row: number): string {
    const { cursorX } = this.terminal.buffer.active;
    return `${this.text(row, 0, cursorX)}▏${this.text(row, cursorX).trimEnd()}`;
  }

  #isStatus(row: number): boolean {
    const cell = this.#cell(row, 0);
    return cell !== undefined && cell.isInverse() !== 0 && cell.getChars() === " ";
  }

  #cell(row: number, column: number) {
    const buffer = this.terminal.buffer.active;
    return buffer.getLine(buffer.baseY + row)?.getCell(column);
  }

  [Symbol.dispose](): void {
    this.terminal.dispose();
  }
}

/** One for programs that write line after line: what has scrolled away counts. */
export class Scroll extends Emulator {
  /** `reflow`: whether a change of width folds the cursor's line anew, as most terminals do. */
  constructor(columns: number, rows: number, unicode?: Unicode, reflow = true) {
    // `convertEol` is what the kernel's terminal driver does (ONLCR).
    super(columns, rows, unicode, { reflowCursorLine: reflow, convertEol: true });
  }

  /** Counted from 0; the row from the first one ever written. */
  get cursor(): { row: number; column: number } {
    const { baseY, cursorX, cursorY } = this.terminal.buffer.active;
    return { row: baseY + cursorY, column: cursorX };
  }

  /** All rows without spaces at their ends, and without empty rows at the end. */
  get lines(): string[] {
    const { length } = this.terminal.buffer.active;
    const lines = Array.from({ length }, (_, row) => this.text(row).trimEnd());
    while (lines.at(-1) === "") lines.pop();
    return lines;
  }

  /** The lines with "▏" where the cursor is. */
  override get picture(): string[] {
    const { row } = this.cursor;
    const lines = this.lines;
    while (lines.length <= row) lines.push("");
    lines[row] = this.cursorRow(row);
    return lines;
  }
}
