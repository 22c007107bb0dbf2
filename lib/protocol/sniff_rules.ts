/**
 * What the sniffing of several protocols has in common (PROTOCOLS, section 4), so that their claims
 * exclude each other.
 *
 * @module
 */

import type { Sniffed } from "./protocol.ts";

const OPENING_BRACE = 0x7b;
const NEWLINE = 0x0a;

/** The largest json16 payload that a server admits by default, in bytes. */
export const JSON16_LIMIT = 16 * 1024;

/** Whether bytes 0 and 1 are a length within the limit and byte 2 begins a JSON object. */
export function sniffJsonPrefix(prefix: Uint8Array): Sniffed {
  const high = prefix[0] as number;
  if (high << 8 > JSON16_LIMIT) return "reject";
  if (prefix.length >= 2 && ((high << 8) | (prefix[1] as number)) > JSON16_LIMIT) return "reject";
  if (prefix.length < 3) return "more";
  return prefix[2] === OPENING_BRACE ? "match" : "reject";
}

/**
 * Whether the first `count` bytes, or as many as came, are text: no control characters but white space.
 * Bytes above ASCII are text of some encoding.
 */
export function isText(prefix: Uint8Array, count: number): boolean {
  const end = Math.min(prefix.length, count);
  for (let i = 0; i < end; i++) if (!isTextByte(prefix[i] as number)) return false;
  return true;
}

/**
 * Whether one of the first `count` bytes is a newline that ends a line of text, rather than one that a
 * client left in a padded frame: it is followed by something other than white space, or, when `silent`,
 * by nothing. "more" when a newline is the last byte that came, or none came in less than `count`. What
 * stands behind such a line does not matter, so that the answer is the same byte by byte.
 */
export function sniffLineEnd(prefix: Uint8Array, count: number, silent: boolean): Sniffed {
  const end = Math.min(prefix.length, count);
  for (let i = 0; i < end; i++) {
    const byte = prefix[i] as number;
    if (!isTextByte(byte)) return "reject";
    if (prefix[i - 1] === NEWLINE && !isWhiteSpace(byte)) return "match";
  }
  if (end === count) return "reject";
  return silent && prefix[end - 1] === NEWLINE ? "match" : "more";
}

function isTextByte(byte: number): boolean {
  return byte >= 0x20 ? byte !== 0x7f : isWhiteSpace(byte);
}

function isWhiteSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
