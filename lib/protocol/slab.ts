/**
 * Memory for many small results: cut from a larger piece, for one at a time they cost more to allocate than
 * to fill. What is cut off is its taker's, and never used again here.
 *
 * @module
 */

const SLAB_BYTES = 64 * 1024;

/** A piece of memory that is cut up, and replaced when it is used up. */
export class Slab {
  readonly #fill: number;
  #rest = new Uint8Array(0);

  /** Every byte is `fill` when it is cut off, unless it was written to through `room`. */
  constructor(fill = 0) {
    this.#fill = fill;
  }

  /** Memory of at least `size` bytes, to be written to; how much of it is taken, `cut` says. */
  room(size: number): Uint8Array<ArrayBuffer> {
    if (size > this.#rest.length) {
      this.#rest = new Uint8Array(Math.max(SLAB_BYTES, size)).fill(this.#fill);
    }
    return this.#rest;
  }

  /** Takes the first `size` bytes of the room. */
  cut(size: number): Uint8Array<ArrayBuffer> {
    const room = this.room(size);
    this.#rest = room.subarray(size);
    return room.subarray(0, size);
  }
}
