/**
 * Hostile users: by which name each reader sees one (PROTOCOLS, section 5), and what nobody may ever be
 * sent one.
 *
 * @module
 */

import { handleOf, type Named, shownIn } from "../../tests/support/names.ts";
import type { Dialect } from "../../tests/support/wire/wire.ts";
import { Violation } from "./violation.ts";

/** Hostile clients' ordinary nicks begin with this; what they send is not known beforehand. */
export const HOSTILE_MARK = "h";

/** Is part of every text that is no message: nobody may receive it. */
export const NEVER_TOLD = "never-told";

/** Milliseconds after which what a hostile client sent without an end may be a message. */
const SILENCE_MS = 50;
/** Milliseconds that its client has to say that it was so slow. */
const JUDGED_AFTER_MS = 1_000;

/** All hostile users of one run whose names are odd. */
export class Strangers {
  // By the name that a witness, who speaks json16, sees.
  readonly #seen = new Map<string, Named>();

  readonly #suspects: { nick: string; text: string; at: number }[] = [];
  readonly #excused = new Set<string>();

  /** A hostile user is about to ask for `nick`, which nobody else does. */
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
    return shownIn(dialect, stranger);
  }

  /** A witness received `text` of the user called `nick`, which nobody should. */
  suspect(nick: string, text: string): void {
    this.#suspects.push({ nick, text, at: performance.now() });
  }

  /** The user called `nick` paused inside a message for so long that its part may count as a message. */
  excuse(nick: string, took: number): void {
    if (took > SILENCE_MS) this.#excused.add(nick);
  }

  /**
   * Judges what was suspected before.
   *
   * @throws {Violation} when nothing excuses it.
   */
  judge(now: number): void {
    for (const { nick, text, at } of this.#suspects) {
      if (at > now - JUDGED_AFTER_MS || this.#excused.has(nick)) continue;
      throw new Violation(nick, `"${text}" came, but is no message`);
    }
  }
}
