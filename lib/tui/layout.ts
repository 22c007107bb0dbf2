/**
 * Lays out a line of the output as rows of the screen: long lines wrap with a hanging indent, and
 * times stand in front if the user wants them. An address longer than a row has rows of its own,
 * without an indent, so that it can be copied; and a message longer than the fold ends with a mark.
 *
 *   12:34    pat: a long line                       with `align`, the ends of nicks stand below each other
 *                 that wraps
 *   12:35   chris: the first rows
 *                 .. 12 more rows, F3 shows them
 *
 * @module
 */

import { textWidth, truncate } from "../terminal/width.ts";
import { wrap } from "../terminal/wrap.ts";
import type { Appearance, Row, Span } from "./colors.ts";
import type { Line } from "./lines.ts";

/** The settings that decide how a line is cut. */
export interface LineLayout {
  /** The width of the screen. */
  readonly columns: number;
  /** Whether each line starts with its time. */
  readonly times: boolean;
  /** Whether nicks are aligned to the right. */
  readonly align?: boolean;
  /** The most rows of a line, at least 2; without it, all are shown. */
  readonly fold?: number | undefined;
}

/**
 * The indent of further rows of a line without a hang, or with one that takes too much of the row.
 */
const PLAIN_INDENT = 2;
/** Screens narrower than this have no room for it. */
const MIN_COLUMNS_FOR_INDENT = 8;
/** Screens narrower than this have no room for times. */
const MIN_COLUMNS_FOR_TIMES = 20;
/** Screens narrower than this have no room for aligned nicks. */
const MIN_COLUMNS_FOR_ALIGNMENT = 60;
/** The columns for aligned nicks, with what stands between them and the text. */
const ALIGNED_COLUMNS = 16;

type Settings = Required<LineLayout>;

// The rows of each line for the present settings: most draws are for one new line.
const kept = new WeakMap<Line, Settings & { readonly rows: readonly Row[] }>();

/** The rows of a line; at least one. */
export function layoutLine(line: Line, layout: LineLayout): readonly Row[] {
  const { columns, times, align = false, fold } = layout;
  const known = kept.get(line);
  const isKnown = known !== undefined && known.columns === columns && known.times === times &&
    known.align === align && known.fold === fold;
  if (isKnown) return known.rows;
  const rows = cutLine(line, { columns, times, align, fold });
  kept.set(line, { columns, times, align, fold, rows });
  return rows;
}

