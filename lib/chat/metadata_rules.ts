/**
 * The rules of metadata: who may set and read what, and who learns of it. A change reaches those
 * who have asked for its key, and share a channel with its user, watch it, or are in its channel.
 *
 * @module
 */

import type { Channel } from "./channel.ts";
import type { Ask, MetadataTarget } from "./command.ts";
import type { Delivery } from "./event.ts";
import { foldHandle } from "./handles.ts";
import {
  hasSubscriptions,
  isMetadataKey,
  isSubscribed,
  MAX_METADATA_KEYS,
  MAX_METADATA_SUBSCRIPTIONS,
  MAX_METADATA_VALUE_BYTES,
  type MetadataEntry,
  type MetadataHolder,
  type MetadataName,
  metadataOf,
  type MetadataRefusal,
  putMetadata,
} from "./metadata.ts";
import { utf8Length } from "./names.ts";
import { keep } from "./registration_of_channels.ts";
import {
  type ChatState,
  findUser,
  knownChannelOf,
  mayRule,
  refuse,
  type RegisteredUser,
  toUser,
} from "./state.ts";
import { User } from "./user.ts";

/**
 * The most members of a channel in which a newcomer and the members receive each other's metadata
 * at once; in a larger one, they have to ask.
 */
export const MAX_SYNCED_MEMBERS = 100;

/**
 * The most members of a channel in which changes are announced: each member receives a line of its
 * own.
 */
export const MAX_TOLD_MEMBERS = 500;

/** The most members of a channel whose metadata is part of an answer about it. */
const MAX_LISTED_MEMBERS = 1000;

/** Sets a value, or removes it. */
export function metadata_set(
  state: ChatState,
  user: RegisteredUser,
  { target, key, value }: Ask<"metadata_set">,
): Delivery[] {
  const holder = holderOf(state, user, target);
  if (holder === undefined) return invalidTarget(user, target);
  const refusal = refusalToSet(state, user, holder, key, value);
  if (refusal !== undefined) return refuse(user, refusal);
  const entry = entryOf(holder, key, value);
  const isNew = metadataOf(holder).get(key) !== value;
  putMetadata(holder, key, value);
  const { deliveries, examined } = isNew ? changed(state, user, holder, [entry]) : UNSEEN;
  return [
    toUser(user, { type: "metadata", why: "set", entries: [entry], examined }),
    ...deliveries,
    ...kept(holder),
  ];
}

/** Removes all values. */
export function metadata_clear(
  state: ChatState,
  user: RegisteredUser,
  { target }: Ask<"metadata_clear">,
): Delivery[] {
  const holder = holderOf(state, user, target);
  if (holder === undefined) return invalidTarget(user, target);
  if (!maySet(state, user, holder)) return refuse(user, refusalOf(holder, "no_permission", "*"));
  const entries = [...metadataOf(holder).keys()].map((key) => entryOf(holder, key));
  holder.metadata = undefined;
  const { deliveries, examined } = entries.length === 0
    ? UNSEEN
    : changed(state, user, holder, entries);
  return [answer(user, holder, entries, examined), ...deliveries, ...kept(holder)];
}

/** Answers with some values. */
export function metadata_get(
  state: ChatState,
  user: RegisteredUser,
  { target, keys }: Ask<"metadata_get">,
): Delivery[] {
  return onReadable(state, user, target, (holder) => {
    const known = metadataOf(holder);
    return [answer(user, holder, keys.map((key) => entryOf(holder, key, known.get(key))))];
  });
}

/** Answers with all values. */
export function metadata_list(
  state: ChatState,
  user: RegisteredUser,
  { target }: Ask<"metadata_list">,
): Delivery[] {
  return onReadable(state, user, target, (holder) => [
    answer(
      user,
      holder,
      [...metadataOf(holder)].map(([key, value]) => entryOf(holder, key, value)),
    ),
  ]);
}

/** Answers with what the connection has subscribed to, of a channel together with its members. */
export function metadata_sync(
  state: ChatState,
  user: RegisteredUser,
  { target }: Ask<"metadata_sync">,
  _time: number,
  from: User,
): Delivery[] {
  return onReadable(state, user, target, (holder) => {
    const isWanted = (key: string) => from.subscribed?.has(key) === true;
    const isAlone = holder instanceof User || !holder.members.has(user) ||
      holder.members.size > MAX_LISTED_MEMBERS;
    const holders = isAlone ? [holder] : [holder, ...holder.members.keys()];
    return [answer(user, holder, entriesOf(holders, isWanted), holders.length)];
  });
}

