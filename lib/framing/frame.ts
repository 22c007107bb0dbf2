/**
 * A frame as a framing returns it: the place of its bytes in memory. A framing reuses one object
 * for all its frames, because at 100,000 frames per second a new view for each would burden the
 * garbage collector.
 *
 *   memory   [ . . . . h e l l o . . . . ]
 *                      ^ start   ^ end
 *
 * @module
 */

/** No bytes, in one object that everybody shares. */
export const NOTHING: Uint8Array<ArrayBuffer> = new Uint8Array(0);

/**
 * The place of one frame in memory. Both the object and its bytes are borrowed: the framing changes
 * them for the next frame.
 */
export class Frame {
  /**
   * The memory of the ring buffer, or its scratch. Only the bytes from `start` to `end` belong
   * to the frame.
   */
  memory: Uint8Array<ArrayBuffer> = NOTHING;
  /** The index in `memory` of the first byte. */
  start = 0;
  /** The index in `memory` after the last byte. */
  end = 0;

  /** Makes a frame of all `bytes`, without a copy. */
  static of(bytes: Uint8Array<ArrayBuffer>): Frame {
    return new Frame().set(bytes, 0, bytes.length);
  }

  /** Moves the frame to the bytes of `memory` from `start` to `end`. */
  set(memory: Uint8Array<ArrayBuffer>, start: number, end: number): this {
    this.memory = memory;
    this.start = start;
    this.end = end;
    return this;
  }

  /** The size of the frame in bytes. */
  get length(): number {
    return this.end - this.start;
  }

  /** Makes a view of the bytes: a new object over the same borrowed memory. */
  view(): Uint8Array<ArrayBuffer> {
    return this.memory.subarray(this.start, this.end);
  }
}
