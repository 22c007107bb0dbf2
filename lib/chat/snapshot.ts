/**
 * The hub's state as plain data, and back. Order is part of the state: of users, of channels, of
 * members and of empty channels, because lists and quotas depend on it.
 *
 * @module
 */

import { isAbsent } from "./always_on.ts";
import {
  Channel,
  type ChannelOrigin,
  type Flag,
  FLAGS,
  LIST_NAMES,
  type ListName,
  type Topic,
} from "./channel.ts";
import type { FormerEntry } from "./formers.ts";
import type { ListEntry } from "./mask_list.ts";
import type { Counter } from "./people.ts";
import type { Person } from "./person.ts";
import type { ServerBan } from "./query.ts";
import { type Right, type Rights, rightsOf } from "./rights.ts";
import type { ChatState } from "./state.ts";
import { type Origin, User, USER_MODE_NAMES, type UserMode } from "./user.ts";

/** One connection of a user in a snapshot. */
export interface ConnectionSnapshot {
  /** The id under which it came: the user's own, or another. */
  readonly id: number;
  /** Where it comes from. */
  readonly origin: Origin;
  /** The text of its absence. */
  readonly away?: string;
  /** Keys of metadata that it has subscribed to. */
  readonly subscribed?: readonly string[];
}

/** A user in a snapshot. */
export interface UserSnapshot {
  /** Its id in the hub. */
  readonly id: number;
  /** Where it comes from. */
  readonly origin: Origin;
  /** Its connections, in the order in which they came. */
  readonly connections: readonly ConnectionSnapshot[];
  /** Its name, once registered. */
  readonly person?: Person;
  /** Whether it goes back to the lobby when it is removed from a channel. */
  readonly returnsToLobby: boolean;
  /** Whether it names others by their handles only. */
  readonly namesHandles: boolean;
  /** The text of its absence. */
  readonly away?: string;
  /** What is on. */
  readonly modes: readonly UserMode[];
  /** Its metadata. */
  readonly metadata?: readonly (readonly [key: string, value: string])[];
  /** When it registered, in milliseconds of Unix time. */
  readonly registeredAt: number;
  /** When it last spoke. */
  readonly spokeAt: number;
  /** When its last connection ended, if it has none. */
  readonly absentSince?: number;
  /** Names of the channels that it was invited to, the oldest invitation first. */
  readonly invitedTo: readonly string[];
  /** Whom it watches. */
  readonly watched: readonly string[];
  /** Names of its channels, in the order of entering. */
  readonly channels: readonly string[];
}

/** A channel's registration in a snapshot. */
export interface RegistrationSnapshot {
  /** The founder's account. */
  readonly founder: string;
  /** When it was registered. */
  readonly at: number;
  /** The rights of other accounts, by their folded names. */
  readonly rights: readonly (readonly [account: string, right: Right])[];
}

/** What is kept of a registered channel when the server ends. */
export type KeptChannel = Omit<ChannelSnapshot, "members">;

/** A channel in a snapshot. */
export interface ChannelSnapshot {
  /** Its name, unique in the hub. */
  readonly name: string;
  /** Who made it, when, and for how long. */
  readonly made: ChannelOrigin;
  /** Its topic, if one is set. */
  readonly topic?: Topic;
  /** What is on. */
  readonly flags: readonly Flag[];
  /** Its key, if it has one. */
  readonly key?: string;
  /** How many members it admits, if that is limited. */
  readonly limit?: number;
  /** When an operator gave it its name. */
  readonly renamedAt?: number;
  /** Its lists of masks. */
  readonly lists: Readonly<Record<ListName, readonly ListEntry[]>>;
  /** Its metadata. */
  readonly metadata?: readonly (readonly [key: string, value: string])[];
  /** Its registration, if it has one. */
  readonly registration?: RegistrationSnapshot;
  /** Its members' ids and rights, in the order of entering. */
  readonly members: readonly (readonly [user: number, rights: Rights])[];
}

