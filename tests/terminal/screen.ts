/**
 * A terminal emulator as the judge of what is written: what a person sees, and where the cursor is.
 *
 * @module
 */

import graphemesAddon from "@xterm/addon-unicode-graphemes";
import xterm from "@xterm/headless";

/** How an emulator counts: by graphemes as new ones do, or one code point at a time as old ones do. */
export type Unicode = "graphemes" | "old";

/** A screen of `columns` by `rows`. */
export class Screen implements Disposable {
  readonly #terminal: xterm.Terminal;

  /** `reflow`: whether a change of width folds the cursor's line anew, as most terminals do. */
  constructor(columns: number, rows: number, unicode: Unicode = "graphemes", reflow = true) {
    this.#terminal = new xterm.Terminal({
      cols: columns,
      rows,
      scrollback: 1000,
      allowProposedApi: true,
      reflowCursorLine: reflow,
      // What the kernel's terminal driver does (ONLCR).
      convertEol: true,
    });
    if (unicode === "graphemes") {
      this.#terminal.loadAddon(new graphemesAddon.UnicodeGraphemesAddon());
    }
  }

  /** Resolves when it is on the screen. */
  write(data: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(data, resolve));
  }

  /** As a person does with the window's frame. */
  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
  }

  /** The columns as they are. */
  get columns(): number {
    return this.#terminal.cols;
  }

  /** The rows as they are. */
  get rows(): number {
    return this.#terminal.rows;
  }

  /** Counted from 0; the row from the first one ever written, scrolled away or not. */
  get cursor(): { row: number; column: number } {
    const { baseY, cursorX, cursorY } = this.#terminal.buffer.active;
    return { row: baseY + cursorY, column: cursorX };
  }

  /** All rows, scrolled away or not, without spaces at their ends and empty rows at the end. */
  get lines(): string[] {
    const buffer = this.#terminal.buffer.active;
    const lines: string[] = [];
    for (let row = 0; row < buffer.length; row++) {
      lines.push(buffer.getLine(row)?.translateToString(true).trimEnd() ?? "");
    }
    while (lines.at(-1) === "") lines.pop();
    return lines;
  }

  /** The rows with "▏" where the cursor is; the spaces up to it are kept. */
  get picture(): string[] {
    const { row, column } = this.cursor;
    const lines = this.lines;
    while (lines.length <= row) lines.push("");
    const line = this.#terminal.buffer.active.getLine(row);
    const before = line?.translateToString(false, 0, column) ?? "";
    const after = line?.translateToString(false, column).trimEnd() ?? "";
    lines[row] = `${before}▏${after}`;
    return lines;
  }

  [Symbol.dispose](): void {
    this.#terminal.dispose();
  }
}
