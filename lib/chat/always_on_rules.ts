/**
 * The rules of always-on accounts: what becomes of a user when its last connection ends, when the
 * next one comes, when the server starts, and when its account is no longer always on.
 *
 *   last connection ends --> absent: away in its channels, no operator, called like its account
 *   next connection      --> the user again, from where that one comes
 *
 * @module
 */

import { ABSENT_TEXT, isAbsent, isAlwaysOn, type KeptUser } from "./always_on.ts";
import type { Ask, Order } from "./command.ts";
import type { Delivery, PeerEvent } from "./event.ts";
import { foldHandle } from "./handles.ts";
import { quit } from "./leaving.ts";
import type { Person } from "./person.ts";
import { changeName } from "./renaming.ts";
import { setMode } from "./self_rules.ts";
import { makeChannel } from "./snapshot.ts";
import {
  type ChatState,
  refuse,
  type RegisteredUser,
  toPeers,
  toUser,
  toWatchers,
} from "./state.ts";
import { lobbyOf } from "./entering.ts";
import { rightsOf } from "./rights.ts";
import { NO_ORIGIN, User } from "./user.ts";

/** Makes the user's account always on, or an ordinary one, and answers with what it is now. */
export function always_on(
  state: ChatState,
  user: RegisteredUser,
  { set }: Ask<"always_on">,
  time: number,
): Delivery[] {
  const { account } = user.person;
  const { alwaysOn } = state;
  if (account === undefined) return refuse(user, { code: "need_account" });
  if (set === true && !alwaysOn.has(account)) {
    const { isOpen, maxAccounts, maxByHost } = alwaysOn.limits;
    if (!isOpen) return refuse(user, { code: "always_on_closed" });
    if (alwaysOn.size >= maxAccounts) {
      return refuse(user, { code: "too_many_always_on", limit: maxAccounts });
    }
    if (countFrom(state, user.person.host) >= maxByHost) {
      return refuse(user, { code: "too_many_always_on_here", limit: maxByHost });
    }
  }
  const deliveries: Delivery[] = [];
  if (set === true && alwaysOn.add(account)) {
    deliveries.push({ to: "store", account, isAlwaysOn: true });
  }
  if (set === false) deliveries.push(...turnOff(state, [account], "Always on no longer", time));
  return [...deliveries, toUser(user, { type: "always_on_is", isOn: alwaysOn.has(account) })];
}

/** Counts the always-on accounts whose users come, or came last, from the cloak `host`. */
function countFrom(state: ChatState, host: string): number {
  let count = 0;
  for (const name of state.alwaysOn.names) {
    if (state.accounts.usersOf(name).some(({ person }) => person?.host === host)) count++;
  }
  return count;
}

/** The user of an account: of several, the one that is called like it, or else the first. */
export function mainUserOf(state: ChatState, account: string): RegisteredUser | undefined {
  const users = state.accounts.usersOf(account) as readonly RegisteredUser[];
  return users.find(({ person }) => foldHandle(person.handle) === foldHandle(account)) ?? users[0];
}

/**
 * Whether `user` stays when its last connection ends. Of several users of an account only one does.
 */
export function staysBehind(state: ChatState, user: User): user is RegisteredUser {
  return isAlwaysOn(state, user) &&
    mainUserOf(state, user.person.account as string) === user;
}

/** Ends the last connection of a user who stays. */
export function goAbsent(
  state: ChatState,
  user: RegisteredUser,
  connection: User,
  time: number,
): Delivery[] {
  const account = user.person.account as string;
  user.connections.delete(connection);
  user.absentSince = time;
  const deliveries: Delivery[] = [{ to: "store", account }];
  // Nobody is there to read it, and whoever comes back must not inherit the power of an operator.
  state.watches.clear(user);
  setMode(state, user, "operator", false);
  for (const channel of user.memberships.keys()) {
    channel.absent++;
    state.channels.settle(channel);
  }
  if (user.away === undefined) {
    user.away = ABSENT_TEXT;
    deliveries.push(...toAll(state, user, { type: "away", by: user.person, text: ABSENT_TEXT }));
  }
  const mayBeCalled = foldHandle(user.person.handle) !== foldHandle(account) &&
    !state.people.isHandleTaken(account, user);
  return mayBeCalled ? [...deliveries, ...changeName(state, user, account, time)] : deliveries;
}

/** What a new connection says of its user. */
export type About = Pick<Person, "username" | "realname">;

/**
 * Gives an absent user the connection `newcomer`. Returns what others learn of that; the newcomer
 * MUST know who it is before it receives them.
 */
export function comeBack(
  state: ChatState,
  user: RegisteredUser,
  newcomer: User,
  { username, realname }: About,
): Delivery[] {
  const since = user.absentSince as number;
  user.absentSince = undefined;
  user.origin = newcomer.origin;
  for (const channel of user.memberships.keys()) {
    channel.absent--;
    state.channels.settle(channel);
  }
  const by = user.person;
  const moved = { ...by, username, host: newcomer.origin.host };
  const now = user.person = { ...moved, realname };
  const deliveries: Delivery[] = [
    { to: "store", account: by.account as string },
    toUser(user, { type: "came_back", since }),
  ];
  if (by.host !== now.host || by.username !== now.username) {
    deliveries.push(...toAll(state, user, { type: "host_changed", by, now: moved }));
  }
  if (by.realname !== realname) {
    deliveries.push(...toAll(state, user, { type: "realname_changed", by: moved, now }));
  }
  return deliveries;
}

