/**
 * Leaving the server, voluntarily or not.
 *
 * @module
 */

import { exit } from "./entering.ts";
import type { Delivery } from "./event.ts";
import { cutBytes, MAX_REASON_BYTES } from "./lengths.ts";
import { announceGone, noteGone } from "./renaming.ts";
import { type ChatState, type RegisteredUser, toPeers, toUser } from "./state.ts";
import type { User } from "./user.ts";

/** Takes a user out of the chat. Idempotent. */
export function quit(state: ChatState, user: User, reason?: string, time = 0): Delivery[] {
  if (!state.users.delete(user.id)) return [];
  const { person: by } = user;
  if (by === undefined) return [];
  const channels = [...user.memberships.keys()];
  const deliveries = channels.map((channel) => exit(state, user, channel));
  noteGone(state, user, by, time);
  state.watches.clear(user);
  for (const channel of user.invitedTo) channel.invited.delete(user);
  if (user.modes.has("invisible")) state.census.invisible--;
  if (user.modes.has("operator")) state.census.operators--;
  if (by.account !== undefined) state.accounts.leave(user, by.account);
  if (state.alwaysOn.has(by.account)) deliveries.push({ to: "store", account: by.account });
  state.people.delete(user);
  const why = reason === undefined ? {} : { reason: cutBytes(reason, MAX_REASON_BYTES) };
  if (channels.length > 0) deliveries.push(toPeers(channels, user, { type: "quit", by, ...why }));
  return [...deliveries, ...announceGone(state, by)];
}

/** Takes `user` out of the chat, and closes its connections after what they receive of that. */
export function remove(
  state: ChatState,
  user: RegisteredUser,
  reason: string,
  time: number,
): Delivery[] {
  return [...quit(state, user, reason, time), ...end(user, reason)];
}

/** Closes the connections of `user` after what they have received, with a last word. */
export function end(user: User, reason: string): Delivery[] {
  return [
    toUser(user, { type: "closing", reason }),
    { to: "connection", ends: user, reason },
  ];
}
