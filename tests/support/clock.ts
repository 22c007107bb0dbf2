/**
 * A clock that stands still until a test moves it on.
 *
 * @module
 */

import type { Clock } from "../../lib/net/deadline.ts";

/** More than any test has; a timer that is due again at once would never let `advance` return. */
const MOST_CALLS = 1000;

/** For a server whose clock stands still: however long a test takes, nothing it sends is followed by a silence, or throttled. */
export function stillServer(): {
  readonly clock: FakeClock;
  readonly limits: { readonly commandRate: 0 };
} {
  return { clock: new FakeClock(), limits: { commandRate: 0 } };
}

/** A fake clock: `advance` calls the timers that are due, in their order. */
export class FakeClock implements Clock {
  #now = 0;
  #timers = new Set<{ due: number; callback: () => void }>();

  /** Milliseconds that have been passed so far. */
  now(): number {
    return this.#now;
  }

  /** Timers that wait. */
  get timers(): number {
    return this.#timers.size;
  }

  /** As the contract says. */
  setTimer(callback: () => void, ms: number): () => void {
    const timer = { due: this.#now + ms, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Passes `ms` milliseconds. */
  advance(ms: number): void {
    const end = this.#now + ms;
    let calls = 0;
    for (let next; (next = this.#next(end)) !== undefined;) {
      this.#now = Math.max(this.#now, next.due);
      this.#timers.delete(next);
      if (++calls > MOST_CALLS) throw new Error("A timer starts itself again without end");
      next.callback();
    }
    this.#now = end;
  }

  /** Passes `ms` milliseconds of a stopped process: what came due is called by the next `advance`. */
  stop(ms: number): void {
    this.#now += ms;
  }

  /** Runs on while `promise` is waited for; it stands still otherwise. */
  async during<T>(promise: Promise<T>): Promise<T> {
    const timer = setInterval(() => this.advance(5), 1);
    try {
      return await promise;
    } finally {
      clearInterval(timer);
    }
  }

  #next(end: number) {
    const due = [...this.#timers].filter((timer) => timer.due <= end);
    return due.sort((a, b) => a.due - b.due)[0];
  }
}
