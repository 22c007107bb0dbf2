/**
 * The rules of coming, changing one's name, being away, and going.
 *
 * @module
 */

import type { Command } from "./command.ts";
import type { Delivery, Refusal } from "./event.ts";
import { enter, exit, lobbyOf } from "./membership_rules.ts";
import { isHandle } from "./handles.ts";
import type { Person } from "./person.ts";
import { type ChatState, refuse, type RegisteredUser, toPeers, toUser } from "./state.ts";
import type { User } from "./user.ts";

type Register = Extract<Command, { type: "register" }>;

/** Registers a user; of a registered one, changes the nick. */
export function register(
  state: ChatState,
  user: User,
  command: Register,
  time: number,
): Delivery[] {
  const refusal = refusalOf(state, user, command);
  if (refusal !== undefined) return refuse(user, refusal);
  const { nick, home, lobby = false } = command;
  if (user.person !== undefined) return rename(state, user as RegisteredUser, nick, home);
  const person = state.people.add(user, nick, aboutOf(user, command));
  user.returnsToLobby = lobby;
  const deliveries = [toUser(user, { type: "registered", person })];
  if (lobby) deliveries.push(...enter(state, user as RegisteredUser, lobbyOf(state, user, time)));
  return deliveries;
}

function refusalOf(state: ChatState, user: User, command: Register): Refusal | undefined {
  const { nick, unique = false, exact = false } = command;
  if (exact && !isHandle(nick)) return { code: "invalid_nick", nick };
  const isTaken = exact && state.people.isHandleTaken(nick, user) ||
    unique && state.people.isTaken(nick, user);
  return isTaken ? { code: "nick_in_use", nick } : undefined;
}

function aboutOf(user: User, { home, username = home, realname = "" }: Register) {
  return { home, username, host: user.origin.host, realname };
}

/** A nick that stays the same is no event. */
function rename(state: ChatState, user: RegisteredUser, nick: string, home: string): Delivery[] {
  const by = user.person;
  if (nick === by.nick) return [];
  state.people.delete(user);
  const now: Person = state.people.add(user, nick, { ...by, home });
  return [toPeers([...user.memberships.keys()], user, { type: "renamed", by, now })];
}

/** Takes a user out of the chat. A user who has gone already has nobody to leave. */
export function quit(state: ChatState, user: User, reason?: string): Delivery[] {
  if (!state.users.delete(user.id)) return [];
  const { person: by } = user;
  if (by === undefined) return [];
  const channels = [...user.memberships.keys()];
  const deliveries = channels.map((channel) => exit(state, user, channel));
  state.people.delete(user);
  if (channels.length === 0) return deliveries;
  const why = reason === undefined ? {} : { reason };
  return [...deliveries, toPeers(channels, user, { type: "quit", by, ...why })];
}

/** Notes that a user is away, or back. */
export function away(
  _state: ChatState,
  user: RegisteredUser,
  { text }: Extract<Command, { type: "away" }>,
): Delivery[] {
  if (text === user.away) return [];
  user.away = text;
  const why = text === undefined ? {} : { text };
  return [
    toPeers([...user.memberships.keys()], user, { type: "away", by: user.person, ...why }),
  ];
}
