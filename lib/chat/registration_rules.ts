/**
 * The rules of registration and of changing one's name.
 *
 * @module
 */

import { mainUserOf } from "./always_on_rules.ts";
import type { Ask } from "./command.ts";
import { attach } from "./connection_rules.ts";
import { enter, lobbyOf } from "./entering.ts";
import type { Delivery, Refusal } from "./event.ts";
import { isHandle } from "./handles.ts";
import { cutBytes, MAX_REALNAME_BYTES, MAX_USERNAME_BYTES } from "./lengths.ts";
import { announce, changeName } from "./renaming.ts";
import { suspectOf } from "./server_bans.ts";
import { type ChatState, refuse, type RegisteredUser, toUser } from "./state.ts";
import type { User } from "./user.ts";

/** Registers a user; of a registered one, changes the nick. */
export function register(
  state: ChatState,
  user: User,
  command: Ask<"register">,
  time: number,
): Delivery[] {
  // The account may have gone since its password was checked.
  const account = user.person === undefined
    ? command.account && state.accounts.get(command.account)
    : user.person.account;
  const same = account === undefined || user.person !== undefined
    ? undefined
    : mainUserOf(state, account);
  if (same !== undefined) return attach(state, user, same, aboutOf(user, command), time);
  const refusal = refusalOf(state, user, command, account);
  if (refusal !== undefined) return refuse(user, refusal);
  const { nick, home, lobby = false, exact = false } = command;
  if (user.person !== undefined) return rename(state, user as RegisteredUser, nick, home, time);
  const about = aboutOf(user, command);
  const person = state.people.add(
    user,
    nick,
    account === undefined ? about : { ...about, account },
  );
  const banned = turnAway(state, user as RegisteredUser, time);
  if (banned !== undefined) return banned;
  if (account !== undefined) state.accounts.enter(user, account);
  user.returnsToLobby = lobby;
  user.namesHandles = exact;
  user.registeredAt = user.spokeAt = time;
  state.census.peak = Math.max(state.census.peak, state.people.size);
  const deliveries = [toUser(user, { type: "registered", person })];
  if (lobby) deliveries.push(...enter(state, user as RegisteredUser, lobbyOf(state, user, time)));
  return [...deliveries, ...announce(state, person)];
}

function refusalOf(
  state: ChatState,
  user: User,
  command: Ask<"register">,
  account: string | undefined,
): Refusal | undefined {
  const { nick, unique = false, exact = false } = command;
  if (exact && !isHandle(nick)) return { code: "invalid_nick", nick };
  if ((exact || unique) && state.accounts.isReservedFrom(nick, account)) {
    return { code: "nick_reserved", nick };
  }
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

/** Ends the connection of a newcomer who is banned, as if it had never registered. */
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

/** Changes a user's nick; a no-op when it is the same. */
function rename(
  state: ChatState,
  user: RegisteredUser,
  nick: string,
  home: string,
  time: number,
): Delivery[] {
  return nick === user.person.nick ? [] : changeName(state, user, nick, time, home);
}
