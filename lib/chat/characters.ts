/**
 * The characters that do something instead of being read: they move a cursor, end a line, turn the
 * order of what stands beside them, or show nothing at all. Every rule about them starts here
 * (PROTOCOLS, section 5).
 *
 * @module
 */

/**
 * Control characters, to be put into a character class: C0, DEL, C1, and the line and paragraph
 * separators, at which several languages end a line.
 */
export const CONTROLS: string = String.raw`\x00-\x1f\x7f-\x9f\u2028\u2029`;

/**
 * Explicit bidi controls, to be put into a character class: embeddings, overrides, isolates and
 * their ends. The implicit marks (U+200E, U+200F, U+061C) do no more than a letter of their
 * direction, and are text.
 */
export const BIDI_CONTROLS: string = String.raw`\u202a-\u202e\u2066-\u2069`;

/**
 * IRC's formatting, to be put into a character class: bold, colour, hex colour, reset, monospace,
 * reverse, italics, strikethrough and underline.
 */
export const FORMATTING: string = String.raw`\x02-\x04\x0f\x11\x16\x1d-\x1f`;

/** Whether a UTF-16 unit is one of `CONTROLS`. */
export function isControl(unit: number): boolean {
  if (unit < 0x7f) return unit < 0x20;
  return unit <= 0x9f || unit === 0x2028 || unit === 0x2029;
}

/** Whether a UTF-16 unit is one of `BIDI_CONTROLS`. */
export function isBidiControl(unit: number): boolean {
  return unit >= 0x202a && (unit <= 0x202e || (unit >= 0x2066 && unit <= 0x2069));
}

/** Whether a UTF-16 unit is one of `FORMATTING`. */
export function isFormatting(unit: number): boolean {
  if (unit < 0x10) return (unit >= 0x02 && unit <= 0x04) || unit === 0x0f;
  return unit === 0x11 || unit === 0x16 || (unit >= 0x1d && unit <= 0x1f);
}

// Each repetition has a bound, so a match looks at 15 characters at most.
const EACH_FORMATTING = new RegExp(
  String.raw`\x03(?:\d{1,2}(?:,\d{1,2})?)?` +
    String.raw`|\x04(?:[\da-f]{6}(?:,[\da-f]{6})?)?|[${FORMATTING}]`,
  "gi",
);
const SOME_FORMATTING = new RegExp(`[${FORMATTING}]`);

/**
 * `text` without IRC's formatting: bold, colours and the like, a colour with its numbers. Text
 * without any is returned as it is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { stripFormatting } from "./characters.ts";
 *
 * assertEquals(stripFormatting("\x02bold\x02 and \x0304,12red\x03"), "bold and red");
 * ```
 */
export function stripFormatting(text: string): string {
  return SOME_FORMATTING.test(text) ? text.replace(EACH_FORMATTING, "") : text;
}

/**
 * Symbols and letters that most fonts draw as nothing, though Unicode does not call them
 * ignorable: the blank Braille pattern, two blank hieroglyphs, the null notehead, and the object
 * replacement character.
 */
const BLANKS = String.raw`\u2800\u{13441}\u{13442}\u{1d159}\ufffc`;

/**
 * Inside of a `v` character class, what `letters` shows on a screen: without what is to be ignored
 * by default (Hangul fillers, variation selectors, tags ..) and without blanks.
 */
export function visibleOf(letters: string): string {
  return String.raw`[[${letters}]--[\p{Default_Ignorable_Code_Point}${BLANKS}]]`;
}

const VISIBLE = visibleOf(String.raw`\p{L}\p{N}\p{P}\p{S}\p{Extended_Pictographic}`);
// Made when it is needed: that takes most of a millisecond.
let visible: RegExp | undefined;

/**
 * Whether anybody would see something of `text`: a letter, a number, a sign or a picture. Marks
 * need one of these to stand on; white space, controls, fillers and code points without a meaning
 * are nothing.
 */
export function isVisible(text: string): boolean {
  visible ??= new RegExp(VISIBLE, "v");
  return visible.test(text);
}
