/**
 * Text that came over a wire: decoded without ever failing, and cleared of whatever could act on a
 * terminal or forge a line or frame in another protocol ("Text is data", PROTOCOLS section 5).
 *
 * @module
 */

import { Slab } from "./slab.ts";

const utf8Decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const utf8Encoder = new TextEncoder();

// In their 7-bit and their 8-bit form: CSI with its parameters, also when it was cut off; OSC, DCS, SOS, PM and APC up to their
// terminator; and the short ones. Whole, so that no "[31m" is left of a sequence.
const CSI = String.raw`(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?`;
const CONTROL_STRING = String
  .raw`(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)`;
const SHORT = String.raw`\x1b[ -/]*[0-~]`;
const ESCAPE_SEQUENCE = new RegExp([CSI, CONTROL_STRING, SHORT].join("|"), "g");
// deno-lint-ignore no-control-regex
const CONTROL = /[\x00-\x1f\x7f-\x9f]/g;
// Not control characters, but several languages' line splitters end a line at them.
const LINE_SEPARATOR = /[\u2028\u2029]/g;
// deno-lint-ignore no-control-regex
const UNSAFE = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/;

/** Decodes UTF-8; each invalid sequence becomes U+FFFD. The bytes may be borrowed. */
export function decodeUtf8(bytes: Uint8Array): string {
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
 * One line of text without escape sequences, C0 and C1 control characters and DEL. Line and
 * paragraph separators (U+2028, U+2029) become a space. Clean text is returned as it is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sanitizeLine } from "./text.ts";
 *
 * assertEquals(sanitizeLine("\x1b[31mred\x1b[0m\x07 alert\n"), "red alert");
 * ```
 */
export function sanitizeLine(text: string): string {
  if (!UNSAFE.test(text)) return text;
  return text.replace(ESCAPE_SEQUENCE, "").replace(CONTROL, "").replace(LINE_SEPARATOR, " ");
}

/** The same for text of several lines: `\n` stays, for what a server sends as a list. */
export function sanitizeLines(text: string): string {
  if (!UNSAFE.test(text)) return text;
  return text.split("\n").map(sanitizeLine).join("\n");
}
