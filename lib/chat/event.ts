/**
 * What happened in the chat, and who gets to know. Protocols encode events; clients decode them.
 *
 * @module
 */

import type { Channel } from "./channel.ts";
import type { User } from "./user.ts";

/**
 * What somebody says. The hub passes it on and never looks at it: a string, or what becomes one by
 * `toString` and is borrowed, with all that it is a part of, until the next command.
 */
export type Text = string | { toString(): string };

/** Why a request was refused; the words for it are the protocol's. */
export type Refusal =
  | { readonly code: "unknown_command"; readonly word: string }
  | { readonly code: "invalid_registration" }
  | { readonly code: "invalid_nick" }
  | { readonly code: "nick_too_long"; readonly limit: number }
  | { readonly code: "nick_in_use"; readonly nick: string }
  | { readonly code: "no_such_nick"; readonly nick: string }
  | { readonly code: "ambiguous_nick"; readonly nick: string }
  | { readonly code: "channel_name_missing"; readonly verb: "create" | "join" }
  | { readonly code: "channel_name_too_long"; readonly limit: number }
  | { readonly code: "no_such_channel"; readonly channel: string }
  | { readonly code: "channel_exists"; readonly channel: string }
  | { readonly code: "too_many_channels"; readonly limit: number }
  | { readonly code: "not_in_channel" };

/**
 * What the members of a channel are told. A client whose wire does not name the channel reads `channel`
 * as "".
 */
export type ChannelEvent =
  /** `nick` entered `channel`. */
  | { readonly type: "joined"; readonly nick: string; readonly channel: string }
  /** `nick` left `channel`, or the server. */
  | { readonly type: "left"; readonly nick: string; readonly channel: string }
  /** `nick` spoke in `channel`. */
  | {
    readonly type: "said";
    readonly nick: string;
    readonly channel: string;
    readonly text: Text;
  }
  /** `nick` did what `text` says: `[nick text]`. */
  | {
    readonly type: "emoted";
    readonly nick: string;
    readonly channel: string;
    readonly text: string;
  };

/** What one user is told. */
export type UserEvent =
  /** The user is in the chat now, as `nick`. */
  | { readonly type: "registered"; readonly nick: string }
  /** The user asked to enter `channel`, and has. */
  | { readonly type: "entered"; readonly channel: string }
  /** `nick` spoke to `to` alone. Both are told. */
  | { readonly type: "dm"; readonly nick: string; readonly to: string; readonly text: string }
  /** The answer to `list`: all channels in the order of their creation. */
  | { readonly type: "channels"; readonly channels: readonly string[] }
  /** The answer to `names`: who is in `channel`, in the order of entering. */
  | { readonly type: "names"; readonly channel: string; readonly nicks: readonly string[] }
  /** A request was refused; nothing changed. */
  | { readonly type: "refused"; readonly refusal: Refusal }
  /** A text of the server's own. Clients also read as this what their wire cannot tell apart. */
  | { readonly type: "notice"; readonly text: string }
  /** The server ends. */
  | { readonly type: "stopping" };

/** Something that happened. */
export type ChatEvent = ChannelEvent | UserEvent;

/**
 * One event and who gets it, in the order in which the hub decided.
 *
 * With `to: "user"` it is for that user alone. With `to: "channel"` it is for the channel's members
 * as they are when the command has been applied; whether `actor`, who caused it, is told as well
 * (when it is a member) is the matter of each member's protocol.
 */
export type Delivery =
  | { readonly to: "user"; readonly user: User; readonly event: UserEvent }
  | {
    readonly to: "channel";
    readonly channel: Channel;
    readonly actor: User;
    readonly event: ChannelEvent;
  };
