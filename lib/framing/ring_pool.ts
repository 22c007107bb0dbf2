/**
 * Memory for the ring buffers of many connections, cut from large slabs. The system provides the
 * pages of a slab only when they are touched, so an idle connection costs the one or two pages that
 * it has used, not its whole capacity. Memory allocated for each ring alone would be zeroed, and so
 * be resident, from the start.
 *
 * @module
 */

/**
 * The size of a slab in bytes: so large that the allocator maps new pages and does not zero
 * recycled ones.
 */
const SLAB_BYTES = 4 * 1024 * 1024;

/** Lends pieces of memory of one size. */
export class RingPool {
  readonly #capacity: number;
  readonly #free: Uint8Array<ArrayBuffer>[] = [];
  #slab: ArrayBuffer = new ArrayBuffer(0);
  #used = 0;

  /** Makes a pool of pieces of `capacity` bytes: a power of two, at most 4 MiB. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Lends a piece that nobody else has. It may still contain bytes of its last use. */
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

  /**
   * Takes back a piece from `take`. The caller does this once, and nothing may read or fill the
   * piece any more.
   */
  give(piece: Uint8Array<ArrayBuffer>): void {
    this.#free.push(piece);
  }
}
