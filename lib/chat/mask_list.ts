/**
 * A channel's list of masks, each with the user who set it and the time. A mask is
 * `handle!username@host` with `*` and `?`, or an extended one.
 *
 * @module
 */

import { mutedBy } from "./extended_masks.ts";
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
/**
 * The most masks in the lists of all channels together that one network has made. A network may
 * have made thousands of channels; three full lists in each would be a gigabyte.
 */
export const MAX_ENTRIES_BY_ORIGIN = 10_000;

/** Masks in the order in which they were set; two that differ in case are the same. */
export class MaskList {
  readonly #byFolded = new Map<string, ListEntry>();
  // The masks in the form that names are compared with; those that only silence are without
  // their letter.
  readonly #full = new Set<string>();
  readonly #muting = new Set<string>();

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
    const folded = foldCase(entry.mask);
    this.#byFolded.set(folded, entry);
    const muted = mutedBy(folded);
    if (muted === undefined) this.#full.add(folded);
    else this.#muting.add(muted);
  }

  /** Removes a mask. */
  delete(mask: string): void {
    this.#version++;
    const folded = foldCase(mask);
    this.#byFolded.delete(folded);
    const muted = mutedBy(folded);
    if (muted === undefined) this.#full.delete(folded);
    else this.#muting.delete(muted);
  }

  /**
   * Whether a mask matches one of `names`, the forms of one user's name. Masks that only silence
   * do not count.
   */
  matches(names: readonly string[]): boolean {
    return matchesOne(this.#full, names);
  }

  /** Whether a mask that only silences matches one of `names`. */
  mutes(names: readonly string[]): boolean {
    return matchesOne(this.#muting, names);
  }
}

function matchesOne(masks: ReadonlySet<string>, names: readonly string[]): boolean {
  for (const folded of masks) {
    const mask = maskOf(folded);
    if (names.some((name) => mask.matches(name))) return true;
  }
  return false;
}
