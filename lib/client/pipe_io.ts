/**
 * The line UI in a pipe: byte for byte what the documents prescribe, no editing, no colour, no
 * echo.
 *
 * @module
 */

import type { TextWriter } from "../cli/text_writer.ts";
import { readLines } from "./input_lines.ts";
import type { LineIo } from "./line_io.ts";
import type { Look } from "./look.ts";

/** Lines from a byte stream; text to an output. */
export class PipeIo implements LineIo {
  readonly #input: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #output: TextWriter;
  readonly #look: Look;

  /** Nothing else may read `input`. */
  constructor(input: ReadableStream<Uint8Array<ArrayBuffer>>, output: TextWriter, look: Look) {
    this.#input = input;
    this.#output = output;
    this.#look = look;
  }

  /** Reads the input to its end. */
  lines(): AsyncGenerator<string, void, void> {
    return readLines(this.#input);
  }

  /** Writes the prompt, where the protocol's document wants it in a pipe. */
  prompt(): void {
    if (this.#look.promptsInPipe) this.#output.write(this.#look.prompt);
  }

  /** Wipes the prompt, writes the text and a newline, and the prompt again. */
  show(text: string): void {
    const { wipe, prompt, promptsInPipe } = this.#look;
    this.#output.write(promptsInPipe ? `${wipe}${text}\n${prompt}` : `${text}\n`);
  }

  /** Shows the prompt: a pipe has nothing to empty. */
  clear(): void {
    this.prompt();
  }

  /** Resolves when the other end of the pipe has read enough. */
  room(): Promise<void> {
    return this.#output.room();
  }

  /** Writes the last words on a line of their own; resolves when all is out. */
  async end(lastWords?: string): Promise<void> {
    const wipe = this.#look.promptsInPipe ? this.#look.wipe : "";
    if (lastWords !== undefined) this.#output.write(`${wipe}${lastWords}\n`);
    await this.#output.flush();
  }
}
