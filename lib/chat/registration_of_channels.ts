/**
 * The rules of registered channels: founders, entitled accounts, and what the database keeps.
 *
 * @module
 */

import type { Channel } from "./channel.ts";
import {
  MAX_REGISTERED,
  type Registration,
  rightsByAccount,
  withEntitled,
} from "./channel_registration.ts";
import type { Ask } from "./command.ts";
import type { Delivery } from "./event.ts";
import { foldHandle } from "./handles.ts";
import type { AppliedChange } from "./modes.ts";
import { type Right, RIGHTS, type Rights, rightsOf } from "./rights.ts";
import { describeChannel } from "./snapshot.ts";
import {
  channelOf,
  type ChatState,
  joinedChannelOf,
  mayRule,
  notInChannel,
  refuse,
  type RegisteredUser,
  toChannel,
  toUser,
} from "./state.ts";

/** Registers a channel for the account of one of its operators. */
export function register_channel(
  state: ChatState,
  user: RegisteredUser,
  of: Ask<"register_channel">,
  at: number,
): Delivery[] {
  const { account } = user.person;
  if (account === undefined) return refuse(user, { code: "need_account" });
  const channel = joinedChannelOf(state, user, of);
  if (channel === undefined) return notInChannel(state, user, of);
  const { name } = channel;
  if (channel.registration !== undefined) {
    return refuse(user, { code: "channel_registered", channel: name });
  }
  const mayRegister = name !== state.lobby &&
    (mayRule(state, user, channel) || user.modes.has("operator"));
  if (!mayRegister) return refuse(user, { code: "not_operator", channel: name });
  const owned = [...state.channels.all].filter((each) => isFounder(each, account)).length;
  if (owned >= MAX_REGISTERED) {
    return refuse(user, { code: "too_many_registered", limit: MAX_REGISTERED });
  }
  // Members who are logged in keep their rights for good.
  let registration: Registration = { founder: account, at, rights: new Map() };
  for (const [member, { rights }] of channel.members) {
    const theirs = member.person?.account;
    const [right] = RIGHTS.filter((each) => rights[each]);
    if (theirs !== undefined) registration = withEntitled(registration, theirs, right);
  }
  channel.registration = registration;
  state.channels.settle(channel);
  return [
    ...settleRights(channel, user, { ...channel.rightsOf(user), founder: true, operator: false }),
    kept(channel),
    toUser(user, { type: "channel_registered", channel: name, founder: account }),
  ];
}

/** Ends a channel's registration: then it goes with its last member, like any other. */
export function drop_channel(
  state: ChatState,
  user: RegisteredUser,
  of: Ask<"drop_channel">,
): Delivery[] {
  return asFounder(state, user, of, (channel) => [
    ...unregister(state, channel),
    toUser(user, { type: "channel_dropped", channel: channel.name }),
  ]);
}

/** Makes another account the founder of a channel. */
export function channel_founder(
  state: ChatState,
  user: RegisteredUser,
  command: Ask<"channel_founder">,
): Delivery[] {
  return asFounder(state, user, command, (channel, registration) => {
    const account = state.accounts.get(command.account);
    if (account === undefined) {
      return refuse(user, { code: "no_such_account", account: command.account });
    }
    const { founder } = registration;
    // The old founder stays an operator.
    channel.registration = withEntitled(
      withEntitled({ ...registration, founder: account }, account, undefined),
      founder,
      foldHandle(founder) === foldHandle(account) ? undefined : "operator",
    );
    return [
      ...[...channel.members.keys()].flatMap((member) => {
        const { person } = member as RegisteredUser;
        const isConcerned = [account, founder].includes(person.account ?? "");
        return isConcerned
          ? settleRights(channel, member as RegisteredUser, rightsByAccount(channel, person))
          : [];
      }),
      kept(channel),
      toUser(user, { type: "channel_registered", channel: channel.name, founder: account }),
    ];
  });
}

/** Gives a member the rights that it has by its account. */
export function claim_rights(
  state: ChatState,
  user: RegisteredUser,
  of: Ask<"claim_rights">,
): Delivery[] {
  const channel = joinedChannelOf(state, user, of);
  if (channel === undefined) return notInChannel(state, user, of);
  const rights = rightsByAccount(channel, user.person);
  if (!RIGHTS.some((right) => rights[right])) {
    return refuse(user, { code: "not_operator", channel: channel.name });
  }
  return settleRights(channel, user, rights);
}

