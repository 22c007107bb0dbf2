/**
 * What happened in the chat, and who receives it. Protocols encode events; clients decode them.
 *
 * @module
 */

import type { Channel, ListName, Topic } from "./channel.ts";
import type { Manner, Tags } from "./command.ts";
import type { Dm, DmRedaction } from "./dm.ts";
import type { HistoryAnswer } from "./history.ts";
import type { Metadata, MetadataEvent, MetadataRefusal } from "./metadata.ts";
import type { AppliedChange } from "./modes.ts";
import type { Person } from "./person.ts";
import type { Answer, Member, ServerBan } from "./query.ts";
import type { Right } from "./rights.ts";
import type { KeptChannel } from "./snapshot.ts";
import type { User, UserMode } from "./user.ts";

/** Why a request was refused; each protocol has its own words for it. */
export type Refusal =
  | { readonly code: "unknown_command"; readonly word: string }
  | { readonly code: "invalid_registration" }
  | { readonly code: "invalid_nick"; readonly nick?: string }
  | { readonly code: "nick_too_long"; readonly limit: number }
  | { readonly code: "nick_in_use"; readonly nick: string }
  /** The nick is an account's, or a service's. */
  | { readonly code: "nick_reserved"; readonly nick: string }
  | { readonly code: "no_such_account"; readonly account: string }
  /** The request needs an account; with `channel`, it is the request to enter that channel. */
  | { readonly code: "need_account"; readonly channel?: string }
  /** Only the operator of the server decides which accounts are always on. */
  | { readonly code: "always_on_closed" }
  /** `limit` accounts are always on already, on this server or of users with the same cloak. */
  | { readonly code: "too_many_always_on"; readonly limit: number }
  | { readonly code: "too_many_always_on_here"; readonly limit: number }
  | { readonly code: "channel_registered"; readonly channel: string }
  | { readonly code: "channel_not_registered"; readonly channel: string }
  | { readonly code: "not_founder"; readonly channel: string }
  /** The account has as many channels as it may have. */
  | { readonly code: "too_many_registered"; readonly limit: number }
  /** The user called `nick` is logged in to another account than the one who asks. */
  | { readonly code: "not_your_account"; readonly nick: string }
  | { readonly code: "no_such_nick"; readonly nick: string }
  /** Several users hold the nick; each of `handles` names one of them. */
  | { readonly code: "ambiguous_nick"; readonly nick: string; readonly handles: readonly string[] }
  | { readonly code: "channel_name_missing"; readonly verb: "create" | "join" }
  | { readonly code: "channel_name_too_long"; readonly limit: number }
  | { readonly code: "no_such_channel"; readonly channel: string }
  | { readonly code: "channel_exists"; readonly channel: string }
  /** The server has no room for another channel. */
  | { readonly code: "too_many_channels"; readonly limit: number }
  /** The user's network has made its share of channels. */
  | { readonly code: "too_many_channels_made"; readonly limit: number }
  /** The user is in as many channels as it may be. */
  | { readonly code: "too_many_joined"; readonly channel: string; readonly limit: number }
  /** Without `channel`: the user is in none. */
  | { readonly code: "not_in_channel"; readonly channel?: string }
  | { readonly code: "not_a_member"; readonly nick: string; readonly channel: string }
  /** The user lacks a right, the operator's or a higher one. */
  | { readonly code: "not_operator"; readonly channel: string }
  | { readonly code: "already_member"; readonly nick: string; readonly channel: string }
  /** Why the user may not enter: this and the next three. */
  | { readonly code: "channel_full"; readonly channel: string }
  | { readonly code: "invite_only"; readonly channel: string }
  | { readonly code: "banned"; readonly channel: string }
  | { readonly code: "bad_key"; readonly channel: string }
  /** Why the user may not speak there. */
  | {
    readonly code: "cannot_send";
    readonly channel: string;
    readonly why: "no_external" | "moderated" | "banned" | "muted" | "no_ctcp";
  }
  | {
    readonly code: "list_full";
    readonly channel: string;
    readonly list: ListName;
    readonly mask: string;
    readonly limit: number;
  }
  /** A key, limit or mask that cannot be one. */
  | {
    readonly code: "invalid_mode";
    readonly channel: string;
    readonly mode: "key" | "limit" | ListName;
    readonly value: string;
  }
  /** Another channel is called `to`. */
  | { readonly code: "channel_name_in_use"; readonly channel: string; readonly to: string }
  | {
    readonly code: "cannot_rename";
    readonly channel: string;
    readonly to: string;
    readonly why: "lobby" | "not_founder" | "too_soon" | "too_large";
  }
  | { readonly code: "invalid_realname"; readonly limit: number }
  | MetadataRefusal
  /** `nicks` are those that the list of watched users has no room for. */
  | { readonly code: "watch_full"; readonly limit: number; readonly nicks: readonly string[] }
  | { readonly code: "not_server_operator" }
  /** The connection ends after it. */
  | { readonly code: "banned_from_server"; readonly reason: string }
  /** A mask that is none, or that would keep everybody out. */
  | { readonly code: "invalid_mask"; readonly mask: string }
  | { readonly code: "no_such_ban"; readonly mask: string }
  /** The server keeps no more bans. */
  | { readonly code: "too_many_bans"; readonly limit: number };