/** A hub's whole state. */
export interface HubSnapshot {
  /** The id that was given last. */
  readonly lastId: number;
  /** The channel's serial that was given last. */
  readonly lastSerial: number;
  /** The names of all accounts. */
  readonly accounts: readonly string[];
  /** The accounts that are always on. */
  readonly alwaysOn: readonly string[];
  /** All users, in the order of connecting. */
  readonly users: readonly UserSnapshot[];
  /** All channels, in the order of creation. */
  readonly channels: readonly ChannelSnapshot[];
  /** Names of the empty channels, the one that has been empty for longest first. */
  readonly empty: readonly string[];
  /** Counters of numbered handles. */
  readonly counters: readonly Counter[];
  /** Names that were given up, the oldest first. */
  readonly formers: readonly FormerEntry[];
  /** The bans of the server, in the order in which they were set. */
  readonly serverBans: readonly ServerBan[];
  /** Most registered users at once so far. */
  readonly peak: number;
}

/** Describes `state`. */
export function takeSnapshot(state: ChatState): HubSnapshot {
  return {
    lastId: state.lastId,
    lastSerial: state.channels.lastSerial,
    accounts: state.accounts.names,
    alwaysOn: state.alwaysOn.names,
    users: Array.from(state.users.values(), (user) => describeUser(user, state)),
    channels: Array.from(state.channels.all, describeChannel),
    empty: Array.from(state.channels.empty, ({ name }) => name),
    counters: state.people.counters,
    formers: state.formers.all,
    serverBans: state.serverBans.all,
    peak: state.census.peak,
  };
}

function describeUser(user: User, state: ChatState): UserSnapshot {
  const { id, origin, person, returnsToLobby, namesHandles, away, registeredAt, spokeAt } = user;
  const { absentSince } = user;
  return {
    id,
    origin,
    connections: Array.from(user.connections, describeConnection),
    ...(person && { person }),
    returnsToLobby,
    namesHandles,
    ...(away !== undefined && { away }),
    modes: USER_MODE_NAMES.filter((mode) => user.modes.has(mode)),
    ...(user.metadata && { metadata: [...user.metadata] }),
    registeredAt,
    spokeAt,
    ...(absentSince !== undefined && { absentSince }),
    invitedTo: Array.from(user.invitedTo, ({ name }) => name),
    watched: state.watches.of(user),
    channels: Array.from(user.memberships.keys(), ({ name }) => name),
  };
}

function describeConnection({ id, origin, awayHere, subscribed }: User): ConnectionSnapshot {
  return {
    id,
    origin,
    ...(awayHere !== undefined && { away: awayHere }),
    ...(subscribed && { subscribed: [...subscribed] }),
  };
}

/** Describes `channel` as plain data. */
export function describeChannel(channel: Channel): ChannelSnapshot {
  const { name, made, topic, key, limit, renamedAt, lists, registration } = channel;
  return {
    name,
    made,
    ...(topic && { topic }),
    flags: FLAGS.filter((flag) => channel.flags.has(flag)),
    ...(key !== undefined && { key }),
    ...(limit !== undefined && { limit }),
    ...(renamedAt !== undefined && { renamedAt }),
    lists: {
      ban: lists.ban.entries,
      exception: lists.exception.entries,
      invite: lists.invite.entries,
    },
    ...(channel.metadata && { metadata: [...channel.metadata] }),
    ...(registration && { registration: { ...registration, rights: [...registration.rights] } }),
    members: Array.from(channel.members, ([user, { rights }]) => [user.id, rights] as const),
  };
}

