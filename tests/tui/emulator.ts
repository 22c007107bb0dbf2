/**
 * A terminal emulator that shows what was drawn: its text, the cursor, and the look of each cell.
 *
 * @module
 */

import graphemesAddon from "@xterm/addon-unicode-graphemes";
import xterm from "@xterm/headless";

/** How one cell looks. */
export interface Look {
  /** An index into the terminal's palette; `undefined` for its own colour. */
  readonly color: number | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly inverse: boolean;
}

/** The emulator. */
export class Emulator implements Disposable {
  readonly #terminal: xterm.Terminal;

  /** A screen of `columns` by `rows`. */
  constructor(columns: number, rows: number) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    this.#terminal.loadAddon(new graphemesAddon.UnicodeGraphemesAddon());
  }

  /** Resolves when it is on the screen. */
  write(data: string): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(data, resolve));
  }

  /** As a person does with the window's frame. */
  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
  }

  /** Whether what is shown is the alternate screen. */
  get alternate(): boolean {
    return this.#terminal.buffer.active.type === "alternate";
  }

  /** All rows, without spaces at their ends. */
  get rows(): string[] {
    return Array.from({ length: this.#terminal.rows }, (_, i) => this.#text(i).trimEnd());
  }

  /** All rows with "▏" where the cursor is, and without the empty ones on top. */
  get picture(): string[] {
    const { cursorX, cursorY } = this.#terminal.buffer.active;
    const rows = this.rows;
    const after = this.#text(cursorY, cursorX).trimEnd();
    rows[cursorY] = `${this.#text(cursorY, 0, cursorX)}▏${after}`;
    while (rows[0] === "") rows.shift();
    return rows;
  }

  /** The picture without the status row, which begins with an inverse space. */
  get pictureWithoutStatus(): string[] {
    const rows = this.picture;
    const at = this.#terminal.rows - rows.length;
    return rows.filter((_, i) => !this.#isStatus(at + i));
  }

  /** The status row, without the spaces at its end; "" if there is none. */
  get status(): string {
    return this.rows.find((_, i) => this.#isStatus(i)) ?? "";
  }

  #isStatus(row: number): boolean {
    const cell = this.#line(row)?.getCell(0);
    return cell !== undefined && cell.isInverse() !== 0 && cell.getChars() === " ";
  }

  /** The look of the cell where `text` starts, in the first row that holds it. */
  look(text: string): Look {
    const row = this.rows.findIndex((each) => each.includes(text));
    if (row < 0) throw new Error(`Nothing on the screen holds ${JSON.stringify(text)}`);
    // In these tests only narrow characters stand in front of what is looked at.
    const cell = this.#line(row)?.getCell((this.rows[row] as string).indexOf(text));
    if (cell === undefined) throw new Error("There is no such cell");
    return {
      color: cell.isFgPalette() ? cell.getFgColor() : undefined,
      bold: cell.isBold() !== 0,
      dim: cell.isDim() !== 0,
      inverse: cell.isInverse() !== 0,
    };
  }

  #line(row: number) {
    const buffer = this.#terminal.buffer.active;
    return buffer.getLine(buffer.baseY + row);
  }

  // A line may still have cells from when the screen was wider.
  #text(row: number, from = 0, to = this.#terminal.cols): string {
    return this.#line(row)?.translateToString(false, from, to) ?? "";
  }

  [Symbol.dispose](): void {
    this.#terminal.dispose();
  }
}
