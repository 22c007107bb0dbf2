/**
 * IRC's formatting: takes the codes out of a text, and finds the format of each part (Modern
 * IRC, "Formatting"). The codes themselves never reach the screen, and none has an effect
 * beyond its text.
 *
 *   02 bold   1d italics   1f underline   1e strikethrough   16 reverse   11 monospace (plain here)   0f reset
 *   03 [digits[,digits]]   colour, of 99 known ones      04 [hex[,hex]]   colour, six hexadecimal digits
 *
 * @module
 */

import type { Color, Format } from "./colors.ts";
import { toVisibleLines } from "./visible.ts";

/** A part of a text that looks other than plain; its positions are in UTF-16 units. */
export interface FormatRun {
  /** The position where it begins. */
  readonly start: number;
  /** The position where it ends. */
  readonly end: number;
  /** Its format. */
  readonly format: Format;
}

/** A text without codes. */
export interface FormattedText {
  /** The text on the screen. */
  readonly text: string;
  /** Its parts that are not plain, in order and without overlaps. */
  readonly runs: readonly FormatRun[];
}

// deno-lint-ignore no-control-regex
const SOME_CODE = /[\x02-\x04\x0f\x11\x16\x1d-\x1f]/;
// Each repetition has a bound, so a match looks at 15 characters at most.
const EACH_CODE =
  // deno-lint-ignore no-control-regex
  /\x03(?:(\d{1,2})(?:,(\d{1,2}))?)?|\x04(?:([\da-f]{6})(?:,([\da-f]{6}))?)?|[\x02\x0f\x11\x16\x1d-\x1f]/gi;

type Toggle = "bold" | "italic" | "underline" | "strike" | "reverse";

const TOGGLES: Readonly<Record<string, Toggle>> = {
  "\x02": "bold",
  "\x1d": "italic",
  "\x1f": "underline",
  "\x1e": "strike",
  "\x16": "reverse",
};

/** IRC's colours 0 to 98 as indices into the 256 colours of terminals. */
const COLORS: readonly number[] = [
  ...[15, 0, 4, 2, 9, 1, 5, 3, 11, 10, 6, 14, 12, 13, 8, 7],
  ...[52, 94, 100, 58, 22, 29, 23, 24, 17, 54, 53, 89],
  ...[88, 130, 142, 64, 28, 35, 30, 25, 18, 91, 90, 125],
  ...[124, 166, 184, 106, 34, 49, 37, 33, 19, 129, 127, 161],
  ...[196, 208, 226, 154, 46, 86, 51, 75, 21, 171, 201, 198],
  ...[203, 215, 227, 191, 83, 122, 87, 111, 63, 177, 207, 205],
  ...[217, 223, 229, 193, 157, 158, 159, 153, 147, 183, 219, 212],
  ...[16, 233, 235, 237, 239, 241, 244, 247, 250, 254, 231],
];

/**
 * Black and white on the terminal's own background are the colours that a theme may make invisible.
 */
const UNREADABLE_ALONE: readonly (Color | undefined)[] = [0, 15];

/** The text as it is shown: without codes, and with everything in it visible (`visible.ts`). */
export function readFormatting(raw: string): FormattedText {
  if (!SOME_CODE.test(raw)) return { text: toVisibleLines(raw), runs: [] };
  const runs: FormatRun[] = [];
  let text = "";
  let format: Format = {};
  let at = 0;
  const add = (to: number) => {
    const start = text.length;
    text += toVisibleLines(raw.slice(at, to));
    const shown = readable(format);
    if (text.length > start && isVisible(shown)) {
      runs.push({ start, end: text.length, format: shown });
    }
  };
  for (const match of raw.matchAll(EACH_CODE)) {
    add(match.index);
    at = match.index + match[0].length;
    format = changed(format, match);
  }
  add(raw.length);
  return { text, runs };
}

/** The text alone. */
export function withoutFormatting(raw: string): string {
  return readFormatting(raw).text;
}

function changed(format: Format, [code, ...numbers]: RegExpMatchArray): Format {
  const kind = (code as string).charAt(0);
  const toggle = TOGGLES[kind];
  if (toggle !== undefined) return { ...format, [toggle]: !format[toggle] };
  if (kind === "\x0f") return {};
  if (kind === "\x11") return format;
  const [color, background, hex, hexBackground] = numbers;
  const isHex = kind === "\x04";
  const { color: _, background: old, ...rest } = format;
  const front = isHex ? hex : color;
  if (front === undefined) return rest;
  const back = isHex ? hexBackground : background;
  return {
    ...rest,
    ...withColor("color", colorOf(front, isHex)),
    ...withColor("background", back === undefined ? old : colorOf(back, isHex)),
  };
}

/** 99 is the terminal's own colour. */
function colorOf(digits: string, isHex: boolean): Color | undefined {
  return isHex ? digits.toLowerCase() : COLORS[Number(digits)];
}

function withColor(name: "color" | "background", color: Color | undefined): Format {
  return color === undefined ? {} : { [name]: color };
}

function isVisible(format: Format): boolean {
  return Object.values(format).some((value) => value !== false && value !== undefined);
}

/**
 * The format without hidden letters: those in the colour of their background get the terminal's
 * own colours.
 */
function readable(format: Format): Format {
  const { color, background, ...rest } = format;
  if (color !== undefined && color === background) return rest;
  if (background === undefined && UNREADABLE_ALONE.includes(color)) return rest;
  return format;
}