/** Subscribes a connection to keys, up to a limit. */
export function metadata_sub(
  _state: ChatState,
  user: RegisteredUser,
  { keys }: Ask<"metadata_sub">,
  _time: number,
  from: User,
): Delivery[] {
  const subscribed = new Set(from.subscribed);
  const added: string[] = [];
  let full: string | undefined;
  for (const key of keys) {
    if (subscribed.size >= MAX_METADATA_SUBSCRIPTIONS && !subscribed.has(key)) {
      full = key;
      break;
    }
    subscribed.add(key);
    added.push(key);
  }
  if (subscribed.size > 0) from.subscribed = subscribed;
  return [
    toUser(user, {
      type: "metadata_keys",
      why: "sub",
      keys: added,
      ...(full !== undefined && { full }),
    }),
    // The client has to ask for what is set already, one channel after the other.
    ...(added.length === 0
      ? []
      : [...user.memberships.keys()].map((channel) => later(user, channel))),
  ];
}

/** Ends subscriptions of a connection. */
export function metadata_unsub(
  _state: ChatState,
  user: RegisteredUser,
  { keys }: Ask<"metadata_unsub">,
  _time: number,
  from: User,
): Delivery[] {
  const subscribed = new Set(from.subscribed);
  for (const key of keys) subscribed.delete(key);
  from.subscribed = subscribed.size === 0 ? undefined : subscribed;
  return [toUser(user, { type: "metadata_keys", why: "unsub", keys })];
}

/** Answers with the subscriptions of a connection. */
export function metadata_subs(
  _state: ChatState,
  user: RegisteredUser,
  _command: Ask<"metadata_subs">,
  _time: number,
  from: User,
): Delivery[] {
  return [toUser(user, { type: "metadata_keys", why: "list", keys: [...from.subscribed ?? []] })];
}

/** What a user and the members of `channel` learn of each other when it has entered. */
export function metadataOnEntering(user: RegisteredUser, channel: Channel): Delivery[] {
  const deliveries: Delivery[] = [];
  if (hasSubscriptions(user)) deliveries.push(...syncOnEntering(user, channel));
  if (user.metadata === undefined || channel.members.size > MAX_SYNCED_MEMBERS) return deliveries;
  for (const member of channel.members.keys()) {
    if (member === user || !hasSubscriptions(member)) continue;
    const entries = entriesOf([user], (key) => isSubscribed(member, key));
    if (entries.length > 0) deliveries.push(change(member, entries));
  }
  return deliveries;
}

function syncOnEntering(user: RegisteredUser, channel: Channel): Delivery[] {
  if (channel.members.size > MAX_SYNCED_MEMBERS) return [later(user, channel)];
  const others = [...channel.members.keys()].filter((member) => member !== user);
  const entries = entriesOf([channel, ...others], (key) => isSubscribed(user, key));
  return entries.length === 0 ? [] : [change(user, entries)];
}

const UNSEEN: { readonly deliveries: Delivery[]; readonly examined: number } = {
  deliveries: [],
  examined: 0,
};

/**
 * Announces `entries`, which are new, to those who have subscribed; `examined` is how many
 * were looked at.
 */
function changed(
  state: ChatState,
  actor: User,
  holder: MetadataHolder,
  entries: readonly MetadataEntry[],
): typeof UNSEEN {
  const audience = holder instanceof User ? peersOf(state, holder) : new Set(toldIn(holder));
  const deliveries: Delivery[] = [];
  // The connection that has made the change knows it.
  if (actor.connections.size === 1) audience.delete(actor);
  for (const each of audience) {
    const wanted = entries.filter(({ key }) => isSubscribed(each, key));
    if (wanted.length > 0) deliveries.push(change(each, wanted));
  }
  return { deliveries, examined: audience.size };
}

/** The database keeps the metadata of registered channels; users lose theirs when they go. */
function kept(holder: MetadataHolder): Delivery[] {
  return holder instanceof User ? [] : keep(holder);
}

/** A user, those who share a channel with it, and those who watch it. */
function peersOf(state: ChatState, user: User): Set<User> {
  const peers = new Set<User>([user]);
  for (const channel of user.memberships.keys()) {
    for (const member of toldIn(channel)) peers.add(member);
  }
  for (const each of state.watches.watchersOf(user.person?.handle ?? "")) peers.add(each);
  return peers;
}

