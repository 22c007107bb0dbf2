/**
 * Handles: the names under which users of other dialects see a user (PROTOCOLS, section 5). A
 * nick is whatever its dialect admits; its handle can stand in a line of every dialect and ends
 * nothing there.
 *
 *   nick "alice: I quit" -> base "alice__I_quit" -> handle "alice__I_quit", "alice__I_quit/2", ..
 *
 * @module
 */

import { visibleOf } from "./characters.ts";
import { MAX_NICK_CHARACTERS } from "./names.ts";

/** Stands for what a handle cannot hold. */
const PLACEHOLDER = "_";

// Letters, marks and digits of all scripts, and of RFC 1459's "special" those that delimit
// nothing anywhere.
const LETTERS = visibleOf(String.raw`\p{L}\p{N}\^\{\|\}_`);
const FOLLOWING = visibleOf(String.raw`\p{L}\p{M}\p{N}\^\{\|\}_\-`);
// Made when they are needed: sets of letters take half a millisecond each, which a client's start
// can do without.
let forbidden: RegExp | undefined;
let handle: RegExp | undefined;
/** RFC 1459 wants a letter first, and a command could take the dash for the start of an option. */
const BAD_START = /^[\-\p{Nd}]/u;
const STARTS_WITH_MARK = /^\p{M}/u;
const SOME_CAPITAL = /[A-Z]/;
const EACH_CAPITAL = /[A-Z]/g;

/**
 * The handle that `nick` would have on an empty server: legal in IRC, 1 to 32 characters, without a
 * delimiter of any dialect and without what nobody sees. Compatibility forms become what they look
 * like (NFKC: `ａ` is `a`), everything else that is not allowed becomes `_`, and a leading digit or
 * `-` gets one before it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { handleBase } from "./handles.ts";
 *
 * assertEquals(handleBase("alice] I quit. [x"), "alice__I_quit___x");
 * assertEquals(handleBase("日本"), "日本");
 * assertEquals(handleBase("7of9"), "_7of9");
 * ```
 */
export function handleBase(nick: string): string {
  // Cut before it is normalised: sorting a long run of marks is the one thing here that is not
  // linear.
  const normal = firstCharacters(nick, MAX_NICK_CHARACTERS).normalize("NFKC");
  forbidden ??= new RegExp(`[^${FOLLOWING}]`, "gv");
  const clean = normal.replace(STARTS_WITH_MARK, PLACEHOLDER).replace(forbidden, PLACEHOLDER);
  const begun = clean === "" || BAD_START.test(clean) ? PLACEHOLDER + clean : clean;
  return firstCharacters(begun, MAX_NICK_CHARACTERS);
}

/**
 * The `n`th handle of those who share `base`, counted from 1: `base`, `base/2`, `base/3`. It has at
 * most 32 characters, for which the base gives up its end. No user can ask for one with a `/`.
 */
export function nthHandle(base: string, n: number): string {
  if (n === 1) return base;
  const suffix = `/${n}`;
  return firstCharacters(base, MAX_NICK_CHARACTERS - suffix.length) + suffix;
}

/**
 * The form under which a handle is looked up: two handles are the same when these are.
 * ASCII's case only.
 */
export function foldHandle(handle: string): string {
  // Most have no capitals, and this is asked with each message.
  return SOME_CAPITAL.test(handle)
    ? handle.replace(EACH_CAPITAL, (letter) => letter.toLowerCase())
    : handle;
}

/**
 * Whether a user may ask for `text` as its handle, as IRC's NICK does: `nthHandle`'s `/` is in
 * none.
 */
export function isHandle(text: string): boolean {
  // This test comes first, because the others take time for a long text.
  if (text.length > MOST_UNITS || firstCharacters(text, MAX_NICK_CHARACTERS) !== text) return false;
  handle ??= new RegExp(`^${LETTERS}${FOLLOWING}*$`, "v");
  return handle.test(text) && !BAD_START.test(text) && text.normalize("NFKC") === text;
}

/** UTF-16 units that the longest handle can have. */
const MOST_UNITS = 2 * MAX_NICK_CHARACTERS;

/** The first `count` code points of `text`, without a look at the rest. */
function firstCharacters(text: string, count: number): string {
  let end = 0;
  for (let taken = 0; taken < count && end < text.length; taken++) {
    end += (text.codePointAt(end) as number) > 0xffff ? 2 : 1;
  }
  return text.slice(0, end);
}
