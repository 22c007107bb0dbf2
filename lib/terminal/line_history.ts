/**
 * The lines entered before, and a way through them that loses nothing: what was being typed, and each
 * old line as far as it was changed on the way, stays as it is until a line is entered.
 *
 * @module
 */

/** Lines, oldest first, and the place of the one being edited. */
export class LineHistory {
  readonly #limit: number;
  readonly #entered: string[] = [];
  // What is shown for each place; the last is the line not entered yet.
  #shown: string[] = [""];
  #at = 0;

  /** Keeps the last `limit` lines. */
  constructor(limit = 500) {
    this.#limit = limit;
  }

  /** Adds an entered line, unless it is blank or the same as the one before, and goes back to the end. */
  add(line: string): void {
    if (line.trim() !== "" && line !== this.#entered.at(-1)) this.#entered.push(line);
    if (this.#entered.length > this.#limit) this.#entered.shift();
    this.#shown = [...this.#entered, ""];
    this.#at = this.#entered.length;
  }

  /** One line back (-1) or forward (1) from `current`; `undefined` when there is none. */
  go(step: -1 | 1, current: string): string | undefined {
    const line = this.#shown[this.#at + step];
    if (line === undefined) return undefined;
    this.#shown[this.#at] = current;
    this.#at += step;
    return line;
  }
}
