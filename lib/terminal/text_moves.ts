/**
 * Places in a text, seen from a cursor in it: the next character, word and line. Every function is
 * pure, and counts in UTF-16 units; a place is always between two graphemes.
 *
 * @module
 */

import { graphemes } from "./width.ts";

const WORD = /^[\p{L}\p{N}\p{M}_]/u;
const BLANK = /^\s/;

/** The place one grapheme to the left. */
export function leftOf(text: string, cursor: number): number {
  return cursor - (graphemes(text.slice(0, cursor)).at(-1)?.length ?? 0);
}

/** The place one grapheme to the right. */
export function rightOf(text: string, cursor: number): number {
  return cursor + (graphemes(text.slice(cursor))[0]?.length ?? 0);
}

/**
 * The start of the word that ends at the cursor or to the left of it; words are letters and digits.
 */
export function wordLeft(text: string, cursor: number): number {
  const before = graphemes(text.slice(0, cursor)).reverse();
  return cursor - lengthWhile(before, [(g) => !WORD.test(g), (g) => WORD.test(g)]);
}

/** The end of the word that begins at the cursor or to the right of it. */
export function wordRight(text: string, cursor: number): number {
  const after = graphemes(text.slice(cursor));
  return cursor + lengthWhile(after, [(g) => !WORD.test(g), (g) => WORD.test(g)]);
}

/** The start of the word to the left, where blanks alone end a word. */
export function blankLeft(text: string, cursor: number): number {
  const before = graphemes(text.slice(0, cursor)).reverse();
  return cursor - lengthWhile(before, [(g) => BLANK.test(g), (g) => !BLANK.test(g)]);
}

/** The start and the end of the blanks around the cursor. */
export function blanksAround(text: string, cursor: number): readonly [start: number, end: number] {
  let start = cursor;
  while (start > 0 && text[start - 1] === " ") start--;
  let end = cursor;
  while (text[end] === " ") end++;
  return [start, end];
}

/** The start of the cursor's line. */
export function lineStart(text: string, cursor: number): number {
  return cursor === 0 ? 0 : text.lastIndexOf("\n", cursor - 1) + 1;
}

/** The end of the cursor's line, in front of its line break. */
export function lineEnd(text: string, cursor: number): number {
  const end = text.indexOf("\n", cursor);
  return end < 0 ? text.length : end;
}

/** The same, or at that end the start of the next line. */
export function lineEndOrNext(text: string, cursor: number): number {
  const end = lineEnd(text, cursor);
  return end > cursor ? end : Math.min(end + 1, text.length);
}

/**
 * The place in the line above (-1) or below (1), as many graphemes from its start; `undefined`
 * without a line.
 */
export function inNextLine(text: string, cursor: number, step: -1 | 1): number | undefined {
  const start = lineStart(text, cursor);
  const other = step < 0
    ? start > 0 ? lineStart(text, start - 1) : undefined
    : lineEnd(text, cursor) + 1;
  if (other === undefined || other > text.length) return undefined;
  const count = graphemes(text.slice(start, cursor)).length;
  const line = graphemes(text.slice(other, lineEnd(text, other)));
  return other + line.slice(0, count).join("").length;
}

/** A text that replaces what stands from `start` to `end`; the cursor goes behind it. */
export interface Replacement {
  /** Where the old text begins. */
  readonly start: number;
  /** Where the old text ends. */
  readonly end: number;
  /** The new text. */
  readonly text: string;
}

/**
 * Exchanges the graphemes around the cursor; at the end, the last two. `undefined` without two
 * in the line.
 */
export function transposedCharacters(text: string, cursor: number): Replacement | undefined {
  const atEnd = cursor === lineEnd(text, cursor);
  const middle = atEnd ? leftOf(text, cursor) : cursor;
  const start = leftOf(text, middle);
  const end = rightOf(text, middle);
  if (start < lineStart(text, cursor) || start === middle || middle === end) return undefined;
  return { start, end, text: text.slice(middle, end) + text.slice(start, middle) };
}

/** Exchanges the word before the cursor and the next one; at the end, the last two. */
export function transposedWords(text: string, cursor: number): Replacement | undefined {
  const end = wordRight(text, cursor);
  // Behind the last word nothing but other characters may follow: its end is searched from its
  // start.
  const secondStart = wordLeft(text, end);
  const secondEnd = wordRight(text, secondStart);
  const start = wordLeft(text, secondStart);
  const firstEnd = wordRight(text, start);
  if (firstEnd > secondStart || start === secondStart) return undefined;
  const between = text.slice(firstEnd, secondStart);
  const first = text.slice(start, firstEnd);
  return { start, end: secondEnd, text: text.slice(secondStart, secondEnd) + between + first };
}

/**
 * The word at the cursor or behind it in capitals, in small letters, or with one capital at its
 * start.
 */
export function recased(
  text: string,
  cursor: number,
  to: "upper" | "lower" | "capital",
): Replacement | undefined {
  const end = wordRight(text, cursor);
  if (end === cursor) return undefined;
  const word = text.slice(cursor, end);
  return { start: cursor, end, text: recase(word, to) };
}

function recase(word: string, to: "upper" | "lower" | "capital"): string {
  if (to === "upper") return word.toUpperCase();
  if (to === "lower") return word.toLowerCase();
  const [lead = ""] = /^[^\p{L}\p{N}]*/u.exec(word) ?? [];
  const first = String.fromCodePoint(word.codePointAt(lead.length) ?? 0x20);
  const rest = word.slice(lead.length + first.length);
  return lead + first.toUpperCase() + rest.toLowerCase();
}

/**
 * The length of the leading items that pass the first test, and of the items after them that
 * pass the second.
 */
function lengthWhile(list: readonly string[], tests: readonly ((g: string) => boolean)[]): number {
  let length = 0;
  let at = 0;
  for (const test of tests) {
    for (let g; (g = list[at]) !== undefined && test(g); at++) length += g.length;
  }
  return length;
}
