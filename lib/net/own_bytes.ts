/**
 * The bytes that wait for one socket alone, in the order in which they were sent. A write takes all
 * of them at once, memory included, and gives the memory back for the bytes that come next.
 *
 *   append() -->  [ x x x | x x x x | x x x . . . ]  --> take()
 *                         ^         ^ cuts: `separate` bytes are a write of their own
 *
 * @module
 */

import { NOTHING } from "../framing/frame.ts";
import type { MemoryCount } from "./outbox_memory.ts";

/** The first allocation in bytes: the replies of a registration fit. */
const SMALLEST_BUFFER = 1024;
/** A larger buffer, left from a burst, is freed rather than kept. */
export const LARGEST_KEPT_BUFFER = 64 * 1024;
/** No cuts; nearly every write shares them. */
export const NO_CUTS: readonly number[] = [];

/** A growing buffer of bytes to write. */
export class OwnBytes {
  readonly #memory: MemoryCount | undefined;
  #filling = NOTHING;
  #length = 0;
  #spare = NOTHING;
  #cuts = NO_CUTS;
  // Bytes allocated for `#filling`, for `#spare` and for the write under way.
  #allocated = 0;

  /** An empty buffer; `memory` counts what it allocates. */
  constructor(memory?: MemoryCount) {
    this.#memory = memory;
  }

  /** Bytes that wait. */
  get length(): number {
    return this.#length;
  }

  /** Positions at which a write of these bytes must end, in ascending order. */
  get cuts(): readonly number[] {
    return this.#cuts;
  }

  /** Appends a copy of `bytes`. */
  append(bytes: Uint8Array): void {
    this.#reserve(this.#length + bytes.length);
    this.#filling.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Makes the bytes from `start` on a write of their own. */
  separate(start: number): void {
    this.#cuts = [...this.#cuts, start, this.#length];
  }

  /** Removes and returns all bytes, for one write. Read `cuts` first. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#filling.subarray(0, this.#length);
    this.#filling = this.#spare;
    this.#spare = NOTHING;
    this.#length = 0;
    this.#cuts = NO_CUTS;
    return bytes;
  }

  /** Takes back the memory of bytes that were written. */
  giveBack(memory: ArrayBuffer): void {
    const isKept = memory.byteLength <= LARGEST_KEPT_BUFFER && this.#memory?.isTight !== true;
    if (isKept) this.#spare = new Uint8Array(memory);
    else this.#count(-memory.byteLength);
  }

  /** Drops all bytes and all memory. */
  clear(): void {
    this.#count(-this.#allocated);
    this.#filling = this.#spare = NOTHING;
    this.#length = 0;
  }

  #reserve(size: number): void {
    if (size <= this.#filling.length) return;
    const grown = new Uint8Array(Math.max(SMALLEST_BUFFER, this.#filling.length * 2, size));
    grown.set(this.#filling.subarray(0, this.#length));
    this.#count(grown.length - this.#filling.length);
    this.#filling = grown;
  }

  #count(bytes: number): void {
    this.#allocated += bytes;
    this.#memory?.count(bytes);
  }
}
