/**
 * The hub: all users and channels of one server, and every rule of the chat. It knows no bytes, no
 * sockets and no protocol; it has no clock and no randomness, and nothing in it is asynchronous.
 * The same commands lead to the same state and the same deliveries on any machine.
 *
 * @module
 */

import { applyOrder, ghost, login, logout } from "./account_rules.ts";
import { Accounts } from "./accounts.ts";
import { AlwaysOn, type AlwaysOnLimits, DEFAULT_ALWAYS_ON, type KeptUser } from "./always_on.ts";
import { absentUserOf, always_on } from "./always_on_rules.ts";
import { heldChannelOf, keptUserOf, withStored } from "./always_on_state.ts";
import { Channels } from "./channels.ts";
import { rename_channel } from "./channel_renaming.ts";
import type { Channel } from "./channel.ts";
import type { Command, OfChannel, Order } from "./command.ts";
import { away, detach } from "./connection_rules.ts";
import type { Delivery } from "./event.ts";
import { Formers } from "./formers.ts";
import { create, join, part, part_all } from "./membership_rules.ts";
import {
  metadata_clear,
  metadata_get,
  metadata_list,
  metadata_set,
  metadata_sub,
  metadata_subs,
  metadata_sync,
  metadata_unsub,
} from "./metadata_rules.ts";
import { modes } from "./mode_rules.ts";
import { DEFAULT_LOBBY } from "./names.ts";
import { invite, kick, topic } from "./operator_rules.ts";
import { People } from "./people.ts";
import {
  find_channels,
  list,
  masks_of,
  members_of,
  modes_of,
  my_invites,
  names,
  noHistory,
  noneMissed,
  noRecord,
  noSearch,
  topic_of,
} from "./query_rules.ts";
import { quit } from "./leaving.ts";
import { register } from "./registration_rules.ts";
import { realname, unwatch, unwatch_all, user_modes, watch, watch_status } from "./self_rules.ts";
import {
  channel_founder,
  channel_info,
  claim_rights,
  drop_channel,
  register_channel,
} from "./registration_of_channels.ts";
import { ServerBans } from "./server_bans.ts";
import { ban_server, kill, oper, server_bans, unban_server, wallops } from "./server_rules.ts";
import { type HubSnapshot, type KeptChannel, readSnapshot, takeSnapshot } from "./snapshot.ts";
import {
  announce_dm_redaction,
  announce_redaction,
  dm,
  emote,
  say,
  tag,
  tag_user,
} from "./speech_rules.ts";
import {
  type ChatState,
  findUser,
  joinedChannelOf,
  mayRule,
  refuse,
  type RegisteredUser,
  type Rule,
} from "./state.ts";
import { counts, my_modes, present, watched, who, whois, whowas } from "./user_query_rules.ts";
import { NO_ORIGIN, type Origin, User } from "./user.ts";
import { Watches } from "./watches.ts";

/** What a hub admits. */
export interface HubOptions {
  /** Channels that may exist at once; the lobby is always admitted. */
  readonly maxChannels: number;
  /** Bytes of UTF-8 that their names may have together; unlimited when it is left out. */
  readonly maxChannelNameBytes?: number;
  /** Channels that users of one origin may have made; unlimited when it is left out. */
  readonly maxMadeByOrigin?: number;
  /** The same for channels that nobody is in. */
  readonly maxEmptyByOrigin?: number;
  /** Channels that one user may be in; unlimited when it is left out. */
  readonly maxJoined?: number;
  /** Name of the lobby; `lobby` when it is left out. */
  readonly lobby?: string;
  /**
   * How many accounts may be always on, and who decides it; `DEFAULT_ALWAYS_ON` when it is left
   * out.
   */
  readonly alwaysOn?: AlwaysOnLimits;
}

