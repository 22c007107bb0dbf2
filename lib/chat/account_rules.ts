/**
 * The rules of accounts: logging in and out, several connections of one user, and names that become reserved.
 *
 * @module
 */

import type { Ask, Order } from "./command.ts";
import type { Delivery } from "./event.ts";
import { isHandle } from "./handles.ts";
import { cutBytes, MAX_AWAY_BYTES } from "./lengths.ts";
import { remove } from "./leaving.ts";
import { membersOf } from "./listing.ts";
import type { Person } from "./person.ts";
import { suspectOf } from "./server_bans.ts";
import {
  type ChatState,
  refuse,
  type RegisteredUser,
  toPeers,
  toUser,
  toWatchers,
} from "./state.ts";
import { forgetAccount, loseRights, welcomeRights } from "./registration_of_channels.ts";
import { changeName } from "./renaming.ts";
import { type KeptChannel, makeChannel } from "./snapshot.ts";
import { type User, USER_MODE_NAMES } from "./user.ts";

/** Connections that one user may have. */
export const MAX_CONNECTIONS = 32;

/** Logs a user in, whose password the session has checked. */
export function login(
  state: ChatState,
  user: RegisteredUser,
  { account: name, rename = false }: Ask<"login">,
  time: number,
): Delivery[] {
  const account = state.accounts.get(name);
  if (account === undefined) return refuse(user, { code: "no_such_account", account: name });
  const deliveries = [toUser(user, { type: "logged_in", account })];
  if (user.person.account !== account) deliveries.push(...setAccount(state, user, account));
  const mayRename = rename && user.person.handle !== account && isHandle(account) &&
    !state.people.isHandleTaken(account, user);
  return mayRename ? [...deliveries, ...changeName(state, user, account, time)] : deliveries;
}

/** Logs a user out. A nick that is an account's goes with it. */
export function logout(
  state: ChatState,
  user: RegisteredUser,
  _command: Ask<"logout">,
  time: number,
): Delivery[] {
  if (user.person.account === undefined) return [];
  return [
    toUser(user, { type: "logged_out" }),
    ...setAccount(state, user, undefined),
    ...leaveReserved(state, user, time),
  ];
}

/** Ends another user of the same account, such as one whose connection has died unnoticed, and takes its nick. */
export function ghost(
  state: ChatState,
  user: RegisteredUser,
  { nick }: Ask<"ghost">,
  time: number,
): Delivery[] {
  const other = state.people.byHandle(nick) as RegisteredUser | undefined;
  const { account } = user.person;
  if (other === undefined) return refuse(user, { code: "no_such_nick", nick });
  if (other === user || account === undefined || other.person.account !== account) {
    return refuse(user, { code: "not_your_account", nick });
  }
  const { handle } = other.person;
  return [
    ...remove(state, other, `Ended by ${account}`, time),
    ...changeName(state, user, handle, time),
  ];
}

function setAccount(
  state: ChatState,
  user: RegisteredUser,
  account: string | undefined,
): Delivery[] {
  const by = user.person;
  const { account: was, ...rest } = by;
  if (was !== undefined) state.accounts.leave(user, was);
  const now: Person = account === undefined ? rest : { ...rest, account };
  user.person = now;
  if (account !== undefined) state.accounts.enter(user, account);
  const event = { type: "account_changed", by, now } as const;
  const channels = [...user.memberships.keys()];
  return [
    toPeers(channels, user, event),
    ...toWatchers(state, user, event),
    ...(was === undefined ? [] : loseRights(user)),
    ...channels.flatMap((channel) => welcomeRights(channel, user)),
  ];
}

/**
 * Makes the connection of `newcomer`, who is nobody yet, another one of `user`, who is logged in to the same
 * account. It receives what the user is in.
 */
export function attach(
  state: ChatState,
  newcomer: User,
  user: RegisteredUser,
  time: number,
): Delivery[] {
  if (user.connections.size >= MAX_CONNECTIONS) {
    const reason = `${MAX_CONNECTIONS} connections of this account are open`;
    state.users.delete(newcomer.id);
    return [
      toUser(newcomer, { type: "closing", reason }),
      { to: "connection", ends: newcomer, reason: "too many connections of one account" },
    ];
  }
  const suspect = suspectOf({ ...user, origin: newcomer.origin } as RegisteredUser);
  const ban = state.serverBans.find(suspect, time);
  if (ban !== undefined) {
    state.users.delete(newcomer.id);
    return [
      ...refuse(newcomer, { code: "banned_from_server", reason: ban.reason }),
      toUser(newcomer, { type: "closing", reason: `Banned: ${ban.reason}` }),
      { to: "connection", ends: newcomer, reason: "banned" },
    ];
  }
  state.users.delete(newcomer.id);
  state.attached.set(newcomer.id, newcomer);
  newcomer.as = user;
  user.connections.add(newcomer);
  const modes = USER_MODE_NAMES.filter((mode) => user.modes.has(mode));
  const by = user.person;
  const deliveries: Delivery[] = [
    { to: "connection", joins: newcomer },
    toUser(user, {
      type: "registered",
      person: by,
      ...(user.metadata !== undefined && { metadata: user.metadata }),
    }),
  ];
  if (modes.length > 0) deliveries.push(toUser(user, { type: "user_modes_are", modes }));
  for (const channel of user.memberships.keys()) {
    deliveries.push(toUser(user, {
      type: "resumed",
      by,
      channel: channel.name,
      ...(channel.topic && { topic: channel.topic }),
      ...(channel.flags.has("secret") && { isSecret: true }),
      members: membersOf(channel),
    }));
  }
  return [...deliveries, ...settleAway(state, user)];
}

