/**
 * The rules of questions about channels and their members. To a stranger a secret channel
 * does not exist.
 *
 * @module
 */

import { type Channel, FLAGS } from "./channel.ts";
import type { Ask } from "./command.ts";
import type { Delivery } from "./event.ts";
import { membersOf } from "./listing.ts";
import { maskOf } from "./masks.ts";
import type { Person } from "./person.ts";
import type { AgeRange, ChannelModes, ChannelSearch, SearchPlace } from "./query.ts";
import {
  type ChatState,
  joinedChannelOf,
  knownChannelOf,
  mayKnow,
  notInChannel,
  refuse,
  type RegisteredUser,
  toUser,
} from "./state.ts";
import type { User } from "./user.ts";

/** Masks that one question may have: each of them is compared with every channel. */
const MAX_SEARCH_MASKS = 20;
/** Comparisons of one part of a search: a millisecond or two. */
export const MAX_COMPARISONS = 4_000;

/** Answers with the names of all channels. */
export function list(state: ChatState, user: RegisteredUser): Delivery[] {
  return [toUser(user, { type: "channels", channels: namesFor(state, user) })];
}

/** The same array for all who are in no secret channel. */
function namesFor(state: ChatState, user: User): readonly string[] {
  const { channels } = state;
  if (channels.publicNames === channels.names) return channels.names;
  const isInSecret = [...user.memberships.keys()].some(({ flags }) => flags.has("secret"));
  if (!isInSecret && !user.modes.has("operator")) return channels.publicNames;
  return [...channels.all].filter((channel) => mayKnow(user, channel)).map(({ name }) => name);
}

/** Answers with the members of a channel that the user is in. */
export function names(state: ChatState, user: RegisteredUser, of: Ask<"names">): Delivery[] {
  const channel = joinedChannelOf(state, user, of);
  if (channel === undefined) return notInChannel(state, user, of);
  const members = Array.from(channel.members.keys(), (member) => member.person as Person);
  return [toUser(user, { type: "names", channel: channel.name, members })];
}

/** Answers with the members of any channel; strangers do not see those who are invisible. */
export function members_of(
  state: ChatState,
  user: RegisteredUser,
  of: Ask<"members_of">,
): Delivery[] {
  const channel = knownChannelOf(state, user, of);
  const answer = { type: "members_are", channel: channel?.name ?? of.channel ?? "" } as const;
  if (channel === undefined) return [toUser(user, { ...answer, isSecret: false, members: [] })];
  const isSecret = channel.flags.has("secret");
  const members = seesAll(user, channel)
    ? membersOf(channel)
    : visibleMembersOf(channel).map((member) => ({
      person: member.person,
      rights: channel.rightsOf(member),
    }));
  return [toUser(user, { ...answer, isSecret, members })];
}

/** Whether `user` sees the invisible members as well. */
export function seesAll(user: User, channel: Channel): boolean {
  return channel.members.has(user) || user.modes.has("operator");
}

/** The members whom everybody finds. */
export function visibleMembersOf(channel: Channel): readonly RegisteredUser[] {
  return [...channel.members.keys()]
    .filter(({ modes }) => !modes.has("invisible")) as RegisteredUser[];
}

/** Answers with the channels that fit. */
export function find_channels(
  state: ChatState,
  user: RegisteredUser,
  search: Ask<"find_channels">,
  time: number,
): Delivery[] {
  const fits = testOf(search, time);
  const { part, next } = partOf(state, search);
  const channels = part.filter((channel) => mayKnow(user, channel) && fits(channel))
    .map(({ name, members, topic }) => ({
      name,
      members: members.size,
      topic: topic?.text ?? "",
    }));
  const rest = next === undefined ? {} : { next };
  return [
    toUser(user, { type: "channels_found", channels, examined: part.length, ...rest }),
  ];
}

/** The channels that a part of a search looks at, and where the next part begins. */
function partOf(
  { channels }: ChatState,
  { from, masks = [], except = [] }: ChannelSearch,
): { readonly part: readonly Channel[]; readonly next?: SearchPlace } {
  if (from === undefined) return { part: [...channels.all] };
  const { names } = channels;
  const known = from.after === undefined ? -1 : names.indexOf(from.after);
  const begin = known < 0 ? from.count : known + 1;
  const end = begin + Math.ceil(MAX_COMPARISONS / (1 + masks.length + except.length));
  const part = names.slice(begin, end).map((name) => channels.get(name) as Channel);
  const after = names[end - 1];
  return end >= names.length || after === undefined
    ? { part }
    : { part, next: { after, count: end } };
}

