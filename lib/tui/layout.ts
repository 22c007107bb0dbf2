/**
 * Lays out a line of the output as rows of the screen: long lines wrap with a hanging indent, and times stand in
 * front if the user wants them.
 *
 *   12:34 pat: a long line
 *              that wraps
 *
 * @module
 */

import { textWidth } from "../terminal/width.ts";
import { wrap } from "../terminal/wrap.ts";
import type { Row, Span } from "./colors.ts";
import type { Line } from "./lines.ts";

/** The settings that decide how a line is cut. */
export interface LineLayout {
  /** The width of the screen. */
  readonly columns: number;
  /** Whether each line starts with its time. */
  readonly times: boolean;
}

/** The indent of further rows of a line without a hang, or with one that takes too much of the row. */
const PLAIN_INDENT = 2;
/** Screens narrower than this have no room for times. */
const MIN_COLUMNS_FOR_TIMES = 20;

// The rows of each line for the present width: most draws are for one new line.
const kept = new WeakMap<Line, LineLayout & { readonly rows: readonly Row[] }>();

/** The rows of a line; at least one. */
export function layoutLine(line: Line, { columns, times }: LineLayout): readonly Row[] {
  const known = kept.get(line);
  if (known !== undefined && known.columns === columns && known.times === times) return known.rows;
  const rows = cutLine(line, columns, times);
  kept.set(line, { columns, times, rows });
  return rows;
}

/** Formats a moment of `Date.now` as `HH:MM` in the user's time zone. */
function timeText(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

function cutLine(line: Line, columns: number, times: boolean): Row[] {
  const stamp = times && columns >= MIN_COLUMNS_FOR_TIMES ? `${timeText(line.at)} ` : "";
  const rows = cutText(line, columns - stamp.length);
  if (stamp === "") return rows;
  return rows.map((row, i) => [
    i === 0 ? { text: stamp, style: "dim" } : blank(stamp.length),
    ...row,
  ]);
}

function cutText(line: Line, room: number): Row[] {
  const { text } = line;
  if (!text.includes("\n") && textWidth(text) <= room) return [spanReader(line)(0, text.length)];
  const hang = hangOf(line, room);
  const indent = hang > 0 ? textWidth(text.slice(0, hang)) : PLAIN_INDENT;
  const rows: Row[] = [];
  const spansOf = spanReader(line);
  let at = hang;
  // Only spaces and line breaks are left out between two rows, so this finds the exact place of each.
  for (const part of partsOf(text, hang, room, indent)) {
    const start = text.indexOf(part, at);
    at = start + part.length;
    if (rows.length > 0) rows.push([blank(indent), ...spansOf(start, at)]);
    else rows.push(spansOf(hang > 0 ? 0 : start, at));
  }
  return rows;
}

/** The line's hang, if it leaves most of the row to the text. */
function hangOf({ text, hang }: Line, room: number): number {
  return textWidth(text.slice(0, hang)) * 3 <= room ? hang : 0;
}

/** Cuts what follows the hang into rows; without a hang the first row is wider, by the others' indent. */
function partsOf(text: string, hang: number, room: number, indent: number): string[] {
  if (hang > 0) return wrap(text.slice(hang), room - indent);
  const first = wrap(text, room)[0] as string;
  const rest = text.slice(first.length).replace(/^ *\n?/, "");
  return [first, ...wrap(rest, room - indent)];
}

function blank(width: number): Span {
  return { text: " ".repeat(width), style: "plain" };
}

/**
 * Reads a line part by part, each with its styles. The parts MUST be read in order: it never looks at a passed
 * mark again, so that it is linear even for a line with many marks and many rows.
 */
function spanReader(line: Line): (start: number, end: number) => Row {
  const { text, marks, style } = line;
  let next = 0;
  return (start, end) => {
    const spans: Span[] = [];
    let at = start;
    const add = (to: number, style: Span["style"]) => {
      if (to > at) spans.push({ text: text.slice(at, to), style });
      at = Math.max(at, to);
    };
    for (let mark; (mark = marks[next]) !== undefined && mark.start < end; next++) {
      add(Math.min(mark.start, end), style);
      add(Math.min(mark.end, end), mark.style);
      // The mark continues in the next part.
      if (mark.end > end) break;
    }
    add(end, style);
    return spans;
  };
}