/** Formats a moment of `Date.now` as `HH:MM` in the user's time zone. */
function timeText(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

function cutLine(line: Line, { columns, times, align, fold }: Settings): Row[] {
  const stamp = times && columns >= MIN_COLUMNS_FOR_TIMES ? `${timeText(line.at)} ` : "";
  const room = columns - stamp.length;
  const isAligned = align && columns >= MIN_COLUMNS_FOR_ALIGNMENT;
  const pad = isAligned
    ? Math.max(0, ALIGNED_COLUMNS - textWidth(line.text.slice(0, line.hang)))
    : 0;
  const rows = folded(cutText(line, room - pad, columns), fold, room - pad);
  const margin = stamp.length + pad;
  return rows.map(({ spans, atEdge }, i) => {
    if (margin === 0 || atEdge) return spans;
    if (i > 0 || stamp === "") return [blank(margin), ...spans];
    const time: Span = { text: stamp, style: "dim" };
    return pad === 0 ? [time, ...spans] : [time, blank(pad), ...spans];
  });
}

/** A row without the time and indent in front of it. */
interface CutRow {
  readonly spans: Row;
  /** Whether it begins at the edge of the screen, and takes all of the width. */
  readonly atEdge: boolean;
}

/** The first rows of a message that is too long, and a mark. */
function folded(
  rows: readonly CutRow[],
  fold: number | undefined,
  room: number,
): readonly CutRow[] {
  if (fold === undefined || rows.length <= fold) return rows;
  const shown = rows.slice(0, fold - 1);
  const words = `  .. ${rows.length - shown.length} more rows, F3 shows them`;
  const text = truncate(words, room);
  return [...shown, { spans: [{ text, style: "dim" }], atEdge: false }];
}

function cutText(line: Line, room: number, columns: number): CutRow[] {
  const { text } = line;
  const spansOf = spanReader(line);
  if (!text.includes("\n") && textWidth(text) <= room) {
    return [{ spans: spansOf(0, text.length), atEdge: false }];
  }
  const hang = hangOf(line, room);
  const plain = room >= MIN_COLUMNS_FOR_INDENT ? PLAIN_INDENT : 0;
  const indent = hang > 0 ? textWidth(text.slice(0, hang)) : plain;
  const rows: CutRow[] = [];
  let at = hang;
  // Only spaces and line breaks are left out between two rows, so this finds the exact
  // place of each.
  for (const part of partsOf(line, hang, room, indent, columns)) {
    const start = text.indexOf(part.text, at);
    at = start + part.text.length;
    // The text in front of the hang belongs to the first row, even when an address begins behind
    // it.
    if (rows.length === 0 && part.atEdge && hang > 0) {
      rows.push({ spans: spansOf(0, hang), atEdge: false });
    }
    if (part.atEdge) rows.push({ spans: spansOf(start, at), atEdge: true });
    else if (rows.length > 0) {
      rows.push({ spans: [blank(indent), ...spansOf(start, at)], atEdge: false });
    } else rows.push({ spans: spansOf(hang > 0 ? 0 : start, at), atEdge: false });
  }
  return rows;
}

/** The line's hang, if it leaves most of the row to the text. */
function hangOf({ text, hang }: Line, room: number): number {
  return textWidth(text.slice(0, hang)) * 3 <= room ? hang : 0;
}

interface RowText {
  readonly text: string;
  readonly atEdge: boolean;
}

/**
 * Cuts what follows the hang into rows; without a hang the first row is wider, by the
 * others' indent.
 */
function* partsOf(
  line: Line,
  hang: number,
  room: number,
  indent: number,
  columns: number,
): Generator<RowText, void, void> {
  const { text } = line;
  let at = hang;
  let isFirst = hang === 0;
  for (const { start, end } of longLinks(line, hang, room - indent)) {
    const before = text.slice(at, start).trimEnd();
    if (before !== "") yield* wrapped(before, room, indent, isFirst);
    for (const row of wrap(text.slice(start, end), columns)) yield { text: row, atEdge: true };
    at = end;
    isFirst = false;
  }
  const rest = at === hang ? text.slice(at) : text.slice(at).replace(/^ *\n?/, "");
  if (rest !== "" || at === hang) yield* wrapped(rest, room, indent, isFirst);
}

function* wrapped(
  text: string,
  room: number,
  indent: number,
  isFirst: boolean,
): Generator<RowText, void, void> {
  const row = (text: string): RowText => ({ text, atEdge: false });
  if (!isFirst) return yield* wrap(text, room - indent).map(row);
  const first = wrap(text, room)[0] as string;
  yield row(first);
  yield* wrap(text.slice(first.length).replace(/^ *\n?/, ""), room - indent).map(row);
}

/** The addresses behind the hang that are longer than a row. */
function* longLinks({ text, marks }: Line, hang: number, room: number) {
  let start = -1;
  for (const [i, mark] of marks.entries()) {
    if (mark.link === undefined || mark.start < hang) continue;
    if (start < 0) start = mark.start;
    const next = marks[i + 1];
    // What is formatted within an address cuts it into several marks.
    if (next?.link === mark.link && next.start === mark.end) continue;
    if (textWidth(text.slice(start, mark.end)) > room) yield { start, end: mark.end };
    start = -1;
  }
}

function blank(width: number): Span {
  return { text: " ".repeat(width), style: "plain" };
}

/**
 * Reads a line part by part, each with its styles. The parts MUST be read in order: it never looks
 * at a passed mark again, so that it is linear even for a line with many marks and many rows.
 */
function spanReader(line: Line): (start: number, end: number) => Row {
  const { text, marks, style } = line;
  let next = 0;
  return (start, end) => {
    const spans: Span[] = [];
    let at = start;
    const add = (to: number, look: Appearance) => {
      if (to > at) spans.push({ ...look, text: text.slice(at, to) });
      at = Math.max(at, to);
    };
    for (let mark; (mark = marks[next]) !== undefined && mark.start < end; next++) {
      add(Math.min(mark.start, end), { style });
      const { style: markStyle, format, link } = mark;
      add(Math.min(mark.end, end), {
        style: markStyle,
        ...(format !== undefined && { format }),
        ...(link !== undefined && { link }),
      });
      // The mark continues in the next part.
      if (mark.end > end) break;
    }
    add(end, { style });
    return spans;
  };
}
