/**
 * Incremental search through the history (readline's Ctrl-R and Ctrl-S): each typed character
 * narrows it, the same key again finds the next line. A query without capitals finds both cases.
 *
 *   (search: dep) deno task deploy        the newest line that holds "dep"
 *
 * It reads the history and remembers what was found; the editor shows it and moves there.
 *
 * @module
 */

import type { LineHistory } from "./line_history.ts";

/** The direction of a search: to older lines, or to newer ones. */
export type SearchDirection = "back" | "forward";

/** A place in the history where the query was found. */
export interface Found {
  /** The place of the line in the history. */
  readonly place: number;
  /** The line. */
  readonly text: string;
  /** Where the query begins in it, in UTF-16 units. */
  readonly start: number;
}

/** A search under way. */
export class HistorySearch {
  readonly #history: LineHistory;
  readonly #current: string;
  #query = "";
  #direction: SearchDirection;
  #found: Found;
  #failed = false;
  // What was found for each shorter query, for Backspace.
  #earlier: { query: string; found: Found; failed: boolean }[] = [];

  /**
   * Starts at the history's own place, where `current` is being edited with the cursor at `cursor`.
   */
  constructor(
    history: LineHistory,
    current: string,
    cursor: number,
    direction: SearchDirection,
  ) {
    this.#history = history;
    this.#current = current;
    this.#direction = direction;
    this.#found = { place: history.at, text: current, start: cursor };
  }

  /** What is searched for. */
  get query(): string {
    return this.#query;
  }

  /** Whether no line holds the query; `found` is then the last one that held a shorter query. */
  get failed(): boolean {
    return this.#failed;
  }

  /** The line that was found last; before any search, the one that was being edited. */
  get found(): Found {
    return this.#found;
  }

  /**
   * Adds to the query; the line that was found before may still hold it. A no-op for an empty text.
   */
  extend(text: string): void {
    if (text === "") return;
    this.#earlier.push({ query: this.#query, found: this.#found, failed: this.#failed });
    this.#query += text;
    if (!this.#failed) this.#find(this.#found.place);
  }

  /** Takes the last addition back. A no-op for an empty query. */
  shorten(): void {
    const earlier = this.#earlier.pop();
    if (earlier === undefined) return;
    this.#query = earlier.query;
    this.#found = earlier.found;
    this.#failed = earlier.failed;
  }

  /** Finds the next line in a direction, other than the one found last. */
  next(direction: SearchDirection): void {
    const turned = direction !== this.#direction;
    this.#direction = direction;
    if (this.#query === "" || (this.#failed && !turned)) return;
    this.#find(this.#found.place + this.#step, this.#found.text);
  }

  get #step(): -1 | 1 {
    return this.#direction === "back" ? -1 : 1;
  }

  // Looks at each line once; lines that read like the one on the screen would look like no answer.
  #find(from: number, except?: string): void {
    const fold = this.#query === this.#query.toLowerCase();
    for (let place = from; place >= 0 && place < this.#history.places; place += this.#step) {
      const text = this.#history.textAt(place, this.#current);
      if (text === except) continue;
      const start = positionIn(text, this.#query, fold);
      if (start < 0) continue;
      this.#found = { place, text, start };
      this.#failed = false;
      return;
    }
    this.#failed = true;
  }
}

/**
 * The last position of `query`; with `fold`, of any case. Folding may change lengths, so it
 * must not count.
 */
function positionIn(text: string, query: string, fold: boolean): number {
  const exact = text.lastIndexOf(query);
  if (exact >= 0 || !fold) return exact;
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower.lastIndexOf(query);
  return lower.includes(query) ? 0 : -1;
}
