/**
 * The last check before the screen: after it, text from the net or from a paste holds nothing that acts on a
 * terminal. Protocols have cleaned it already, but this does not rely on them.
 *
 * @module
 */

// deno-lint-ignore no-control-regex
const UNSAFE = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/;
// deno-lint-ignore no-control-regex
const EACH_UNSAFE = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/g;

const CONTROL_PICTURES = 0x2400, PICTURE_OF_DEL = "\u2421", REPLACEMENT = "\ufffd";

/**
 * The text with control characters made visible: C0 and DEL as their pictures (`␛` for ESC), C1 as
 * U+FFFD. Tabs, and the separators that end a line for some programs, become a space. Clean text is
 * returned as it is.
 */
export function toVisible(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return UNSAFE.test(whole) ? whole.replace(EACH_UNSAFE, picture) : whole;
}

/** The same for text of several lines: `\n` and `\r\n` stay, as `\n`. */
export function toVisibleLines(text: string): string {
  if (!UNSAFE.test(text)) return toVisible(text);
  return text.split(/\r?\n/).map(toVisible).join("\n");
}

function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (character === "\t" || code > 0x9f) return " ";
  if (code < 0x20) return String.fromCharCode(CONTROL_PICTURES + code);
  return code === 0x7f ? PICTURE_OF_DEL : REPLACEMENT;
}
