/**
 * The lines of the output, bounded in number and in size: it drops the oldest first. Each line
 * keeps its number, so a place in the output stays valid while lines are added at both ends and
 * dropped. Between lines of two days stands one that names the day.
 *
 * @module
 */

import { dayLine, isDayLine, type Line } from "./lines.ts";
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
// The share of a bound up to which lines may be added above.
const ROOMY = 0.9;

/** The lines of the output by their number. */
export class Scrollback {
  readonly #limits: ScrollbackLimits;
  readonly #pool: ScrollbackPool | undefined;
  // The line with number n is at n modulo the limit ..
  readonly #ring: (Line | undefined)[] = [];
  // .. but for those above the line `base`, which were added later: the nearest one stands first.
  readonly #older: Line[] = [];
  #base = 0;
  #start = 0;
  #end = 0;
  #units = 0;
  #day = new Day(NaN);

  /**
   * Makes an empty scrollback; `limits` must allow at least one line. Others in `pool` share a
   * bound with it.
   */
  constructor(limits: ScrollbackLimits = LIMITS, pool?: ScrollbackPool) {
    this.#limits = limits;
    this.#pool = pool;
  }

  /** The size of all lines. */
  get units(): number {
    return this.#units;
  }

  /** The number of the oldest line; negative once lines were added above the first. */
  get start(): number {
    return this.#start;
  }

  /** The number of the next line at the end. */
  get end(): number {
    return this.#end;
  }

  /** The line with a number from `start` to `end` - 1. */
  line(number: number): Line {
    const line = number < this.#base
      ? this.#older[this.#base - 1 - number]
      : this.#ring[number % this.#limits.lines];
    if (line === undefined || number < this.#start || number >= this.#end) {
      throw new RangeError(`Line must be in ${this.#start} to ${this.#end - 1}, got ${number}`);
    }
    return line;
  }

  /**
   * Adds a line at the end; if it is of another day than the line before, the line of its day
   * first.
   */
  push(line: Line): void {
    if (!this.#day.includes(line.at)) {
      this.#day = new Day(line.at);
      if (this.#end > 0) this.#add(dayLine(line.at));
    }
    this.#add(line);
  }

  /** Whether older lines may be added above: what is full would drop them at once. */
  get hasRoomAbove(): boolean {
    const { lines, units } = this.#limits;
    return this.#end - this.#start < lines * ROOMY && this.#units < units * ROOMY &&
      this.#pool?.isRoomy !== false;
  }

  /**
   * Adds lines, in their order, above all others; between those of two days the line of the later
   * one.
   */
  prepend(lines: readonly Line[]): void {
    if (this.#older.length === 0) this.#base = this.#start;
    let below = this.#start < this.#end ? this.line(this.#start) : undefined;
    if (below === undefined && lines.length > 0) this.#day = new Day((lines.at(-1) as Line).at);
    for (const line of lines.toReversed()) {
      if (below !== undefined && !isDayLine(below) && !new Day(below.at).includes(line.at)) {
        this.#addAbove(dayLine(below.at));
      }
      this.#addAbove(line);
      below = line;
    }
  }

  #addAbove(line: Line): void {
    if (this.#end - this.#start === this.#limits.lines) return;
    this.#older.push(line);
    this.#start--;
    this.#resize(sizeOf(line));
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
    if (this.#older.length > 0) this.#older.pop();
    else this.#ring[this.#start % this.#limits.lines] = undefined;
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