function toAll(state: ChatState, user: RegisteredUser, event: PeerEvent): Delivery[] {
  const peers = toPeers([...user.memberships.keys()], user, event);
  return [peers, ...toWatchers(state, user, event)];
}

/** The user of an account, if it is absent. */
export function absentUserOf(state: ChatState, account: string): RegisteredUser | undefined {
  return state.accounts.usersOf(account).find(isAbsent) as RegisteredUser | undefined;
}

/** Makes accounts ordinary ones, also in the database. Their absent users quit. */
function turnOff(
  state: ChatState,
  accounts: readonly string[],
  reason: string,
  time: number,
): Delivery[] {
  return accounts.flatMap((account) => {
    const deliveries = foundOff(state, account, reason, time);
    if (deliveries.length > 0) deliveries[0] = { to: "store", account, isAlwaysOn: false };
    return deliveries;
  });
}

/**
 * The same for an account that the database already has as an ordinary one: writing that again
 * could undo what the operator has decided since.
 */
export function foundOff(
  state: ChatState,
  account: string,
  reason: string,
  time: number,
): Delivery[] {
  if (!state.alwaysOn.delete(account)) return [];
  const user = absentUserOf(state, account);
  return [
    { to: "store", account },
    ...(user === undefined ? [] : quit(state, user, reason, time)),
  ];
}

/** Takes over from the database which accounts are always on. */
export function setAlwaysOn(state: ChatState, names: readonly string[], time: number): Delivery[] {
  const wanted = new Set(names.map(foldHandle));
  const gone = state.alwaysOn.names.filter((name) => !wanted.has(name));
  const known = names.filter((name) => state.accounts.get(name) !== undefined);
  for (const name of known) state.alwaysOn.add(name);
  return [
    // Also those that were so before: one that was turned off and on again meanwhile has lost what
    // was kept of its user.
    ...known.map((account): Delivery => ({ to: "store", account })),
    ...gone.flatMap((account) => foundOff(state, account, "Always on no longer", time)),
  ];
}

/** Makes those accounts ordinary ones whose users have been absent for `ageMs` milliseconds. */
export function expireAbsent(state: ChatState, ageMs: number, time: number): Delivery[] {
  const old = state.alwaysOn.names.filter((name) => {
    const since = absentUserOf(state, name)?.absentSince;
    return since !== undefined && since + ageMs < time;
  });
  return turnOff(state, old, "Not seen for a long time", time);
}

/**
 * Restores the users who were there when the server ended, and the channels that only they keep.
 * Nobody is connected who could be told.
 */
export function restoreAbsent(
  state: ChatState,
  { names, users, channels }: Extract<Order, { type: "absent" }>,
  time: number,
): Delivery[] {
  for (const name of names) if (state.accounts.get(name) !== undefined) state.alwaysOn.add(name);
  const made = channels.filter(({ name }) =>
    state.channels.get(name) === undefined && name !== state.lobby
  ).map(makeChannel);
  for (const channel of made) state.channels.restore(channel);
  for (const each of users) restoreUser(state, each, time);
  state.census.peak = Math.max(state.census.peak, state.people.size);
  // Some of them may have lost their users.
  const left = made.filter(({ members }) => members.size === 0);
  for (const channel of left) state.channels.settle(channel);
  return [
    ...state.alwaysOn.names.map((account): Delivery => ({ to: "store", account })),
    ...left.map(({ name }): Delivery => ({ to: "store", held: name })),
  ];
}

function restoreUser(state: ChatState, kept: KeptUser, time: number): void {
  const account = kept.person.account && state.accounts.get(kept.person.account);
  const isWelcome = state.alwaysOn.has(account) && state.accounts.usersOf(account).length === 0;
  if (!isWelcome) return;
  const user = new User(++state.lastId, { ...NO_ORIGIN, host: kept.person.host });
  user.connections.clear();
  user.absentSince = kept.absentSince ?? time;
  user.away = kept.away ?? ABSENT_TEXT;
  user.returnsToLobby = kept.returnsToLobby;
  user.namesHandles = kept.namesHandles;
  user.registeredAt = kept.registeredAt;
  user.spokeAt = kept.spokeAt;
  state.users.set(user.id, user);
  // It may have been connected under another nick when the server was killed.
  state.people.restore(user, { ...kept.person, nick: account, handle: account, account });
  state.accounts.enter(user, account);
  for (const mode of kept.modes) {
    if (mode !== "operator") setMode(state, user as RegisteredUser, mode, true);
  }
  for (const [name, rights] of kept.channels) {
    const channel = name === state.lobby ? lobbyOf(state, user, time) : state.channels.get(name);
    if (channel === undefined) continue;
    const membership = { rights: rightsOf(rights) };
    channel.members.set(user, membership);
    user.memberships.set(channel, membership);
    channel.absent++;
    state.channels.settle(channel);
  }
}
