/**
 * The rule of giving a channel another name. It stays the same channel: members, modes, lists,
 * invitations, registration and history go with it. The old name is free then.
 *
 * @module
 */

import type { Channel } from "./channel.ts";
import { rightsByAccount } from "./channel_registration.ts";
import type { Ask } from "./command.ts";
import type { Delivery, Refusal } from "./event.ts";
import { foldHandle } from "./handles.ts";
import { cutBytes, MAX_REASON_BYTES } from "./lengths.ts";
import { membersOf } from "./listing.ts";
import { asOperator } from "./operator_rules.ts";
import { keep } from "./registration_of_channels.ts";
import { type ChatState, refuse, type RegisteredUser, toChannel, toUser } from "./state.ts";

/**
 * Milliseconds between two renamings of a channel: each costs every member a list of all members.
 */
export const RENAME_PAUSE_MS = 60_000;

/** Members of a channel that can be renamed: beyond that the lists are too long together. */
export const MAX_RENAMED_MEMBERS = 500;

/**
 * Renames a channel. Takes the operator's right, and the founder's where the channel is registered.
 */
export function rename_channel(
  state: ChatState,
  user: RegisteredUser,
  command: Ask<"rename_channel">,
  time: number,
): Delivery[] {
  return asOperator(state, user, command, (channel) => {
    const { name: was, registration } = channel;
    const { to } = command;
    if (was === to) return [];
    const refusal = refusalToRename(state, user, channel, to, time);
    if (refusal !== undefined) return refuse(user, refusal);
    const examined = state.channels.size;
    state.channels.rename(channel, to);
    channel.renamedAt = time;
    const why = command.reason === undefined
      ? {}
      : { reason: cutBytes(command.reason, MAX_REASON_BYTES) };
    const by = user.person;
    const event = { by, channel: was, now: to, ...why };
    return [
      toChannel(channel, user, { type: "channel_renamed", ...event }),
      ...movedEvents(channel, event, examined),
      ...keep(channel),
      // After the new name is written: a server that ends between the two keeps both of them,
      // rather than none.
      ...(registration === undefined ? [] : [{ to: "store", dropped: was } as const]),
    ];
  });
}

/** Tells each member what it finds under the new name; all of them share one list. */
function movedEvents(
  channel: Channel,
  event: Pick<Extract<Delivery, { to: "channel" }>["event"], "channel"> & {
    readonly by: RegisteredUser["person"];
    readonly now: string;
    readonly reason?: string;
  },
  examined: number,
): Delivery[] {
  const members = membersOf(channel);
  const place = {
    ...event,
    ...(channel.topic && { topic: channel.topic }),
    ...(channel.flags.has("secret") && { isSecret: true as const }),
    members,
  };
  return Array.from(channel.members.keys(), (member, i) =>
    toUser(member, {
      type: "channel_moved",
      ...place,
      whom: (members[i] as typeof members[number]).person,
      // Renaming goes through all channels.
      ...(i === 0 && { examined }),
    }));
}

function refusalToRename(
  state: ChatState,
  user: RegisteredUser,
  channel: Channel,
  to: string,
  time: number,
): Refusal | undefined {
  const cannot = (why: Extract<Refusal, { code: "cannot_rename" }>["why"]) => (
    { code: "cannot_rename", channel: channel.name, to, why } as const
  );
  const { registration, renamedAt } = channel;
  const isLobby = channel.name === state.lobby || foldHandle(to) === foldHandle(state.lobby);
  if (isLobby) return cannot("lobby");
  if (registration !== undefined && !rightsByAccount(channel, user.person).founder) {
    return cannot("not_founder");
  }
  const isSameButCase = foldHandle(to) === foldHandle(channel.name);
  const holder = isSameButCase ? state.channels.get(to) : state.channels.getFolded(to);
  if (holder !== undefined) return { code: "channel_name_in_use", channel: channel.name, to };
  if (renamedAt !== undefined && time - renamedAt < RENAME_PAUSE_MS) return cannot("too_soon");
  if (channel.members.size > MAX_RENAMED_MEMBERS) return cannot("too_large");
  return state.channels.refuseRename(channel, to);
}