/** Ends one of several connections of a user; `undefined` when it was the last. */
export function detach(state: ChatState, connection: User): Delivery[] | undefined {
  const user = connection.as;
  if (!user.connections.has(connection)) return [];
  state.attached.delete(connection.id);
  // The last one stays: what happens to the user until it is gone reaches it.
  if (user.connections.size === 1) return undefined;
  user.connections.delete(connection);
  return user.person === undefined ? [] : settleAway(state, user as RegisteredUser);
}

/** Notes that a connection is away, or back. Its user is away when all of its connections are. */
export function away(
  state: ChatState,
  user: RegisteredUser,
  command: Ask<"away">,
  _time: number,
  from: User,
): Delivery[] {
  from.awayHere = command.text === undefined ? undefined : cutBytes(command.text, MAX_AWAY_BYTES);
  const answer = toUser(user, { type: "now_away", isAway: from.awayHere !== undefined });
  return [answer, ...settleAway(state, user, from)];
}

/** `last` is the connection whose text counts, if it has one. */
function settleAway(state: ChatState, user: RegisteredUser, last?: User): Delivery[] {
  const connections = [...user.connections];
  const isHere = connections.some(({ awayHere }) => awayHere === undefined);
  const text = isHere ? undefined : (last ?? connections.at(-1))?.awayHere;
  if (text === user.away) return [];
  user.away = text;
  const event = {
    type: "away",
    by: user.person,
    ...(text !== undefined && { text }),
  } as const;
  return [toPeers([...user.memberships.keys()], user, event), ...toWatchers(state, user, event)];
}

/** What the server itself has to say about its accounts. */
export function applyOrder(state: ChatState, order: Order, time: number): Delivery[] {
  switch (order.type) {
    case "account_added":
      return addAccount(state, order.name, time, order.keeps);
    case "account_removed":
      return removeAccount(state, order.name, time);
    case "channels":
      for (const each of order.channels) openKept(state, each);
      return [];
    case "accounts": {
      const wanted = new Set(order.names);
      const gone = state.accounts.names.filter((name) => !wanted.has(name));
      return [
        ...gone.flatMap((name) => removeAccount(state, name, time)),
        ...order.names.flatMap((name) => addAccount(state, name, time)),
      ];
    }
  }
}

/** A channel that exists by now, such as the lobby, stays what it is. */
function openKept(state: ChatState, kept: KeptChannel): void {
  const { founder = "" } = kept.registration ?? {};
  const isWelcome = state.channels.get(kept.name) === undefined &&
    state.accounts.get(founder) !== undefined && kept.name !== state.lobby;
  if (isWelcome) state.channels.restore(makeChannel(kept));
}

/** The user with the id `keeps` has registered it and will be logged in; anybody else loses the nick. */
function addAccount(state: ChatState, name: string, time: number, keeps?: number): Delivery[] {
  if (!state.accounts.add(name)) return [];
  const holder = state.people.byHandle(name);
  if (holder === undefined || holder.id === keeps) return [];
  return leaveReserved(state, holder as RegisteredUser, time);
}

function removeAccount(state: ChatState, name: string, time: number): Delivery[] {
  if (!state.accounts.delete(name)) return [];
  return [
    ...forgetAccount(state, name),
    ...state.accounts.usersOf(name).flatMap((each) =>
      logout(state, each as RegisteredUser, { type: "logout" }, time)
    ),
  ];
}

/** Gives a user another name if the one that it has is another's account. */
function leaveReserved(state: ChatState, user: RegisteredUser, time: number): Delivery[] {
  const { handle, nick, account } = user.person;
  if (!state.accounts.isReservedFrom(handle, account)) return [];
  // A user of another dialect keeps what it is called there, and gets another handle.
  const name = user.namesHandles ? guestName(state, user) : nick;
  const text = `${handle} belongs to an account: you are called ${name} now`;
  return [
    ...changeName(state, user, name, time),
    ...(user.namesHandles ? [toUser(user, { type: "notice", text })] : []),
  ];
}

function guestName(state: ChatState, user: User): string {
  for (let n = user.id;; n++) {
    const name = `Guest${n}`;
    const isFree = !state.people.isHandleTaken(name, user) &&
      !state.accounts.isReservedFrom(name, undefined);
    if (isFree) return name;
  }
}