/** Answers with a channel's registration; only those who rule there learn who else has rights. */
export function channel_info(
  state: ChatState,
  user: RegisteredUser,
  of: Ask<"channel_info">,
): Delivery[] {
  const channel = channelOf(state, of);
  const { channel: asked = "" } = of;
  const registration = channel?.registration;
  const isSeen = channel !== undefined &&
    (!channel.flags.has("secret") || mayManage(state, user, channel) || channel.members.has(user));
  if (channel === undefined || registration === undefined || !isSeen) {
    return refuse(user, { code: "channel_not_registered", channel: asked });
  }
  const { founder, at, rights } = registration;
  const entitled = Array.from(rights, ([key, right]) => ({
    account: state.accounts.get(key) ?? key,
    right,
  }));
  return [toUser(user, {
    type: "channel_info_is",
    channel: channel.name,
    founder,
    at,
    ...(mayManage(state, user, channel) && { entitled }),
  })];
}

function isFounder({ registration }: Channel, account: string | undefined): boolean {
  return registration !== undefined && account !== undefined &&
    foldHandle(registration.founder) === foldHandle(account);
}

function mayManage(state: ChatState, user: RegisteredUser, channel: Channel): boolean {
  return user.modes.has("operator") || mayRule(state, user, channel) ||
    isFounder(channel, user.person.account);
}

function asFounder(
  state: ChatState,
  user: RegisteredUser,
  of: Ask<"drop_channel" | "channel_founder">,
  act: (channel: Channel, registration: Registration) => Delivery[],
): Delivery[] {
  const channel = channelOf(state, of);
  const { channel: asked = "" } = of;
  if (channel?.registration === undefined) {
    return refuse(user, { code: "channel_not_registered", channel: asked });
  }
  const may = isFounder(channel, user.person.account) || user.modes.has("operator");
  if (!may) return refuse(user, { code: "not_founder", channel: channel.name });
  return act(channel, channel.registration);
}

/** Makes a registered channel an ordinary one, without a founder. */
function unregister(state: ChatState, channel: Channel): Delivery[] {
  const { name } = channel;
  channel.registration = undefined;
  const deliveries = [...channel.members].flatMap(([member, { rights }]) =>
    rights.founder
      ? settleRights(channel, member as RegisteredUser, {
        ...rights,
        founder: false,
        operator: true,
      })
      : []
  );
  state.channels.settle(channel);
  return [...deliveries, { to: "store", dropped: name }];
}

/** Gives a member that has entered, or has another account, the rights of its account. */
export function welcomeRights(channel: Channel, user: RegisteredUser): Delivery[] {
  const rights = rightsByAccount(channel, user.person);
  return RIGHTS.some((right) => rights[right]) ? settleRights(channel, user, rights) : [];
}

/** Takes a user's rights in registered channels, because it is not logged in any more. */
export function loseRights(user: RegisteredUser): Delivery[] {
  return [...user.memberships].flatMap(([channel]) =>
    channel.registration === undefined
      ? []
      : settleRights(channel, user, { founder: false, operator: false, voice: false })
  );
}

/** Sets a member's rights, and tells the channel. */
function settleRights(channel: Channel, user: RegisteredUser, wanted: Rights): Delivery[] {
  const membership = channel.members.get(user);
  if (membership === undefined) return [];
  const changes: AppliedChange[] = RIGHTS
    .filter((right) => membership.rights[right] !== wanted[right])
    .map((right) => ({ mode: "right", right, whom: user.person, set: wanted[right] }));
  membership.rights = rightsOf(wanted);
  if (changes.length === 0) return [];
  return [toChannel(channel, user, { type: "modes_changed", channel: channel.name, changes })];
}

/**
 * Notes a right that an operator has given or taken by MODE: in a registered channel it is the
 * account's, for good.
 */
export function noteRight(channel: Channel, whom: RegisteredUser): void {
  const { account } = whom.person;
  if (channel.registration === undefined || account === undefined) return;
  const rights = channel.rightsOf(whom);
  const [right] = RIGHTS.filter((each) => rights[each]) as [Right?];
  channel.registration = withEntitled(channel.registration, account, right);
}

/** Has a registered channel written down as it is now; does nothing for any other. */
export function keep(channel: Channel): Delivery[] {
  return channel.registration === undefined ? [] : [kept(channel)];
}

function kept(channel: Channel): Delivery {
  const { members: _, ...rest } = describeChannel(channel);
  return { to: "store", channel: rest };
}

/** Forgets an account: its channels are not registered any more, and it has no rights in others. */
export function forgetAccount(state: ChatState, account: string): Delivery[] {
  const key = foldHandle(account);
  return [...state.channels.all].flatMap((channel) => {
    const { registration } = channel;
    if (registration === undefined) return [];
    if (foldHandle(registration.founder) === key) return unregister(state, channel);
    if (!registration.rights.has(key)) return [];
    channel.registration = withEntitled(registration, account, undefined);
    return [kept(channel)];
  });
}
