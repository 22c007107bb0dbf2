/**
 * Wraps text to rows of a screen: lines break at spaces, at wide characters (Chinese, Japanese and
 * Korean use them without spaces), and inside a word only if it is longer than a row.
 *
 * @module
 */

import { graphemes, graphemeWidth, isPlain, textWidth } from "./width.ts";

/**
 * Returns the rows of `text`, each at most `columns` (at least 2) wide. A `\n` always ends a row,
 * and the spaces at a break are left out. There is at least one row, which may be empty.
 */
export function wrap(text: string, columns: number): string[] {
  return text.split("\n").flatMap((line) => wrapLine(line, Math.max(2, columns)));
}

function wrapLine(line: string, columns: number): string[] {
  if (textWidth(line) <= columns) return [line];
  const rows: string[] = [];
  let row = "";
  let width = 0;
  // Spaces enter a row only together with the word behind them.
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

/**
 * The pieces that are never split: runs of spaces, words, wide characters, and parts of words
 * longer than a row.
 */
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
