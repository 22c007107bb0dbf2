/**
 * Memory for the rings of many connections, cut from large slabs. The system gives a slab's pages only as
 * they are touched, so an idle connection holds the page or two that it has used, not its whole capacity;
 * memory that was allocated ring by ring would be zeroed, and so be there, from the start.
 *
 * @module
 */

/** Bytes of a slab: large enough that the allocator maps it afresh instead of zeroing recycled memory. */
const SLAB_BYTES = 4 * 1024 * 1024;

/** Hands out pieces of one size, and takes them back. */
export class RingPool {
  readonly #capacity: number;
  readonly #free: Uint8Array<ArrayBuffer>[] = [];
  #slab: ArrayBuffer = new ArrayBuffer(0);
  #used = 0;

  /** Pieces of `capacity` bytes, a power of two that is no larger than a slab. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** A piece that nobody else has. What is in it is left from its last use. */
  take(): Uint8Array<ArrayBuffer> {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#used + this.#capacity > this.#slab.byteLength) {
      this.#slab = new ArrayBuffer(SLAB_BYTES);
      this.#used = 0;
    }
    const piece = new Uint8Array(this.#slab, this.#used, this.#capacity);
    this.#used += this.#capacity;
    return piece;
  }

  /** Takes back a piece that `take` gave, once: nothing may read or fill it any more. */
  give(piece: Uint8Array<ArrayBuffer>): void {
    this.#free.push(piece);
  }
}
