/**
 * The rules of asking: what a user learns of channels and their members.
 *
 * @module
 */

import type { Command } from "./command.ts";
import type { Delivery } from "./event.ts";
import type { Person } from "./person.ts";
import { type ChatState, notInChannel, placeOf, type RegisteredUser, toUser } from "./state.ts";

/** Answers with the names of all channels. */
export function list(state: ChatState, user: RegisteredUser): Delivery[] {
  return [toUser(user, { type: "channels", channels: state.channels.names })];
}

/** Answers with the members of a channel that the user is in. */
export function names(
  state: ChatState,
  user: RegisteredUser,
  { channel: name }: Extract<Command, { type: "names" }>,
): Delivery[] {
  const place = placeOf(state, user, name);
  if (place === undefined) return notInChannel(user, name);
  const members = Array.from(place.channel.members.keys(), (member) => member.person as Person);
  return [toUser(user, { type: "names", channel: place.channel.name, members })];
}
