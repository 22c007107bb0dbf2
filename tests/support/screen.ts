/**
 * Where a UI under test writes, and what it reads: both in memory.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { TextWriter } from "../../lib/cli/text_writer.ts";
import { within } from "./within.ts";

/** Collects what is written; can be made slow, or fail. */
export class Screen {
  /** Bytes taken by one write at most. */
  readonly #mouthful: number;
  readonly #decoder = new TextDecoder();
  #text = "";
  #more = Promise.withResolvers<void>();
  #broken = false;
  /** How many writes there were. */
  writes = 0;

  constructor(mouthful = Infinity) {
    this.#mouthful = mouthful;
  }

  /** What was written and not expected yet. */
  get text(): string {
    return this.#text;
  }

  /** From now on nobody reads it. */
  break(): void {
    this.#broken = true;
  }

  /** An output that writes here. */
  writer(onFailure: () => void = () => {}): TextWriter {
    return new TextWriter((bytes) => this.write(bytes), onFailure);
  }

  /** What `Deno.stdout` has. */
  async write(bytes: Uint8Array): Promise<number> {
    this.writes++;
    await Promise.resolve();
    if (this.#broken) throw new Deno.errors.BrokenPipe("Broken pipe");
    const taken = bytes.subarray(0, Math.min(this.#mouthful, bytes.length));
    this.#text += this.#decoder.decode(taken, { stream: true });
    this.#more.resolve();
    this.#more = Promise.withResolvers();
    return taken.length;
  }

  /** Waits until what is written goes on with exactly `text`. */
  async shows(text: string): Promise<void> {
    while (this.#text.length < text.length && text.startsWith(this.#text)) {
      await within(`${JSON.stringify(text)} on the screen`, this.#more.promise).catch((error) => {
        throw new Error(`${error.message}, which holds ${JSON.stringify(this.#text)}`);
      });
    }
    assertEquals(this.#text.slice(0, text.length), text);
    this.#text = this.#text.slice(text.length);
  }
}

/** A standard input that the test types into. */
export class Keyboard {
  #controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined;
  /** What the UI reads. */
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>> = new ReadableStream({
    start: (controller) => void (this.#controller = controller),
  });

  /** Types text, or bytes that need not be text. */
  types(input: string | Uint8Array<ArrayBuffer>): void {
    const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
    this.#controller?.enqueue(bytes);
  }

  /** The end of input. */
  ends(): void {
    this.#controller?.close();
  }

  /** The input cannot be read any more. */
  fails(): void {
    this.#controller?.error(new Error("Input/output error"));
  }
}
