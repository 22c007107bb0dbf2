/**
 * A token bucket that spreads its burst over a short time. An admitted burst is still work: the
 * thousand commands that an address may have saved up would keep all others waiting if they were
 * taken at once.
 *
 *   tokens taken   |        .----- `burst`, then `rate`: what is admitted
 *                  |     .-'
 *                  |  .-'  <- `pace`: how fast
 *                  '-'---------------> time
 *
 * @module
 */

import type { Clock } from "../net/deadline.ts";
import { TokenBucket } from "./token_bucket.ts";

/**
 * The settings of a paced bucket, in tokens and tokens per second. A `rate` of 0 lifts all of them.
 */
export interface PacedRate {
  /** Tokens that may be saved up. */
  readonly burst: number;
  /** Tokens gained per second. */
  readonly rate: number;
  /** Tokens that may be taken at once. */
  readonly step: number;
  /** Tokens that may be taken per second while the burst lasts. */
  readonly pace: number;
}

/** A token bucket, paced or not. */
export type Bucket = Pick<TokenBucket, "take" | "wait" | "isFull">;

/** Two buckets that are charged together; the longer wait counts. */
export class PacedBucket implements Bucket {
  readonly #saved: TokenBucket;
  readonly #pace: TokenBucket;

  /** A full bucket. */
  constructor({ burst, rate, step, pace }: PacedRate, clock: Clock) {
    this.#saved = new TokenBucket(burst, rate, clock);
    this.#pace = new TokenBucket(step, rate === 0 ? 0 : pace, clock);
  }

  /** Takes `cost` tokens, on credit if there are too few; returns the milliseconds to wait. */
  take(cost = 1): number {
    return Math.max(this.#saved.take(cost), this.#pace.take(cost));
  }

  /** Milliseconds until the debt is paid off; 0 when there is none. Takes nothing. */
  get wait(): number {
    return Math.max(this.#saved.wait, this.#pace.wait);
  }

  /** Whether the bucket is as good as a new one. */
  get isFull(): boolean {
    return this.#saved.isFull && this.#pace.isFull;
  }
}
