/**
 * The hub's state as plain data, and back. Order is part of the state: of users, of channels, of members
 * and of empty channels, for lists and quotas depend on it.
 *
 * @module
 */

import { Channel, type ChannelOrigin, type Membership, type Topic } from "./channel.ts";
import type { Counter } from "./people.ts";
import type { Person } from "./person.ts";
import type { ChatState } from "./state.ts";
import { type Origin, User } from "./user.ts";

/** A user in a snapshot. */
export interface UserSnapshot {
  /** As in `User`, as are the next four. */
  readonly id: number;
  /** Where it comes from. */
  readonly origin: Origin;
  /** Its name, once registered. */
  readonly person?: Person;
  /** Whether it goes back to the lobby when it is removed from a channel. */
  readonly returnsToLobby: boolean;
  /** The text of its absence. */
  readonly away?: string;
  /** Names of its channels, in the order of entering. */
  readonly channels: readonly string[];
}

/** A channel in a snapshot. */
export interface ChannelSnapshot {
  /** As in `Channel`, as are the next two. */
  readonly name: string;
  /** How it came to be. */
  readonly made: ChannelOrigin;
  /** Its topic, if one is set. */
  readonly topic?: Topic;
  /** Its members' ids and rights, in the order of entering. */
  readonly members: readonly (readonly [user: number, membership: Membership])[];
}

/** A hub's whole state. */
export interface HubSnapshot {
  /** The id that was given last. */
  readonly lastId: number;
  /** All users, in the order of connecting. */
  readonly users: readonly UserSnapshot[];
  /** All channels, in the order of creation. */
  readonly channels: readonly ChannelSnapshot[];
  /** Names of the empty channels, the one that has been empty for longest first. */
  readonly empty: readonly string[];
  /** Counters of numbered handles. */
  readonly counters: readonly Counter[];
}

/** Describes `state`; `lastId` is the id that was given last. */
export function takeSnapshot(state: ChatState, lastId: number): HubSnapshot {
  return {
    lastId,
    users: Array.from(state.users.values(), (user) => ({
      id: user.id,
      origin: user.origin,
      ...(user.person && { person: user.person }),
      returnsToLobby: user.returnsToLobby,
      ...(user.away !== undefined && { away: user.away }),
      channels: Array.from(user.memberships.keys(), (channel) => channel.name),
    })),
    channels: Array.from(state.channels.all, (channel) => ({
      name: channel.name,
      made: channel.made,
      ...(channel.topic && { topic: channel.topic }),
      members: Array.from(
        channel.members,
        ([user, membership]) => [user.id, { ...membership }] as const,
      ),
    })),
    empty: Array.from(state.channels.empty, (channel) => channel.name),
    counters: state.people.counters,
  };
}

/**
 * Fills `state`, an empty one, from `snapshot`.
 *
 * @returns the id that was given last.
 */
export function readSnapshot(snapshot: HubSnapshot, state: ChatState): number {
  for (const each of snapshot.users) state.users.set(each.id, readUser(each, state));
  state.people.restoreCounters(snapshot.counters);
  for (const each of snapshot.channels) readChannel(each, state);
  for (const { id, channels } of snapshot.users) orderMemberships(state, id, channels);
  state.channels.restoreEmpty(snapshot.empty);
  return snapshot.lastId;
}

function readUser(snapshot: UserSnapshot, state: ChatState): User {
  const user = new User(snapshot.id, snapshot.origin);
  if (snapshot.person !== undefined) state.people.restore(user, snapshot.person);
  user.returnsToLobby = snapshot.returnsToLobby;
  user.away = snapshot.away;
  return user;
}

function readChannel({ name, made, topic, members }: ChannelSnapshot, state: ChatState): void {
  const channel = new Channel(name, made);
  channel.topic = topic;
  for (const [id, rights] of members) {
    const user = state.users.get(id);
    if (user === undefined) throw new RangeError(`Snapshot has no user "${id}" of "${name}"`);
    const membership = { ...rights };
    channel.members.set(user, membership);
    user.memberships.set(channel, membership);
  }
  state.channels.restore(channel);
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
