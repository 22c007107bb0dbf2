/**
 * Writes log lines from a bounded queue: a reader that has stopped or left neither blocks the
 * server nor fills its memory.
 *
 * @module
 */

import { TextWriter, type WriteBytes } from "../cli/text_writer.ts";
import { withTimeout } from "../net/with_timeout.ts";

/** A bounded queue of lines. */
export class LogWriter {
  readonly #out: TextWriter;
  readonly #limit: number;

  /** Holds at most `limit` UTF-16 units of lines, those in flight included. */
  constructor(write: WriteBytes, limit: number) {
    // A line that cannot be written is lost. Later lines are still tried: a full disk may have
    // room by then.
    this.#out = new TextWriter(write);
    this.#limit = limit;
  }

  /** Queues one line; returns false when the queue is full. Never throws or waits. */
  readonly sink = (line: string): boolean => {
    if (this.#out.waiting + line.length > this.#limit) return false;
    this.#out.write(`${line}\n`);
    return true;
  };

  /** Resolves when all lines are written, or after `ms` milliseconds. */
  async flush(ms: number): Promise<void> {
    await withTimeout(this.#out.flush(), ms);
  }
}
