/**
 * The lines of the output, bounded in number and in size: the oldest go. Each has a number that it keeps,
 * so a place in the output stays the same while lines come and go.
 *
 * @module
 */

import type { Line } from "./lines.ts";

/** How much is kept. */
export interface ScrollbackLimits {
  /** The number of lines. */
  readonly lines: number;
  /** The size of all lines together: text in UTF-16 units, and marks. The last line is always kept. */
  readonly units: number;
}

const LIMITS: ScrollbackLimits = { lines: 10_000, units: 4 << 20 };

// What a mark costs: an object of three numbers.
const MARK_UNITS = 16;

/** The lines of the output by their number. */
export class Scrollback {
  readonly #limits: ScrollbackLimits;
  // The line with number n is at n modulo the limit.
  readonly #ring: (Line | undefined)[] = [];
  #start = 0;
  #end = 0;
  #units = 0;

  /** `limits`: at least one line. */
  constructor(limits: ScrollbackLimits = LIMITS) {
    this.#limits = limits;
  }

  /** The number of the oldest line that is kept. */
  get start(): number {
    return this.#start;
  }

  /** The number that the next line will get; how many there ever were. */
  get end(): number {
    return this.#end;
  }

  /** The line with a number from `start` to `end` - 1. */
  line(number: number): Line {
    const line = this.#ring[number % this.#limits.lines];
    if (line === undefined || number < this.#start || number >= this.#end) {
      throw new RangeError(`Line must be in ${this.#start} to ${this.#end - 1}, got ${number}`);
    }
    return line;
  }

  /** Adds a line at the end. */
  push(line: Line): void {
    if (this.#end - this.#start === this.#limits.lines) this.#drop();
    this.#ring[this.#end % this.#limits.lines] = line;
    this.#end++;
    this.#units += sizeOf(line);
    while (this.#units > this.#limits.units && this.#end - this.#start > 1) this.#drop();
  }

  #drop(): void {
    this.#units -= sizeOf(this.line(this.#start));
    this.#ring[this.#start % this.#limits.lines] = undefined;
    this.#start++;
  }
}

function sizeOf({ text, marks }: Line): number {
  return text.length + marks.length * MARK_UNITS;
}
