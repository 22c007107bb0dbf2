/**
 * Deadlines that are all equally long, for as many connections as there are, with one timer: what was
 * added first expires first, so only the oldest needs to be watched.
 *
 * @module
 */

/** Time and timers; tests put their own in place. */
export interface Clock {
  /** Milliseconds since some fixed moment; never runs backwards. */
  now(): number;
  /** Calls `callback` once, in `ms` milliseconds; what it returns forgets the timer. */
  setTimer(callback: () => void, ms: number): () => void;
}

/** The real time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer(callback, ms) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Calls each item's `onExpire` when `timeout` milliseconds have passed since it was added. */
export class Deadlines<Item> {
  readonly #timeout: number;
  readonly #onExpire: (item: Item) => void;
  readonly #clock: Clock;
  // A Map keeps the order of insertion: its first entry is the next to expire.
  readonly #expiry = new Map<Item, number>();
  #forgetTimer: (() => void) | undefined;

  /** `timeout` in milliseconds. */
  constructor(timeout: number, onExpire: (item: Item) => void, clock: Clock = systemClock) {
    this.#timeout = timeout;
    this.#onExpire = onExpire;
    this.#clock = clock;
  }

  /** Starts the deadline of `item`, anew if it had one. */
  add(item: Item): void {
    this.#expiry.delete(item);
    this.#expiry.set(item, this.#clock.now() + this.#timeout);
    this.#arm();
  }

  /** The deadline of `item`, if it has one, will not be called. */
  delete(item: Item): void {
    this.#expiry.delete(item);
    if (this.#expiry.size === 0) this.#disarm();
  }

  /** Forgets all of them. */
  clear(): void {
    this.#expiry.clear();
    this.#disarm();
  }

  #arm(): void {
    if (this.#forgetTimer !== undefined) return;
    const first = this.#expiry.values().next();
    if (first.done) return;
    const wait = Math.max(0, first.value - this.#clock.now());
    this.#forgetTimer = this.#clock.setTimer(this.#expire, wait);
  }

  #disarm(): void {
    this.#forgetTimer?.();
    this.#forgetTimer = undefined;
  }

  #expire = (): void => {
    this.#forgetTimer = undefined;
    const now = this.#clock.now();
    for (const [item, expiry] of this.#expiry) {
      if (expiry > now) break;
      this.#expiry.delete(item);
      this.#onExpire(item);
    }
    this.#arm();
  };
}
