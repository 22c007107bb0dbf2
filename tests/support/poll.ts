/**
 * Polls of the sockets that a test answers itself.
 *
 * @module
 */

import type { Poll } from "../../lib/net/self_pipe.ts";

/** Keeps requests until they are answered. */
export class HeldPoll implements Poll {
  readonly #waiting: (() => void)[] = [];

  /** Requests that wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  request(next: () => void): void {
    this.#waiting.push(next);
  }

  /** Answers all that wait. */
  answer(): void {
    for (const next of this.#waiting.splice(0)) next();
  }
}
