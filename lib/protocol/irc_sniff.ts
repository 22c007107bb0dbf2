/**
 * Recognises IRC by its first line (PROTOCOLS, section 4).
 *
 * A cs168 client sends its user's name first, in a frame of 200 bytes that is filled up with
 * spaces; that name may be `NICK bob` with a line end. So a line that a person could have for a
 * name counts only when no padding follows.
 *
 * @module
 */

import { SNIFF_BYTES, type Sniffed, type SniffRule } from "./sniff_rules.ts";

const NEWLINE = 0x0a, RETURN = 0x0d, SPACE = 0x20;
const UPPER_CASE = ~0x20;

/**
 * Words that begin no name, so a whole line with one of them is claimed. `LIKE_NAMES` might begin
 * one.
 */
const CLEAR = ["CAP", "PING", "QUIT", "AUTHENTICATE", "WEBIRC"];
const LIKE_NAMES = ["NICK", "USER", "PASS"];
const WORDS = [...CLEAR, ...LIKE_NAMES];

/** `CAP LS` is claimed at once. */
const OPENING = "CAP LS";

/** The first line of a client. */
export const IRC_RULE: SniffRule = { name: "irc line", test: sniffIrc };

function sniffIrc(prefix: Uint8Array, silent: boolean): Sniffed {
  const word = firstWord(prefix);
  if (!WORDS.some((each) => word.isWhole ? each === word.text : each.startsWith(word.text))) {
    return "reject";
  }
  if (startsWith(prefix, OPENING)) return "match";
  const end = prefix.indexOf(NEWLINE);
  if (end < 0) return prefix.length < SNIFF_BYTES ? "more" : "reject";
  if (CLEAR.includes(word.text)) return "match";
  const next = prefix[end + 1];
  if (next !== undefined) return next === SPACE || next === 0 ? "reject" : "match";
  if (silent) return "match";
  return prefix.length < SNIFF_BYTES ? "more" : "reject";
}

function firstWord(prefix: Uint8Array): { text: string; isWhole: boolean } {
  let text = "";
  for (const byte of prefix) {
    if (byte === SPACE || byte === RETURN || byte === NEWLINE) return { text, isWhole: true };
    text += String.fromCharCode(byte & UPPER_CASE);
    // No word is as long.
    if (text.length > MOST_LETTERS || !isLetter(byte)) return { text: "?", isWhole: true };
  }
  return { text, isWhole: false };
}

const MOST_LETTERS = Math.max(...WORDS.map((word) => word.length));

function isLetter(byte: number): boolean {
  const upper = byte & UPPER_CASE;
  return byte < 0x80 && upper >= 0x41 && upper <= 0x5a;
}

function startsWith(prefix: Uint8Array, text: string): boolean {
  if (prefix.length < text.length) return false;
  for (let i = 0; i < text.length; i++) {
    const byte = prefix[i] as number;
    const wanted = text.charCodeAt(i);
    if (byte !== wanted && !(isLetter(byte) && (byte & UPPER_CASE) === wanted)) return false;
  }
  return true;
}