/** The rule of each command that takes a registered user. */
const RULES: {
  readonly [Type in Exclude<Command["type"], "register" | "invalid" | "quit">]: Rule<
    Extract<Command, { type: Type }>
  >;
} = {
  say,
  emote,
  tag,
  dm,
  tag_user,
  announce_redaction,
  announce_dm_redaction,
  create,
  join,
  part,
  part_all,
  kick,
  topic,
  modes,
  rename_channel,
  invite,
  register_channel,
  drop_channel,
  channel_founder,
  claim_rights,
  channel_info,
  login,
  logout,
  ghost,
  always_on,
  away,
  realname,
  user_modes,
  metadata_set,
  metadata_clear,
  metadata_get,
  metadata_list,
  metadata_sync,
  metadata_sub,
  metadata_unsub,
  metadata_subs,
  watch,
  unwatch,
  unwatch_all,
  oper,
  kill,
  wallops,
  ban_server,
  unban_server,
  list,
  names,
  members_of,
  find_channels,
  topic_of,
  modes_of,
  masks_of,
  my_invites,
  my_modes,
  who,
  whois,
  whowas,
  present,
  counts,
  watched,
  watch_status,
  server_bans,
  history: noHistory,
  history_targets: noHistory,
  marker: noRecord,
  markers: noRecord,
  redact: noRecord,
  search: noSearch,
  missed: noneMissed,
};

const SPEECH: ReadonlySet<Command["type"]> = new Set<Command["type"]>([
  "say",
  "emote",
  "tag",
  "dm",
  "tag_user",
]);

/** The state of the chat. Only `connect`, `apply` and `disconnect` change it. */
export class Hub {
  readonly #state: ChatState;

