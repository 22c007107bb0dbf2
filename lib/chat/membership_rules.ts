/**
 * The rules of entering and leaving channels.
 *
 * @module
 */

import { namesOf, silencedAs, standingOf } from "./bans.ts";
import type { Channel } from "./channel.ts";
import type { Ask } from "./command.ts";
import { exit, leftEvent, lobbyOf, type Move, moveTo, openChannel } from "./entering.ts";
import type { Delivery, Refusal } from "./event.ts";
import { foldHandle } from "./handles.ts";
import { cutBytes, MAX_REASON_BYTES } from "./lengths.ts";
import { rightsByAccount } from "./channel_registration.ts";
import { hasAtLeast, NO_RIGHTS, withRight } from "./rights.ts";
import {
  channelOf,
  type ChatState,
  joinedChannelOf,
  notInChannel,
  refuse,
  type RegisteredUser,
} from "./state.ts";
import type { User } from "./user.ts";

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
  return moveTo(state, user, openChannel(state, user, name, false, at), { exclusive: true });
}

/** Enters a channel, and leaves the others where the dialect knows only one at a time. */
export function join(
  state: ChatState,
  user: RegisteredUser,
  command: Ask<"join">,
  time: number,
): Delivery[] {
  const { channel: name = state.lobby, fold = false, exclusive = false } = command;
  if (name === "") return refuse(user, { code: "channel_name_missing", verb: "join" });
  const known = channelOf(state, { channel: name, fold });
  const isIn = known !== undefined && user.memberships.has(known);
  if (isIn && !exclusive) return [];
  if (!exclusive && user.memberships.size >= state.maxJoined) {
    return refuse(user, {
      code: "too_many_joined",
      channel: name,
      limit: state.maxJoined,
    });
  }
  // One of several connections may want the members although this one does not.
  const members = command.members === true || user.connections.size > 1;
  const move: Move = { exclusive, members };
  if (known !== undefined) {
    // Without a name the user returns to the lobby, which nobody is kept out of.
    const refusal = isIn || command.channel === undefined
      ? undefined
      : refusalToEnter(known, user, command.key);
    return refusal === undefined ? moveTo(state, user, known, move) : refuse(user, refusal);
  }
  const isLobby = name === state.lobby || fold && foldHandle(name) === foldHandle(state.lobby);
  const refusal = isLobby && (command.make === true || command.channel === undefined)
    ? undefined
    : refusalToMake(state, user, command, name);
  if (refusal !== undefined) return refuse(user, refusal);
  if (isLobby) return moveTo(state, user, lobbyOf(state, user, time), move);
  const channel = openChannel(state, user, name, true, time);
  if (command.claim !== true) return moveTo(state, user, channel, move);
  channel.flags.add("topic_locked");
  return moveTo(state, user, channel, { ...move, rights: withRight(NO_RIGHTS, "operator", true) });
}

function refusalToMake(
  state: ChatState,
  user: User,
  command: Ask<"join">,
  name: string,
): Refusal | undefined {
  if (command.make !== true) return { code: "no_such_channel", channel: name };
  return state.channels.refuse(name, user.origin.network);
}

/**
 * Why `user` may not enter a channel that it is not in. An operator's invitation opens every door.
 */
function refusalToEnter(
  channel: Channel,
  user: RegisteredUser,
  key: string | undefined,
): Refusal | undefined {
  // No lock keeps those out who rule there by their account.
  const isEntitled = hasAtLeast(rightsByAccount(channel, user.person), "operator");
  if (user.invitedTo.has(channel) || isEntitled) return undefined;
  const { name, flags, limit, lists } = channel;
  if (flags.has("accounts_only") && user.person.account === undefined) {
    return { code: "need_account", channel: name };
  }
  if (standingOf(channel, user) === "banned") return { code: "banned", channel: name };
  if (flags.has("invite_only") && !lists.invite.matches(namesOf(user))) {
    return { code: "invite_only", channel: name };
  }
  if (channel.key !== undefined && key !== channel.key) return { code: "bad_key", channel: name };
  return limit !== undefined && channel.members.size >= limit
    ? { code: "channel_full", channel: name }
    : undefined;
}

/** Leaves a channel. */
export function part(state: ChatState, user: RegisteredUser, command: Ask<"part">): Delivery[] {
  const channel = joinedChannelOf(state, user, command);
  if (channel === undefined) return notInChannel(state, user, command);
  return leave(state, user, channel, command.reason);
}

/** Leaves all channels, or as many as the command says. */
export function part_all(
  state: ChatState,
  user: RegisteredUser,
  { most = Infinity, reason }: Ask<"part_all">,
): Delivery[] {
  return [...user.memberships.keys()].slice(0, most).flatMap((channel) =>
    leave(state, user, channel, reason)
  );
}

function leave(
  state: ChatState,
  user: RegisteredUser,
  channel: Channel,
  reason?: string,
): Delivery[] {
  // Otherwise those who may not speak could speak by their reason.
  const isSilent = reason === undefined || silencedAs(state, user, channel) !== undefined;
  const why = isSilent ? undefined : cutBytes(reason, MAX_REASON_BYTES);
  return [exit(state, user, channel), leftEvent(user, channel, why)];
}
