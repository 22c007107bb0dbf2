/**
 * Frames behind their length (json16's 16 bits, big-endian), up to a limit.
 *
 *   +--- u16 ---+--- length bytes ---+--- u16 ---+-- ..
 *   |  length   |      payload       |  length   |        A frame is the payload alone; it may be empty.
 *   +-----------+--------------------+-----------+-- ..
 *
 * @module
 */

import { FrameError } from "./errors.ts";
import { Frame } from "./frame.ts";
import type { Framing } from "./framing.ts";
import type { RingBuffer } from "./ring_buffer.ts";

/** Bytes of the prefix. */
export const PREFIX_BYTES = 2;
/** The largest payload that the prefix can name. */
export const LARGEST_PAYLOAD = 0xffff;

/** Cuts a stream into payloads; a length above the limit is refused before its bytes have come. */
export class LengthPrefixedFraming implements Framing {
  readonly #limit: number;
  readonly #frame = new Frame();
  // The length of the payload that is being waited for, once its prefix has come.
  #length: number | undefined;

  /** `limit` in bytes of payload; with the prefix no more than the ring's capacity. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A payload of the limit behind its prefix. */
  get largestFrame(): number {
    return PREFIX_BYTES + this.#limit;
  }

  /**
   * The next payload.
   *
   * @throws {FrameError} `oversize` when the prefix names more than the limit.
   */
  next(ring: RingBuffer): Frame | undefined {
    if (this.#length === undefined) {
      if (ring.length < PREFIX_BYTES) return undefined;
      this.#length = (ring.at(0) << 8) | ring.at(1);
    }
    if (this.#length > this.#limit) {
      throw new FrameError(
        "oversize",
        `Length "${this.#length}" is above the limit of "${this.#limit}" bytes`,
      );
    }
    if (ring.length < PREFIX_BYTES + this.#length) return undefined;
    ring.consume(PREFIX_BYTES);
    const frame = ring.take(this.#length, this.#frame);
    this.#length = undefined;
    return frame;
  }
}
