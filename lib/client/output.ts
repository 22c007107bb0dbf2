/**
 * Standard output as a queue: what is written goes out in order, at once when nothing is under way and
 * else in one piece with whatever came meanwhile, also when the other end of a pipe is slow.
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
  readonly #onFailure: () => void;
  readonly #encoder = new TextEncoder();
  #waiting = "";
  #writing: Promise<void> | undefined;
  #failed = false;

  /** Nothing else may write to `sink` meanwhile. `onFailure` is called once, when nobody reads any more. */
  constructor(sink: OutputSink, onFailure: () => void) {
    this.#sink = sink;
    this.#onFailure = onFailure;
  }

  /** Queues `text`; never waits. Ignored once writing has failed. */
  write(text: string): void {
    if (this.#failed || text === "") return;
    this.#waiting += text;
    this.#writing ??= this.#writeAll();
  }

  /** Resolves when everything written so far is out, or nobody reads it any more. Never rejects. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting !== "") {
        let bytes = this.#encoder.encode(this.#waiting);
        this.#waiting = "";
        while (bytes.length > 0) bytes = bytes.subarray(await this.#sink.write(bytes));
      }
    } catch {
      this.#failed = true;
      this.#onFailure();
    }
    this.#writing = undefined;
  }
}
