/**
 * The table of channels, and how much room each network has in it (PROTOCOLS, section 6).
 *
 *   full table: the channel that has been empty for longest is dropped for a new one; a channel
 *               whose users are all absent counts as empty;
 *   one origin: a share of the table, and fewer of channels that nobody is in.
 *
 * @module
 */

import { Channel, type ChannelOrigin, LIST_NAMES } from "./channel.ts";
import type { Refusal } from "./event.ts";
import { foldHandle } from "./handles.ts";
import { MAX_ENTRIES_BY_ORIGIN } from "./mask_list.ts";
import { MAX_CHANNEL_NAME_BYTES, utf8Length } from "./names.ts";
import type { User } from "./user.ts";

/** How much the table holds. */
export interface ChannelLimits {
  /** Channels that may exist at once. The lobby is always admitted. */
  readonly maxChannels: number;
  /** Bytes of UTF-8 that their names may have together. */
  readonly maxChannelNameBytes: number;
  /** Channels that one origin may have made, with members or without. */
  readonly maxMadeByOrigin: number;
  /** Channels that one origin may have made and that are empty. */
  readonly maxEmptyByOrigin: number;
}

/** A channel that was dropped although it had members, because none of them is connected. */
export interface Evicted {
  /** The channel. */
  readonly channel: Channel;
  /** Who was in it. */
  readonly members: readonly User[];
}

/** What one origin has made. */
interface Share {
  made: number;
  empty: number;
  masks: number;
}

/** All channels of a hub, in the order of their creation. */
export class Channels {
  readonly #limits: ChannelLimits;
  readonly #lobby: string;
  // A Map keeps the order of insertion, which is the order that `list` promises.
  readonly #byName = new Map<string, Channel>();
  // Empty channels, the one that has been empty for longest first.
  readonly #empty = new Set<Channel>();
  readonly #shares = new Map<string, Share>();
  #evicted: Evicted[] = [];
  #nameBytes = 0;
  #lastSerial = 0;
  #names: readonly string[] | undefined;
  #publicNames: readonly string[] | undefined;
  // Those that differ in case, in the order of their creation.
  readonly #byFolded = new Map<string, Set<Channel>>();

  /** An empty table; the channel named `lobby` is never refused and never dropped. */
  constructor(limits: ChannelLimits, lobby: string) {
    this.#limits = limits;
    this.#lobby = lobby;
  }

  /** The names in the order of creation: the same array until a channel comes or goes. */
  get names(): readonly string[] {
    return this.#names ??= [...this.#byName.keys()];
  }

  /** The names of those that are not secret, in the same order. */
  get publicNames(): readonly string[] {
    if (this.#publicNames === undefined) {
      const open = [...this.all].filter(({ flags }) => !flags.has("secret"));
      const isAll = open.length === this.#byName.size;
      this.#publicNames = isAll ? this.names : open.map(({ name }) => name);
    }
    return this.#publicNames;
  }

  /** MUST be called when a channel has become secret or public. */
  noteSecrecy(): void {
    this.#publicNames = undefined;
  }

  /** The channels in the order of creation. */
  get all(): Iterable<Channel> {
    return this.#byName.values();
  }

  /** The channels without a connected member, the one that has been empty for longest first. */
  get empty(): Iterable<Channel> {
    return this.#empty;
  }

  /** The channel called `name`. */
  get(name: string): Channel | undefined {
    return this.#byName.get(name);
  }

  /** The oldest channel that is called `name` without regard to ASCII case. */
  getFolded(name: string): Channel | undefined {
    return this.#byFolded.get(foldHandle(name))?.values().next().value;
  }

  /** The serial that was given last, for a snapshot. */
  get lastSerial(): number {
    return this.#lastSerial;
  }

  /** Restores the serial that was given last, from a snapshot. */
  restoreSerial(serial: number): void {
    this.#lastSerial = serial;
  }

  /** Number of channels. */
  get size(): number {
    return this.#byName.size;
  }

