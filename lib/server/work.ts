/**
 * The account of one connection's work: the connection and its address both pay. After each frame,
 * `take` says how long the session must not read; meanwhile TCP slows the peer down.
 *
 * @module
 */

import type { Bucket } from "./paced_bucket.ts";

/** The account of one connection. */
export class Work {
  #own: Pick<Bucket, "take"> | undefined;
  readonly #address: Pick<Bucket, "take">;

  /** `address` is shared by all connections of one address, and outlives them. */
  constructor(own: Pick<Bucket, "take">, address: Pick<Bucket, "take">) {
    this.#own = own;
    this.#address = address;
  }

  /**
   * Charges `cost` to the connection and to its address.
   *
   * @returns the milliseconds to wait before reading on: the larger of both waits; 0 to go on.
   */
  take(cost: number): number {
    const own = this.#own?.take(cost) ?? 0;
    const address = this.#address.take(cost);
    return own > address ? own : address;
  }

  /**
   * Charges `cost` to both, for work that goes on.
   *
   * @returns the milliseconds that the address has to wait.
   */
  takePart(cost: number): number {
    this.#own?.take(cost);
    return this.#address.take(cost);
  }

  /**
   * Charges only the address from now on: the peer has gone, and its own rate would keep its name
   * taken for long.
   */
  leave(): void {
    this.#own = undefined;
  }
}
