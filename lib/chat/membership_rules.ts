/**
 * The rules of entering and leaving channels, and of what their operators may do.
 *
 * @module
 */

import type { Channel } from "./channel.ts";
import type { Command } from "./command.ts";
import type { Delivery, Refusal } from "./event.ts";
import { NO_RIGHTS, withRight } from "./rights.ts";
import {
  type ChatState,
  notInChannel,
  type Place,
  placeOf,
  refuse,
  type RegisteredUser,
  toChannel,
  toUser,
} from "./state.ts";
import type { User } from "./user.ts";

type Ask<Type extends Command["type"]> = Extract<Command, { type: Type }>;

/** Makes a channel that stays, and moves the user there. */
export function create(
  state: ChatState,
  user: RegisteredUser,
  { channel: name }: Ask<"create">,
  at: number,
): Delivery[] {
  const refusal = name === ""
    ? { code: "channel_name_missing", verb: "create" } as const
    : state.channels.get(name) !== undefined
    ? { code: "channel_exists", channel: name } as const
    : state.channels.refuse(name, user.origin.network);
  if (refusal !== undefined) return refuse(user, refusal);
  const channel = state.channels.open(name, { origin: user.origin.network, transient: false, at });
  return moveTo(state, user, channel, true);
}

/** Enters a channel, and leaves the others where the dialect knows only one at a time. */
export function join(
  state: ChatState,
  user: RegisteredUser,
  command: Ask<"join">,
  time: number,
): Delivery[] {
  const { channel: name = state.lobby, exclusive = false } = command;
  if (name === "") return refuse(user, { code: "channel_name_missing", verb: "join" });
  const known = state.channels.get(name);
  if (known !== undefined && !exclusive && user.memberships.has(known)) return [];
  if (!exclusive && user.memberships.size >= state.maxJoined) {
    return refuse(user, { code: "too_many_joined", limit: state.maxJoined });
  }
  if (known !== undefined) return moveTo(state, user, known, exclusive);
  const refusal = refusalToMake(state, user, command, name);
  if (refusal !== undefined) return refuse(user, refusal);
  const channel = name === state.lobby
    ? lobbyOf(state, user, time)
    : state.channels.open(name, { origin: user.origin.network, transient: true, at: time });
  const deliveries = moveTo(state, user, channel, exclusive);
  const membership = channel.members.get(user);
  if (membership !== undefined && command.claim === true && name !== state.lobby) {
    membership.rights = withRight(NO_RIGHTS, "operator", true);
  }
  return deliveries;
}

function refusalToMake(
  state: ChatState,
  user: User,
  command: Ask<"join">,
  name: string,
): Refusal | undefined {
  if (command.channel === undefined) return undefined;
  if (command.make !== true) return { code: "no_such_channel", channel: name };
  return name === state.lobby ? undefined : state.channels.refuse(name, user.origin.network);
}

/** Leaves a channel. */
export function part(state: ChatState, user: RegisteredUser, command: Ask<"part">): Delivery[] {
  const place = placeOf(state, user, command.channel);
  if (place === undefined) return notInChannel(user, command.channel);
  const { channel } = place;
  return [exit(state, user, channel), leftEvent(user, channel, command.reason)];
}

/** Removes a member. A user of a dialect with one channel goes back to the lobby. */
export function kick(
  state: ChatState,
  user: RegisteredUser,
  command: Ask<"kick">,
  time: number,
): Delivery[] {
  return onMember(state, user, command, ({ channel }, member) => {
    const by = user.person;
    const why = command.reason === undefined ? {} : { reason: command.reason };
    const whom = member.person;
    const { name } = channel;
    const deliveries = [
      exit(state, member, channel),
      toChannel(channel, user, { type: "kicked", by, whom, channel: name, ...why }),
      toUser(member, { type: "removed", by, channel: name, ...why }),
    ];
    if (!member.returnsToLobby || name === state.lobby) return deliveries;
    return [...deliveries, ...moveTo(state, member, lobbyOf(state, member, time), false)];
  });
}

