/**
 * The edited line as rows of the screen. It wraps between characters and at its line breaks. If it
 * is longer than its share of the screen, only the rows around the cursor are shown; in one row it
 * moves sideways.
 *
 * @module
 */

import { graphemes, graphemeWidth, isPlain, textWidth, truncate } from "../terminal/width.ts";
import type { EditedLine } from "../terminal/line_view.ts";

/** Rows of text, and the place of the cursor. */
export interface InputRows {
  /** At least one row; the first starts with the prompt, unless the prompt is not shown. */
  readonly rows: readonly string[];
  /** The length of the prompt in the first row, in UTF-16 units. */
  readonly prompt: number;
  /** The place of the cursor, counted from 0. */
  readonly cursor: { readonly row: number; readonly column: number };
}

/** The prompt `NICK> `. It cuts a long nick so that half of the row is left. */
export function promptOf(nick: string, columns: number): string {
  return `${truncate(nick, Math.max(1, Math.floor(columns / 2) - 2))}> `;
}

/**
 * The prompt while a search is under way. Of a long one, the end stays: there the query is
 * being typed.
 */
export function searchPrompt(prompt: string, columns: number): string {
  const room = Math.max(8, columns - 8);
  if (textWidth(prompt) <= room) return prompt;
  const all = graphemes(prompt);
  let width = 1;
  let from = all.length;
  while (from > 0 && width + graphemeWidth(all[from - 1] as string) <= room) {
    width += graphemeWidth(all[--from] as string);
  }
  return `…${all.slice(from).join("")}`;
}

/** Cuts prompt and line into rows; shows at most `limit` of them. */
export function layoutInput(
  prompt: string,
  line: EditedLine,
  columns: number,
  limit: number,
): InputRows {
  const { rows, cursor } = cut(prompt + line.text, prompt.length + line.cursor, columns);
  if (limit === 1 && rows.length > 1) return sideways(prompt, line, columns);
  const top = Math.max(0, Math.min(cursor.row - limit + 1, rows.length - limit));
  return {
    rows: rows.slice(top, top + limit),
    prompt: top === 0 ? Math.min(prompt.length, (rows[0] as string).length) : 0,
    cursor: { row: cursor.row - top, column: cursor.column },
  };
}

/**
 * One row of a longer line: the part before the cursor, and the part behind it as far as
 * there is room.
 */
function sideways(prompt: string, line: EditedLine, columns: number): InputRows {
  // A line break has a sign of its own, as long as itself.
  const text = prompt + line.text.replaceAll("\n", "\u240a");
  const cursorAt = prompt.length + line.cursor;
  let before = "";
  let width = 0;
  for (const grapheme of graphemes(text.slice(0, cursorAt)).reverse()) {
    const added = graphemeWidth(grapheme);
    // The cursor itself needs a column.
    if (width + added > columns - 1) break;
    before = grapheme + before;
    width += added;
  }
  const row = before + truncate(text.slice(cursorAt), Math.max(0, columns - width), "");
  const start = cursorAt - before.length;
  return {
    rows: [row],
    prompt: Math.max(0, prompt.length - start),
    cursor: { row: 0, column: width },
  };
}

function cut(text: string, cursorAt: number, columns: number) {
  if (isPlain(text)) return cutPlain(text, cursorAt, columns);
  const rows: string[] = [];
  const cursor = { row: 0, column: 0 };
  let row = "";
  let width = 0;
  let at = 0;
  for (const grapheme of graphemes(text)) {
    const added = graphemeWidth(grapheme);
    if (grapheme === "\n") {
      if (at === cursorAt) setCursor(cursor, rows.length, Math.min(width, columns - 1), columns);
      rows.push(row);
      row = "";
      width = 0;
      at += grapheme.length;
      continue;
    }
    if (width + added > columns && row !== "") {
      rows.push(row);
      row = "";
      width = 0;
    }
    if (at === cursorAt) setCursor(cursor, rows.length, width, columns);
    row += grapheme;
    width += added;
    at += grapheme.length;
  }
  rows.push(row);
  if (cursorAt >= at) setCursor(cursor, rows.length - 1, width, columns);
  if (cursor.row === rows.length) rows.push("");
  return { rows, cursor };
}

function cutPlain(text: string, cursorAt: number, columns: number) {
  const row = Math.floor(cursorAt / columns);
  const rows: string[] = [];
  for (let at = 0; at < text.length || rows.length <= row; at += columns) {
    rows.push(text.slice(at, at + columns));
  }
  return { rows, cursor: { row, column: cursorAt - row * columns } };
}

// Behind the last column the cursor stands at the start of the next row.
function setCursor(
  cursor: { row: number; column: number },
  row: number,
  column: number,
  columns: number,
) {
  cursor.row = column >= columns ? row + 1 : row;
  cursor.column = column >= columns ? 0 : column;
}
