/**
 * Received text: decoding, which never fails, and sanitising, which removes everything that
 * could act on a terminal or forge a line or frame in another protocol ("Text is data",
 * PROTOCOLS, section 5).
 *
 * @module
 */

import { BIDI_CONTROLS, CONTROLS, stripFormatting } from "../chat/characters.ts";
import { Slab } from "./slab.ts";
import { TextScanner } from "./text_scanner.ts";

const utf8Decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const utf8Encoder = new TextEncoder();

// Each looks at each character once, in any text.
const ACTIVE = new RegExp(`[${CONTROLS}${BIDI_CONTROLS}]`);
const EACH_BIDI_CONTROL = new RegExp(`[${BIDI_CONTROLS}]`, "g");

/** Decodes UTF-8; each invalid sequence becomes U+FFFD. The bytes may be borrowed. */
export function decodeUtf8(bytes: Uint8Array): string {
  return utf8Decoder.decode(bytes);
}

const SPACE = 0x20;
const TILDE = 0x7e;

/**
 * Decodes printable ASCII, which needs no sanitising: checking its bytes costs a third of checking
 * its characters. `undefined` when there are other bytes.
 */
export function decodePlain(bytes: Uint8Array): string | undefined {
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (byte < SPACE || byte > TILDE) return undefined;
  }
  return utf8Decoder.decode(bytes);
}

const slab = new Slab();
/** The most bytes of UTF-8 that a UTF-16 unit takes. */
export const MOST_BYTES_A_UNIT = 3;
/** Longer texts, in bytes, get memory of their own. */
const MOST_SLAB_BYTES = 8 * 1024;

/**
 * Encodes as UTF-8 into memory that then belongs to the caller; a lone surrogate becomes U+FFFD.
 */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  const most = MOST_BYTES_A_UNIT * text.length;
  if (most > MOST_SLAB_BYTES) return utf8Encoder.encode(text);
  return slab.cut(utf8Encoder.encodeInto(text, slab.room(most)).written);
}

/** Encodes `text`, with a copy of `rest` behind it, into memory that then belongs to the caller. */
export function encodeBefore(text: string, rest: Uint8Array): Uint8Array<ArrayBuffer> {
  const room = slab.room(MOST_BYTES_A_UNIT * text.length + rest.length);
  const { written } = utf8Encoder.encodeInto(text, room);
  room.set(rest, written);
  return slab.cut(written + rest.length);
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
 * Sanitises a message for the hub: it removes control characters and escape sequences, but keeps
 * IRC's formatting, which the encoders of other protocols strip. Line and paragraph separators
 * (U+2028, U+2029) become a space. Bidi controls have no effect beyond the text: those that are
 * still open are closed at its end (at most 16; deeper ones are dropped), and an end without a
 * start is dropped. Clean text is returned as it is.
 *
 * The time is linear in the length, for any text.
 */
export function sanitizeText(text: string): string {
  return ACTIVE.test(text) ? new TextScanner(text).clean() : text;
}

/**
 * Sanitises a line that a client draws, or a control word: like `sanitizeText`, but without
 * IRC's formatting.
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

/**
 * Sanitises text of several lines, such as a server's list: like `sanitizeLine`, but `\n` stays.
 */
export function sanitizeLines(text: string): string {
  if (!ACTIVE.test(text)) return text;
  return text.split("\n").map(sanitizeLine).join("\n");
}

/**
 * Sanitises the name of a user or channel: like `sanitizeLine`, but without bidi controls, which
 * no name needs.
 */
export function sanitizeName(name: string): string {
  return ACTIVE.test(name) ? sanitizeLine(name).replace(EACH_BIDI_CONTROL, "") : name;
}

/** Whether a message is only white space and IRC's formatting; protocols ignore such a message. */
export function isBlank(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first > SPACE && first <= TILDE) return false;
  return stripFormatting(text).trim() === "";
}
