/**
 * Lines of text that end with `\n`, or with `\r\n`, of which one that is too long does not end the stream.
 *
 *   +-- text --+------+-- text --+----+-- ..       A frame is the text alone, without its line end; it may
 *   |  line 1  | \r\n |  line 2  | \n |            be empty. What has no line end yet is incomplete.
 *   +----------+------+----------+----+-- ..
 *
 * A line above the limit yields one frame with its first bytes (`isCut` says so), at once and not at its end;
 * the rest of it is dropped as it comes, so that it takes no room in the ring.
 *
 * @module
 */

import { FrameError } from "./errors.ts";
import { Frame } from "./frame.ts";
import type { Framing } from "./framing.ts";
import type { RingBuffer } from "./ring_buffer.ts";

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Bytes of a line end in its longer form. */
const LINE_END_BYTES = 2;

/** Cuts a stream at line ends; remembers how far it has searched for the next one. */
export class LineFraming implements Framing {
  readonly #limit: number;
  readonly #dropLimit: number;
  readonly #frame = new Frame();
  #scanned = 0;
  // Bytes of the current line that were dropped; -1 while the line is within the limit.
  #dropped = -1;
  #isCut = false;

  /**
   * A framing of lines of at most `limit` bytes, their line ends not counted. `dropLimit` bounds how many bytes
   * of one line it drops before it gives the stream up.
   */
  constructor(limit: number, dropLimit: number) {
    this.#limit = limit;
    this.#dropLimit = dropLimit;
  }

  /** A line of the limit and the longer line end. */
  get largestFrame(): number {
    return this.#limit + LINE_END_BYTES;
  }

  /** Whether the last frame is the beginning of a line that is longer than the limit. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /**
   * The next line without its line end, or the first bytes of one that is too long. While such a line is being
   * dropped, `ring` loses bytes though no frame is returned.
   *
   * @throws {FrameError} `oversize` when a line that is too long has still no end behind the drop limit.
   */
  next(ring: RingBuffer): Frame | undefined {
    if (this.#dropped >= 0 && !this.#drop(ring)) return undefined;
    const end = ring.indexOf(NEWLINE, this.#scanned);
    if (end >= 0) return this.#takeLine(ring, end);
    this.#scanned = ring.length;
    // One byte more may still be the `\r` of a line end.
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

  /** The beginning of a line whose rest is to be dropped. */
  #cut(ring: RingBuffer): Frame {
    this.#scanned = 0;
    this.#dropped = 0;
    this.#isCut = true;
    return ring.take(this.#limit, this.#frame);
  }

  /** Drops what there is of the line; whether its end was found. */
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
