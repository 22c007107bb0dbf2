/**
 * Former names (WHOWAS): the last thousand names that users gave up.
 *
 * @module
 */

import { foldHandle } from "./handles.ts";
import type { Person } from "./person.ts";

/** The most former names that are remembered. */
export const MAX_FORMERS = 1000;

/** A name that was given up. */
export interface FormerEntry {
  /** The user's name and the rest that was known of it. */
  readonly person: Person;
  /** Its address. */
  readonly address: string;
  /** When it gave the name up, in milliseconds of Unix time. */
  readonly at: number;
}

/** The names that were given up last. */
export class Formers {
  // A ring: `#next` is the oldest one when it is full.
  readonly #ring: FormerEntry[] = [];
  #next = 0;

  /** Remembers `entry`, when full in place of the oldest. */
  add(entry: FormerEntry): void {
    this.#ring[this.#next] = entry;
    this.#next = (this.#next + 1) % MAX_FORMERS;
  }

  /** All entries, the oldest first. */
  get all(): readonly FormerEntry[] {
    return [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
  }

  /** The users who held `handle`, the latest first. */
  find(handle: string): readonly FormerEntry[] {
    const key = foldHandle(handle);
    return this.all.filter(({ person }) => foldHandle(person.handle) === key).reverse();
  }
}
