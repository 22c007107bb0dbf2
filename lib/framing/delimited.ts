/**
 * Frames that end with one byte (chat1's `\n`), of any length up to a limit.
 *
 *   +-- text --+----+-- text --+----+-- ..        A frame includes its delimiter. What has none yet is
 *   | frame 1  | \n | frame 2  | \n |             incomplete, until `rest` is asked for it.
 *   +----------+----+----------+----+-- ..
 *
 * @module
 */

import { FrameError } from "./errors.ts";
import { Frame } from "./frame.ts";
import type { Framing } from "./framing.ts";
import type { RingBuffer } from "./ring_buffer.ts";

/** Cuts a stream behind each `delimiter`; remembers how far it has looked for the next one. */
export class DelimitedFraming implements Framing {
  readonly #delimiter: number;
  readonly #limit: number;
  readonly #frame = new Frame();
  #scanned = 0;

  /**
   * A framing whose frames end with the byte `delimiter` and have at most `limit` bytes before it; the
   * ring must hold one more than that.
   */
  constructor(delimiter: number, limit: number) {
    this.#delimiter = delimiter;
    this.#limit = limit;
  }

  /** A line of the limit and its delimiter. */
  get largestFrame(): number {
    return this.#limit + 1;
  }

  /**
   * The next bytes up to and including a delimiter.
   *
   * @throws {FrameError} `oversize` when more than the limit came without one.
   */
  next(ring: RingBuffer): Frame | undefined {
    const end = ring.indexOf(this.#delimiter, this.#scanned);
    const length = end < 0 ? ring.length : end;
    if (length > this.#limit) {
      throw new FrameError("oversize", `Line has more than "${this.#limit}" bytes`);
    }
    if (end < 0) {
      this.#scanned = ring.length;
      return undefined;
    }
    this.#scanned = 0;
    return ring.take(end + 1, this.#frame);
  }

  /** What has no delimiter yet, as a frame; `undefined` when there is nothing. */
  rest(ring: RingBuffer): Frame | undefined {
    this.#scanned = 0;
    return ring.length === 0 ? undefined : ring.take(ring.length, this.#frame);
  }
}
