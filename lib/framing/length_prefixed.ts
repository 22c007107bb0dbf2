/**
 * The framing for messages that follow their length, as json16's do: 16 bits, big-endian.
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

/** The size of the prefix in bytes. */
export const PREFIX_BYTES = 2;
/** The largest payload in bytes whose length fits in the prefix. */
export const LARGEST_PAYLOAD = 0xffff;

/** Cuts a stream into payloads. It rejects a length above the limit before the payload arrives. */
export class LengthPrefixedFraming implements Framing {
  readonly #limit: number;
  readonly #frame = new Frame();
  // The length of the next payload, once its prefix has arrived.
  #length: number | undefined;

  /**
   * Makes a framing for payloads of at most `limit` bytes. The ring buffer must hold
   * `limit + 2` bytes.
   */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The size in bytes of a payload at the limit, with its prefix. */
  get largestFrame(): number {
    return PREFIX_BYTES + this.#limit;
  }

  /**
   * Takes the next payload, without its prefix.
   *
   * @throws {FrameError} `oversize` when the prefix announces more than `limit` bytes.
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
