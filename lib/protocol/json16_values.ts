/**
 * The values in json16's packets: what a server takes from a client that may send anything, and
 * what a client shows of a server that may send anything.
 *
 * @module
 */

import { isVisible } from "../chat/characters.ts";
import type { Command } from "../chat/command.ts";
import { characterCount, MAX_NICK_CHARACTERS } from "../chat/names.ts";
import { type Person, personSeen, shownIn } from "../chat/person.ts";
import { isBlank, sanitizeLine, sanitizeName, sanitizeText } from "./text.ts";

/** The protocol's name: users of other protocols appear here under their handles. */
export const JSON16 = "json16";

/** Makes one line of `text`. Half a surrogate pair would crash published receivers. */
function oneLine(text: string): string {
  return text.replace(/[\r\n]/g, " ").toWellFormed();
}

/** The message in `value`; `undefined` when it is not a string, or blank. */
export function messageOf(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const text = sanitizeText(oneLine(value));
  return isBlank(text) ? undefined : text;
}

/** The name in `value`; `undefined` when it is not a string, or blank. */
export function nameOf(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const name = sanitizeName(oneLine(value)).trim();
  return name === "" ? undefined : name;
}

/** What a hello with the nick in `value` asks for; `undefined` when it is not a string. */
export function decodeHello(value: unknown): Command | undefined {
  if (typeof value !== "string") return undefined;
  const nick = sanitizeName(oneLine(value)).trim();
  if (!isVisible(nick)) return { type: "invalid", refusal: { code: "invalid_nick" } };
  if (characterCount(nick) > MAX_NICK_CHARACTERS) {
    return { type: "invalid", refusal: { code: "nick_too_long", limit: MAX_NICK_CHARACTERS } };
  }
  return { type: "register", nick, home: JSON16, lobby: true };
}

/** The text that a client shows for `value`: sanitised, because not every server does that. */
export function shownText(value: unknown): string {
  return typeof value === "string" ? sanitizeLine(oneLine(value)) : "";
}

/** The elements of `value`; none when it is not a list. */
export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The user whose name a client reads in `value`. */
export function personOf(value: unknown): Person {
  return personSeen(shownText(value), JSON16);
}

/** The name under which `person` appears in packets. */
export function shown(person: Person): string {
  return shownIn(JSON16, person);
}
