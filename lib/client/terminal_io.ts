/**
 * The line UI on a terminal: a person edits the line, and text that arrives meanwhile does not
 * disturb it. While nothing is typed, it writes the same bytes as `pipe_io.ts`.
 *
 *   keys --> LineEditor --> LineView --> Output         lines() is the only reader and takes one batch
 *   show(), resize -----------^                         of keys after the other, so lines keep their order
 *
 * @module
 */

import type { TextWriter } from "../cli/text_writer.ts";
import type { Key } from "../terminal/key.ts";
import { LineEditor, pasteLines } from "../terminal/line_editor.ts";
import { LineView } from "../terminal/line_view.ts";
import {
  BRACKETED_PASTE,
  type Disturbance,
  openTerminal,
  type Terminal,
} from "../terminal/terminal.ts";
import type { LineIo } from "./line_io.ts";
import type { Look } from "./look.ts";

const CLEAR_SCREEN = "\x1b[H\x1b[2J";

/** Lines from keys; text to a terminal. */
export class TerminalIo implements LineIo {
  readonly #output: TextWriter;
  readonly #look: Look;
  readonly #terminal: Terminal;
  readonly #editor = new LineEditor();
  readonly #view: LineView;
  #ending: Promise<void> | undefined;
  // The prompt was on the screen when the process was suspended.
  #comesBack = false;

  /** Owns `terminal` until `end` restores it; default: the terminal of the process. */
  constructor(
    output: TextWriter,
    look: Look,
    terminal: Terminal = openTerminal(output, [BRACKETED_PASTE]),
  ) {
    this.#output = output;
    this.#look = look;
    this.#terminal = terminal;
    this.#view = new LineView(look.prompt);
    terminal.onDisturbed((disturbance) => this.#redraw(disturbance));
  }

  /**
   * Yields lines until Ctrl-D on an empty line, the end of input, or `end`. Keys are read only
   * while the caller waits for a line; call `prompt` after each.
   */
  async *lines(): AsyncGenerator<string, void, void> {
    for await (const keys of this.#terminal.keys()) {
      for (const key of singleLines(keys)) {
        const edit = this.#editor.apply(key);
        if (edit === "entered") {
          yield this.#enter();
        } else if (edit === "redraw") {
          this.clear();
        } else if (edit === "ended" || isInterrupt(key)) {
          return;
        }
        if (this.#ending !== undefined) return;
      }
      this.#update();
    }
  }

  /** Shows the prompt and the line, unless they are shown already. */
  prompt(): void {
    if (this.#ending !== undefined || this.#view.shown) return;
    this.#output.write(this.#view.show(this.#editor, this.#columns));
  }

  /**
   * Wipes prompt and line, writes the text and a newline, and shows prompt, line and cursor again.
   */
  show(text: string): void {
    if (this.#ending !== undefined) return;
    const wipe = this.#wipe();
    this.#output.write(`${wipe}${text}\n${this.#view.show(this.#editor, this.#columns)}`);
  }

  /** Empties the screen and shows prompt, line and cursor at its top. */
  clear(): void {
    if (this.#ending !== undefined) return;
    this.#output.write(CLEAR_SCREEN + this.#view.show(this.#editor, this.#columns));
  }

  /** Resolves when the terminal has taken enough of what was written. */
  room(): Promise<void> {
    return this.#output.room();
  }

  /**
   * Idempotent: later calls wait for the first. A line that was not entered stays on the screen.
   */
  end(lastWords?: string): Promise<void> {
    return this.#ending ??= this.#end(lastWords);
  }

  async #end(lastWords: string | undefined): Promise<void> {
    this.#editor.endSearch();
    const keepsLine = this.#view.shown && (lastWords === undefined || this.#editor.text !== "");
    if (keepsLine) {
      this.#update();
      this.#output.write(this.#view.leave());
    }
    if (lastWords !== undefined) {
      this.#output.write(`${keepsLine ? "" : this.#wipe()}${lastWords}\n`);
    }
    await this.#terminal.close();
  }

  get #columns(): number {
    return this.#terminal.size().columns;
  }

  #enter(): string {
    this.#update();
    if (this.#view.shown) this.#output.write(this.#view.leave());
    return this.#editor.take();
  }

  #update(): void {
    if (this.#view.shown) this.#output.write(this.#view.update(this.#editor, this.#columns));
  }

  #wipe(): string {
    const bare = !this.#view.shown || this.#view.bare;
    const wipe = this.#view.wipe(this.#columns);
    return bare ? this.#look.wipe : wipe;
  }

  #redraw(disturbance: Disturbance): void {
    if (this.#ending !== undefined) return;
    const isShown = this.#view.shown || this.#comesBack;
    this.#comesBack = false;
    if (!isShown) return;
    switch (disturbance) {
      case "resized":
        return this.#update();
      case "suspending":
        // The shell's prompt goes below the draft.
        this.#output.write(this.#view.leave());
        this.#comesBack = true;
        break;
      case "resumed":
        // Other programs have written meanwhile; the line that was drawn before stays above.
        this.#output.write(`\r\x1b[J${this.#view.show(this.#editor, this.#columns)}`);
    }
  }
}

/** Whether `key` is Ctrl-C, on systems where that is not a signal. */
function isInterrupt(key: Key): boolean {
  return key.type === "key" && key.name === "ctrl+c";
}

/** Turns a paste of several lines into the keys that would type them. */
function* singleLines(keys: readonly Key[]): Generator<Key, void, void> {
  for (const key of keys) {
    if (key.type !== "paste") {
      yield key;
      continue;
    }
    const [first, ...others] = pasteLines(key.text);
    yield { type: "paste", text: first as string };
    for (const text of others) {
      yield { type: "key", name: "enter" };
      yield { type: "paste", text };
    }
  }
}
