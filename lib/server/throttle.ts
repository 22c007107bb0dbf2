/**
 * Flood control for one connection: a token bucket. Who has used it up is not read from for a while, so
 * that the peer's own socket slows it down; no command is ever dropped.
 *
 * @module
 */

/** A bucket of `burst` tokens that fills by `rate` a second. */
export class Throttle {
  readonly #burst: number;
  readonly #rate: number;
  #tokens: number;
  #filledAt: number;

  /** `rate` in tokens a second, 0 for unlimited; `now` in milliseconds. */
  constructor(burst: number, rate: number, now: number) {
    this.#burst = burst;
    this.#rate = rate;
    this.#tokens = burst;
    this.#filledAt = now;
  }

  /**
   * Takes `cost` tokens, on credit if need be. `now` in milliseconds, asked only when there are too few.
   *
   * @returns for how many milliseconds nothing more should be read; 0 to go on.
   */
  take(now: () => number, cost = 1): number {
    if (this.#rate === 0) return 0;
    if (this.#tokens < cost) this.#fill(now());
    this.#tokens -= cost;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.#rate) * 1000;
  }

  #fill(now: number): void {
    const gained = ((now - this.#filledAt) / 1000) * this.#rate;
    this.#tokens = Math.min(this.#burst, this.#tokens + gained);
    this.#filledAt = now;
  }
}
