/**
 * Memory for many small results, cut from a larger piece: allocating each alone would cost more
 * than filling it. A piece that was cut off belongs to its user and is never used again here.
 *
 * @module
 */

/** Thousands of short lines fit before the next allocation. */
const SLAB_BYTES = 64 * 1024;

/** A piece of memory to cut from, replaced when it is used up. */
export class Slab {
  readonly #fill: number;
  #rest = new Uint8Array(0);

  /** Sets every byte to `fill`, which stays in all bytes that are not written through `room`. */
  constructor(fill = 0) {
    this.#fill = fill;
  }

  /** Returns at least `size` writable bytes; `cut` then takes the part that was used. */
  room(size: number): Uint8Array<ArrayBuffer> {
    if (size > this.#rest.length) {
      this.#rest = new Uint8Array(Math.max(SLAB_BYTES, size)).fill(this.#fill);
    }
    return this.#rest;
  }

  /** Cuts off the first `size` bytes of the room. */
  cut(size: number): Uint8Array<ArrayBuffer> {
    const room = this.room(size);
    this.#rest = room.subarray(size);
    return room.subarray(0, size);
  }
}
