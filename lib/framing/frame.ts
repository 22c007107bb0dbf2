/**
 * A frame as a framing hands it out: where its bytes are, without an object of its own for each. At a
 * hundred thousand frames a second the views alone would keep a garbage collector busy.
 *
 *   memory   [ . . . . h e l l o . . . . ]
 *                      ^ start   ^ end
 *
 * @module
 */

const NOTHING = new Uint8Array(0);

/**
 * The place of one frame. A framing has one of these and changes it for the next frame: it is borrowed, as
 * the bytes are.
 */
export class Frame {
  /** The ring's memory, or its scratch. Only the bytes of the frame mean anything. */
  memory: Uint8Array<ArrayBuffer> = NOTHING;
  /** Index in `memory` of the first byte. */
  start = 0;
  /** Index behind the last byte. */
  end = 0;

  /** All of `bytes` as a frame. */
  static of(bytes: Uint8Array<ArrayBuffer>): Frame {
    return new Frame().set(bytes, 0, bytes.length);
  }

  /** From now on, `memory` from `start` to `end`. */
  set(memory: Uint8Array<ArrayBuffer>, start: number, end: number): this {
    this.memory = memory;
    this.start = start;
    this.end = end;
    return this;
  }

  /** Bytes in the frame. */
  get length(): number {
    return this.end - this.start;
  }

  /** A view of the bytes: borrowed too, but an object of its own. */
  view(): Uint8Array<ArrayBuffer> {
    return this.memory.subarray(this.start, this.end);
  }
}
