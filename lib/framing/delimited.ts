/**
 * The framing for messages that end with a delimiter byte, such as chat1's `\n`.
 *
 *   +-- text --+----+-- text --+----+-- ..        A frame includes its delimiter. Bytes without one are
 *   | frame 1  | \n | frame 2  | \n |             incomplete, unless the caller takes them by `rest`.
 *   +----------+----+----------+----+-- ..
 *
 * @module
 */

import { FrameError } from "./errors.ts";
import { Frame } from "./frame.ts";
import type { Framing } from "./framing.ts";
import type { RingBuffer } from "./ring_buffer.ts";

/** Cuts a stream after each delimiter. It remembers how far it has scanned for the next one. */
export class DelimitedFraming implements Framing {
  readonly #delimiter: number;
  readonly #limit: number;
  readonly #frame = new Frame();
  #scanned = 0;

  /**
   * Makes a framing for frames of at most `limit` bytes before the byte `delimiter`. The ring
   * buffer must hold `limit + 1` bytes.
   */
  constructor(delimiter: number, limit: number) {
    this.#delimiter = delimiter;
    this.#limit = limit;
  }

  /** The size in bytes of a line at the limit, with its delimiter. */
  get largestFrame(): number {
    return this.#limit + 1;
  }

  /**
   * Takes the next bytes up to and including a delimiter.
   *
   * @throws {FrameError} `oversize` when more than `limit` bytes arrived without a delimiter.
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

  /** Takes the bytes that have no delimiter yet as a frame; `undefined` when there are none. */
  rest(ring: RingBuffer): Frame | undefined {
    this.#scanned = 0;
    return ring.length === 0 ? undefined : ring.take(ring.length, this.#frame);
  }
}
