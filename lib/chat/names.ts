/**
 * The names that users and channels may have in any protocol (PROTOCOLS, section 6).
 *
 * @module
 */

import { BIDI_CONTROLS, CONTROLS } from "./characters.ts";

/**
 * Longest channel name in bytes of UTF-8: two of them and an error text fit in a few cs168 frames.
 */
export const MAX_CHANNEL_NAME_BYTES = 128;

/** Longest nick in characters, where the protocol's own frame does not set the limit. */
export const MAX_NICK_CHARACTERS = 32;

/** The channel that some protocols enter at registration. */
export const DEFAULT_LOBBY = "lobby";

const ONE_WORD = new RegExp(`^[^\\s${CONTROLS}${BIDI_CONTROLS}]+$`);

/**
 * Whether a channel may be called `text`: one word without control characters, of at most
 * 128 bytes.
 */
export function isChannelName(text: string): boolean {
  // Each character has at least one byte, so this rejects a far too long text without reading it.
  return text.length <= MAX_CHANNEL_NAME_BYTES && ONE_WORD.test(text) &&
    utf8Length(text) <= MAX_CHANNEL_NAME_BYTES;
}

const BEYOND_ASCII = /[^\0-\x7f]/;

/** Length of `text` in bytes of UTF-8. Lone surrogates count as the U+FFFD they are encoded as. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  // Most text is ASCII, and to test for that takes half of the time of the loop.
  if (!BEYOND_ASCII.test(text)) return bytes;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes++;
    // A pair has four bytes, and two units.
    else if (isPairAt(text, i)) i++, bytes += 2;
    else bytes += 2;
  }
  return bytes;
}

/** Whether the units of `text` at `index` and behind it are one character. */
function isPairAt(text: string, index: number): boolean {
  return (text.charCodeAt(index) & 0xfc00) === 0xd800 &&
    (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00;
}

/** Length of `text` in characters (code points). */
export function characterCount(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
