/**
 * A token bucket: the server limits every rate with one. It takes costs on credit and drops
 * nothing; the caller waits until the debt is paid off.
 *
 * @module
 */

import type { Clock } from "../net/deadline.ts";

/**
 * Holds up to `burst` tokens and gains `rate` tokens per second; in any period it gives at most one
 * burst plus the rate. It reads the clock only when it runs empty. All tokens taken since the last
 * reading then count as taken now, because it does not know when they were taken.
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
  // The time of the last reading of the clock, and the tokens at that time.
  #readAt: number;
  #tokensThen: number;

  /** A full bucket. `rate` is in tokens per second; 0 means unlimited. */
  constructor(burst: number, rate: number, clock: Clock) {
    this.#burst = burst;
    this.#rate = rate;
    this.#clock = clock;
    this.#tokens = this.#tokensThen = burst;
    this.#readAt = rate === 0 ? 0 : clock.now();
  }

  /**
   * Takes `cost` tokens, on credit if there are too few.
   *
   * @returns the milliseconds until the debt is paid off; 0 when there is none.
   */
  take(cost = 1): number {
    if (this.#rate === 0) return 0;
    this.#tokens -= cost;
    if (this.#tokens >= 1) return 0;
    this.#fill();
    return this.#debtMs;
  }

  /** Milliseconds until the debt is paid off; 0 when there is none. Takes nothing. */
  get wait(): number {
    if (this.#tokens < 0) this.#fill();
    return this.#debtMs;
  }

  /** Whether the bucket is as good as a new one, so that nobody needs to keep it. */
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
    const gained = ((now - this.#readAt) / 1000) * this.#rate;
    const taken = this.#tokensThen - this.#tokens;
    this.#tokens = Math.min(this.#burst, this.#tokensThen + gained) - taken;
    this.#tokensThen = this.#tokens;
    this.#readAt = now;
  }
}
