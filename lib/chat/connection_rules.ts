/**
 * The rules of several connections of one user: when one is added, when one ends, and when the
 * user is away.
 *
 * @module
 */

import { isAbsent } from "./always_on.ts";
import { type About, comeBack, goAbsent, staysBehind } from "./always_on_rules.ts";
import type { Ask } from "./command.ts";
import type { Delivery } from "./event.ts";
import { cutBytes, MAX_AWAY_BYTES } from "./lengths.ts";
import { end, quit } from "./leaving.ts";
import { membersOf } from "./listing.ts";
import { part_all } from "./membership_rules.ts";
import { suspectFrom } from "./server_bans.ts";
import {
  type ChatState,
  refuse,
  type RegisteredUser,
  toPeers,
  toUser,
  toWatchers,
} from "./state.ts";
import { User, USER_MODE_NAMES } from "./user.ts";

/** Connections that one user may have. */
export const MAX_CONNECTIONS = 32;

/**
 * Makes the connection of `newcomer`, who is nobody yet, another one of `user`, who is logged in to
 * the same account. It receives the channels that the user is in.
 */
export function attach(
  state: ChatState,
  newcomer: User,
  user: RegisteredUser,
  about: About,
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
  const ban = state.serverBans.find(suspectFrom(user, newcomer.origin, about), time);
  if (ban !== undefined) {
    state.users.delete(newcomer.id);
    return [
      ...refuse(newcomer, { code: "banned_from_server", reason: ban.reason }),
      toUser(newcomer, { type: "closing", reason: `Banned: ${ban.reason}` }),
      { to: "connection", ends: newcomer, reason: "banned" },
    ];
  }
  return join(state, newcomer, user, about, true);
}

/**
 * Adds the connection of `newcomer` to `user`; with `isNew`, a connection that was no user before.
 */
function join(
  state: ChatState,
  newcomer: User,
  user: RegisteredUser,
  about: About,
  isNew: boolean,
): Delivery[] {
  const wasAbsent = isAbsent(user);
  state.users.delete(newcomer.id);
  state.attached.set(newcomer.id, newcomer);
  newcomer.as = user;
  user.connections.add(newcomer);
  const news = wasAbsent ? comeBack(state, user, newcomer, about) : [];
  const modes = USER_MODE_NAMES.filter((mode) => user.modes.has(mode));
  const by = user.person;
  const deliveries: Delivery[] = [{ to: "connection", joins: newcomer }];
  if (isNew) {
    deliveries.push(toUser(user, {
      type: "registered",
      person: by,
      ...(user.metadata !== undefined && { metadata: user.metadata }),
    }));
  }
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
  return [...deliveries, ...news, ...settleAway(state, user)];
}

/**
 * Makes `user`, who has logged in late, the user that its account has already, connected or absent:
 * it leaves its own channels, and is in that one's.
 */
export function takeOver(
  state: ChatState,
  user: RegisteredUser,
  other: RegisteredUser,
  time: number,
): Delivery[] {
  const by = user.person;
  // Its one connection need not be the one with which it began.
  const [connection = user] = user.connections;
  return [
    ...part_all(state, user, { type: "part_all" }),
    ...quit(state, user, undefined, time),
    // For its own client alone: all others see the other user come back.
    toPeers([], user, { type: "renamed", by, now: other.person }),
    ...join(state, connection, other, by, false),
  ];
}

/**
 * Ends one of several connections of a user, or the last one of a user who stays; `undefined` when
 * the user goes with it.
 */
export function detach(
  state: ChatState,
  connection: User,
  time: number,
): Delivery[] | undefined {
  const user = connection.as;
  if (!user.connections.has(connection)) return [];
  state.attached.delete(connection.id);
  // The last one stays in the set, so that it receives what happens to the user until it is gone.
  if (user.connections.size === 1) {
    return staysBehind(state, user) ? goAbsent(state, user, connection, time) : undefined;
  }
  user.connections.delete(connection);
  return user.person === undefined ? [] : settleAway(state, user as RegisteredUser);
}

/** Ends all connections of a user who stays, behind what they have received. */
export function disconnectAll(
  state: ChatState,
  user: RegisteredUser,
  reason: string,
  time: number,
): Delivery[] {
  if (isAbsent(user)) return [];
  // When this is delivered, the user may have other connections: a stand-in has those of now.
  const left = new User(user.id, user.origin);
  left.connections.clear();
  for (const connection of user.connections) left.connections.add(connection);
  const exits = Array.from(
    user.memberships.keys(),
    (channel): Delivery => ({ to: "members", exited: left, channel }),
  );
  const deliveries = [...left.connections].flatMap((connection) =>
    detach(state, connection, time) ?? []
  );
  return [...end(left, reason), ...exits, ...deliveries];
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