/**
 * What the members of a channel receive. A client whose wire does not name the channel reads
 * `channel` as "".
 */
export type ChannelEvent =
  /** `by` entered. */
  | { readonly type: "joined"; readonly by: Person; readonly channel: string }
  /** `by` left. */
  | {
    readonly type: "left";
    readonly by: Person;
    readonly channel: string;
    readonly reason?: string;
  }
  /** `by` spoke; with `least`, only members with that right or a higher one receive it. */
  | ({
    readonly type: "said";
    readonly by: Person;
    readonly channel: string;
    readonly text: string;
    readonly least?: Right;
  } & Manner)
  /** `by` did what `text` says: `[by text]`. */
  | {
    readonly type: "emoted";
    readonly by: Person;
    readonly channel: string;
    readonly text: string;
    readonly least?: Right;
    readonly tags?: Tags;
  }
  /** `by` sent something for programs. */
  | {
    readonly type: "tagged";
    readonly by: Person;
    readonly channel: string;
    readonly tags: Tags;
    readonly least?: Right;
  }
  /** `by` removed `whom`. */
  | {
    readonly type: "kicked";
    readonly by: Person;
    readonly whom: Person;
    readonly channel: string;
    readonly reason?: string;
  }
  /** `by` changed modes, lists or rights; without `by`, the server did. */
  | {
    readonly type: "modes_changed";
    readonly by?: Person;
    readonly channel: string;
    readonly changes: readonly AppliedChange[];
  }
  /** `by` gave `channel`, its old name, another name. Members receive `channel_moved` as well. */
  | {
    readonly type: "channel_renamed";
    readonly by: Person;
    readonly channel: string;
    readonly now: string;
    readonly reason?: string;
  }
  /** `by` set the topic, or removed it with an empty one. */
  | {
    readonly type: "topic_set";
    readonly by: Person;
    readonly channel: string;
    readonly text: string;
  }
  /** `by` took back the message with the id `msgid`. */
  | {
    readonly type: "redacted";
    readonly by: Person;
    readonly channel: string;
    readonly msgid: string;
    readonly reason?: string;
  }
  /** `by` asked `whom`, who is no member, to enter. */
  | {
    readonly type: "invite_seen";
    readonly by: Person;
    readonly whom: Person;
    readonly channel: string;
  }
  /** `by`, who has just entered, is away. It says nothing to `by` itself. */
  | {
    readonly type: "away_seen";
    readonly by: Person;
    readonly channel: string;
    readonly text: string;
  };

/** What each user who shares a channel with `by` receives, once. */
export type PeerEvent =
  /** `by` is called `now` from now on. */
  | { readonly type: "renamed"; readonly by: Person; readonly now: Person }
  /** `by` left the server. */
  | { readonly type: "quit"; readonly by: Person; readonly reason?: string }
  /** `by` is away for the reason `text`, or without one is back. */
  | { readonly type: "away"; readonly by: Person; readonly text?: string }
  /** `by` is logged in to another account, or to none: `now.account`. */
  | { readonly type: "account_changed"; readonly by: Person; readonly now: Person }
  /** `by` comes from somewhere else, or under another username: `now.host`, `now.username`. */
  | { readonly type: "host_changed"; readonly by: Person; readonly now: Person }
  /** `by` has another real name: `now.realname`. */
  | { readonly type: "realname_changed"; readonly by: Person; readonly now: Person };

