/**
 * Masks of a channel's lists. Most are `nick!user@host`; a tilde and a letter before a colon begin
 * the others, which IRC calls extended bans:
 *
 *   ~a:ACCOUNT   users who are logged in to an account that fits, whatever they are called
 *   ~m:MASK      a mask of either kind that only silences: as a ban it lets its users enter, as an
 *                exception it lets those speak who are silenced, and no more
 *
 * @module
 */

import { normalizeMask } from "./masks.ts";

/** Begins an extended mask. No handle, username or account can begin with it. */
export const EXTENSION_MARK = "~";

/** The letter of masks of accounts. */
export const ACCOUNT_LETTER = "a";

/** The letter of masks that only silence. */
export const MUTE_LETTER = "m";

const ACCOUNT_PREFIX = `${EXTENSION_MARK}${ACCOUNT_LETTER}:`;
const MUTE_PREFIX = `${EXTENSION_MARK}${MUTE_LETTER}:`;

/**
 * A mask of a list in its full form.
 *
 * @returns `undefined` for an extended mask of a kind that there is not, or with nothing
 *   behind its colon.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { normalizeListMask } from "./extended_masks.ts";
 *
 * assertEquals(normalizeListMask("bob"), "bob!*@*");
 * assertEquals(normalizeListMask("~M:bob"), "~m:bob!*@*");
 * assertEquals(normalizeListMask("~a:bob"), "~a:bob");
 * assertEquals(normalizeListMask("~x:bob"), undefined);
 * ```
 */
export function normalizeListMask(mask: string): string | undefined {
  const kind = /^~[a-z]+:/i.exec(mask)?.[0];
  if (kind === undefined) return normalizeMask(mask);
  const rest = mask.slice(kind.length);
  if (rest === "") return undefined;
  switch (kind.toLowerCase()) {
    case ACCOUNT_PREFIX:
      return /[!@:]/.test(rest) ? undefined : ACCOUNT_PREFIX + rest.replace(/\*{2,}/g, "*");
    case MUTE_PREFIX: {
      const whom = normalizeListMask(rest);
      return whom === undefined || mutedBy(whom) !== undefined ? undefined : MUTE_PREFIX + whom;
    }
    default:
      return undefined;
  }
}

/** The mask of those whom a full mask only silences; `undefined` when it is of no such kind. */
export function mutedBy(mask: string): string | undefined {
  return mask.startsWith(MUTE_PREFIX) ? mask.slice(MUTE_PREFIX.length) : undefined;
}

/** The form in which users who are logged in to `account` are compared with masks of accounts. */
export function accountName(account: string): string {
  return ACCOUNT_PREFIX + account;
}
