/**
 * The rules of what a channel's operators may do to its members and its topic, and of invitations.
 *
 * @module
 */

import { silencedAs } from "./bans.ts";
import type { Channel } from "./channel.ts";
import type { Ask, OfChannel } from "./command.ts";
import { exit, lobbyOf, moveTo } from "./entering.ts";
import type { Delivery } from "./event.ts";
import { cutBytes, MAX_REASON_BYTES, MAX_TOPIC_BYTES } from "./lengths.ts";
import { fullName } from "./person.ts";
import { keep } from "./registration_of_channels.ts";
import { rankOf } from "./rights.ts";
import {
  type ChatState,
  joinedChannelOf,
  mayRule,
  notInChannel,
  refuse,
  type RegisteredUser,
  toChannel,
  toUser,
  withUser,
} from "./state.ts";

/**
 * Channels that one user may be invited to at once; a new invitation takes the place of the oldest.
 */
export const MAX_INVITATIONS = 100;

/**
 * Removes a member of no higher rank. A user of a dialect with one channel goes back to the lobby.
 */
export function kick(
  state: ChatState,
  user: RegisteredUser,
  command: Ask<"kick">,
  time: number,
): Delivery[] {
  return asOperator(
    state,
    user,
    command,
    (channel) =>
      withUser(state, user, command.whom, (member) => {
        const { name } = channel;
        if (!channel.members.has(member)) {
          return refuse(user, { code: "not_a_member", nick: command.whom, channel: name });
        }
        if (outranks(state, channel, member, user)) {
          return refuse(user, { code: "not_operator", channel: name });
        }
        const by = user.person;
        const whom = member.person;
        const why = command.reason === undefined
          ? {}
          : { reason: cutBytes(command.reason, MAX_REASON_BYTES) };
        const deliveries = [
          exit(state, member, channel),
          toChannel(channel, user, { type: "kicked", by, whom, channel: name, ...why }),
          toUser(member, { type: "removed", by, channel: name, ...why }),
        ];
        if (!member.returnsToLobby || name === state.lobby) return deliveries;
        const lobby = lobbyOf(state, member, time);
        if (member.memberships.has(lobby)) return deliveries;
        return [...deliveries, ...moveTo(state, member, lobby)];
      }),
  );
}

/**
 * Whether `member` stands above `user`. Nobody does in the lobby, where only the server's
 * operators rule.
 */
export function outranks(
  state: ChatState,
  channel: Channel,
  member: RegisteredUser,
  user: RegisteredUser,
): boolean {
  return channel.name !== state.lobby &&
    rankOf(channel.rightsOf(member)) > rankOf(channel.rightsOf(user));
}

/**
 * Sets the topic, or removes it. In the lobby that is for operators of the server. Nobody who is
 * silenced speaks by the topic.
 */
export function topic(
  state: ChatState,
  user: RegisteredUser,
  command: Ask<"topic">,
  at: number,
): Delivery[] {
  const channel = joinedChannelOf(state, user, command);
  if (channel === undefined) return notInChannel(state, user, command);
  const isLocked = channel.flags.has("topic_locked") || channel.name === state.lobby;
  if (isLocked && !mayRule(state, user, channel)) {
    return refuse(user, { code: "not_operator", channel: channel.name });
  }
  const why = silencedAs(state, user, channel);
  if (why !== undefined) return refuse(user, { code: "cannot_send", channel: channel.name, why });
  const text = cutBytes(command.text, MAX_TOPIC_BYTES);
  if (text === (channel.topic?.text ?? "")) return [];
  const by = user.person;
  channel.topic = text === "" ? undefined : { text, by: fullName(by), at };
  return [
    toChannel(channel, user, { type: "topic_set", by, channel: channel.name, text }),
    ...keep(channel),
  ];
}

/**
 * Asks somebody into a channel. Only an operator's invitation lets one past a ban, a key, a limit
 * and the need to be invited; that of others is a mere message.
 */
export function invite(state: ChatState, user: RegisteredUser, command: Ask<"invite">): Delivery[] {
  return withUser(state, user, command.whom, (whom) => {
    const channel = joinedChannelOf(state, user, command);
    if (channel === undefined) return notInChannel(state, user, command);
    const { name } = channel;
    if (channel.members.has(whom)) {
      return refuse(user, { code: "already_member", nick: command.whom, channel: name });
    }
    const isOperator = mayRule(state, user, channel);
    if (channel.flags.has("invite_only") && !isOperator) {
      return refuse(user, { code: "not_operator", channel: name });
    }
    if (isOperator) noteInvitation(whom, channel);
    const by = user.person;
    return [
      toUser(user, { type: "inviting", whom: whom.person, channel: name }),
      toUser(whom, { type: "invited", by, channel: name }),
      toChannel(channel, user, { type: "invite_seen", by, whom: whom.person, channel: name }),
      ...(whom.away === undefined
        ? []
        : [toUser(user, { type: "is_away", whom: whom.person, text: whom.away })]),
    ];
  });
}

function noteInvitation(whom: RegisteredUser, channel: Channel): void {
  whom.invitedTo.delete(channel);
  whom.invitedTo.add(channel);
  channel.invited.add(whom);
  const [oldest] = whom.invitedTo;
  if (oldest === undefined || whom.invitedTo.size <= MAX_INVITATIONS) return;
  whom.invitedTo.delete(oldest);
  oldest.invited.delete(whom);
}

/** Calls `act` with the channel that a command is about, when `user` is an operator of it. */
export function asOperator(
  state: ChatState,
  user: RegisteredUser,
  of: OfChannel,
  act: (channel: Channel) => Delivery[],
): Delivery[] {
  const channel = joinedChannelOf(state, user, of);
  if (channel === undefined) return notInChannel(state, user, of);
  if (!mayRule(state, user, channel)) {
    return refuse(user, { code: "not_operator", channel: channel.name });
  }
  return act(channel);
}