  /** An empty hub: no users, no channels. */
  constructor(options: HubOptions) {
    const lobby = options.lobby ?? DEFAULT_LOBBY;
    const limits = {
      maxChannels: options.maxChannels,
      maxChannelNameBytes: options.maxChannelNameBytes ?? Infinity,
      maxMadeByOrigin: options.maxMadeByOrigin ?? Infinity,
      maxEmptyByOrigin: options.maxEmptyByOrigin ?? Infinity,
    };
    const accounts = new Accounts();
    this.#state = {
      users: new Map(),
      attached: new Map(),
      accounts,
      alwaysOn: new AlwaysOn(options.alwaysOn ?? DEFAULT_ALWAYS_ON),
      people: new People((nick, account) => accounts.isReservedFrom(nick, account)),
      channels: new Channels(limits, lobby),
      watches: new Watches(),
      formers: new Formers(),
      serverBans: new ServerBans(),
      census: { invisible: 0, operators: 0, peak: 0 },
      lobby,
      maxJoined: options.maxJoined ?? Infinity,
      lastId: 0,
    };
  }

  /**
   * A hub in the state that `snapshot` describes. With the same `options` it answers every command
   * as the hub that the snapshot was taken of.
   */
  static restore(snapshot: HubSnapshot, options: HubOptions): Hub {
    const hub = new Hub(options);
    readSnapshot(snapshot, hub.#state);
    return hub;
  }

  /** The whole state as plain data: it survives `JSON.stringify` and `JSON.parse`. */
  snapshot(): HubSnapshot {
    return takeSnapshot(this.#state);
  }

  /** Number of users, registered or not, with those who are absent. */
  get userCount(): number {
    return this.#state.users.size;
  }

  /** Names of all channels in the order of their creation: the same array until that changes. */
  get channelNames(): readonly string[] {
    return this.#state.channels.names;
  }

  /** The user called `id`, or the connection that came under that id, while it is connected. */
  user(id: number): User | undefined {
    return this.#state.users.get(id) ?? this.#state.attached.get(id);
  }

  /** The user who holds `handle`, without regard to case. */
  holderOf(handle: string): User | undefined {
    return this.#state.people.byHandle(handle);
  }

  /** Whether nobody without an account may be called `name`. */
  isReserved(name: string): boolean {
    return this.#state.accounts.isReservedFrom(name, undefined);
  }

  /** Whether there is an account called `name`, without regard to case. */
  hasAccount(name: string): boolean {
    return this.#state.accounts.get(name) !== undefined;
  }

  /** The accounts that are always on, by their folded names. */
  get alwaysOn(): readonly string[] {
    return this.#state.alwaysOn.names;
  }

  /** Number of users who are absent: present without a connection. */
  get absentCount(): number {
    return this.alwaysOn.filter((name) => absentUserOf(this.#state, name) !== undefined).length;
  }

  /** What is to be kept of the user of an always-on account; `undefined` while there is none. */
  keptUser(account: string): KeptUser | undefined {
    return keptUserOf(this.#state, account);
  }

  /**
   * What is to be kept of a channel that is not registered; `undefined` when no always-on
   * user is in it.
   */
  heldChannel(name: string): KeptChannel | undefined {
    return heldChannelOf(this.#state, name);
  }

  /** The names of all accounts, as they were registered. */
  get accounts(): readonly string[] {
    return this.#state.accounts.names;
  }

  /** Number of accounts. */
  get accountCount(): number {
    return this.#state.accounts.size;
  }

  /**
   * Applies an order of the server itself.
   *
   * @param time the sequencer's, in milliseconds of Unix time.
   * @returns its consequences, in order.
   */
  order(order: Order, time = 0): Delivery[] {
    return withStored(this.#state, applyOrder(this.#state, order, time));
  }

  /** The channel that `of` names and `user` is in; without a name, the first that it is in. */
  placeOf(user: User, of: OfChannel): Channel | undefined {
    return joinedChannelOf(this.#state, user, of);
  }

  /** The one user that `name` means to `user`. */
  userCalled(user: User, name: string): User | undefined {
    return findUser(this.#state, user, name).user;
  }

  /** Whether `user` may act as an operator of `channel`. */
  mayRule(user: User, channel: Channel): boolean {
    return mayRule(this.#state, user, channel);
  }

  /** Name of the lobby. */
  get lobby(): string {
    return this.#state.lobby;
  }

  /** A new user, who has no name until it registers; `origin` is where it comes from. */
  connect(origin: Origin = NO_ORIGIN): User {
    const user = new User(++this.#state.lastId, origin);
    this.#state.users.set(user.id, user);
    return user;
  }

  /**
   * Ends a connection. With its last one a user leaves the chat, unless its account is always on:
   * its name is free, and those who shared a channel with it learn that it left. Idempotent.
   *
   * @param time the sequencer's, in milliseconds of Unix time.
   */
  disconnect(user: User, reason?: string, time = 0): Delivery[] {
    const state = this.#state;
    return withStored(state, detach(state, user, time) ?? quit(state, user.as, reason, time));
  }

  /**
   * Applies one command of one user, who has sent it by the connection `from`.
   *
   * Before registration all but `register`, `invalid` and `quit` are no-ops, and so is every
   * command of a user who has disconnected.
   *
   * @param time the sequencer's, in milliseconds of Unix time.
   * @returns its consequences, in order.
   */
  apply(from: User, command: Command, time = 0): Delivery[] {
    const user = from.as;
    if (!this.#state.users.has(user.id) || !user.connections.has(from)) return [];
    switch (command.type) {
      case "register":
        return withStored(this.#state, register(this.#state, user, command, time));
      case "invalid":
        return refuse(user, command.refusal);
      case "quit":
        return this.disconnect(from, command.reason, time);
    }
    if (user.person === undefined) return [];
    // The table has each command's rule under its type; TypeScript cannot see that.
    const rule = RULES[command.type] as Rule<typeof command>;
    const deliveries = rule(this.#state, user as RegisteredUser, command, time, from);
    // Speech changes nothing that the database keeps, and most commands are speech.
    return SPEECH.has(command.type) ? deliveries : withStored(this.#state, deliveries);
  }
}
