/**
 * The write deadline: finds connections whose bytes wait while the peer takes none. One coarse timer looks
 * at all of them a few times in each deadline; a write itself pays nothing for it.
 *
 * @module
 */

import { type Clock, systemClock } from "./deadline.ts";

/** What is watched: a connection has it. */
export interface Writing {
  /** Bytes that the socket has not taken yet. */
  readonly pending: number;
  /** Bytes that the socket has taken so far; counts up for ever. */
  readonly taken: number;
}

/** What was seen of one that has bytes waiting. */
interface Mark {
  readonly taken: number;
  readonly at: number;
}

/** Looks in one deadline: it is met at most a quarter of it too late. */
const LOOKS = 4;

/**
 * Calls `onStall` for each item of whose waiting bytes none was taken for `timeout` milliseconds, and
 * watches it no longer. One that takes a single byte has its whole time again.
 */
export class StalledWrites<Item extends Writing> {
  readonly #timeout: number;
  readonly #onStall: (item: Item) => void;
  readonly #clock: Clock;
  readonly #marks = new Map<Item, Mark | undefined>();
  #forgetTimer: (() => void) | undefined;

  /** `timeout` in milliseconds. */
  constructor(timeout: number, onStall: (item: Item) => void, clock: Clock = systemClock) {
    this.#timeout = timeout;
    this.#onStall = onStall;
    this.#clock = clock;
  }

  /** Watches `item` from now on. */
  add(item: Item): void {
    this.#marks.set(item, undefined);
    this.#forgetTimer ??= this.#clock.setTimer(this.#look, this.#timeout / LOOKS);
  }

  /** Watches `item` no longer. */
  delete(item: Item): void {
    this.#marks.delete(item);
    if (this.#marks.size > 0) return;
    this.#forgetTimer?.();
    this.#forgetTimer = undefined;
  }

  #look = (): void => {
    this.#forgetTimer = undefined;
    const now = this.#clock.now();
    for (const [item, mark] of this.#marks) {
      if (item.pending === 0) {
        if (mark !== undefined) this.#marks.set(item, undefined);
      } else if (mark === undefined || mark.taken !== item.taken) {
        this.#marks.set(item, { taken: item.taken, at: now });
      } else if (now - mark.at >= this.#timeout) {
        this.#marks.delete(item);
        this.#onStall(item);
      }
    }
    if (this.#marks.size === 0) return;
    this.#forgetTimer ??= this.#clock.setTimer(this.#look, this.#timeout / LOOKS);
  };
}
