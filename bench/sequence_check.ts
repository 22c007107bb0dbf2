/**
 * Finds what a fan-out may do wrong, from the numbers that one receiver gets of each sender: a message
 * lost, duplicated, out of order, or sent back to its sender. Pure; the swarm feeds it.
 *
 * @module
 */

import type { ChatMark } from "./swarm_wire.ts";

/** Faults, counted in deliveries. */
export interface Faults {
  /** Numbers that were passed over and never came. */
  lost: number;
  /** Numbers that came again. */
  duplicated: number;
  /** Numbers that came behind a later one. */
  reordered: number;
  /** Own messages that came back. */
  echoed: number;
}

/** Judges what one receiver gets. */
export class SequenceCheck {
  readonly #receiver: number;
  readonly #echoes: boolean;
  readonly #faults: Faults;
  readonly #next = new Map<number, number>();
  readonly #gaps = new Map<number, Set<number>>();

  /** Adds to `faults`, which all checks of a swarm share. `echoes`: own messages are expected. */
  constructor(receiver: number, echoes: boolean, faults: Faults) {
    this.#receiver = receiver;
    this.#echoes = echoes;
    this.#faults = faults;
  }

  /** Takes the next chat. Returns whether it is one of those that this receiver is to get. */
  take({ sender, sequence }: ChatMark): boolean {
    if (sender === this.#receiver && !this.#echoes) {
      this.#faults.echoed++;
      return false;
    }
    const next = this.#next.get(sender) ?? 0;
    if (sequence < next) return this.#takeLate(sender, sequence);
    for (let passed = next; passed < sequence; passed++) this.#open(sender, passed);
    this.#next.set(sender, sequence + 1);
    return true;
  }

  #takeLate(sender: number, sequence: number): boolean {
    if (!this.#gaps.get(sender)?.delete(sequence)) {
      this.#faults.duplicated++;
      return false;
    }
    this.#faults.lost--;
    this.#faults.reordered++;
    return true;
  }

  #open(sender: number, sequence: number): void {
    const gaps = this.#gaps.get(sender) ?? new Set();
    this.#gaps.set(sender, gaps.add(sequence));
    this.#faults.lost++;
  }
}