/** Sets the topic, or removes it. */
export function topic(
  state: ChatState,
  user: RegisteredUser,
  { channel: name, text }: Ask<"topic">,
  at: number,
): Delivery[] {
  return asOperator(state, user, name, ({ channel }) => {
    if (text === (channel.topic?.text ?? "")) return [];
    const by = user.person;
    channel.topic = text === "" ? undefined : { text, by: by.handle, at };
    return [toChannel(channel, user, { type: "topic_set", by, channel: channel.name, text })];
  });
}

/** Calls `act` when `user` is an operator of the channel called `name`. */
function asOperator(
  state: ChatState,
  user: RegisteredUser,
  name: string | undefined,
  act: (place: Place) => Delivery[],
): Delivery[] {
  const place = placeOf(state, user, name);
  if (place === undefined) return notInChannel(user, name);
  if (!place.membership.rights.operator) {
    return refuse(user, { code: "not_operator", channel: place.channel.name });
  }
  return act(place);
}

/** Calls `act` with the member that an operator named. */
function onMember(
  state: ChatState,
  user: RegisteredUser,
  { channel: name, whom }: { readonly channel?: string; readonly whom: string },
  act: (place: Place, member: RegisteredUser) => Delivery[],
): Delivery[] {
  return asOperator(state, user, name, (place) => {
    const { user: found, handles } = state.people.find(whom);
    if (handles !== undefined) return refuse(user, { code: "ambiguous_nick", nick: whom, handles });
    if (found === undefined) return refuse(user, { code: "no_such_nick", nick: whom });
    if (!place.channel.members.has(found)) {
      return refuse(user, { code: "not_a_member", nick: whom, channel: place.channel.name });
    }
    return act(place, found as RegisteredUser);
  });
}

/** The lobby; it is made for `user` if it is missing. */
export function lobbyOf(state: ChatState, user: User, at: number): Channel {
  return state.channels.get(state.lobby) ??
    state.channels.open(state.lobby, { origin: user.origin.network, transient: false, at });
}

/** Makes `user` a member of `channel`, and announces it. */
export function enter(state: ChatState, user: RegisteredUser, channel: Channel): Delivery[] {
  const membership = { rights: NO_RIGHTS };
  channel.members.set(user, membership);
  user.memberships.set(channel, membership);
  state.channels.settle(channel);
  return [
    { to: "members", entered: user, channel },
    toChannel(channel, user, { type: "joined", by: user.person, channel: channel.name }),
  ];
}

/** Ends the membership of `user`, and says nothing about it. */
export function exit(state: ChatState, user: User, channel: Channel): Delivery {
  const delivery = removeMember(user, channel);
  state.channels.settle(channel);
  return delivery;
}

function removeMember(user: User, channel: Channel): Delivery {
  channel.members.delete(user);
  user.memberships.delete(channel);
  return { to: "members", exited: user, channel };
}

function leftEvent(user: RegisteredUser, channel: Channel, reason?: string): Delivery {
  const why = reason === undefined ? {} : { reason };
  return toChannel(channel, user, {
    type: "left",
    by: user.person,
    channel: channel.name,
    ...why,
  });
}

/** Leaves first, then enters; an exclusive move does so also when both are the same channel. */
function moveTo(
  state: ChatState,
  user: RegisteredUser,
  channel: Channel,
  exclusive: boolean,
): Delivery[] {
  const left = exclusive ? [...user.memberships.keys()] : [];
  const deliveries: Delivery[] = [];
  for (const each of left) deliveries.push(removeMember(user, each), leftEvent(user, each));
  deliveries.push(...enter(state, user, channel));
  // Not sooner: a transient channel must not go while its only member comes back to it.
  for (const each of left) state.channels.settle(each);
  deliveries.push(toUser(user, { type: "entered", channel: channel.name }));
  return deliveries;
}
