/**
 * The longest texts that the chat keeps or repeats, in bytes of UTF-8. Each of them fits into one
 * line of IRC together with the longest names. A longer one is cut, unless its comment says that
 * it is refused.
 *
 * @module
 */

/** The longest topic of a channel. */
export const MAX_TOPIC_BYTES = 390;
/** The longest reason for which somebody leaves or is removed. */
export const MAX_REASON_BYTES = 300;
/** The longest away message. */
export const MAX_AWAY_BYTES = 200;
/** The longest real name. A longer one is cut at registration, and refused when it is changed. */
export const MAX_REALNAME_BYTES = 150;
/** The longest key of a channel. A longer one is refused. */
export const MAX_KEY_BYTES = 23;
/** The longest username, with the `~` before it. */
export const MAX_USERNAME_BYTES = 11;

/**
 * Returns the longest beginning of `text` that fits in `most` bytes and ends with a whole
 * character.
 */
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
