/**
 * What others know of a user at one moment. Events carry such values, so that a nick change never
 * rewrites what was said before it.
 *
 * @module
 */

/** A user at one moment. Immutable: a change makes a new value. */
export interface Person extends Name {
  /**
   * Behind the `!` of `handle!username@host`: as the client gave it, or the name of its protocol.
   */
  readonly username: string;
  /** Stands for its address, which no other user sees: the cloak. */
  readonly host: string;
  /** What the user says of itself; "" where its dialect has no such thing. */
  readonly realname: string;
  /** The account that it is logged in to. */
  readonly account?: string;
  /** Whether it says of itself that it is a program. */
  readonly bot?: true;
}

/** What a user is called. */
export interface Name {
  /**
   * As the user asked for it; shown in its own dialect, where documents allow spaces and doubles.
   */
  readonly nick: string;
  /** Unique on the server without regard to ASCII case; shown in every other dialect. */
  readonly handle: string;
  /** Name of the protocol in which `nick` is shown. */
  readonly home: string;
}

/** A person of whom a client knows only the name, which a server of the protocol `home` sent. */
export function personSeen(name: string, home: string): Person {
  return { nick: name, handle: name, home, username: "", host: "", realname: "" };
}

/** `handle!username@host`, under which lists and topics keep the user who set them. */
export function fullName({ handle, username, host }: Person): string {
  return `${handle}!${username}@${host}`;
}

/**
 * The name under which users of the protocol `home` see `person`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { shownIn } from "./person.ts";
 *
 * const carol = { nick: "carol d", handle: "carol_d/2", home: "cs168" };
 * assertEquals(shownIn("cs168", carol), "carol d");
 * assertEquals(shownIn("json16", carol), "carol_d/2");
 * ```
 */
export function shownIn(home: string, person: Name): string {
  return person.home === home ? person.nick : person.handle;
}
