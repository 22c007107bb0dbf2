/**
 * The waits of a lasting client, one at a time: for a connection, the next attempt, or its user. A
 * call of `wake` ends the wait. Beside it runs one timer, such as the deadline of the welcome.
 *
 * @module
 */

import type { Clock } from "../net/deadline.ts";

const SECOND_MS = 1000;

/** The waits of one client. */
export class Waits {
  readonly #clock: Clock;
  #wake = () => {};
  #forgetTimer = () => {};

  /** Begins without a wait. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ends the wait, if there is one. */
  wake(): void {
    this.#wake();
  }

  /** Calls `callback` in `ms` milliseconds, in place of an earlier one. */
  setTimer(ms: number, callback: () => void): void {
    this.#forgetTimer();
    this.#forgetTimer = this.#clock.setTimer(callback, ms);
  }

  /** Cancels the timer. */
  forgetTimer(): void {
    this.#forgetTimer();
  }

  /** Resolves when somebody calls `wake`. */
  untilWoken(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }

  /**
   * Resolves in `ms` milliseconds, or when woken; calls `tell` at once and each second with the
   * milliseconds that are left.
   */
  async countDown(ms: number, tell: (left: number) => void): Promise<void> {
    const until = this.#clock.now() + ms;
    const over = this.untilWoken();
    const tick = () => {
      const left = until - this.#clock.now();
      if (left <= 0) return this.#wake();
      tell(left);
      this.setTimer(Math.min(SECOND_MS, left), tick);
    };
    tick();
    await over;
    this.#forgetTimer();
  }

  /**
   * The connection that `connecting` resolves to, within `ms` milliseconds. One that comes
   * later is closed.
   *
   * @throws what `connecting` rejects with, or an `Error` when it is too late or woken.
   */
  async connected<Made extends { close(): void }>(
    connecting: Promise<Made>,
    ms: number,
  ): Promise<Made> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const forget = this.#clock.setTimer(() => reject(new Error("no answer")), ms);
    this.#wake = () => reject(new Error("closed by user"));
    try {
      return await Promise.race([connecting, late]);
    } catch (error) {
      // It may still come; nobody wants it any more.
      connecting.then((made) => made.close(), () => {});
      throw error;
    } finally {
      forget();
    }
  }
}
