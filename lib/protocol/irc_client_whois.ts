/**
 * The lines that answer a WHOIS, as one event. Each of them holds one fact about the user whom its
 * second parameter names, and 318 ends the answer (Modern IRC, "WHOIS").
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import { foldHandle } from "../chat/handles.ts";
import { personSeen } from "../chat/person.ts";
import { NO_RIGHTS, type Rights, rightsOf } from "../chat/rights.ts";
import type { IrcClientState, WhoisParts } from "./irc_client_state.ts";
import { CHANNEL_MARK, IRC } from "./irc_names.ts";
import { sanitizeLine, sanitizeName } from "./text.ts";

/** The most channels of one user that are kept: nobody reads more. */
const MOST_CHANNELS = 1000;
const SECOND_MS = 1000;

type Take = (parts: WhoisParts, params: readonly string[]) => void;

const TAKERS: ReadonlyMap<string, Take> = new Map<string, Take>([
  ["311", (parts, [, , username = "", host = "", , realname = ""]) => {
    parts.person = {
      ...parts.person,
      username: known(username),
      host: known(host),
      realname: sanitizeLine(realname),
    };
  }],
  ["301", (parts, [, , text = ""]) => {
    parts.isAway = true;
    parts.away = sanitizeLine(text);
  }],
  ["313", (parts) => void (parts.isOperator = true)],
  ["317", (parts, [, , idle = "", since = ""]) => {
    if (/^\d{1,12}$/.test(idle)) parts.idleMs = Number(idle) * SECOND_MS;
    if (/^\d{1,12}$/.test(since)) parts.registeredAt = Number(since) * SECOND_MS;
  }],
  ["319", (parts, [, , list = ""]) => {
    const channels = list.split(" ").filter((word) => word !== "").map(channelOf);
    parts.channels = [...parts.channels, ...channels].slice(0, MOST_CHANNELS);
  }],
  ["330", (parts, [, , account = ""]) => {
    parts.person = { ...parts.person, account: sanitizeName(account) };
  }],
]);

/**
 * Further lines of the answer, which hold nothing for a person to read: servers, hosts, and
 * their likes.
 */
const SILENT = new Set(["276", "307", "312", "320", "335", "338", "378", "379", "671"]);

/** Whether a line with this numeric belongs to an answer to WHOIS that is under way. */
export function isWhoisLine(
  command: string,
  params: readonly string[],
  state: IrcClientState,
): boolean {
  if (command === "311" || command === "318") return true;
  return state.whois.has(keyOf(params)) && (TAKERS.has(command) || SILENT.has(command));
}

/** Takes one line of the answer; returns the event at its end. */
export function readWhoisLine(
  command: string,
  params: readonly string[],
  state: IrcClientState,
): ChatEvent | undefined {
  const key = keyOf(params);
  if (command === "318") {
    const user = state.whois.get(key);
    state.whois.delete(key);
    return user === undefined ? undefined : { type: "whois", user };
  }
  if (command === "311") state.whois.set(key, emptyParts(params[1] ?? ""));
  const parts = state.whois.get(key);
  if (parts !== undefined) TAKERS.get(command)?.(parts, params);
  return undefined;
}

/** The word itself, or "" for the `*` of a server that does not say. */
function known(word: string): string {
  return word === "*" ? "" : sanitizeName(word);
}

function keyOf(params: readonly string[]): string {
  return foldHandle(params[1] ?? "");
}

function emptyParts(nick: string): WhoisParts {
  return {
    person: personSeen(sanitizeName(nick), IRC),
    isAway: false,
    isOperator: false,
    idleMs: 0,
    channels: [],
    registeredAt: 0,
  };
}

function channelOf(word: string): { readonly name: string; readonly rights: Rights } {
  const mark = word.indexOf(CHANNEL_MARK);
  const prefix = word.slice(0, Math.max(0, mark));
  return { name: sanitizeName(word.slice(mark + 1)), rights: rightsBehind(prefix) };
}

/** The rights that the signs in front of a name stand for. */
function rightsBehind(prefix: string): Rights {
  if (prefix === "") return NO_RIGHTS;
  return rightsOf({
    founder: /[~&]/.test(prefix),
    operator: /[@%]/.test(prefix),
    voice: prefix.includes("+"),
  });
}
