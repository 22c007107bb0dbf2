/**
 * Tests that must be faster than the clock of another process, which nobody can stop: on a machine that was too busy for
 * them they begin again.
 *
 * @module
 */

import { within } from "./within.ts";

const ATTEMPTS = 20;

/** The times of one attempt. */
export class Haste {
  #isOver = false;

  /** `promise`; it is too late after `ms` milliseconds, whatever it comes to. */
  async within<T>(ms: number, promise: Promise<T>): Promise<T> {
    const begin = performance.now();
    try {
      return await within("what must be fast", promise);
    } finally {
      if (performance.now() - begin > ms) this.#isOver = true;
    }
  }

  /** Whether something was too late, so that a failure shows nothing. */
  get isOver(): boolean {
    return this.#isOver;
  }
}

/** Runs a test until it was in time; a failure counts when it was, and so does a success when it was not. */
export async function hastily(run: (haste: Haste) => Promise<void>): Promise<void> {
  for (let attempt = 1;; attempt++) {
    const haste = new Haste();
    try {
      return await run(haste);
    } catch (error) {
      if (!haste.isOver || attempt === ATTEMPTS) throw error;
    }
  }
}
