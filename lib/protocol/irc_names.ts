/**
 * Names on the wire of IRC and in the chat: a channel `x` is `#x` here, and a user is
 * `nick!~username@host`. Some channels of other protocols have names that no IRC line can carry;
 * IRC does not see them.
 *
 * @module
 */

import { utf8Length } from "../chat/names.ts";

/**
 * The protocol's name: its users appear under their nicks here, and those of others under
 * their handles.
 */
export const IRC = "irc";

/** The first character of every channel's name. */
export const CHANNEL_MARK = "#";
/** Bytes of a channel's name without its mark. */
const MAX_NAME_BYTES = 64;
/** Bytes of a channel's name with its mark, for ISUPPORT. */
export const MAX_CHANNEL_BYTES: number = MAX_NAME_BYTES + CHANNEL_MARK.length;

/** Characters of a username without the `~`, which says that nobody has verified it. */
export const MAX_USERNAME_CHARACTERS = 10;
/** Stands before a username. */
const UNVERIFIED = "~";

// Commas separate names, stars and question marks are masks; white space and controls end a
// parameter.
// deno-lint-ignore no-control-regex
const NOT_IN_A_NAME = /[\s,*?\x00-\x20\x7f-\x9f]/;

/**
 * The channel that `#name` names, without its one mark; `undefined` when that is no name of a
 * channel.
 */
export function readChannelName(text: string): string | undefined {
  if (!text.startsWith(CHANNEL_MARK)) return undefined;
  const name = text.slice(CHANNEL_MARK.length);
  return canCarry(name) ? name : undefined;
}

/** The name of the channel `name` on the wire; `undefined` when IRC cannot carry it. */
export function formatChannelName(name: string): string | undefined {
  return canCarry(name) ? CHANNEL_MARK + name : undefined;
}

function canCarry(name: string): boolean {
  return name !== "" && name.length <= MAX_NAME_BYTES && utf8Length(name) <= MAX_NAME_BYTES &&
    !NOT_IN_A_NAME.test(name);
}

/** Whether a target names a channel rather than a user; the name may be invalid. */
export function isChannelTarget(target: string): boolean {
  return target.startsWith(CHANNEL_MARK);
}

/**
 * Makes a username of the `text` that a client asked for: characters that no mask may hold become
 * `_`.
 */
export function formatUsername(text: string): string {
  const plain = [...text].slice(0, MAX_USERNAME_CHARACTERS)
    .map((character) => /^[A-Za-z0-9._-]$/.test(character) ? character : "_").join("");
  return UNVERIFIED + plain;
}