/** Fills `state`, an empty one, from `snapshot`. */
export function readSnapshot(snapshot: HubSnapshot, state: ChatState): void {
  state.lastId = snapshot.lastId;
  for (const name of snapshot.accounts) state.accounts.add(name);
  for (const name of snapshot.alwaysOn) state.alwaysOn.add(name);
  for (const each of snapshot.users) state.users.set(each.id, readUser(each, state));
  state.people.restoreCounters(snapshot.counters);
  for (const each of snapshot.channels) readChannel(each, state);
  state.channels.restoreSerial(snapshot.lastSerial);
  for (const { id, channels, invitedTo } of snapshot.users) {
    orderMemberships(state, id, channels);
    for (const name of invitedTo) readInvitation(state, id, name);
  }
  state.channels.restoreEmpty(snapshot.empty);
  for (const each of snapshot.formers) state.formers.add(each);
  for (const each of snapshot.serverBans) state.serverBans.set(each);
  state.census.peak = snapshot.peak;
}

function readUser(snapshot: UserSnapshot, state: ChatState): User {
  const user = new User(snapshot.id, snapshot.origin);
  if (snapshot.person !== undefined) state.people.restore(user, snapshot.person);
  user.returnsToLobby = snapshot.returnsToLobby;
  user.namesHandles = snapshot.namesHandles;
  user.away = snapshot.away;
  user.registeredAt = snapshot.registeredAt;
  user.spokeAt = snapshot.spokeAt;
  user.absentSince = snapshot.absentSince;
  for (const mode of snapshot.modes) user.modes.add(mode);
  if (snapshot.metadata !== undefined) user.metadata = new Map(snapshot.metadata);
  if (user.modes.has("invisible")) state.census.invisible++;
  if (user.modes.has("operator")) state.census.operators++;
  for (const handle of snapshot.watched) state.watches.add(user, handle);
  if (user.person?.account !== undefined) state.accounts.enter(user, user.person.account);
  readConnections(snapshot, user, state);
  return user;
}

function readConnections({ connections }: UserSnapshot, user: User, state: ChatState): void {
  user.connections.clear();
  for (const { id, origin, away, subscribed } of connections) {
    const connection = id === user.id ? user : new User(id, origin);
    connection.as = user;
    connection.awayHere = away;
    if (subscribed !== undefined) connection.subscribed = new Set(subscribed);
    user.connections.add(connection);
    if (connection !== user) state.attached.set(id, connection);
  }
}

function readChannel(snapshot: ChannelSnapshot, state: ChatState): void {
  const { name } = snapshot;
  const channel = makeChannel(snapshot);
  for (const [id, rights] of snapshot.members) {
    const user = state.users.get(id);
    if (user === undefined) throw new RangeError(`Snapshot has no user "${id}" of "${name}"`);
    const membership = { rights: rightsOf(rights) };
    channel.members.set(user, membership);
    user.memberships.set(channel, membership);
    if (isAbsent(user)) channel.absent++;
  }
  state.channels.restore(channel);
}

/** The channel that `kept` describes, without members. */
export function makeChannel(kept: KeptChannel): Channel {
  const { name, made, topic, flags, key, limit, renamedAt, lists, registration } = kept;
  const channel = new Channel(name, made);
  channel.topic = topic;
  for (const flag of flags) channel.flags.add(flag);
  channel.key = key;
  channel.limit = limit;
  channel.renamedAt = renamedAt;
  if (kept.metadata !== undefined) channel.metadata = new Map(kept.metadata);
  for (const list of LIST_NAMES) {
    for (const entry of lists[list]) channel.lists[list].add(entry);
  }
  if (registration !== undefined) {
    channel.registration = { ...registration, rights: new Map(registration.rights) };
  }
  return channel;
}

function readInvitation(state: ChatState, id: number, name: string): void {
  const user = state.users.get(id);
  const channel = state.channels.get(name);
  if (user === undefined || channel === undefined) return;
  user.invitedTo.add(channel);
  channel.invited.add(user);
}

/** Channels were read in the order of their creation; a user may have entered them in another. */
function orderMemberships(state: ChatState, id: number, channels: readonly string[]): void {
  const memberships = state.users.get(id)?.memberships;
  for (const name of channels) {
    const channel = state.channels.get(name);
    const membership = channel && memberships?.get(channel);
    if (channel === undefined || membership === undefined) continue;
    memberships?.delete(channel);
    memberships?.set(channel, membership);
  }
}
