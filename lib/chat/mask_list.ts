/**
 * A channel's list of masks, each with the user who set it and the time. A mask is `handle!username@host`
 * with `*` and `?`.
 *
 * @module
 */

import { foldCase, maskOf } from "./masks.ts";

/** One mask of a list. */
export interface ListEntry {
  /** In its full form. */
  readonly mask: string;
  /** `handle!username@host` of the user who set it. */
  readonly by: string;
  /** When it was set, in milliseconds of Unix time. */
  readonly at: number;
}

/** The most masks in a list. */
export const MAX_LIST_ENTRIES = 100;

/** Masks in the order in which they were set; two that differ in case are the same. */
export class MaskList {
  readonly #byFolded = new Map<string, ListEntry>();

  #version = 0;

  /** The number of changes so far. */
  get version(): number {
    return this.#version;
  }

  /** Number of masks. */
  get size(): number {
    return this.#byFolded.size;
  }

  /** A copy of the entries. */
  get entries(): readonly ListEntry[] {
    return [...this.#byFolded.values()];
  }

  /** The entry with `mask`, without regard to case. */
  get(mask: string): ListEntry | undefined {
    return this.#byFolded.get(foldCase(mask));
  }

  /** Adds an entry; its mask must be a new one. */
  add(entry: ListEntry): void {
    this.#version++;
    this.#byFolded.set(foldCase(entry.mask), entry);
  }

  /** Removes a mask. */
  delete(mask: string): void {
    this.#version++;
    this.#byFolded.delete(foldCase(mask));
  }

  /** Whether one of the masks matches one of `names`, the full forms of one user's name. */
  matches(names: readonly string[]): boolean {
    for (const folded of this.#byFolded.keys()) {
      const mask = maskOf(folded);
      if (names.some((name) => mask.matches(name))) return true;
    }
    return false;
  }
}
