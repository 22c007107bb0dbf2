/**
 * Text that came over a wire: decoded without ever failing, and cleared of whatever could act on a
 * terminal or forge a line or frame in another protocol ("Text is data", PROTOCOLS section 5).
 *
 * @module
 */

import { BIDI_CONTROLS, CONTROLS, stripFormatting } from "../chat/characters.ts";
import { Slab } from "./slab.ts";
import { TextScanner } from "./text_scanner.ts";

const utf8Decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const utf8Encoder = new TextEncoder();

// Each looks at a character once, whatever the text.
const ACTIVE = new RegExp(`[${CONTROLS}${BIDI_CONTROLS}]`);
const EACH_BIDI_CONTROL = new RegExp(`[${BIDI_CONTROLS}]`, "g");

/** Decodes UTF-8; each invalid sequence becomes U+FFFD. The bytes may be borrowed. */
export function decodeUtf8(bytes: Uint8Array): string {
  return utf8Decoder.decode(bytes);
}

const SPACE = 0x20;
const TILDE = 0x7e;

/**
 * Decodes printable ASCII, which needs no sanitising: one look at its bytes is a third of the cost of a look
 * at its characters. `undefined` when there are other bytes.
 */
export function decodePlain(bytes: Uint8Array): string | undefined {
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (byte < SPACE || byte > TILDE) return undefined;
  }
  return utf8Decoder.decode(bytes);
}

const slab = new Slab();
const MOST_BYTES_A_UNIT = 3;
/** Longer ones have memory of their own. */
const MOST_SLAB_BYTES = 8 * 1024;

/** Encodes as UTF-8, into memory that is the caller's from then on; a lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  const most = MOST_BYTES_A_UNIT * text.length;
  if (most > MOST_SLAB_BYTES) return utf8Encoder.encode(text);
  return slab.cut(utf8Encoder.encodeInto(text, slab.room(most)).written);
}

/**
 * Encodes `text` to the start of `target`.
 *
 * @returns the bytes written, or -1 when `text` does not fit (`target` is then partly written).
 */
export function encodeUtf8Into(text: string, target: Uint8Array): number {
  const { read, written } = utf8Encoder.encodeInto(text, target);
  return read === text.length ? written : -1;
}

/**
 * A message as the hub may hold it: without control characters and escape sequences, but with IRC's
 * formatting, which the encoders of other protocols strip. Line and paragraph separators (U+2028, U+2029)
 * become a space. Bidi controls never reach beyond the text: what it leaves open is closed at its end (16 at
 * most; deeper ones are dropped), and an end without a start is dropped. Clean text is returned as it is.
 *
 * It takes time in proportion to the length, whatever the text.
 */
export function sanitizeText(text: string): string {
  return ACTIVE.test(text) ? new TextScanner(text).clean() : text;
}

/**
 * One line of text as a client draws it, or as a protocol reads its control words: `sanitizeText`
 * without IRC's formatting.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sanitizeLine } from "./text.ts";
 *
 * assertEquals(sanitizeLine("\x1b[31mred\x1b[0m\x07 \x02alert\x02\n"), "red alert");
 * ```
 */
export function sanitizeLine(text: string): string {
  return ACTIVE.test(text) ? stripFormatting(sanitizeText(text)) : text;
}

/** The same for text of several lines: `\n` stays, for what a server sends as a list. */
export function sanitizeLines(text: string): string {
  if (!ACTIVE.test(text)) return text;
  return text.split("\n").map(sanitizeLine).join("\n");
}

/** The name of a user or channel: `sanitizeLine` without bidi controls, which no name needs. */
export function sanitizeName(name: string): string {
  return ACTIVE.test(name) ? sanitizeLine(name).replace(EACH_BIDI_CONTROL, "") : name;
}

/** Whether a message has nothing but white space and IRC's formatting; protocols ignore it then. */
export function isBlank(text: string): boolean {
  return stripFormatting(text).trim() === "";
}
