/**
 * What the work of one connection costs, and who pays: the connection and its address. A session asks
 * after each frame how long it must not read on; the peer's own socket slows the peer down meanwhile.
 *
 * @module
 */

import type { TokenBucket } from "./token_bucket.ts";

/** The account of one connection. */
export class Work {
  readonly #own: TokenBucket;
  readonly #address: TokenBucket;

  /** `address` is shared by all connections of one address, and outlives them. */
  constructor(own: TokenBucket, address: TokenBucket) {
    this.#own = own;
    this.#address = address;
  }

  /**
   * Charges `cost` to the connection and to its address.
   *
   * @returns the milliseconds to wait before reading on: the larger of both waits; 0 to go on.
   */
  take(cost: number): number {
    const own = this.#own.take(cost);
    const address = this.#address.take(cost);
    return own > address ? own : address;
  }
}