function toldIn({ members }: Channel): Iterable<User> {
  return members.size > MAX_TOLD_MEMBERS ? [] : members.keys();
}

/** What `user` receives of those whom it has begun to watch. */
export function metadataOfWatched(user: RegisteredUser, watched: readonly User[]): Delivery[] {
  const entries = entriesOf(watched, (key) => isSubscribed(user, key));
  return entries.length === 0 ? [] : [change(user, entries)];
}

function entriesOf(
  holders: readonly MetadataHolder[],
  isWanted: (key: string) => boolean,
): MetadataEntry[] {
  return holders.flatMap((holder) =>
    holder.metadata === undefined ? [] : [...holder.metadata].filter(([key]) => isWanted(key))
      .map(([key, value]) => entryOf(holder, key, value))
  );
}

function entryOf(holder: MetadataHolder, key: string, value?: string): MetadataEntry {
  return { ...named(holder), key, ...(value !== undefined && { value }) };
}

function named(holder: MetadataHolder): MetadataName {
  return holder instanceof User
    ? { name: (holder as RegisteredUser).person.handle, isChannel: false }
    : { name: holder.name, isChannel: true };
}

function answer(
  user: User,
  holder: MetadataHolder,
  entries: readonly MetadataEntry[],
  examined = entries.length,
): Delivery {
  return toUser(user, { type: "metadata", why: "answer", of: named(holder), entries, examined });
}

function change(user: User, entries: readonly MetadataEntry[]): Delivery {
  return toUser(user, { type: "metadata", why: "change", entries });
}

function later(user: User, { name }: Channel): Delivery {
  return toUser(user, { type: "metadata_later", channel: name });
}

/** The user or channel that `target` names, if `user` may know of it. */
function holderOf(
  state: ChatState,
  user: RegisteredUser,
  target: MetadataTarget,
): MetadataHolder | undefined {
  if ("channel" in target) return knownChannelOf(state, user, target);
  const { user: name } = target;
  if (name === undefined || foldHandle(name) === foldHandle(user.person.handle)) return user;
  const found = findUser(state, user, name).user;
  return found?.person === undefined ? undefined : found;
}

/**
 * Calls `act` with what `target` names. Strangers read nothing of a channel that does not
 * admit everybody.
 */
function onReadable(
  state: ChatState,
  user: RegisteredUser,
  target: MetadataTarget,
  act: (holder: MetadataHolder) => Delivery[],
): Delivery[] {
  const holder = holderOf(state, user, target);
  if (holder === undefined) return invalidTarget(user, target);
  const isOpen = holder instanceof User || holder.members.has(user) || user.modes.has("operator") ||
    holder.key === undefined && !holder.flags.has("invite_only") &&
      !holder.flags.has("accounts_only");
  return isOpen ? act(holder) : refuse(user, refusalOf(holder, "no_permission", "*"));
}

function maySet(state: ChatState, user: RegisteredUser, holder: MetadataHolder): boolean {
  return holder === user || !(holder instanceof User) && mayRule(state, user, holder);
}

function refusalToSet(
  state: ChatState,
  user: RegisteredUser,
  holder: MetadataHolder,
  key: string,
  value: string | undefined,
): MetadataRefusal | undefined {
  const known = metadataOf(holder);
  if (!isMetadataKey(key)) return refusalOf(holder, "key_invalid", key);
  if (!maySet(state, user, holder)) return refusalOf(holder, "no_permission", key);
  if (value === undefined) return known.has(key) ? undefined : refusalOf(holder, "not_set", key);
  if (utf8Length(value) > MAX_METADATA_VALUE_BYTES) return refusalOf(holder, "value_invalid", key);
  const isFull = known.size >= MAX_METADATA_KEYS && !known.has(key);
  return isFull ? refusalOf(holder, "limit_reached", key) : undefined;
}

function refusalOf(
  holder: MetadataHolder,
  why: MetadataRefusal["why"],
  key: string,
): MetadataRefusal {
  return { code: "metadata", why, of: named(holder), key };
}

function invalidTarget(user: User, target: MetadataTarget): Delivery[] {
  const of = "channel" in target
    ? { name: target.channel ?? "", isChannel: true }
    : { name: target.user ?? "", isChannel: false };
  return refuse(user, { code: "metadata", why: "invalid_target", of, key: "*" });
}
