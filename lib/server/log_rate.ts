/**
 * How many log lines are admitted: a token bucket. What exceeds it is left out, not put off.
 *
 * @module
 */

import type { Clock } from "../net/deadline.ts";

/** A bucket of `burst` lines that fills by `rate` a second. */
export class LogRate {
  readonly #burst: number;
  readonly #rate: number;
  readonly #clock: Clock;
  #tokens: number;
  #filledAt = 0;

  /** `rate` in lines a second, 0 for unlimited. */
  constructor(burst: number, rate: number, clock: Clock) {
    this.#burst = burst;
    this.#rate = rate;
    this.#clock = clock;
    this.#tokens = burst;
    if (rate > 0) this.#filledAt = clock.now();
  }

  /** Whether one more line may be written now. */
  admits(): boolean {
    if (this.#rate === 0) return true;
    const now = this.#clock.now();
    const gained = ((now - this.#filledAt) / 1000) * this.#rate;
    this.#tokens = Math.min(this.#burst, this.#tokens + gained);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
