/**
 * Writes log lines, all that wait with one write at a time. A reader that has stopped, or gone, neither
 * blocks the server nor fills its memory.
 *
 * @module
 */

import { withTimeout } from "../net/with_timeout.ts";

/** Writes some of `bytes` and resolves to how many; `Deno.stderr.write` is one. */
export type WriteLog = (bytes: Uint8Array) => Promise<number>;

const encoder = new TextEncoder();

/** A bounded queue of lines with one writer. */
export class LogWriter {
  readonly #write: WriteLog;
  readonly #limit: number;
  #waiting: string[] = [];
  #size = 0;
  #writing: Promise<void> | undefined;

  /** At most `limit` characters of lines wait, those in flight included. */
  constructor(write: WriteLog, limit: number) {
    this.#write = write;
    this.#limit = limit;
  }

  /** Queues one line; false when too much waits. Never throws, never waits. */
  readonly sink = (line: string): boolean => {
    if (this.#size + line.length > this.#limit) return false;
    this.#waiting.push(line);
    this.#size += line.length;
    this.#writing ??= this.#run();
    return true;
  };

  /** Resolves when all lines are written, or after `ms` milliseconds. */
  async flush(ms: number): Promise<void> {
    if (this.#writing !== undefined) await withTimeout(this.#writing, ms);
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const lines = this.#waiting;
      const size = this.#size;
      this.#waiting = [];
      await this.#writeAll(encoder.encode(`${lines.join("\n")}\n`));
      this.#size -= size;
    }
    this.#writing = undefined;
  }

  /** What cannot be written is lost: nobody is left who could read about it. */
  async #writeAll(bytes: Uint8Array): Promise<void> {
    try {
      for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await this.#write(rest));
    } catch {
      // A closed terminal or a full disk must not end the server.
    }
  }
}
