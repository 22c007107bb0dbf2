/**
 * A terminal in the test's hand: keys go in as bytes, output comes out on an emulator's screen.
 *
 * @module
 */

import { TextWriter } from "../../lib/cli/text_writer.ts";
import type { Key } from "../../lib/terminal/key.ts";
import { readKeys } from "../../lib/terminal/key_reader.ts";
import type { Disturbance, Terminal, TerminalSize } from "../../lib/terminal/terminal.ts";
import { Scroll } from "../support/emulator.ts";
import { settle } from "../support/within.ts";

/** Enough of them. */
const ROWS = 12;

/** Keyboard, screen and everything that was written. */
export class ModelTerminal implements Terminal, Disposable {
  /** What a person sees. */
  readonly screen: Scroll;
  /** Where programs write. */
  readonly output: TextWriter;
  /** Whether it was given back. */
  closed = false;
  #written = "";
  #disturbed: (disturbance: Disturbance) => void = () => {};
  #interrupted: () => void = () => {};
  #answer: ((bytes: Uint8Array | null) => void) | undefined;

  /** With that many columns. */
  constructor(columns = 40) {
    // This emulator folds the cursor's line anew only roughly, so it had better not.
    this.screen = new Scroll(columns, ROWS, "graphemes", false);
    const decoder = new TextDecoder();
    const write = async (bytes: Uint8Array) => {
      this.#written += decoder.decode(bytes, { stream: true });
      await this.screen.write(bytes.slice());
      return bytes.length;
    };
    this.output = new TextWriter(write);
  }

  size(): TerminalSize {
    return { columns: this.screen.columns, rows: ROWS };
  }

  keys(): AsyncIterable<readonly Key[]> {
    // No pause makes a key of an ESC: on a busy machine one would come between two bytes.
    return readKeys(() => this.#read(), () => () => {});
  }

  onDisturbed(callback: (disturbance: Disturbance) => void): void {
    this.#disturbed = callback;
  }

  onInterrupt(callback: () => void): void {
    this.#interrupted = callback;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.#answer?.(null);
    await this.output.flush();
  }

  /** Types `bytes` in one go and waits until they have been dealt with. */
  async type(bytes: string | Uint8Array): Promise<void> {
    const answer = this.#answer;
    if (answer === undefined) throw new Error("Nobody reads the terminal");
    this.#answer = undefined;
    answer(typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes);
    await this.settle();
  }

  /** Ends the input, as a terminal that is hung up does. */
  async hangUp(): Promise<void> {
    this.#answer?.(null);
    await this.settle();
  }

  /** Ctrl-C, which is a signal and not among the keys. */
  interrupts(): void {
    this.#interrupted();
  }

  /** Changes the window's size. */
  async resize(columns: number): Promise<void> {
    this.screen.resize(columns, ROWS);
    this.#disturbed("resized");
    await this.settle();
  }

  /** Comes back after a stop in which others wrote `text`. */
  async resume(text: string): Promise<void> {
    await this.screen.write(text);
    this.#disturbed("resumed");
    await this.settle();
  }

  /** Waits until everything written is on the screen. */
  async settle(): Promise<void> {
    await settle();
    await this.output.flush();
  }

  /** What was written since the last call. */
  takeWritten(): string {
    const written = this.#written;
    this.#written = "";
    return written;
  }

  [Symbol.dispose](): void {
    this.screen[Symbol.dispose]();
  }

  #read(): Promise<Uint8Array | null> {
    if (this.closed) return Promise.resolve(null);
    return new Promise((resolve) => this.#answer = resolve);
  }
}
