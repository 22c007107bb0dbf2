/**
 * The rules of what a user sets for itself: its real name, its modes, and whom it watches.
 *
 * @module
 */

import type { Ask } from "./command.ts";
import type { Delivery, PeerEvent } from "./event.ts";
import { characterCount, MAX_NICK_CHARACTERS, utf8Length } from "./names.ts";
import { MAX_REALNAME_BYTES } from "./lengths.ts";
import { metadataOfWatched } from "./metadata_rules.ts";
import type { Person } from "./person.ts";
import {
  type ChatState,
  refuse,
  type RegisteredUser,
  toPeers,
  toUser,
  toWatchers,
} from "./state.ts";
import type { UserMode } from "./user.ts";
import { MAX_WATCHED } from "./watches.ts";

/** Changes a user's real name. */
export function realname(
  state: ChatState,
  user: RegisteredUser,
  { realname: text }: Ask<"realname">,
): Delivery[] {
  if (text === "" || utf8Length(text) > MAX_REALNAME_BYTES) {
    return refuse(user, { code: "invalid_realname", limit: MAX_REALNAME_BYTES });
  }
  const by = user.person;
  if (text === by.realname) return [];
  const now = user.person = { ...by, realname: text };
  return toAll(state, user, { type: "realname_changed", by, now });
}

function toAll(state: ChatState, user: RegisteredUser, event: PeerEvent): Delivery[] {
  const peers = toPeers([...user.memberships.keys()], user, event);
  return [peers, ...toWatchers(state, user, event)];
}

/** Changes a user's own modes. */
export function user_modes(
  state: ChatState,
  user: RegisteredUser,
  { set, clear }: Ask<"user_modes">,
): Delivery[] {
  const added = set.filter((mode) => mode !== "operator" && setMode(state, user, mode, true));
  const removed = clear.filter((mode) => setMode(state, user, mode, false));
  if (added.length + removed.length === 0) return [];
  return [toUser(user, { type: "user_modes_changed", set: added, clear: removed })];
}

/** Sets or clears a mode; false when it was so already. */
export function setMode(
  state: ChatState,
  user: RegisteredUser,
  mode: UserMode,
  set: boolean,
): boolean {
  if (user.modes.has(mode) === set) return false;
  if (set) user.modes.add(mode);
  else user.modes.delete(mode);
  if (mode === "invisible") state.census.invisible += set ? 1 : -1;
  if (mode === "operator") state.census.operators += set ? 1 : -1;
  if (mode === "bot") user.person = withBot(user.person, set);
  return true;
}

function withBot({ bot: _, ...person }: Person, bot: boolean): Person {
  return bot ? { ...person, bot } : person;
}

/** Watches handles, and answers which of them are here. Texts too long for a handle are ignored. */
export function watch(state: ChatState, user: RegisteredUser, { nicks }: Ask<"watch">): Delivery[] {
  const wanted = nicks.filter((nick) => characterCount(nick) <= MAX_NICK_CHARACTERS);
  const full = wanted.findIndex((nick) => !state.watches.add(user, nick));
  const added = full < 0 ? wanted : wanted.slice(0, full);
  const found = added.flatMap((nick) => state.people.byHandle(nick) ?? []);
  const deliveries = [...statusOf(state, user, added), ...metadataOfWatched(user, found)];
  if (full < 0) return deliveries;
  const rest = wanted.slice(full);
  return [
    ...deliveries,
    ...refuse(user, { code: "watch_full", limit: MAX_WATCHED, nicks: rest }),
  ];
}

/** Watches handles no longer. */
export function unwatch(
  state: ChatState,
  user: RegisteredUser,
  { nicks }: Ask<"unwatch">,
): Delivery[] {
  for (const nick of nicks) state.watches.delete(user, nick);
  return [];
}

/** Watches nobody any more. */
export function unwatch_all(state: ChatState, user: RegisteredUser): Delivery[] {
  state.watches.clear(user);
  return [];
}

/** Answers which of the users whom a user watches are here. */
export function watch_status(state: ChatState, user: RegisteredUser): Delivery[] {
  return statusOf(state, user, state.watches.of(user));
}

function statusOf(state: ChatState, user: RegisteredUser, nicks: readonly string[]): Delivery[] {
  const persons: Person[] = [];
  const missing: string[] = [];
  for (const nick of nicks) {
    const person = state.people.byHandle(nick)?.person;
    if (person === undefined) missing.push(nick);
    else persons.push(person);
  }
  const deliveries: Delivery[] = [];
  if (persons.length > 0) deliveries.push(toUser(user, { type: "watch_online", persons }));
  if (missing.length > 0) deliveries.push(toUser(user, { type: "watch_offline", nicks: missing }));
  return deliveries;
}
