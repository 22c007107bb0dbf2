/**
 * Entering and leaving a channel, once that is allowed: changes memberships, and announces them.
 *
 * @module
 */

import { isAbsent } from "./always_on.ts";
import type { Channel } from "./channel.ts";
import type { Delivery } from "./event.ts";
import { membersOf } from "./listing.ts";
import { metadataOnEntering } from "./metadata_rules.ts";
import { NO_RIGHTS } from "./rights.ts";
import { welcomeRights } from "./registration_of_channels.ts";
import { type ChatState, type RegisteredUser, toChannel, toUser } from "./state.ts";
import type { User } from "./user.ts";

/** The lobby; it is made for `user` if it is missing. */
export function lobbyOf(state: ChatState, user: User, at: number): Channel {
  return state.channels.get(state.lobby) ?? openChannel(state, user, state.lobby, false, at);
}

/** Makes a channel that the table does not refuse. Only members may speak in it. */
export function openChannel(
  state: ChatState,
  user: User,
  name: string,
  transient: boolean,
  at: number,
): Channel {
  const channel = state.channels.open(name, { origin: user.origin.network, transient, at });
  channel.flags.add("no_external");
  return channel;
}

/** Makes `user` a member of `channel`, and announces it. An invitation is used up. */
export function enter(
  state: ChatState,
  user: RegisteredUser,
  channel: Channel,
  rights = NO_RIGHTS,
): Delivery[] {
  const membership = { rights };
  channel.members.set(user, membership);
  user.memberships.set(channel, membership);
  user.invitedTo.delete(channel);
  channel.invited.delete(user);
  state.channels.settle(channel);
  const [by, name] = [user.person, channel.name];
  const deliveries: Delivery[] = [
    { to: "members", entered: user, channel },
    toChannel(channel, user, { type: "joined", by, channel: name }),
    ...welcomeRights(channel, user),
  ];
  if (user.away === undefined) return deliveries;
  const seen = { type: "away_seen", by, channel: name, text: user.away } as const;
  return [...deliveries, toChannel(channel, user, seen)];
}

/** Ends the membership of `user`, and says nothing about it. */
export function exit(state: ChatState, user: User, channel: Channel): Delivery {
  const delivery = removeMember(user, channel);
  state.channels.settle(channel);
  return delivery;
}

function removeMember(user: User, channel: Channel): Delivery {
  if (isAbsent(user)) channel.absent--;
  channel.members.delete(user);
  user.memberships.delete(channel);
  return { to: "members", exited: user, channel };
}

/** Announces to the members of `channel` that `user` has left. */
export function leftEvent(user: RegisteredUser, channel: Channel, reason?: string): Delivery {
  const why = reason === undefined ? {} : { reason };
  const [by, name] = [user.person, channel.name];
  return toChannel(channel, user, { type: "left", by, channel: name, ...why });
}

/** How a user enters. */
export interface Move {
  /** Leave all other channels first, and this one too. */
  readonly exclusive?: boolean;
  /** The rights to begin with. */
  readonly rights?: typeof NO_RIGHTS;
  /** Answer with the members. */
  readonly members?: boolean;
}

/** Leaves first, then enters; an exclusive move does so also when both are the same channel. */
export function moveTo(
  state: ChatState,
  user: RegisteredUser,
  channel: Channel,
  move: Move = {},
): Delivery[] {
  const left = move.exclusive === true ? [...user.memberships.keys()] : [];
  const deliveries: Delivery[] = [];
  for (const each of left) deliveries.push(removeMember(user, each), leftEvent(user, each));
  deliveries.push(...enter(state, user, channel, move.rights));
  // Not sooner: a transient channel must not go while its only member comes back to it.
  for (const each of left) state.channels.settle(each);
  deliveries.push(toUser(user, {
    type: "entered",
    channel: channel.name,
    ...(channel.topic && { topic: channel.topic }),
    ...(channel.flags.has("secret") && { isSecret: true }),
    ...(move.members === true && { members: membersOf(channel) }),
  }));
  deliveries.push(...metadataOnEntering(user, channel));
  return deliveries;
}