/** What one user receives. */
export type UserEvent =
  | Answer
  | HistoryAnswer
  /** The user is in the chat now, as `person`. */
  | { readonly type: "registered"; readonly person: Person; readonly metadata?: Metadata }
  /** The user has entered `channel`. `members` are there when the command asked for them. */
  | {
    readonly type: "entered";
    readonly channel: string;
    readonly topic?: Topic;
    readonly isSecret?: true;
    readonly members?: readonly Member[];
  }
  /** This connection has become one of a user, who is in `channel`. */
  | {
    readonly type: "resumed";
    readonly by: Person;
    readonly channel: string;
    readonly topic?: Topic;
    readonly isSecret?: true;
    readonly members: readonly Member[];
  }
  /**
   * A channel of the user `whom` is called `now`, and no longer `channel`: to a client as if it had
   * left one and entered another.
   */
  | {
    readonly type: "channel_moved";
    readonly by: Person;
    readonly whom: Person;
    readonly channel: string;
    readonly now: string;
    readonly reason?: string;
    readonly topic?: Topic;
    readonly isSecret?: true;
    readonly members: readonly Member[];
    readonly examined?: number;
  }
  | MetadataEvent
  /** The channel is registered, and `founder` is its founder from now on. */
  | { readonly type: "channel_registered"; readonly channel: string; readonly founder: string }
  /** The channel is not registered any more. */
  | { readonly type: "channel_dropped"; readonly channel: string }
  /** The registration of a channel; only those who rule it learn who else has rights there. */
  | {
    readonly type: "channel_info_is";
    readonly channel: string;
    readonly founder: string;
    readonly at: number;
    readonly entitled?: readonly { readonly account: string; readonly right: Right }[];
  }
  /** This connection ends the absence of a user since a moment, in milliseconds of Unix time. */
  | { readonly type: "came_back"; readonly since: number }
  /** Whether the user's account is always on. */
  | { readonly type: "always_on_is"; readonly isOn: boolean }
  /** The user is logged in to `account`, or no longer to any. */
  | { readonly type: "logged_in"; readonly account: string }
  | { readonly type: "logged_out" }
  /** `by` spoke to the user alone. */
  | ({ readonly type: "dm" } & Dm)
  /** The user itself spoke to `to`. Of what somebody sends to itself, it receives both. */
  | ({ readonly type: "dm_sent" } & Dm)
  /** `by` sent the user something for programs. */
  | { readonly type: "user_tagged"; readonly by: Person; readonly to: Person; readonly tags: Tags }
  /** The user itself sent that to `to`. */
  | {
    readonly type: "user_tag_sent";
    readonly by: Person;
    readonly to: Person;
    readonly tags: Tags;
  }
  /** `by` took back what it had said to the user: the message with the id `msgid`. */
  | ({ readonly type: "dm_redacted" } & DmRedaction)
  /** The user itself took back what it had said to `to`. */
  | ({ readonly type: "dm_redaction_sent" } & DmRedaction)
  /** `whom` the user spoke to or invited is away. */
  | { readonly type: "is_away"; readonly whom: Person; readonly text: string }
  /** `by` asks the user to enter `channel`. */
  | { readonly type: "invited"; readonly by: Person; readonly channel: string }
  /** `whom` has received the user's invitation. */
  | { readonly type: "inviting"; readonly whom: Person; readonly channel: string }
  /** `by` removed the user from `channel`. */
  | {
    readonly type: "removed";
    readonly by: Person;
    readonly channel: string;
    readonly reason?: string;
  }
  /** The user is away from now on, or back. */
  | { readonly type: "now_away"; readonly isAway: boolean }
  /** The user's own modes changed. */
  | {
    readonly type: "user_modes_changed";
    readonly set: readonly UserMode[];
    readonly clear: readonly UserMode[];
  }
  /** The user is an operator of the server; `user_modes_changed` follows. */
  | { readonly type: "became_operator" }
  /** An operator of the server speaks to all who want to hear it. */
  | { readonly type: "wallops"; readonly by: Person; readonly text: string }
  /** Users whom this one watches have come, or are here. */
  | { readonly type: "watch_online"; readonly persons: readonly Person[] }
  /** Watched users have gone, or are not here: their handles, or as they were asked for. */
  | { readonly type: "watch_offline"; readonly nicks: readonly string[] }
  /** The user has set or removed a ban of the server; without `until` it has no end. */
  | { readonly type: "server_ban_set"; readonly ban: ServerBan }
  | { readonly type: "server_ban_removed"; readonly mask: string }
  /** An operator of the server ended this connection; `closing` follows. */
  | { readonly type: "killed"; readonly by: Person; readonly reason: string }
  /** The server ends this connection: the last that it sends. */
  | { readonly type: "closing"; readonly reason: string }
  /** A request was refused; nothing changed. */
  | { readonly type: "refused"; readonly refusal: Refusal }
  /** A text of the server's own. Clients also read as this what their wire cannot tell apart. */
  | {
    readonly type: "notice";
    readonly text: string;
    /** The channel that it is about, where a client's wire says so. */
    readonly channel?: string;
    /** Whether it refuses a request of the client's user. */
    readonly isAnswer?: true;
    /** Whether it says that the server will not let this user in, however often it comes back. */
    readonly isFinal?: true;
  }
  /** The server ends. */
  | { readonly type: "stopping" };

