/**
 * How long the texts may be that the chat keeps or repeats, in bytes of UTF-8: short enough that each of them
 * fits into one line of IRC together with the longest names. What is longer is cut.
 *
 * @module
 */

/** A channel's topic. */
export const MAX_TOPIC_BYTES = 390;
/** Why somebody leaves or is removed. */
export const MAX_REASON_BYTES = 300;
/** Why somebody is away. */
export const MAX_AWAY_BYTES = 200;
/** What a user says of itself. A longer one is refused when it is changed. */
export const MAX_REALNAME_BYTES = 150;
/** The word that a user must know to enter a channel. A longer one is refused. */
export const MAX_KEY_BYTES = 23;
/** The part of `handle!username@host` that the client chooses, with the `~` before it. */
export const MAX_USERNAME_BYTES = 11;

/** As much of `text` as `most` bytes hold, without half a character at its end. */
export function cutBytes(text: string, most: number): string {
  // No character has more than three bytes for each of its units.
  if (text.length * 3 <= most) return text;
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (bytes > most) return text.slice(0, end);
    end += character.length;
  }
  return text;
}
