/**
 * Standard output as a queue: whatever is written in a turn goes out in order and in one piece, also
 * when the other end of a pipe is slow.
 *
 * @module
 */

/** Takes bytes; resolves to how many. `Deno.stdout` is one. */
export interface OutputSink {
  /** Writes some of `bytes`, at least one. */
  write(bytes: Uint8Array): Promise<number>;
}

/** Text on its way to a terminal or pipe. */
export class Output {
  readonly #sink: OutputSink;
  readonly #encoder = new TextEncoder();
  #waiting = "";
  #writing: Promise<void> | undefined;

  /** Nothing else may write to `sink` meanwhile. */
  constructor(sink: OutputSink) {
    this.#sink = sink;
  }

  /**
   * Queues `text`. The promise is one for all that waits: it resolves when everything written so far is
   * out, and rejects when nobody reads it any more.
   */
  write(text: string): Promise<void> {
    this.#waiting += text;
    this.#writing ??= this.#writeAll().finally(() => this.#writing = undefined);
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting !== "") {
      let bytes = this.#encoder.encode(this.#waiting);
      this.#waiting = "";
      while (bytes.length > 0) bytes = bytes.subarray(await this.#sink.write(bytes));
    }
  }
}