/** When something happened, and its id: the same for all who receive it. */
export interface Stamp {
  /** Milliseconds of Unix time. */
  readonly time: number;
  /** 26 characters of base32, unique on this server, and in the order of events. */
  readonly msgid: string;
}

/** What several users receive, encoded once for each dialect. */
export type SharedEvent = ChannelEvent | PeerEvent;

/** Something that happened. */
export type ChatEvent = SharedEvent | UserEvent;

/**
 * One consequence of a command, in the order in which the hub decided.
 *
 * The receivers of an event are those who are members when its delivery is reached in that order:
 * `entered` and `exited` say who has become one and who is none any more. Whether `actor`, who
 * caused an event, receives it as well is a matter of its dialect.
 */
export type Delivery =
  /** To all connections of `user`, or only to the one that asked: see `isForAllConnections`. */
  | { readonly to: "user"; readonly user: User; readonly event: UserEvent }
  /** To the members of `channel`; with `least`, singly to those with that right or a higher one. */
  | {
    readonly to: "channel";
    readonly channel: Channel;
    readonly actor: User;
    readonly event: ChannelEvent;
    readonly least?: Right;
  }
  /** To every member of any of `channels`, once. */
  | {
    readonly to: "peers";
    readonly channels: readonly Channel[];
    readonly actor: User;
    readonly event: PeerEvent;
  }
  /** To `users`, who watch the one who caused it and share no channel with it. */
  | { readonly to: "watchers"; readonly users: readonly User[]; readonly event: PeerEvent }
  /** The connection of `ends`, no user of the hub any more, is closed after what it receives. */
  | { readonly to: "connection"; readonly ends: User; readonly reason: string }
  /** From now on, the connection `joins` speaks as the user `joins.as`, and is in its channels. */
  | { readonly to: "connection"; readonly joins: User }
  /** A registered channel is to be kept as it is now, or no longer. */
  | { readonly to: "store"; readonly channel: KeptChannel }
  | { readonly to: "store"; readonly dropped: string }
  /** What is kept of an always-on account's user has changed, or `isAlwaysOn`, if it is there. */
  | { readonly to: "store"; readonly account: string; readonly isAlwaysOn?: boolean }
  /** What is kept of a channel that is not registered has changed, or whether it is kept. */
  | { readonly to: "store"; readonly held: string }
  | { readonly to: "members"; readonly entered: User; readonly channel: Channel }
  | { readonly to: "members"; readonly exited: User; readonly channel: Channel };
