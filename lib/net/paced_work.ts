/**
 * Small pieces of work that may all become due in one look at the sockets, such as the ends of a
 * thousand connections: a few are done at once, the rest a few at a time, and the sockets are
 * read in between.
 *
 * @module
 */

import { type Clock, systemClock } from "./deadline.ts";

/** Milliseconds between two batches. Only a timer lets the runtime look at its sockets. */
const PAUSE_MS = 1;

/** Work of one kind. Its owners take turns; the work of each is done in order. */
export class PacedWork {
  readonly #most: number;
  // Queues by owner, in the order of their turns; never an empty one.
  readonly #waiting = new Map<unknown, (() => void)[]>();
  readonly #clock: Clock;
  #begin = -Infinity;
  #done = 0;

  /** Does at most `most` pieces at a time. */
  constructor(most: number, clock: Clock = systemClock) {
    this.#most = most;
    this.#clock = clock;
  }

  /** Does `work` now, or in its turn. It must not throw. */
  add(work: () => void, whose?: unknown): void {
    const isFirst = this.#waiting.size === 0;
    if (isFirst && this.#isFree()) return work();
    const queue = this.#waiting.get(whose);
    if (queue === undefined) this.#waiting.set(whose, [work]);
    else queue.push(work);
    if (isFirst) this.#clock.setTimer(this.#turn, PAUSE_MS);
  }

  /** Counts another piece, if it may be done now; returns whether it may. */
  #isFree(): boolean {
    const now = this.#clock.now();
    if (now - this.#begin >= PAUSE_MS) this.#done = 0;
    if (this.#done === 0) this.#begin = now;
    return this.#done++ < this.#most;
  }

  #turn = (): void => {
    for (let i = 0; i < this.#most && this.#waiting.size > 0; i++) this.#give();
    if (this.#waiting.size > 0) this.#clock.setTimer(this.#turn, PAUSE_MS);
  };

  /** Does one piece for the owner whose turn it is, and puts that one last. */
  #give(): void {
    for (const [whose, queue] of this.#waiting) {
      const work = queue.shift();
      // Work that it adds comes after the work that waits already.
      work?.();
      this.#waiting.delete(whose);
      if (queue.length > 0) this.#waiting.set(whose, queue);
      return;
    }
  }
}
