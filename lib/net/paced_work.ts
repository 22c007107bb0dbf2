/**
 * Small pieces of work that may all become due in one look at the sockets, such as the ends of a thousand connections:
 * a few are done at once, the rest a few at a time, and the sockets are read in between.
 *
 * @module
 */

import { type Clock, systemClock } from "./deadline.ts";

/** Milliseconds from one time to the next. Only a timer lets the runtime look at its sockets. */
const PAUSE_MS = 1;

/** Work of one kind, first come, first served. */
export class PacedWork {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  readonly #clock: Clock;
  #begin = -Infinity;
  #done = 0;

  /** Does so many pieces at a time. */
  constructor(most: number, clock: Clock = systemClock) {
    this.#most = most;
    this.#clock = clock;
  }

  /** Does `work` now, or after what waits already. It must not throw. */
  add(work: () => void): void {
    if (this.#waiting.length > 0) {
      this.#waiting.push(work);
      return;
    }
    const now = this.#clock.now();
    if (now - this.#begin >= PAUSE_MS) this.#done = 0;
    if (this.#done++ === 0) this.#begin = now;
    if (this.#done <= this.#most) return work();
    this.#waiting.push(work);
    this.#clock.setTimer(this.#turn, PAUSE_MS);
  }

  #turn = (): void => {
    for (const work of this.#waiting.slice(0, this.#most)) work();
    this.#waiting.splice(0, this.#most);
    if (this.#waiting.length > 0) this.#clock.setTimer(this.#turn, PAUSE_MS);
  };
}
