/**
 * The lines of the output, bounded in number and in size: it drops the oldest first. Each line keeps its number,
 * so a place in the output stays valid while lines are added and dropped. Between lines of two days stands one
 * that names the day.
 *
 * @module
 */

import { dayLine, type Line } from "./lines.ts";
import type { ScrollbackPool } from "./scrollback_pool.ts";

/** The limits of a scrollback. */
export interface ScrollbackLimits {
  /** The number of lines. */
  readonly lines: number;
  /** The size of all lines together, about one unit for a byte. The last line always stays. */
  readonly units: number;
}

const LIMITS: ScrollbackLimits = { lines: 100_000, units: 24 << 20 };

// What a line takes besides its text and its marks, and what a mark takes.
const LINE_UNITS = 64;
const MARK_UNITS = 48;

/** The lines of the output by their number. */
export class Scrollback {
  readonly #limits: ScrollbackLimits;
  readonly #pool: ScrollbackPool | undefined;
  // The line with number n is at n modulo the limit.
  readonly #ring: (Line | undefined)[] = [];
  #start = 0;
  #end = 0;
  #units = 0;
  #day = new Day(NaN);

  /** Is empty; `limits` must allow at least one line. Others in `pool` share a bound with it. */
  constructor(limits: ScrollbackLimits = LIMITS, pool?: ScrollbackPool) {
    this.#limits = limits;
    this.#pool = pool;
  }

  /** The size of all lines. */
  get units(): number {
    return this.#units;
  }

  /** The number of the oldest line. */
  get start(): number {
    return this.#start;
  }

  /** The number of the next line, which is the number of all lines so far. */
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

  /** Adds a line at the end; if it is of another day than the line before, the line of its day first. */
  push(line: Line): void {
    if (!this.#day.includes(line.at)) {
      this.#day = new Day(line.at);
      if (this.#end > 0) this.#add(dayLine(line.at));
    }
    this.#add(line);
  }

  #add(line: Line): void {
    if (this.#end - this.#start === this.#limits.lines) this.#drop();
    this.#ring[this.#end % this.#limits.lines] = line;
    this.#end++;
    this.#resize(sizeOf(line));
    this.shrink(this.#limits.units);
  }

  /** Drops the oldest lines until the size is at most `units`; the last line stays. */
  shrink(units: number): void {
    while (this.#units > units && this.#end - this.#start > 1) this.#drop();
  }

  /** Drops all lines. */
  clear(): void {
    while (this.#start < this.#end) this.#drop();
  }

  #drop(): void {
    const size = sizeOf(this.line(this.#start));
    this.#ring[this.#start % this.#limits.lines] = undefined;
    this.#start++;
    this.#resize(-size);
  }

  #resize(by: number): void {
    this.#units += by;
    this.#pool?.changed(by);
  }
}

/** A day in the user's time zone. */
class Day {
  readonly #start: number;
  readonly #end: number;

  /** The day of a moment. */
  constructor(at: number) {
    const date = new Date(at);
    const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
    this.#start = new Date(year, month, day).getTime();
    this.#end = new Date(year, month, day + 1).getTime();
  }

  /** Whether a moment is in it; NaN never is. */
  includes(at: number): boolean {
    return at >= this.#start && at < this.#end;
  }
}

function sizeOf({ text, marks }: Line): number {
  return LINE_UNITS + text.length + marks.length * MARK_UNITS;
}
