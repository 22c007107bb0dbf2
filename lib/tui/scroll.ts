/**
 * The place of the screen in the output. A place is a row of a line, not a number of rows from the
 * end, so the text that a person reads stays in place when lines arrive and when the width of the
 * screen changes.
 *
 * @module
 */

import { truncate } from "../terminal/width.ts";
import type { Row } from "./colors.ts";
import { layoutLine, type LineLayout } from "./layout.ts";
import type { Line } from "./lines.ts";
import { highlight } from "./marks.ts";
import type { Scrollback } from "./scrollback.ts";

/** A row of the output. */
export interface Place {
  /** The number of the line. */
  readonly line: number;
  /** The row within the line, from 0. */
  readonly row: number;
}

/** The part of the screen that shows the output. */
export interface Area extends OutputLayout {
  /** The number of rows; may be 0. */
  readonly height: number;
}

/** How the lines of an output become rows. */
export interface OutputLayout extends LineLayout {
  /** The number of the first line that is new, above which a row says so. */
  readonly firstUnread?: number;
  /** The row above the first line. */
  readonly top?: string;
  /** The line that a search has found, and the text that stands out in it, in small letters. */
  readonly found?: { readonly line: number; readonly text: string };
}

/**
 * The rows that end at `bottom`, or at the end of the output if that is `undefined`; at most
 * `area.height`.
 */
export function visibleRows(lines: Scrollback, area: Area, bottom: Place | undefined): Row[] {
  const rows: Row[] = [];
  let place = bottom ?? lastPlace(lines, area);
  while (place !== undefined && rows.length < area.height) {
    const all = rowsOf(lines, area, place.line);
    const from = Math.max(0, place.row + 1 - (area.height - rows.length));
    rows.unshift(...all.slice(from, place.row + 1));
    place = endOf(lines, area, place.line - 1);
  }
  return rows;
}

/**
 * The bottom row after scrolling by a number of rows, down when positive. `undefined` is the end of
 * the output, where the screen follows new lines. Scrolling by 0 rows finds a valid place after
 * lines were dropped or the screen has changed.
 */
export function scrolled(
  lines: Scrollback,
  area: Area,
  bottom: Place | undefined,
  by: number,
): Place | undefined {
  const from = bottom === undefined ? lastPlace(lines, area) : clamped(lines, area, bottom);
  if (from === undefined) return undefined;
  const to = by < 0 ? up(lines, area, from, -by).place : down(lines, area, from, by);
  if (to === undefined) return undefined;
  // There is nothing to show above the very first row.
  const { moved } = up(lines, area, to, Math.max(0, area.height - 1));
  return down(lines, area, to, Math.max(0, area.height - 1 - moved));
}

/** Whether the very first row is on the screen whose lowest row is `bottom`. */
export function showsTop(lines: Scrollback, area: Area, bottom: Place | undefined): boolean {
  const from = bottom === undefined ? lastPlace(lines, area) : clamped(lines, area, bottom);
  if (from === undefined) return true;
  const { place } = up(lines, area, from, Math.max(0, area.height - 1));
  return place.line === lines.start && place.row === 0;
}

/** The rows of its line below `place`. What comes above the line does not change them. */
export function rowsBelow(lines: Scrollback, area: OutputLayout, place: Place): number {
  const { line, row } = clamped(lines, area, place);
  return rowsOf(lines, area, line).length - 1 - row;
}

/** The place with so many rows of its line below it. */
export function placeAbove(
  lines: Scrollback,
  area: OutputLayout,
  line: number,
  below: number,
): Place {
  return { line, row: Math.max(0, rowsOf(lines, area, line).length - 1 - below) };
}

function up(
  lines: Scrollback,
  area: OutputLayout,
  from: Place,
  rows: number,
): { place: Place; moved: number } {
  // The very top needs no layout of the lines between.
  if (rows === Infinity) return { place: { line: lines.start, row: 0 }, moved: Infinity };
  let place = from;
  let moved = 0;
  while (moved < rows) {
    const step = Math.min(place.row, rows - moved);
    if (step > 0) {
      place = { line: place.line, row: place.row - step };
      moved += step;
      continue;
    }
    const above = endOf(lines, area, place.line - 1);
    if (above === undefined) break;
    place = above;
    moved++;
  }
  return { place, moved };
}

/** The place a number of rows below; `undefined` when it reaches the end. */
function down(
  lines: Scrollback,
  area: OutputLayout,
  from: Place,
  rows: number,
): Place | undefined {
  let { line, row } = from;
  row += rows;
  for (let count; row >= (count = rowsOf(lines, area, line).length);) {
    if (line === lines.end - 1) return undefined;
    row -= count;
    line++;
  }
  const atEnd = line === lines.end - 1 &&
    row === rowsOf(lines, area, line).length - 1;
  return atEnd ? undefined : { line, row };
}

function clamped(lines: Scrollback, area: OutputLayout, place: Place): Place {
  if (place.line < lines.start) return { line: lines.start, row: 0 };
  const count = rowsOf(lines, area, place.line).length;
  return { line: place.line, row: Math.min(place.row, count - 1) };
}

function lastPlace(lines: Scrollback, area: OutputLayout): Place | undefined {
  return endOf(lines, area, lines.end - 1);
}

/** The last row of a line; `undefined` when there is no such line. */
function endOf(lines: Scrollback, area: OutputLayout, line: number): Place | undefined {
  if (line < lines.start || line >= lines.end) return undefined;
  return { line, row: rowsOf(lines, area, line).length - 1 };
}

/** The rows of a line, and the one that says that it is the first of the new ones. */
function rowsOf(lines: Scrollback, area: OutputLayout, line: number): readonly Row[] {
  const rows = layoutLine(shownLine(lines, area, line), area);
  // Where all lines are new, no row separates them.
  if (line === area.firstUnread && line > lines.start) {
    return [dimRow(`-- new ${"-".repeat(area.columns)}`, area.columns), ...rows];
  }
  return line === lines.start && area.top !== undefined
    ? [dimRow(area.top, area.columns), ...rows]
    : rows;
}

/** A line as it is, or with the words marked that a search has found in it. */
function shownLine(lines: Scrollback, { found }: OutputLayout, number: number): Line {
  const line = lines.line(number);
  if (number !== found?.line || found.text === "") return line;
  const text = line.text.toLowerCase();
  // Where small letters are longer or shorter, positions would not fit.
  if (text.length !== line.text.length) return line;
  const starts: number[] = [];
  for (let at = 0; (at = text.indexOf(found.text, at)) >= 0; at += found.text.length) {
    starts.push(at);
  }
  return { ...line, marks: highlight(line, starts, found.text.length) };
}

function dimRow(text: string, columns: number): Row {
  return [{ text: truncate(text, columns, ""), style: "dim" }];
}
