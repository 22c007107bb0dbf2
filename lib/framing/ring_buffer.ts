/**
 * The ring buffer between a socket and a framing: bytes in a memory of fixed size.
 *
 *   0          head                    tail            capacity
 *   +-----------+-----------------------+----------------+
 *   |   free    |  stored, `length`     |  writable()    |      read(writable()) -> commit(n)
 *   +-----------+-----------------------+----------------+      view(n) -> consume(n)
 *
 * The socket writes straight into `writable()`, and a frame is a view of the same memory. Only a
 * frame that wraps around the end is copied, into a scratch that all such frames share.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";
import type { Frame } from "./frame.ts";

/** The default capacity in bytes. It holds the largest frame (16 KiB) that a server accepts. */
export const DEFAULT_RING_CAPACITY = 32 * 1024;

/**
 * Returns a capacity for frames of at most `largestFrame` bytes: a power of two, at least
 * the default.
 */
export function ringCapacityFor(largestFrame: number): number {
  return Math.max(DEFAULT_RING_CAPACITY, 2 ** Math.ceil(Math.log2(largestFrame)));
}

/**
 * A ring buffer of bytes, which never grows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { RingBuffer } from "./ring_buffer.ts";
 *
 * const ring = new RingBuffer(8);
 * ring.writable().set([1, 2, 3]);
 * ring.commit(3);
 * assertEquals(ring.view(2), new Uint8Array([1, 2]));
 * ring.consume(2);
 * assertEquals(ring.length, 1);
 * ```
 */
export class RingBuffer {
  /** The most bytes that fit, a power of two. */
  readonly capacity: number;
  readonly #memory: Uint8Array<ArrayBuffer>;
  readonly #mask: number;
  // Both positions only grow, and are masked when they are used. So an empty ring (equal positions)
  // differs from a full one (`capacity` apart). No connection ever carries 2^53 bytes.
  #head = 0;
  #tail = 0;
  #scratch: Uint8Array<ArrayBuffer> | undefined;
  #copies = 0;

  /**
   * Makes an empty ring of `capacity` bytes, a power of two of at least 2. It uses `memory`, which
   * must have the same size, or allocates its own.
   *
   * @throws {RangeError} when `capacity` is not such a number, or `memory` has another size.
   */
  constructor(
    capacity: number = DEFAULT_RING_CAPACITY,
    memory?: Uint8Array<ArrayBuffer>,
  ) {
    if (!Number.isInteger(Math.log2(capacity)) || capacity < 2) {
      throw new RangeError(`Ring capacity must be a power of two of at least 2, got "${capacity}"`);
    }
    if (memory !== undefined && memory.length !== capacity) {
      throw new RangeError(`Ring memory has "${memory.length}" bytes, not "${capacity}"`);
    }
    this.capacity = capacity;
    this.#memory = memory ?? new Uint8Array(capacity);
    this.#mask = capacity - 1;
  }

  /** The number of bytes stored. */
  get length(): number {
    return this.#tail - this.#head;
  }

  /** The number of bytes free. `writable()` may be shorter, because it never wraps. */
  get free(): number {
    return this.capacity - this.length;
  }

  /** The number of frames and views that wrapped and were copied. Tests and profiles read it. */
  get copies(): number {
    return this.#copies;
  }

  /** The memory itself. A view has the same `.buffer`, a copy has not. */
  get buffer(): ArrayBuffer {
    return this.#memory.buffer;
  }

  /**
   * Returns the longest free run, for the caller to fill and then commit. It is empty only when the
   * ring is full. An empty ring starts again at its beginning, so small frames rarely wrap.
   */
  writable(): Uint8Array<ArrayBuffer> {
    if (this.#head === this.#tail) this.#head = this.#tail = 0;
    const start = this.#tail & this.#mask;
    return this.#memory.subarray(start, Math.min(start + this.free, this.capacity));
  }

  /**
   * Stores the first `count` bytes of `writable()`.
   *
   * @throws {RangeError} when `count` is negative, not an integer, or larger than `writable()`.
   */
  commit(count: number): void {
    const start = this.#tail & this.#mask;
    const run = Math.min(this.free, this.capacity - start);
    if (!Number.isInteger(count) || count < 0 || count > run) {
      throw new RangeError(`Cannot commit "${count}" bytes, "${run}" are writable`);
    }
    this.#tail += count;
  }

  /**
   * Returns a view of the first `count` stored bytes: of the ring's memory, or of the scratch if
   * they wrap. It is valid until the caller fills `writable()` or asks for another view that wraps.
   *
   * @throws {RangeError} when fewer bytes are stored.
   */
  view(count: number): Uint8Array<ArrayBuffer> {
    this.#demand(count);
    const start = this.#head & this.#mask;
    const end = start + count;
    if (end <= this.capacity) return this.#memory.subarray(start, end);
    return this.#join(start, end - this.capacity);
  }

  /**
   * Consumes the first `count` stored bytes and sets `frame` to them. This is `view` and `consume`
   * without a new object.
   *
   * @throws {RangeError} when fewer bytes are stored.
   */
  take(count: number, frame: Frame): Frame {
    this.#demand(count);
    const start = this.#head & this.#mask;
    const end = start + count;
    if (end <= this.capacity) frame.set(this.#memory, start, end);
    else frame.set(this.#join(start, end - this.capacity), 0, count);
    this.#head += count;
    return frame;
  }

  /**
   * Drops the first `count` stored bytes. Their memory does not change until `writable()` is
   * filled again.
   *
   * @throws {RangeError} when fewer bytes are stored.
   */
  consume(count: number): void {
    this.#demand(count);
    this.#head += count;
  }

  /**
   * Returns the stored byte at `offset`; the first one has offset 0.
   *
   * @throws {RangeError} when fewer bytes are stored.
   */
  at(offset: number): number {
    this.#demand(offset + 1);
    return this.#memory[(this.#head + offset) & this.#mask] as number;
  }

  /**
   * Returns the offset of the first `byte` at or after `from`, or -1. It searches both runs and
   * copies nothing.
   */
  indexOf(byte: number, from = 0): number {
    if (from >= this.length) return -1;
    const start = (this.#head + from) & this.#mask;
    const firstRun = Math.min(this.length - from, this.capacity - start);
    const inFirst = this.#memory.subarray(start, start + firstRun).indexOf(byte);
    if (inFirst >= 0) return from + inFirst;
    const wrapped = this.length - from - firstRun;
    const inSecond = this.#memory.subarray(0, wrapped).indexOf(byte);
    return inSecond >= 0 ? from + firstRun + inSecond : -1;
  }

  #demand(count: number): void {
    if (!Number.isInteger(count) || count < 0 || count > this.length) {
      throw new RangeError(`Cannot take "${count}" bytes, "${this.length}" are stored`);
    }
  }

  #join(start: number, wrapped: number): Uint8Array<ArrayBuffer> {
    this.#copies++;
    const head = this.#memory.subarray(start);
    const count = head.length + wrapped;
    if (this.#scratch === undefined || this.#scratch.length < count) {
      const grown: Uint8Array<ArrayBuffer> = concat([head, this.#memory.subarray(0, wrapped)]);
      this.#scratch = grown;
      return grown;
    }
    this.#scratch.set(head);
    this.#scratch.set(this.#memory.subarray(0, wrapped), head.length);
    return this.#scratch.subarray(0, count);
  }
}
