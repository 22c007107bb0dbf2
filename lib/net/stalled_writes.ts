/**
 * The write deadline: finds connections whose peers take none of the bytes that wait for them. One
 * coarse timer checks all connections a few times per deadline, so a write costs nothing extra.
 *
 * @module
 */

import { afterReading, type Clock, STOPPED_MS, systemClock } from "./deadline.ts";

/** What is watched: a connection. */
export interface Writing {
  /** Bytes that the socket has not taken yet. */
  readonly pending: number;
  /** Bytes that the socket has taken so far; never falls. */
  readonly taken: number;
}

/** What the last look found of an item with bytes waiting. */
interface Mark {
  readonly taken: number;
  readonly at: number;
}

/** Looks per deadline: a stall is found at most a quarter of the deadline late. */
const LOOKS = 4;

/**
 * Calls `onStall` for each item that has bytes waiting and took none for `timeout` milliseconds,
 * and stops watching it. An item that takes a single byte gets its whole time again; so does every
 * item when the process was stopped.
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
    this.#arm();
  }

  /** Stops watching `item`. */
  delete(item: Item): void {
    this.#marks.delete(item);
    if (this.#marks.size > 0) return;
    this.#forgetTimer?.();
    this.#forgetTimer = undefined;
  }

  #arm(): void {
    if (this.#forgetTimer !== undefined || this.#marks.size === 0) return;
    const wait = this.#timeout / LOOKS;
    const due = this.#clock.now() + wait;
    this.#forgetTimer = this.#clock.setTimer(() => this.#look(due), wait);
  }

  #look(due: number): void {
    this.#forgetTimer = undefined;
    const now = this.#clock.now();
    const wasStopped = now - due > STOPPED_MS;
    const stalled: Item[] = [];
    for (const [item, mark] of this.#marks) {
      if (item.pending === 0) {
        if (mark !== undefined) this.#marks.set(item, undefined);
      } else if (wasStopped || mark === undefined || mark.taken !== item.taken) {
        this.#marks.set(item, { taken: item.taken, at: now });
      } else if (now - mark.at >= this.#timeout) {
        stalled.push(item);
      }
    }
    if (stalled.length === 0) return this.#arm();
    this.#forgetTimer = afterReading(this.#clock, () => this.#giveUp(stalled));
  }

  /** Looks again, because sockets may have taken something while they were read. */
  #giveUp(stalled: readonly Item[]): void {
    this.#forgetTimer = undefined;
    for (const item of stalled) {
      const mark = this.#marks.get(item);
      if (mark === undefined || mark.taken !== item.taken || item.pending === 0) continue;
      this.#marks.delete(item);
      this.#onStall(item);
    }
    this.#arm();
  }
}
