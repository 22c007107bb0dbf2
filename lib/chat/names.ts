/**
 * What users and channels may be called, whatever protocol asks (PROTOCOLS, section 6).
 *
 * @module
 */

/** Longest channel name in bytes of UTF-8: two of them and an error text fit in a few cs168 frames. */
export const MAX_CHANNEL_NAME_BYTES = 128;

/** Longest nick in characters, where the protocol's own frame does not set the limit. */
export const MAX_NICK_CHARACTERS = 32;

/** The channel that some protocols enter at registration. */
export const DEFAULT_LOBBY = "lobby";

/** Length of `text` in bytes of UTF-8. Lone surrogates count as the U+FFFD they are encoded as. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** Length of `text` in characters (code points). */
export function characterCount(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

// Temporary, until the names helper is merged.
export function foldHandle(handle: string): string {
  return handle.replace(/[A-Z]/g, (c) => c.toLowerCase());
}
export function handleBase(nick: string): string {
  return Array.from(nick.replace(/[\s,*?.!@:#~&%+<>[\]/\\"']/g, "_")).slice(0, 32).join("");
}
export function nthHandle(base: string, n: number): string {
  return `${Array.from(base).slice(0, 26).join("")}/${n}`;
}
export function isHandle(text: string): boolean {
  return handleBase(text) === text;
}
export function isVisible(text: string): boolean {
  return text.trim() !== "";
}
