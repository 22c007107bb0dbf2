/**
 * The rules of speaking: to a channel, and to one user.
 *
 * @module
 */

import type { Delivery } from "./event.ts";
import {
  type Ask,
  type ChatState,
  notInChannel,
  placeOf,
  refuse,
  type RegisteredUser,
  toChannel,
  toUser,
} from "./state.ts";

/** Speaks to a channel. */
export function say(state: ChatState, user: RegisteredUser, command: Ask<"say">): Delivery[] {
  const place = placeOf(state, user, command.channel);
  if (place === undefined) return notInChannel(user, command.channel);
  const { channel } = place;
  const { text, notice = false } = command;
  const said = { type: "said", by: user.person, channel: channel.name, text } as const;
  return [toChannel(channel, user, notice ? { ...said, notice } : said)];
}

/** Describes an action to a channel. */
export function emote(state: ChatState, user: RegisteredUser, command: Ask<"emote">): Delivery[] {
  const place = placeOf(state, user, command.channel);
  if (place === undefined) return notInChannel(user, command.channel);
  const { channel } = place;
  const event = { type: "emoted", by: user.person, channel: channel.name, text: command.text };
  return [toChannel(channel, user, event as typeof event & { type: "emoted" })];
}

/** Speaks to one user. Both receive it, and one who speaks to itself receives it once. */
export function dm(state: ChatState, user: RegisteredUser, command: Ask<"dm">): Delivery[] {
  const { to: name, text, notice = false } = command;
  const { user: found, handles } = state.people.find(name);
  if (handles !== undefined) return refuse(user, { code: "ambiguous_nick", nick: name, handles });
  if (found?.person === undefined) return refuse(user, { code: "no_such_nick", nick: name });
  const dm = { type: "dm", by: user.person, to: found.person, text } as const;
  const event = notice ? { ...dm, notice } : dm;
  return [...new Set([found, user])].map((each) => toUser(each, event));
}
