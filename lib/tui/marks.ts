/**
 * Parts of a line that look other than the rest of it: nicks, formatted parts, and addresses. They
 * may overlap; a line has them cut into marks that do not.
 *
 * @module
 */

import type { Appearance, Style } from "./colors.ts";
import type { FormatRun } from "./formatting.ts";
import type { Link } from "./links.ts";

/** A part of a line; its positions are in UTF-16 units. */
export interface Mark extends Appearance {
  /** The position where it begins. */
  readonly start: number;
  /** The position where it ends. */
  readonly end: number;
}

/** Parts in order and without overlaps. */
interface Part {
  readonly start: number;
  readonly end: number;
}

/**
 * Joins marks, runs and links, each in order and without overlaps among themselves, to marks
 * without overlaps. `style` is that of the line. The time is linear in their number.
 */
export function joinMarks(
  style: Style,
  marks: readonly Mark[],
  runs: readonly FormatRun[],
  links: readonly Link[],
): readonly Mark[] {
  if (runs.length === 0 && links.length === 0) return marks;
  const joined: Mark[] = [];
  const sources = [new Cursor(marks), new Cursor(runs), new Cursor(links)] as const;
  for (let at = 0; at < Infinity;) {
    const [mark, run, link] = [sources[0].at(at), sources[1].at(at), sources[2].at(at)];
    const end = Math.min(...sources.map((source) => source.nextBorder(at)));
    if (mark !== undefined || run !== undefined || link !== undefined) {
      joined.push({
        start: at,
        end,
        style: mark?.style ?? style,
        ...(run !== undefined && { format: run.format }),
        ...(link !== undefined && { link: link.link }),
      });
    }
    at = end;
  }
  return joined;
}

/**
 * The marks of a line in which the parts between `starts` and `length` units behind them stand out.
 */
export function highlight(
  { text, style, marks }: { text: string; style: Style; marks: readonly Mark[] },
  starts: readonly number[],
  length: number,
): readonly Mark[] {
  const whole = new Cursor(marks);
  const found = new Cursor(starts.map((start) => ({ start, end: start + length })));
  const all: Mark[] = [];
  for (let at = 0; at < text.length;) {
    const mark = whole.at(at);
    const isFound = found.at(at) !== undefined;
    const end = Math.min(whole.nextBorder(at), found.nextBorder(at), text.length);
    if (isFound) {
      all.push({ style, ...mark, start: at, end, format: { ...mark?.format, reverse: true } });
    } else if (mark !== undefined) all.push({ ...mark, start: at, end });
    at = end;
  }
  return all;
}

/** The marks of a line behind `by` further characters. */
export function shifted({ marks }: { readonly marks: readonly Mark[] }, by: number): Mark[] {
  return marks.map((mark) => ({ ...mark, start: mark.start + by, end: mark.end + by }));
}

/** Goes through parts once, from left to right. */
class Cursor<T extends Part> {
  readonly #parts: readonly T[];
  #next = 0;

  constructor(parts: readonly T[]) {
    this.#parts = parts;
  }

  /** The part at a position. The positions MUST not fall. */
  at(position: number): T | undefined {
    while ((this.#parts[this.#next]?.end ?? Infinity) <= position) this.#next++;
    const part = this.#parts[this.#next];
    return part !== undefined && part.start <= position ? part : undefined;
  }

  /** The next position behind `position` where a part begins or ends, after `at(position)`. */
  nextBorder(position: number): number {
    const part = this.#parts[this.#next];
    if (part === undefined) return Infinity;
    return part.start > position ? part.start : part.end;
  }
}
