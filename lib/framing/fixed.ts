/**
 * The framing for messages of one fixed size without anything between them, such as cs168's
 * 200 bytes.
 *
 *   +---- size ----+---- size ----+-- ..
 *   |   frame 1    |   frame 2    |
 *   +--------------+--------------+-- ..
 *
 * @module
 */

import { Frame } from "./frame.ts";
import type { Framing } from "./framing.ts";
import type { RingBuffer } from "./ring_buffer.ts";

/**
 * Cuts a stream into frames of `size` bytes. Every byte stream is valid, so `next` never throws.
 */
export class FixedFraming implements Framing {
  /** The size of each frame in bytes. */
  readonly size: number;
  readonly #frame = new Frame();

  /**
   * Makes a framing for frames of `size` bytes: at least 1, and at most the ring buffer's capacity.
   *
   * @throws {RangeError} when `size` is not a positive integer.
   */
  constructor(size: number) {
    if (!Number.isInteger(size) || size < 1) {
      throw new RangeError(`Frame size must be a positive integer, got "${size}"`);
    }
    this.size = size;
  }

  /** The size of each frame in bytes: none is larger. */
  get largestFrame(): number {
    return this.size;
  }

  /** Takes the next `size` bytes; `undefined` until all of them have arrived. */
  next(ring: RingBuffer): Frame | undefined {
    return ring.length < this.size ? undefined : ring.take(this.size, this.#frame);
  }
}
