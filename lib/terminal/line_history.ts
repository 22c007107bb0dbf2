/**
 * The lines entered before. Moving through them loses nothing: the line being typed, and every old line that was
 * changed on the way, stay as they are until a line is entered.
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

  /** Adds an entered line, unless it is blank or the same as the one before, and goes back to the end. */
  add(line: string): void {
    if (line.trim() !== "" && line !== this.#entered.at(-1)) this.#entered.push(line);
    if (this.#entered.length > this.#limit) this.#entered.shift();
    this.#shown = [...this.#entered, ""];
    this.#at = this.#entered.length;
  }

  /** Goes one line back (-1) or forward (1) from `current`; `undefined` at either end. */
  go(step: -1 | 1, current: string): string | undefined {
    const line = this.#shown[this.#at + step];
    if (line === undefined) return undefined;
    this.#shown[this.#at] = current;
    this.#at += step;
    return line;
  }
}
