/**
 * The rules of accounts: logging in and out, and names that become reserved.
 *
 * @module
 */

import type { Ask, Order } from "./command.ts";
import type { Delivery } from "./event.ts";
import { isHandle } from "./handles.ts";
import {
  expireAbsent,
  foundOff,
  mainUserOf,
  restoreAbsent,
  setAlwaysOn,
  staysBehind,
} from "./always_on_rules.ts";
import { disconnectAll, MAX_CONNECTIONS, takeOver } from "./connection_rules.ts";
import { remove } from "./leaving.ts";
import type { Person } from "./person.ts";
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
import type { User } from "./user.ts";

/** Logs in a user whose password the session has checked. */
export function login(
  state: ChatState,
  user: RegisteredUser,
  { account: name, rename = false }: Ask<"login">,
  time: number,
): Delivery[] {
  const account = state.accounts.get(name);
  if (account === undefined) return refuse(user, { code: "no_such_account", account: name });
  const deliveries = [toUser(user, { type: "logged_in", account })];
  // An always-on account has a single user, and whoever logs in late becomes it.
  const main = state.alwaysOn.has(account) ? mainUserOf(state, account) : undefined;
  const mayBecome = user.person.account === undefined && user.connections.size === 1;
  if (main !== undefined && mayBecome && main.connections.size < MAX_CONNECTIONS) {
    return [...deliveries, ...takeOver(state, user, main, time)];
  }
  if (user.person.account !== account) deliveries.push(...setAccount(state, user, account));
  const mayRename = rename && user.person.handle !== account && isHandle(account) &&
    !state.people.isHandleTaken(account, user);
  return mayRename ? [...deliveries, ...changeName(state, user, account, time)] : deliveries;
}

/** Logs a user out. A user who is called like an account gets another nick. */
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

/**
 * Ends another user of the same account, such as one whose connection has died unnoticed, and takes
 * its nick. The user of an always-on account stays: only its connections end, and the caller
 * becomes that user.
 */
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
  // The caller wants this user's place, not its end.
  if (staysBehind(state, other) && user.connections.size === 1) {
    return [
      ...disconnectAll(state, other, `Ended by ${account}`, time),
      ...takeOver(state, user, other, time),
    ];
  }
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

/** Applies what the server itself orders: about its accounts, and what it has kept. */
export function applyOrder(state: ChatState, order: Order, time: number): Delivery[] {
  switch (order.type) {
    case "always_on":
      return setAlwaysOn(state, order.names, time);
    case "absent":
      return restoreAbsent(state, order, time);
    case "expire_absent":
      return expireAbsent(state, order.ageMs, time);
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

/** Opens a registered channel. One that exists by now, such as the lobby, stays what it is. */
function openKept(state: ChatState, kept: KeptChannel): void {
  const { founder = "" } = kept.registration ?? {};
  const isWelcome = state.channels.get(kept.name) === undefined &&
    state.accounts.get(founder) !== undefined && kept.name !== state.lobby;
  if (isWelcome) state.channels.restore(makeChannel(kept));
}

/**
 * Adds an account. The user with the id `keeps` has registered it and will be logged in; anybody
 * else loses the nick.
 */
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
    // With the account, the database has lost this as well.
    ...foundOff(state, name, "Account removed", time),
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
