/**
 * The last check before the screen: it removes everything that acts on a terminal from received or
 * pasted text. Protocols have sanitised the text already, but this does not rely on them.
 *
 * @module
 */

import { BIDI_CONTROLS, CONTROLS } from "../terminal/controls.ts";

const UNSAFE = new RegExp(`[${CONTROLS}${BIDI_CONTROLS}]`);
const EACH_UNSAFE = new RegExp(UNSAFE, "g");

// No letter of any script carries more marks; with hundreds of them, a terminal draws over the
// rows around it.
const MARK_FLOOD = /(\p{M}{8})\p{M}+/gu;
const SOME_MARKS = /\p{M}{9}/u;
const ASCII = /^[\x20-\x7e]*$/;

const CONTROL_PICTURES = 0x2400, PICTURE_OF_DEL = "\u2421", REPLACEMENT = "\ufffd";
const LAST_SEPARATOR = 0x2029;

/**
 * Makes control characters visible: C0 and DEL as their pictures (`␛` for ESC), C1 as U+FFFD. Tabs,
 * and the separators that end a line for some programs, become a space. Bidi controls are removed,
 * because they would reorder other text in their row of the screen, and of very many accents on one
 * letter eight stay. Clean text is returned as it is.
 */
export function toVisible(text: string): string {
  if (ASCII.test(text)) return text;
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  const calm = SOME_MARKS.test(whole) ? whole.replace(MARK_FLOOD, "$1") : whole;
  return UNSAFE.test(calm) ? calm.replace(EACH_UNSAFE, picture) : calm;
}

/** The same for text of several lines: `\n` and `\r\n` stay, as `\n`. */
export function toVisibleLines(text: string): string {
  if (!UNSAFE.test(text)) return toVisible(text);
  return text.split(/\r?\n/).map(toVisible).join("\n");
}

function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code > LAST_SEPARATOR) return "";
  if (character === "\t" || code > 0x9f) return " ";
  if (code < 0x20) return String.fromCharCode(CONTROL_PICTURES + code);
  return code === 0x7f ? PICTURE_OF_DEL : REPLACEMENT;
}
