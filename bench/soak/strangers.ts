/**
 * Hostile users: by which name each reader sees one (PROTOCOLS, section 5), and what nobody may ever be
 * told of one.
 *
 * @module
 */

import type { Dialect } from "../../tests/support/wire/wire.ts";

/** Hostile clients' ordinary nicks begin with this; what they send is not known beforehand. */
export const HOSTILE_MARK = "h";

/** Stands in every text that is no message: who is told it has been told too much. */
export const NEVER_TOLD = "never-told";

/** A user whose nick is not the same in every dialect. */
interface Stranger {
  readonly nick: string;
  readonly handle: string;
  readonly home: Dialect;
}

const LONGEST_HANDLE = 32;
const NOT_IN_HANDLES = /[^\p{L}\p{M}\p{N}_`^{|}-]/gu;

/** The handle of the only user who asks for `nick`. */
export function handleOf(nick: string): string {
  const legal = nick.replace(NOT_IN_HANDLES, "_").replace(/^\p{M}/u, "_");
  return [...legal].slice(0, LONGEST_HANDLE).join("");
}

/** All hostile users of one run whose names are odd. */
export class Strangers {
  // By the name that a witness, who speaks json16, sees.
  readonly #seen = new Map<string, Stranger>();

  /** Somebody is about to ask for `nick`, which nobody else does. */
  add(nick: string, home: Dialect): void {
    const stranger = { nick, handle: handleOf(nick), home };
    this.#seen.set(home === "json16" ? nick : stranger.handle, stranger);
  }

  /** Whether the user that a witness sees as `name` is hostile. */
  has(name: string): boolean {
    return name.startsWith(HOSTILE_MARK) || this.#seen.has(name);
  }

  /** How a reader that speaks `dialect` sees the user whom a witness sees as `name`. */
  shown(dialect: Dialect, name: string): string {
    const stranger = this.#seen.get(name);
    if (stranger === undefined) return name;
    return stranger.home === dialect ? stranger.nick : stranger.handle;
  }
}