function testOf(search: ChannelSearch, time: number): (channel: Channel) => boolean {
  const { masks, except = [], moreThan = -1, fewerThan = Infinity, made, topicSet } = search;
  const wanted = masks?.slice(0, MAX_SEARCH_MASKS).map(maskOf);
  const unwanted = except.slice(0, MAX_SEARCH_MASKS).map(maskOf);
  return ({ name, members: { size }, made: { at }, topic }) =>
    size > moreThan && size < fewerThan &&
    (made === undefined || isWithin(time - at, made)) &&
    (topicSet === undefined || topic !== undefined && isWithin(time - topic.at, topicSet)) &&
    (wanted === undefined || wanted.some((mask) => mask.matches(name))) &&
    !unwanted.some((mask) => mask.matches(name));
}

function isWithin(age: number, { moreThan = -Infinity, lessThan = Infinity }: AgeRange): boolean {
  return age > moreThan && age < lessThan;
}

/** Answers with a channel's topic. */
export function topic_of(state: ChatState, user: RegisteredUser, of: Ask<"topic_of">): Delivery[] {
  return onKnown(state, user, of, ({ name, topic }) => [
    toUser(user, { type: "topic_is", channel: name, ...(topic && { topic }) }),
  ]);
}

/** Answers with a channel's modes. */
export function modes_of(state: ChatState, user: RegisteredUser, of: Ask<"modes_of">): Delivery[] {
  return onKnown(state, user, of, (channel) => [
    toUser(user, {
      type: "modes_are",
      channel: channel.name,
      modes: modesFor(user, channel),
    }),
  ]);
}

function modesFor(user: User, channel: Channel): ChannelModes {
  const { key, limit } = channel;
  return {
    flags: FLAGS.filter((flag) => channel.flags.has(flag)),
    hasKey: key !== undefined,
    ...(key !== undefined && seesAll(user, channel) && { key }),
    ...(limit !== undefined && { limit }),
    madeAt: channel.made.at,
  };
}

/** Answers with one of a channel's lists. */
export function masks_of(state: ChatState, user: RegisteredUser, of: Ask<"masks_of">): Delivery[] {
  const { list } = of;
  return onKnown(state, user, of, (channel) => [
    toUser(user, {
      type: "masks_are",
      channel: channel.name,
      list,
      entries: channel.lists[list].entries,
    }),
  ]);
}

/** Answers with the channels that the user was invited to. */
export function my_invites(_state: ChatState, user: RegisteredUser): Delivery[] {
  const channels = Array.from(user.invitedTo, ({ name }) => name);
  return [toUser(user, { type: "invitations", channels })];
}

/** There is no history unless the session has asked it before this. */
export function noHistory(
  _state: ChatState,
  user: RegisteredUser,
  ask: Ask<"history" | "history_targets">,
): Delivery[] {
  return [toUser(user, { type: "history_refused", ask, why: "failed" })];
}

/** Nothing is taken back or noted unless the session has asked the history before this. */
export function noRecord(
  _state: ChatState,
  user: RegisteredUser,
  ask: Ask<"marker" | "markers" | "redact">,
): Delivery[] {
  return [toUser(user, { type: "record_refused", ask, why: "failed" })];
}

/** Nothing was missed unless the session has asked the history before this. */
export function noneMissed(_state: ChatState, user: RegisteredUser): Delivery[] {
  return [toUser(user, { type: "missed", kept: [] })];
}

/** Nothing is searched unless the session has asked the history before this. */
export function noSearch(
  _state: ChatState,
  user: RegisteredUser,
  ask: Ask<"search">,
): Delivery[] {
  return [toUser(user, { type: "search_refused", ask, why: "failed" })];
}

function onKnown(
  state: ChatState,
  user: RegisteredUser,
  of: Ask<"topic_of" | "modes_of" | "masks_of">,
  answer: (channel: Channel) => Delivery[],
): Delivery[] {
  const channel = knownChannelOf(state, user, of);
  if (channel !== undefined) return answer(channel);
  return refuse(
    user,
    of.channel === undefined
      ? { code: "not_in_channel" }
      : { code: "no_such_channel", channel: of.channel },
  );
}
