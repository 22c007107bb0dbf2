/**
 * The rules of coming, changing one's name, and going.
 *
 * @module
 */

import type { Ask } from "./command.ts";
import { enter, exit, lobbyOf } from "./entering.ts";
import type { Delivery, Refusal } from "./event.ts";
import { foldHandle, isHandle } from "./handles.ts";
import { cutBytes, MAX_REALNAME_BYTES, MAX_REASON_BYTES, MAX_USERNAME_BYTES } from "./lengths.ts";
import type { Person } from "./person.ts";
import { suspectOf } from "./server_bans.ts";
import { type ChatState, refuse, type RegisteredUser, toPeers, toUser } from "./state.ts";
import type { User } from "./user.ts";

/** Registers a user; of a registered one, changes the nick. */
export function register(
  state: ChatState,
  user: User,
  command: Ask<"register">,
  time: number,
): Delivery[] {
  const refusal = refusalOf(state, user, command);
  if (refusal !== undefined) return refuse(user, refusal);
  const { nick, home, lobby = false, exact = false } = command;
  if (user.person !== undefined) return rename(state, user as RegisteredUser, nick, home, time);
  const person = state.people.add(user, nick, aboutOf(user, command));
  const banned = turnAway(state, user as RegisteredUser, time);
  if (banned !== undefined) return banned;
  user.returnsToLobby = lobby;
  user.namesHandles = exact;
  user.registeredAt = user.spokeAt = time;
  state.census.peak = Math.max(state.census.peak, state.people.size);
  const deliveries = [toUser(user, { type: "registered", person })];
  if (lobby) deliveries.push(...enter(state, user as RegisteredUser, lobbyOf(state, user, time)));
  return [...deliveries, ...announce(state, person)];
}

function refusalOf(state: ChatState, user: User, command: Ask<"register">): Refusal | undefined {
  const { nick, unique = false, exact = false } = command;
  if (exact && !isHandle(nick)) return { code: "invalid_nick", nick };
  const isTaken = exact && state.people.isHandleTaken(nick, user) ||
    unique && state.people.isTaken(nick, user);
  return isTaken ? { code: "nick_in_use", nick } : undefined;
}

function aboutOf(user: User, { home, username = home, realname = "" }: Ask<"register">) {
  return {
    home,
    username: cutBytes(username, MAX_USERNAME_BYTES),
    host: user.origin.host,
    realname: cutBytes(realname, MAX_REALNAME_BYTES),
  };
}

/** Ends the connection of a user who is kept out; it has been nobody. */
function turnAway(state: ChatState, user: RegisteredUser, time: number): Delivery[] | undefined {
  const ban = state.serverBans.find(suspectOf(user), time);
  if (ban === undefined) return undefined;
  const { reason } = ban;
  state.people.delete(user);
  state.users.delete(user.id);
  return [
    ...refuse(user, { code: "banned_from_server", reason }),
    toUser(user, { type: "closing", reason: `Banned: ${reason}` }),
    { to: "connection", ends: user, reason: "banned" },
  ];
}

/** A nick that stays the same is no event. */
function rename(
  state: ChatState,
  user: RegisteredUser,
  nick: string,
  home: string,
  time: number,
): Delivery[] {
  const by = user.person;
  if (nick === by.nick) return [];
  state.people.delete(user);
  const now: Person = state.people.add(user, nick, { ...by, home });
  const deliveries = [toPeers([...user.memberships.keys()], user, { type: "renamed", by, now })];
  // With only its case changed it is the same name for whoever looks for it.
  if (foldHandle(by.handle) === foldHandle(now.handle)) return deliveries;
  noteGone(state, user, by, time);
  return [...deliveries, ...announceGone(state, by), ...announce(state, now)];
}

/** Takes a user out of the chat. A user who has gone already has nobody to leave. */
export function quit(state: ChatState, user: User, reason?: string, time = 0): Delivery[] {
  if (!state.users.delete(user.id)) return [];
  const { person: by } = user;
  if (by === undefined) return [];
  const channels = [...user.memberships.keys()];
  const deliveries = channels.map((channel) => exit(state, user, channel));
  noteGone(state, user, by, time);
  state.watches.clear(user);
  for (const channel of user.invitedTo) channel.invited.delete(user);
  if (user.modes.has("invisible")) state.census.invisible--;
  if (user.modes.has("operator")) state.census.operators--;
  state.people.delete(user);
  const why = reason === undefined ? {} : { reason: cutBytes(reason, MAX_REASON_BYTES) };
  if (channels.length > 0) deliveries.push(toPeers(channels, user, { type: "quit", by, ...why }));
  return [...deliveries, ...announceGone(state, by)];
}

function noteGone(state: ChatState, user: User, person: Person, at: number): void {
  state.formers.add({ person, address: user.origin.address, at });
}

function announce(state: ChatState, person: Person): Delivery[] {
  return state.watches.watchersOf(person.handle).map((watcher) =>
    toUser(watcher, { type: "watch_online", persons: [person] })
  );
}

function announceGone(state: ChatState, { handle }: Person): Delivery[] {
  return state.watches.watchersOf(handle).map((watcher) =>
    toUser(watcher, { type: "watch_offline", nicks: [handle] })
  );
}
