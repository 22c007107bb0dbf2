/**
 * The rules of speaking: to a channel, and to one user.
 *
 * @module
 */

import { standingOf } from "./bans.ts";
import type { Channel } from "./channel.ts";
import type { Ask, Manner, OfChannel } from "./command.ts";
import type { ChannelEvent, Delivery, Refusal, UserEvent } from "./event.ts";
import type { Right } from "./rights.ts";
import {
  channelOf,
  type ChatState,
  hasVoice,
  joinedChannelOf,
  mayKnow,
  mayRule,
  notInChannel,
  refuse,
  type RegisteredUser,
  toChannel,
  toUser,
  withUser,
} from "./state.ts";

/** Speaks to a channel. */
export function say(
  state: ChatState,
  user: RegisteredUser,
  command: Ask<"say">,
  time: number,
): Delivery[] {
  return speak(state, user, command, time, saidEvent);
}

function saidEvent(user: RegisteredUser, channel: string, command: Ask<"say">): ChannelEvent {
  const said = { type: "said", by: user.person, channel, text: command.text } as const;
  // Most chat is plain, and copying nothing into it for each message shows in the throughput.
  return isPlain(command) ? said : { ...said, ...mannerOf(command), ...leastOf(command) };
}

function isPlain({ notice, ctcp, tags, least, lines }: Ask<"say">): boolean {
  return notice === undefined && ctcp === undefined && tags === undefined && least === undefined &&
    lines === undefined;
}

/** Describes an action to a channel. */
export function emote(
  state: ChatState,
  user: RegisteredUser,
  command: Ask<"emote">,
  time: number,
): Delivery[] {
  return speak(state, user, command, time, (_user, channel) => ({
    type: "emoted",
    by: user.person,
    channel,
    text: command.text,
    ...mannerOf(command),
    ...leastOf(command),
  }));
}

/** Sends something for programs to a channel. */
export function tag(
  state: ChatState,
  user: RegisteredUser,
  command: Ask<"tag">,
  time: number,
): Delivery[] {
  return speak(state, user, command, time, (_user, channel) => ({
    type: "tagged",
    by: user.person,
    channel,
    tags: command.tags,
    ...leastOf(command),
  }));
}

interface ToChannel extends OfChannel {
  readonly ctcp?: string;
  readonly least?: Right;
}

function speak<Kind extends ToChannel>(
  state: ChatState,
  user: RegisteredUser,
  command: Kind,
  time: number,
  make: (user: RegisteredUser, channel: string, command: Kind) => ChannelEvent,
): Delivery[] {
  const channel = joinedChannelOf(state, user, command) ?? channelOpenTo(state, user, command);
  if (channel === undefined) return notInChannel(state, user, command);
  const refusal = refusalToSpeak(state, user, channel, command.ctcp);
  if (refusal !== undefined) return refuse(user, refusal);
  user.spokeAt = time;
  const delivery = {
    to: "channel",
    channel,
    actor: user,
    event: make(user, channel.name, command),
  } as const;
  return [command.least === undefined ? delivery : { ...delivery, ...leastOf(command) }];
}

/** A channel that `user` is not in, but may know of or speak to. */
function channelOpenTo(
  state: ChatState,
  user: RegisteredUser,
  of: OfChannel,
): Channel | undefined {
  const channel = channelOf(state, of);
  if (channel === undefined) return undefined;
  // A dialect without names of other channels speaks where its user is.
  if (of.fold !== true && channel.flags.has("no_external")) return undefined;
  return mayKnow(user, channel) || !channel.flags.has("no_external") ? channel : undefined;
}

type CannotSend = Extract<Refusal, { code: "cannot_send" }>;

function cannotSend({ name }: Channel, why: CannotSend["why"]): Refusal {
  return { code: "cannot_send", channel: name, why };
}

function refusalToSpeak(
  state: ChatState,
  user: RegisteredUser,
  channel: Channel,
  ctcp: string | undefined,
): Refusal | undefined {
  const { flags } = channel;
  if (flags.has("no_external") && !channel.members.has(user)) {
    return cannotSend(channel, "no_external");
  }
  if (flags.has("no_ctcp") && ctcp !== undefined) return cannotSend(channel, "no_ctcp");
  if (hasVoice(state, user, channel)) return undefined;
  if (flags.has("moderated")) return cannotSend(channel, "moderated");
  const standing = standingOf(channel, user);
  return standing === "free" ? undefined : cannotSend(channel, standing);
}

/** Speaks to one user. Both receive it, one as `dm` and the other as `dm_sent`. */
export function dm(
  state: ChatState,
  user: RegisteredUser,
  command: Ask<"dm">,
  time: number,
): Delivery[] {
  const { to: name, text, action } = command;
  return withUser(state, user, name, (to) => {
    user.spokeAt = time;
    const words = {
      by: user.person,
      to: to.person,
      text,
      ...(action === true && { action }),
      ...mannerOf(command),
    };
    const deliveries = [toUser(to, { type: "dm", ...words })];
    deliveries.push(toUser(user, { type: "dm_sent", ...words }));
    // Nothing answers a notice automatically.
    if (to.away === undefined || command.notice === true) return deliveries;
    return [...deliveries, toUser(user, { type: "is_away", whom: to.person, text: to.away })];
  });
}

/** Sends something for programs to one user. */
export function tag_user(
  state: ChatState,
  user: RegisteredUser,
  { to: name, tags }: Ask<"tag_user">,
): Delivery[] {
  return withUser(state, user, name, (to) => {
    const event = { by: user.person, to: to.person, tags };
    return [
      toUser(to, { type: "user_tagged", ...event } satisfies UserEvent),
      toUser(user, { type: "user_tag_sent", ...event }),
    ];
  });
}

/** Says in a channel that a message is taken back. */
export function announce_redaction(
  state: ChatState,
  user: RegisteredUser,
  command: Ask<"announce_redaction">,
): Delivery[] {
  const channel = joinedChannelOf(state, user, command);
  if (channel === undefined) return notInChannel(state, user, command);
  const { name } = channel;
  if (!command.isOwn && !mayRule(state, user, channel)) {
    return refuse(user, { code: "not_operator", channel: name });
  }
  const { msgid, reason } = command;
  const by = user.person;
  const event = { type: "redacted", by, channel: name, msgid, ...(reason && { reason }) } as const;
  return [toChannel(channel, user, event)];
}

/** Says to one user that a message is taken back. */
export function announce_dm_redaction(
  state: ChatState,
  user: RegisteredUser,
  { to: name, msgid, reason }: Ask<"announce_dm_redaction">,
): Delivery[] {
  return withUser(state, user, name, (to) => {
    const redaction = { by: user.person, to: to.person, msgid, ...(reason && { reason }) };
    return [
      toUser(to, { type: "dm_redacted", ...redaction } satisfies UserEvent),
      toUser(user, { type: "dm_redaction_sent", ...redaction }),
    ];
  });
}

/** The properties of a message that were given: an event has none that says nothing. */
function mannerOf({ notice, ctcp, tags, lines }: Manner): Manner {
  return {
    ...(lines !== undefined && { lines }),
    ...(notice === true && { notice }),
    ...(ctcp !== undefined && { ctcp }),
    ...(tags !== undefined && tags.size > 0 && { tags }),
  };
}

function leastOf({ least }: ToChannel): { readonly least?: Right } {
  return least === undefined ? {} : { least };
}
