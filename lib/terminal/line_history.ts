/**
 * The lines entered before. Moving through them loses nothing: the line being typed, and every old
 * line that was changed on the way, stay as they are until a line is entered.
 *
 * @module
 */

/** The lines, oldest first, and the place of the one that is edited. */
export class LineHistory {
  readonly #limit: number;
  readonly #entered: string[] = [];
  // The text at each place; the last one is the line that is not entered yet.
  #shown: string[] = [""];
  #at = 0;

  /** Keeps the last `limit` lines. */
  constructor(limit = 500) {
    this.#limit = limit;
  }

  /** The place of the line that is edited, from 0. */
  get at(): number {
    return this.#at;
  }

  /** The number of places: the lines entered before, and the line that is not entered yet. */
  get places(): number {
    return this.#shown.length;
  }

  /**
   * Adds an entered line, unless it is blank or the same as the one before, and goes back to the
   * end.
   */
  add(line: string): void {
    if (line.trim() !== "" && line !== this.#entered.at(-1)) this.#entered.push(line);
    if (this.#entered.length > this.#limit) this.#entered.shift();
    this.#shown = [...this.#entered, ""];
    this.#at = this.#entered.length;
  }

  /** Goes one line back (-1) or forward (1) from `current`; `undefined` at either end. */
  go(step: -1 | 1, current: string): string | undefined {
    return this.goTo(this.#at + step, current);
  }

  /** Goes from `current` to a place; `undefined` when that does not exist. */
  goTo(place: number, current: string): string | undefined {
    if (this.#shown[place] === undefined) return undefined;
    this.#shown[this.#at] = current;
    this.#at = place;
    return this.#shown[place];
  }

  /** The text at a place that exists, which `current` is at the place of the edited line. */
  textAt(place: number, current: string): string {
    return place === this.#at ? current : this.#shown[place] as string;
  }

  /** The entered line that is `back` lines before the newest one (0). */
  enteredBefore(back: number): string | undefined {
    return this.#entered[this.#entered.length - 1 - back];
  }
}
