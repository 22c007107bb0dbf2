/**
 * The line UI in a pipe: byte for byte what the documents prescribe, no editing, no colour, no echo.
 *
 * @module
 */

import type { LineStyle } from "../protocol/protocol.ts";
import type { LineIo } from "./line_io.ts";
import type { Output } from "./output.ts";

/** Lines from a byte stream; text to an output. */
export class PipeIo implements LineIo {
  readonly #input: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #output: Output;
  readonly #style: LineStyle;

  /** `input` is read by nobody else. */
  constructor(
    input: ReadableStream<Uint8Array<ArrayBuffer>>,
    output: Output,
    style: LineStyle,
  ) {
    this.#input = input;
    this.#output = output;
    this.#style = style;
  }

  /** Reads the input to its end. */
  lines(): AsyncGenerator<string, void, void> {
    return readLines(this.#input);
  }

  /** Writes the prompt, where the protocol's document wants it in a pipe. */
  prompt(): void {
    if (this.#style.promptsInPipe) this.#output.write(this.#style.prompt);
  }

  /** Wipes the prompt, writes the text and a newline, and the prompt again. */
  show(text: string): void {
    const { wipe, prompt, promptsInPipe } = this.#style;
    this.#output.write(promptsInPipe ? `${wipe}${text}\n${prompt}` : `${text}\n`);
  }

  /** Writes the last words on a line of their own; resolves when all is out. */
  async end(lastWords?: string): Promise<void> {
    const wipe = this.#style.promptsInPipe ? this.#style.wipe : "";
    if (lastWords !== undefined) this.#output.write(`${wipe}${lastWords}\n`);
    await this.#output.flush();
  }
}

/** Lines end at `\n` or `\r\n`; what stands behind the last one is a line too. */
export async function* readLines(
  input: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string, void, void> {
  // Not needed for the prompt, so not loaded before it.
  const { TextLineStream } = await import("@std/streams/text-line-stream");
  const lines: ReadableStream<string> = input
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  yield* lines;
}
