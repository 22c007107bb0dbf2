/**
 * Nicks and handles (PROTOCOLS, section 5), written down a second time: the name under which
 * each user sees each other one.
 *
 * @module
 */

import type { Dialect } from "./wire/wire.ts";

/** A user's names. */
export interface Named {
  /** As it asked for it, shown in its own dialect. */
  readonly nick: string;
  /** Shown in every other dialect. */
  readonly handle: string;
  /** Its own dialect. */
  readonly home: Dialect;
}

const LONGEST_HANDLE = 32;
const NOT_IN_HANDLES = /[^\p{L}\p{M}\p{N}_^{|}-]/gu;

/** The handle of the only user who asks for `nick`. Compatibility forms are not for tests. */
export function handleOf(nick: string): string {
  const legal = nick.replace(/^\p{M}/u, "_").replace(NOT_IN_HANDLES, "_");
  const begun = legal === "" || /^[\p{Nd}-]/u.test(legal) ? `_${legal}` : legal;
  return [...begun].slice(0, LONGEST_HANDLE).join("");
}

/** How a user that speaks `dialect` sees another. */
export function shownIn(dialect: Dialect, { nick, handle, home }: Named): string {
  return dialect === home ? nick : handle;
}
