/**
 * A token bucket: the one way in which the server bounds how fast something happens. Costs are taken on
 * credit, so nothing is ever dropped here; the caller waits until the debt is paid off.
 *
 * @module
 */

import type { Clock } from "../net/deadline.ts";

/**
 * Holds up to `burst` tokens and gains `rate` of them a second. The clock is read only when there are too
 * few tokens, so a bucket that was left alone may give its burst twice before it slows anybody down.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { systemClock } from "../net/deadline.ts";
 * import { TokenBucket } from "./token_bucket.ts";
 *
 * const bucket = new TokenBucket(2, 0.001, systemClock);
 * assertEquals([bucket.take(), bucket.take()], [0, 0]);
 * assertEquals(bucket.take() > 999_000, true);
 * ```
 */
export class TokenBucket {
  readonly #burst: number;
  readonly #rate: number;
  readonly #clock: Clock;
  #tokens: number;
  #filledAt: number;

  /** A full bucket. `rate` is in tokens a second; 0 means unlimited. */
  constructor(burst: number, rate: number, clock: Clock) {
    this.#burst = burst;
    this.#rate = rate;
    this.#clock = clock;
    this.#tokens = burst;
    this.#filledAt = rate === 0 ? 0 : clock.now();
  }

  /**
   * Takes `cost` tokens, on credit if there are too few.
   *
   * @returns the milliseconds until the debt is paid off; 0 when there is none.
   */
  take(cost = 1): number {
    if (this.#rate === 0) return 0;
    if (this.#tokens < cost) this.#fill();
    this.#tokens -= cost;
    return this.#debtMs;
  }

  /** Milliseconds until the debt is paid off; 0 when there is none. Takes nothing. */
  get wait(): number {
    if (this.#tokens < 0) this.#fill();
    return this.#debtMs;
  }

  /** Whether the bucket is as good as a new one, so that it need not be kept. */
  get isFull(): boolean {
    if (this.#rate === 0) return true;
    this.#fill();
    return this.#tokens === this.#burst;
  }

  get #debtMs(): number {
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.#rate) * 1000;
  }

  #fill(): void {
    const now = this.#clock.now();
    const gained = ((now - this.#filledAt) / 1000) * this.#rate;
    this.#tokens = Math.min(this.#burst, this.#tokens + gained);
    this.#filledAt = now;
  }
}
