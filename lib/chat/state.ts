/**
 * The state that the rules of the chat work on, and the deliveries that they have in common. The rules
 * stand in files of their own, grouped by what they act on; `hub.ts` has the table of them.
 *
 * @module
 */

import type { Channel, Membership } from "./channel.ts";
import type { Channels } from "./channels.ts";
import type { Command } from "./command.ts";
import type { ChannelEvent, Delivery, PeerEvent, Refusal, UserEvent } from "./event.ts";
import type { People } from "./people.ts";
import type { Person } from "./person.ts";
import type { User } from "./user.ts";

/** Everything that a hub knows. */
export interface ChatState {
  /** Users by id, in the order of connecting. */
  readonly users: Map<number, User>;
  /** Their names. */
  readonly people: People;
  /** The channels. */
  readonly channels: Channels;
  /** Name of the lobby. */
  readonly lobby: string;
  /** Channels that one user may be in at once. */
  readonly maxJoined: number;
}

/** A command of one kind. */
export type Ask<Type extends Command["type"]> = Extract<Command, { type: Type }>;

/** A user who has registered: only these have anything to ask. */
export type RegisteredUser = User & { person: Person };

/**
 * A rule: what one kind of command does. `time` is the sequencer's, in milliseconds of Unix time.
 * The state changes before the function returns, and only then.
 */
export type Rule<Kind> = (
  state: ChatState,
  user: RegisteredUser,
  command: Kind,
  time: number,
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

/** The refusal of what `user` asked. */
export function refuse(user: User, refusal: Refusal): Delivery[] {
  return [toUser(user, { type: "refused", refusal })];
}

/** A channel that a command acts on, and the user's place in it. */
export interface Place {
  /** The channel. */
  readonly channel: Channel;
  /** The user's membership in it. */
  readonly membership: Membership;
}

/** The channel called `name` that `user` is in; without a name, the first that it is in. */
export function placeOf(state: ChatState, user: User, name?: string): Place | undefined {
  if (name === undefined) {
    for (const [channel, membership] of user.memberships) return { channel, membership };
    return undefined;
  }
  const channel = state.channels.get(name);
  const membership = channel && user.memberships.get(channel);
  return channel && membership && { channel, membership };
}

/** That `user` is not in the channel that it named. */
export function notInChannel(user: User, channel?: string): Delivery[] {
  return refuse(user, { code: "not_in_channel", ...(channel === undefined ? {} : { channel }) });
}
