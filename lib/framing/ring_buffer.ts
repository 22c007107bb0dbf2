/**
 * A byte ring of fixed power-of-two capacity between a socket's reads and a framing.
 *
 *   0          head                    tail            capacity
 *   +-----------+-----------------------+----------------+
 *   |   free    |  stored, `length`     |  writable()    |      read(writable()) -> commit(n)
 *   +-----------+-----------------------+----------------+      view(n) -> consume(n)
 *
 * The socket fills `writable()` in place; a frame in one run is a subarray of the ring's own memory.
 * Only a run that wraps around the end is copied, into one scratch that is used again each time.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";
import type { Frame } from "./frame.ts";

/** Default capacity in bytes: holds the largest frame that a server admits of any protocol (16 KiB). */
export const DEFAULT_RING_CAPACITY = 32 * 1024;

/** The capacity for frames of up to `largestFrame` bytes: a power of two, and room to read ahead. */
export function ringCapacityFor(largestFrame: number): number {
  return Math.max(DEFAULT_RING_CAPACITY, 2 ** Math.ceil(Math.log2(largestFrame)));
}

/**
 * A ring buffer of bytes; it never grows.
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
  /** Bytes this ring holds at most; a power of two. */
  readonly capacity: number;
  readonly #memory: Uint8Array<ArrayBuffer>;
  readonly #mask: number;
  // Positions count up for ever and are masked on use, so empty (equal) and full (capacity apart)
  // never look alike. 2^53 bytes on one connection is out of reach.
  #head = 0;
  #tail = 0;
  #scratch: Uint8Array<ArrayBuffer> | undefined;
  #copies = 0;

  /**
   * An empty ring of `capacity` bytes, a power of two of at least 2, in memory of its own or in
   * `memory`, which must be as long.
   *
   * @throws {RangeError} when it is not.
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

  /** Stored bytes. */
  get length(): number {
    return this.#tail - this.#head;
  }

  /** Free bytes; `writable()` may be shorter, as it never wraps. */
  get free(): number {
    return this.capacity - this.length;
  }

  /** How many views had to be copied because they wrapped; a test and a profile read it. */
  get copies(): number {
    return this.#copies;
  }

  /** The memory itself, to tell a view from a copy by `.buffer` identity. */
  get buffer(): ArrayBuffer {
    return this.#memory.buffer;
  }

  /**
   * The longest free run, to be filled in place and then committed. Empty exactly when the ring is
   * full. An empty ring starts over at its beginning, so small frames seldom wrap.
   */
  writable(): Uint8Array<ArrayBuffer> {
    if (this.#head === this.#tail) this.#head = this.#tail = 0;
    const start = this.#tail & this.#mask;
    return this.#memory.subarray(start, Math.min(start + this.free, this.capacity));
  }

  /**
   * Stores the first `count` bytes of `writable()`.
   *
   * @throws {RangeError} when `count` is negative, no integer, or more than was writable.
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
   * The first `count` stored bytes: a view of the ring's memory, or of the scratch when they wrap.
   * Valid until the next `writable()` is filled or the next wrapping `view()`.
   *
   * @throws {RangeError} when fewer are stored.
   */
  view(count: number): Uint8Array<ArrayBuffer> {
    this.#demand(count);
    const start = this.#head & this.#mask;
    const end = start + count;
    if (end <= this.capacity) return this.#memory.subarray(start, end);
    return this.#join(start, end - this.capacity);
  }

  /**
   * Takes the first `count` stored bytes out as `frame`: what `view` and `consume` do, without an object for
   * it.
   *
   * @throws {RangeError} when fewer are stored.
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
   * Drops the first `count` stored bytes; their memory stays as it is until it is filled again.
   *
   * @throws {RangeError} when fewer are stored.
   */
  consume(count: number): void {
    this.#demand(count);
    this.#head += count;
  }

  /**
   * Stored byte number `offset`, counted from the first.
   *
   * @throws {RangeError} when it is not stored.
   */
  at(offset: number): number {
    this.#demand(offset + 1);
    return this.#memory[(this.#head + offset) & this.#mask] as number;
  }

  /** Offset of the first `byte` at or after `from`, or -1. Native search, run by run; copies nothing. */
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
