/**
 * Frames of one fixed size, back to back, without any mark between them (cs168's 200 bytes).
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

/** Cuts a stream into frames of `size` bytes; every byte stream is valid, so it never throws. */
export class FixedFraming implements Framing {
  /** Bytes in a frame. */
  readonly size: number;
  readonly #frame = new Frame();

  /**
   * A framing of `size` bytes a frame, at least 1 and no more than the ring's capacity.
   *
   * @throws {RangeError} when it is no positive integer.
   */
  constructor(size: number) {
    if (!Number.isInteger(size) || size < 1) {
      throw new RangeError(`Frame size must be a positive integer, got "${size}"`);
    }
    this.size = size;
  }

  /** As large as any other. */
  get largestFrame(): number {
    return this.size;
  }

  /** The next `size` bytes, or `undefined` until they are all there. */
  next(ring: RingBuffer): Frame | undefined {
    return ring.length < this.size ? undefined : ring.take(this.size, this.#frame);
  }
}
