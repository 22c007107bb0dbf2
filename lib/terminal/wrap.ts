/**
 * Text to rows of a screen: lines break at spaces, at wide characters (which Chinese, Japanese and
 * Korean are written in without spaces), and inside a word only when it is longer than a row.
 *
 * @module
 */

import { graphemes, graphemeWidth, isPlain, textWidth } from "./width.ts";

/**
 * The rows of `text`, each of at most `columns` (at least 2) columns. A `\n` always ends a row; the
 * spaces at which a row was broken are left out. At least one row, maybe an empty one.
 */
export function wrap(text: string, columns: number): string[] {
  return text.split("\n").flatMap((line) => wrapLine(line, Math.max(2, columns)));
}

function wrapLine(line: string, columns: number): string[] {
  if (textWidth(line) <= columns) return [line];
  const rows: string[] = [];
  let row = "";
  let width = 0;
  // Spaces are put into a row only with the word behind them.
  let spaces = "";
  for (const piece of pieces(line, columns)) {
    if (piece.startsWith(" ")) {
      spaces += piece;
      continue;
    }
    const pieceWidth = textWidth(piece);
    const needed = width + spaces.length + pieceWidth;
    if (needed > columns && width > 0) {
      rows.push(row);
      row = piece;
      width = pieceWidth;
    } else {
      // A line may start with spaces, but not with more of them than leave room for its first word.
      const lead = spaces.slice(0, Math.max(0, columns - width - pieceWidth));
      row += lead + piece;
      width += lead.length + pieceWidth;
    }
    spaces = "";
  }
  if (row !== "" || rows.length === 0) rows.push(row);
  return rows;
}

/** The pieces that stay whole: runs of spaces, words, wide characters, and parts of words longer than a row. */
function* pieces(line: string, columns: number): Generator<string, void, void> {
  for (const run of line.match(/ +|[^ ]+/g) ?? []) {
    if (run.startsWith(" ") || (isPlain(run) && run.length <= columns)) yield run;
    else yield* wordPieces(run, columns);
  }
}

function* wordPieces(word: string, columns: number): Generator<string, void, void> {
  let piece = "";
  let width = 0;
  for (const grapheme of graphemes(word)) {
    const added = graphemeWidth(grapheme);
    if (piece !== "" && (added === 2 || width + added > columns)) {
      yield piece;
      piece = "";
      width = 0;
    }
    piece += grapheme;
    width += added;
    if (added === 2) {
      yield piece;
      piece = "";
      width = 0;
    }
  }
  if (piece !== "") yield piece;
}
