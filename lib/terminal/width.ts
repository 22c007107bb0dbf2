/**
 * The width of text on a terminal, in columns. It is measured by graphemes, each of which a person
 * sees as one character: a flag, a family of five joined code points, a letter with its accents.
 *
 * Terminals disagree on the newest and rarest characters. Where that matters (for the cursor), the
 * program lets the terminal do it instead of computing it: see `line_view.ts`.
 *
 * @module
 */

const PLAIN = /^[\x20-\x7e]*$/;

// Graphemes without a width: combining marks, joiners, variation selectors, and C0 and C1 (which
// MUST not get here). Terminals do show a soft hyphen.
const ZERO = /^[\p{Mn}\p{Me}\p{Cc}[[\p{Cf}&&\p{Default_Ignorable_Code_Point}]--[\xad]]]+$/v;

// Two columns. `Emoji_Presentation` is one part of East Asian Wide. The other has no property
// escape: it is W and F of Unicode 17.0's EastAsianWidth.txt, less those emoji, with ranges joined
// where nothing but emoji, combining marks (ZERO comes first) and unassigned code points lies
// between them.
const WIDE = new RegExp(
  "^(?:(?!\\p{RI})\\p{Emoji_Presentation}|\\p{RI}\\p{RI}|[" +
    "\\u{1100}-\\u{115f}\\u{2329}\\u{232a}\\u{2630}-\\u{2637}\\u{268a}-\\u{268f}\\u{2e80}-\\u{303e}" +
    "\\u{3041}-\\u{3247}\\u{3250}-\\u{a4c6}\\u{a960}-\\u{a97c}\\u{ac00}-\\u{d7a3}\\u{f900}-\\u{fad9}" +
    "\\u{fe10}-\\u{fe6b}\\u{ff01}-\\u{ff60}\\u{ffe0}-\\u{ffe6}\\u{16fe0}-\\u{18df2}" +
    "\\u{1aff0}-\\u{1b2fb}\\u{1d300}-\\u{1d376}\\u{1f200}-\\u{1f265}\\u{20000}-\\u{3fffd}])",
  "u",
);

// A character that is text by default, made an emoji by VS16: a heart, a keycap.
const MADE_EMOJI = /^\p{Emoji}\ufe0f/u;

// Made on demand: it takes milliseconds, and plain text does not need it.
let segmenter: Intl.Segmenter | undefined;

function segments(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return segmenter.segment(text);
}

/** Whether all of `text` is printable ASCII, where each character is one grapheme of one column. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text);
}

/** Splits `text` into graphemes. */
export function graphemes(text: string): string[] {
  if (isPlain(text)) return text.split("");
  if (text.length === 1) return [text];
  return Array.from(segments(text), ({ segment }) => segment);
}

/** Whether `index` (UTF-16 units) is not inside a grapheme. */
export function isBorder(text: string, index: number): boolean {
  if (index <= 0 || index >= text.length || isPlain(text)) return true;
  return segments(text).containing(index)?.index === index;
}

/** The first border between graphemes at `index` or after it. */
export function borderFrom(text: string, index: number): number {
  if (index <= 0 || index >= text.length || isPlain(text)) return index;
  const grapheme = segments(text).containing(index);
  if (grapheme === undefined || grapheme.index === index) return index;
  return grapheme.index + grapheme.segment.length;
}

/** The columns of one grapheme: 0, 1 or 2. */
export function graphemeWidth(grapheme: string): 0 | 1 | 2 {
  if (grapheme.length === 1 && isPlain(grapheme)) return 1;
  if (ZERO.test(grapheme) || grapheme === "") return 0;
  return WIDE.test(grapheme) || MADE_EMOJI.test(grapheme) ? 2 : 1;
}

/** The columns of a text without line breaks. */
export function textWidth(text: string): number {
  if (isPlain(text)) return text.length;
  // Using the segmenter for each character at which a long text wraps would take most of a second.
  if (text.length === 1) return graphemeWidth(text);
  let width = 0;
  for (const { segment } of segments(text)) width += graphemeWidth(segment);
  return width;
}

/**
 * Cuts `text` to `columns`. If it leaves text out, it appends `mark`, if that fits. It reads no
 * more of `text` than it needs to know that it does not fit.
 */
export function truncate(text: string, columns: number, mark = "…"): string {
  const tail = textWidth(mark) <= columns ? mark : "";
  const room = columns - textWidth(tail);
  if (isPlain(text)) return text.length <= columns ? text : text.slice(0, room) + tail;
  let width = 0;
  // The end of the text that fits in front of the mark.
  let kept = 0;
  for (const { segment, index } of segments(text)) {
    width += graphemeWidth(segment);
    if (width <= room) kept = index + segment.length;
    if (width > columns) return text.slice(0, kept) + tail;
  }
  return text;
}

/** A place on the terminal, with row and column counted from 0. */
export interface Place {
  /** The number of rows below the one in which the text began. */
  readonly row: number;
  /** The terminal's number of columns when the row is full and the next character will wrap. */
  readonly column: number;
}

/**
 * The place of the cursor after `text` was written from the start of a row and the terminal wrapped
 * it.
 */
export function placeAfter(text: string, columns: number): Place {
  if (isPlain(text)) {
    const row = Math.max(0, Math.ceil(text.length / columns) - 1);
    return { row, column: text.length - row * columns };
  }
  let row = 0;
  let column = 0;
  for (const { segment } of segments(text)) {
    const width = graphemeWidth(segment);
    if (column + width > columns) {
      row++;
      column = 0;
    }
    column += width;
  }
  return { row, column };
}
