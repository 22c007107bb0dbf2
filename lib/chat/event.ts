/**
 * What happened in the chat, and who receives it. Protocols encode events; clients decode them.
 *
 * @module
 */

import type { Channel, Right } from "./channel.ts";
import type { Person } from "./person.ts";
import type { User } from "./user.ts";

/** Why a request was refused; each protocol has its own words for it. */
export type Refusal =
  | { readonly code: "unknown_command"; readonly word: string }
  | { readonly code: "invalid_registration" }
  | { readonly code: "invalid_nick"; readonly nick?: string }
  | { readonly code: "nick_too_long"; readonly limit: number }
  | { readonly code: "nick_in_use"; readonly nick: string }
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
  | { readonly code: "too_many_joined"; readonly limit: number }
  /** Without `channel`: the user is in none. */
  | { readonly code: "not_in_channel"; readonly channel?: string }
  | { readonly code: "not_a_member"; readonly nick: string; readonly channel: string }
  | { readonly code: "not_operator"; readonly channel: string };

/**
 * What the members of a channel receive. A client whose wire does not name the channel reads `channel`
 * as "".
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
  /** `by` spoke. */
  | {
    readonly type: "said";
    readonly by: Person;
    readonly channel: string;
    readonly text: string;
    readonly notice?: boolean;
  }
  /** `by` did what `text` says: `[by text]`. */
  | {
    readonly type: "emoted";
    readonly by: Person;
    readonly channel: string;
    readonly text: string;
  }
  /** `by` removed `whom`. */
  | {
    readonly type: "kicked";
    readonly by: Person;
    readonly whom: Person;
    readonly channel: string;
    readonly reason?: string;
  }
  /** `by` gave `whom` a right, or took it away. */
  | {
    readonly type: "granted";
    readonly by: Person;
    readonly whom: Person;
    readonly channel: string;
    readonly right: Right;
    readonly given: boolean;
  }
  /** `by` set the topic, or removed it with an empty one. */
  | {
    readonly type: "topic_set";
    readonly by: Person;
    readonly channel: string;
    readonly text: string;
  };

/** What each user who shares a channel with somebody receives, once. */
export type PeerEvent =
  /** `by` is called `now` from now on. */
  | { readonly type: "renamed"; readonly by: Person; readonly now: Person }
  /** `by` left the server. */
  | { readonly type: "quit"; readonly by: Person; readonly reason?: string }
  /** `by` is away for the reason `text`, or without one is back. */
  | { readonly type: "away"; readonly by: Person; readonly text?: string };

/** What one user receives. */
export type UserEvent =
  /** The user is in the chat now, as `person`. */
  | { readonly type: "registered"; readonly person: Person }
  /** The user asked to enter `channel`, and is in it. */
  | { readonly type: "entered"; readonly channel: string }
  /** `by` spoke to `to` alone. Both receive it. */
  | {
    readonly type: "dm";
    readonly by: Person;
    readonly to: Person;
    readonly text: string;
    readonly notice?: boolean;
  }
  /** `by` removed the user from `channel`. */
  | {
    readonly type: "removed";
    readonly by: Person;
    readonly channel: string;
    readonly reason?: string;
  }
  /** The answer to `list`: all channels in the order of their creation. The same array until that changes. */
  | { readonly type: "channels"; readonly channels: readonly string[] }
  /** The answer to `names`: the members of `channel` in the order of entering. */
  | { readonly type: "names"; readonly channel: string; readonly members: readonly Person[] }
  /** A request was refused; nothing changed. */
  | { readonly type: "refused"; readonly refusal: Refusal }
  /** A text of the server's own. Clients also read as this what their wire cannot tell apart. */
  | { readonly type: "notice"; readonly text: string }
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
 * `entered` and `exited` say who has become one and who is none any more. Whether `actor`, who caused
 * an event, receives it as well is a matter of its dialect.
 */
export type Delivery =
  | { readonly to: "user"; readonly user: User; readonly event: UserEvent }
  | {
    readonly to: "channel";
    readonly channel: Channel;
    readonly actor: User;
    readonly event: ChannelEvent;
  }
  /** To every member of any of `channels`, once. */
  | {
    readonly to: "peers";
    readonly channels: readonly Channel[];
    readonly actor: User;
    readonly event: PeerEvent;
  }
  | { readonly to: "members"; readonly entered: User; readonly channel: Channel }
  | { readonly to: "members"; readonly exited: User; readonly channel: Channel };
