/**
 * The state that the rules of the chat work on, and the deliveries that they have in common. The
 * rules stand in files of their own, grouped by what they act on; `hub.ts` has the table of them.
 *
 * @module
 */

import type { Accounts } from "./accounts.ts";
import type { AlwaysOn } from "./always_on.ts";
import type { Channel } from "./channel.ts";
import type { Channels } from "./channels.ts";
import type { OfChannel } from "./command.ts";
import type { ChannelEvent, Delivery, PeerEvent, Refusal, UserEvent } from "./event.ts";
import type { Formers } from "./formers.ts";
import type { Found, People } from "./people.ts";
import type { Person } from "./person.ts";
import { hasAtLeast, type Right } from "./rights.ts";
import type { ServerBans } from "./server_bans.ts";
import type { User } from "./user.ts";
import type { Watches } from "./watches.ts";

/** Counts of users by their state. */
export interface Census {
  /** Registered users who are invisible. */
  invisible: number;
  /** Registered users who are operators of the server. */
  operators: number;
  /** Most registered users at once so far. */
  peak: number;
}

/** Everything that a hub knows. */
export interface ChatState {
  /** Users by id, in the order of connecting. */
  readonly users: Map<number, User>;
  /** Connections that speak as another user, by the ids under which they came. */
  readonly attached: Map<number, User>;
  /** The names of the accounts, and who is logged in. */
  readonly accounts: Accounts;
  /** The accounts that are always on. */
  readonly alwaysOn: AlwaysOn;
  /** The names of the users. */
  readonly people: People;
  /** The channels. */
  readonly channels: Channels;
  /** Who watches whom. */
  readonly watches: Watches;
  /** Former names. */
  readonly formers: Formers;
  /** The bans of the server. */
  readonly serverBans: ServerBans;
  /** Counts of users by their state. */
  readonly census: Census;
  /** Name of the lobby. */
  readonly lobby: string;
  /** Channels that one user may be in at once. */
  readonly maxJoined: number;
  /** The id that was given last. */
  lastId: number;
}

/** A user who has registered: nobody else may ask for anything but to register. */
export type RegisteredUser = User & { person: Person };

/**
 * A rule: what one kind of command does. `time` is the sequencer's, in milliseconds of Unix time;
 * `from` is the connection of `user` that asks. The state changes before the function returns,
 * and only then.
 */
export type Rule<Kind> = (
  state: ChatState,
  user: RegisteredUser,
  command: Kind,
  time: number,
  from: User,
) => Delivery[];

/** `event` for `user` alone. */
export function toUser(user: User, event: UserEvent): Delivery {
  return { to: "user", user, event };
}

/** `event`, which `actor` caused, for the members of `channel`. */
export function toChannel(channel: Channel, actor: User, event: ChannelEvent): Delivery {
  return { to: "channel", channel, actor, event };
}

/** `event`, which `actor` caused, for everybody who shares one of `channels`. */
export function toPeers(channels: readonly Channel[], actor: User, event: PeerEvent): Delivery {
  return { to: "peers", channels, actor, event };
}

/** Refuses a request of `user`. */
export function refuse(user: User, refusal: Refusal): Delivery[] {
  return [toUser(user, { type: "refused", refusal })];
}

/** The channel that a command names, whether or not the user may know of it. */
export function channelOf(state: ChatState, { channel, fold }: OfChannel): Channel | undefined {
  if (channel === undefined) return undefined;
  return fold === true ? state.channels.getFolded(channel) : state.channels.get(channel);
}

/**
 * The channel that a command is about and `user` is in; without a name, the first that it is in.
 */
export function joinedChannelOf(
  state: ChatState,
  user: User,
  of: OfChannel,
): Channel | undefined {
  if (of.channel === undefined) {
    for (const channel of user.memberships.keys()) return channel;
    return undefined;
  }
  const channel = channelOf(state, of);
  return channel && user.memberships.has(channel) ? channel : undefined;
}

/** Whether `user` may know that the channel exists. */
export function mayKnow(user: User, channel: Channel): boolean {
  return !channel.flags.has("secret") || user.memberships.has(channel) ||
    user.modes.has("operator");
}

/** The channel that a question is about; `undefined` for one that `user` may not know of. */
export function knownChannelOf(
  state: ChatState,
  user: User,
  of: OfChannel,
): Channel | undefined {
  const channel = of.channel === undefined
    ? joinedChannelOf(state, user, of)
    : channelOf(state, of);
  return channel !== undefined && mayKnow(user, channel) ? channel : undefined;
}

/** Refuses a request because `user` is not in the channel that it named, or there is none. */
export function notInChannel(state: ChatState, user: User, of: OfChannel): Delivery[] {
  const { channel } = of;
  if (channel === undefined) return refuse(user, { code: "not_in_channel" });
  const known = knownChannelOf(state, user, of);
  if (of.fold === true && known === undefined) {
    return refuse(user, { code: "no_such_channel", channel });
  }
  return refuse(user, { code: "not_in_channel", channel: known?.name ?? channel });
}

/**
 * Whether `user` has the right `least` or a higher one in a channel. The lobby belongs to the
 * operators of the server alone.
 */
export function mayRule(
  state: ChatState,
  user: User,
  channel: Channel,
  least: Right = "operator",
): boolean {
  if (channel.name === state.lobby) return user.modes.has("operator");
  return hasAtLeast(channel.rightsOf(user), least);
}

/** Whether neither moderation nor a ban silences `user` in a channel. */
export function hasVoice(state: ChatState, user: User, channel: Channel): boolean {
  return hasAtLeast(channel.rightsOf(user), "voice") || mayRule(state, user, channel);
}

/**
 * Finds the user or users whom `user` means by a name. Where its dialect shows handles only, that
 * is a handle.
 */
export function findUser(state: ChatState, user: User, name: string): Found {
  if (!user.namesHandles) return state.people.find(name);
  const found = state.people.byHandle(name);
  return found === undefined ? {} : { user: found };
}

/** Calls `act` with the user called `name`, or refuses what `user` asked. */
export function withUser(
  state: ChatState,
  user: User,
  name: string,
  act: (found: RegisteredUser) => Delivery[],
): Delivery[] {
  const { user: found, handles } = findUser(state, user, name);
  if (handles !== undefined) return refuse(user, { code: "ambiguous_nick", nick: name, handles });
  if (found?.person === undefined) return refuse(user, { code: "no_such_nick", nick: name });
  return act(found as RegisteredUser);
}

/** `event`, which `actor` caused, for those who watch it and share no channel with it. */
export function toWatchers(state: ChatState, actor: RegisteredUser, event: PeerEvent): Delivery[] {
  const users = state.watches.watchersOf(actor.person.handle).filter((watcher) =>
    watcher !== actor && !shareChannel(watcher, actor)
  );
  return users.length === 0 ? [] : [{ to: "watchers", users, event }];
}

/** Whether two users are in one channel. */
export function shareChannel(one: User, other: User): boolean {
  const [few, many] = one.memberships.size < other.memberships.size ? [one, other] : [other, one];
  for (const channel of few.memberships.keys()) if (many.memberships.has(channel)) return true;
  return false;
}
