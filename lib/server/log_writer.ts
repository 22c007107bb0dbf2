/**
 * The place where log lines go, with a bound on what waits for it: a reader that has stopped, or gone,
 * neither blocks the server nor fills its memory.
 *
 * @module
 */

import { TextWriter, type WriteBytes } from "../cli/text_writer.ts";
import { withTimeout } from "../net/with_timeout.ts";

/** A bounded queue of lines. */
export class LogWriter {
  readonly #out: TextWriter;
  readonly #limit: number;

  /** At most `limit` UTF-16 units of lines wait, those in flight included. */
  constructor(write: WriteBytes, limit: number) {
    // What cannot be written is lost, and later lines are tried again: a full disk may have room by then.
    this.#out = new TextWriter(write);
    this.#limit = limit;
  }

  /** Queues one line; false when too much waits. Never throws, never waits. */
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
