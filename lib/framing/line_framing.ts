/**
 * The framing for lines of text that end with `\n` or `\r\n`. A line that is too long does not
 * end the stream.
 *
 *   +-- text --+------+-- text --+----+-- ..       A frame is the text alone, without its line end; it may
 *   |  line 1  | \r\n |  line 2  | \n |            be empty. A line without a line end is incomplete.
 *   +----------+------+----------+----+-- ..
 *
 * A line above the limit yields one frame of its first bytes (`isCut` is true), as soon as they
 * have arrived. The rest of the line is dropped on arrival, so that it takes no room in the ring.
 *
 * @module
 */

import { FrameError } from "./errors.ts";
import { Frame } from "./frame.ts";
import type { Framing } from "./framing.ts";
import type { RingBuffer } from "./ring_buffer.ts";

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** The size in bytes of the longer line end. */
const LINE_END_BYTES = 2;

/** Cuts a stream at line ends. It remembers how far it has scanned for the next one. */
export class LineFraming implements Framing {
  readonly #limit: number;
  readonly #dropLimit: number;
  readonly #frame = new Frame();
  #scanned = 0;
  // Bytes of the current line that were dropped; -1 while the line is within the limit.
  #dropped = -1;
  #isCut = false;

  /**
   * Makes a framing for lines of at most `limit` bytes without their line ends. It drops at most
   * `dropLimit` further bytes of a line before it rejects the stream.
   */
  constructor(limit: number, dropLimit: number) {
    this.#limit = limit;
    this.#dropLimit = dropLimit;
  }

  /** The size in bytes of a line at the limit, with the longer line end. */
  get largestFrame(): number {
    return this.#limit + LINE_END_BYTES;
  }

  /** Whether the last frame is the beginning of a line that is longer than the limit. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /**
   * Takes the next line without its line end, or the first bytes of one that is too long. While it
   * drops the rest of such a line, it consumes bytes of `ring` and returns no frame.
   *
   * @throws {FrameError} `oversize` when a line that is too long does not end before the drop
   *   limit.
   */
  next(ring: RingBuffer): Frame | undefined {
    if (this.#dropped >= 0 && !this.#drop(ring)) return undefined;
    const end = ring.indexOf(NEWLINE, this.#scanned);
    if (end >= 0) return this.#takeLine(ring, end);
    this.#scanned = ring.length;
    // One more byte may be the `\r` of a line end.
    if (ring.length <= this.#limit + 1) return undefined;
    return this.#cut(ring);
  }

  #takeLine(ring: RingBuffer, end: number): Frame {
    const hasReturn = end > 0 && ring.at(end - 1) === RETURN;
    const length = hasReturn ? end - 1 : end;
    if (length > this.#limit) return this.#cut(ring);
    this.#scanned = 0;
    this.#isCut = false;
    const frame = ring.take(length, this.#frame);
    ring.consume(end + 1 - length);
    return frame;
  }

  /** Takes the beginning of a line whose rest will be dropped. */
  #cut(ring: RingBuffer): Frame {
    this.#scanned = 0;
    this.#dropped = 0;
    this.#isCut = true;
    return ring.take(this.#limit, this.#frame);
  }

  /** Drops the stored bytes of the line. Returns whether they include its end. */
  #drop(ring: RingBuffer): boolean {
    const end = ring.indexOf(NEWLINE);
    const count = end < 0 ? ring.length : end + 1;
    this.#dropped += count;
    ring.consume(count);
    if (this.#dropped > this.#dropLimit) {
      throw new FrameError(
        "oversize",
        `Line has more than "${this.#limit + this.#dropLimit}" bytes`,
      );
    }
    if (end < 0) return false;
    this.#dropped = -1;
    return true;
  }
}