  /** Why a channel called `name` cannot be made for `origin`; `undefined` when it can. */
  refuse(name: string, origin: string): Refusal | undefined {
    if (utf8Length(name) > MAX_CHANNEL_NAME_BYTES) {
      return { code: "channel_name_too_long", limit: MAX_CHANNEL_NAME_BYTES };
    }
    const { made = 0, empty = 0 } = this.#shares.get(origin) ?? {};
    const { maxMadeByOrigin, maxEmptyByOrigin } = this.#limits;
    if (empty >= maxEmptyByOrigin) return { code: "too_many_channels_made", limit: empty };
    if (made >= maxMadeByOrigin) return { code: "too_many_channels_made", limit: made };
    if (this.#hasRoomFor(name) || this.#hasRoomWithoutEmpty(name)) return undefined;
    // Long names may have filled the table before the limit, so the number is of those that there
    // are.
    return { code: "too_many_channels", limit: this.#byName.size };
  }

  /** Makes a channel that `refuse` does not refuse; one that has long been empty may go for it. */
  open(name: string, made: Omit<ChannelOrigin, "serial">): Channel {
    while (!this.#hasRoomFor(name) && this.#dropLongestEmpty());
    const channel = new Channel(name, { ...made, serial: ++this.#lastSerial });
    this.restore(channel);
    this.#setEmpty(channel, true);
    return channel;
  }

  /** Why the table has no room for a channel under the name `to`; `undefined` when it has. */
  refuseRename({ name }: Channel, to: string): Refusal | undefined {
    if (utf8Length(to) > MAX_CHANNEL_NAME_BYTES) {
      return { code: "channel_name_too_long", limit: MAX_CHANNEL_NAME_BYTES };
    }
    const bytes = this.#nameBytes - utf8Length(name) + utf8Length(to);
    if (bytes <= this.#limits.maxChannelNameBytes) return undefined;
    return { code: "too_many_channels", limit: this.#byName.size };
  }

  /** Calls `channel` by a name that no other has. It keeps its place in the order. */
  rename(channel: Channel, to: string): void {
    const channels = [...this.all];
    this.#nameBytes += utf8Length(to) - utf8Length(channel.name);
    this.#deleteFolded(channel);
    channel.name = to;
    this.#byName.clear();
    this.#byFolded.delete(foldHandle(to));
    for (const each of channels) {
      this.#byName.set(each.name, each);
      // Of those that differ in case, the oldest stands first.
      if (foldHandle(each.name) === foldHandle(to)) this.#addFolded(each);
    }
    this.#names = this.#publicNames = undefined;
  }

  /** Adds a channel of a snapshot, behind the others. */
  restore(channel: Channel): void {
    this.#byName.set(channel.name, channel);
    this.#nameBytes += utf8Length(channel.name);
    this.#names = this.#publicNames = undefined;
    this.#addFolded(channel);
    const share = this.#shareOf(channel);
    share.made++;
    share.masks += masksOf(channel);
  }

  /** Notes which channels are empty, in the order of a snapshot. */
  restoreEmpty(names: readonly string[]): void {
    for (const name of names) {
      const channel = this.#byName.get(name);
      if (channel !== undefined) this.#setEmpty(channel, true);
    }
  }

  /**
   * Whether the lists of `channel` may have one more mask. The lobby is nobody's; nor is what a
   * database has kept, which does not say who made it.
   */
  hasRoomForMask(channel: Channel): boolean {
    const isNobodys = channel.name === this.#lobby || channel.made.origin === "";
    return isNobodys || this.#shareOf(channel).masks < MAX_ENTRIES_BY_ORIGIN;
  }

  /** To be called when the lists of `channel` have `count` masks more. */
  noteMasks(channel: Channel, count: 1 | -1): void {
    this.#shareOf(channel).masks += count;
  }

  /**
   * MUST be called after the members of a channel change, or who of them is connected. A transient
   * channel goes with its last member.
   */
  settle(channel: Channel): void {
    const { members, absent, made, registration } = channel;
    // A registered channel counts as one that somebody is in: nothing drops it.
    const isEmpty = members.size === absent && registration === undefined;
    if (isEmpty && members.size === 0 && made.transient) this.#drop(channel);
    else this.#setEmpty(channel, isEmpty);
  }

  /** The channels that were dropped with users in them since this was asked last. */
  takeEvicted(): readonly Evicted[] {
    if (this.#evicted.length === 0) return NONE_EVICTED;
    const evicted = this.#evicted;
    this.#evicted = [];
    return evicted;
  }

  #hasRoomFor(name: string): boolean {
    if (name === this.#lobby) return true;
    const { maxChannels, maxChannelNameBytes } = this.#limits;
    return this.#byName.size < maxChannels &&
      this.#nameBytes + utf8Length(name) <= maxChannelNameBytes;
  }

  /** Whether dropping empty channels would make enough room. */
  #hasRoomWithoutEmpty(name: string): boolean {
    const { maxChannels, maxChannelNameBytes } = this.#limits;
    let bytes = this.#nameBytes + utf8Length(name) - maxChannelNameBytes;
    let count = this.#byName.size + 1 - maxChannels;
    for (const channel of this.#empty) {
      if (bytes <= 0 && count <= 0) return true;
      if (channel.name === this.#lobby) continue;
      bytes -= utf8Length(channel.name);
      count--;
    }
    return bytes <= 0 && count <= 0;
  }

  #dropLongestEmpty(): boolean {
    for (const channel of this.#empty) {
      if (channel.name === this.#lobby) continue;
      const members = [...channel.members.keys()];
      for (const member of members) member.memberships.delete(channel);
      channel.members.clear();
      channel.absent = 0;
      this.#drop(channel);
      if (members.length > 0) this.#evicted.push({ channel, members });
      return true;
    }
    return false;
  }

  #drop(channel: Channel): void {
    this.#setEmpty(channel, false);
    this.#byName.delete(channel.name);
    this.#nameBytes -= utf8Length(channel.name);
    this.#names = this.#publicNames = undefined;
    this.#deleteFolded(channel);
    for (const user of channel.invited) user.invitedTo.delete(channel);
    const share = this.#shareOf(channel);
    share.made--;
    share.masks -= masksOf(channel);
    if (share.made === 0) this.#shares.delete(channel.made.origin);
  }

  #addFolded(channel: Channel): void {
    const key = foldHandle(channel.name);
    const same = this.#byFolded.get(key);
    if (same === undefined) this.#byFolded.set(key, new Set([channel]));
    else same.add(channel);
  }

  #deleteFolded(channel: Channel): void {
    const key = foldHandle(channel.name);
    const same = this.#byFolded.get(key);
    same?.delete(channel);
    if (same?.size === 0) this.#byFolded.delete(key);
  }

  #setEmpty(channel: Channel, isEmpty: boolean): void {
    if (this.#empty.has(channel) === isEmpty) return;
    if (isEmpty) this.#empty.add(channel);
    else this.#empty.delete(channel);
    this.#shareOf(channel).empty += isEmpty ? 1 : -1;
  }

  #shareOf(channel: Channel): Share {
    const { origin } = channel.made;
    let share = this.#shares.get(origin);
    if (share === undefined) this.#shares.set(origin, share = { made: 0, empty: 0, masks: 0 });
    return share;
  }
}

const NONE_EVICTED: readonly Evicted[] = [];

function masksOf({ lists }: Channel): number {
  return LIST_NAMES.reduce((sum, name) => sum + lists[name].size, 0);
}
