/**
 * What a user asks of the hub. Protocols decode their frames into commands; clients encode them.
 * Texts and names are sanitised by then: no line ends, no escape sequences.
 *
 * @module
 */

import type { Right } from "./channel.ts";
import type { Refusal } from "./event.ts";

/**
 * One request of one user.
 *
 * `channel` is left out in the dialects that know only one channel at a time: it means the channel
 * that the user is in. An empty name is a name that is missing.
 */
export type Command =
  /** Enter the chat; of a registered user: change the nick. */
  | {
    readonly type: "register";
    readonly nick: string;
    /** Name of the user's protocol: the nick is shown there, the handle everywhere else. */
    readonly home: string;
    /** Refuse a nick that somebody on this server holds. */
    readonly unique?: boolean;
    /** Refuse a nick that cannot be the handle as it is (IRC). */
    readonly exact?: boolean;
    /** Enter the lobby, and return to it after a removal. */
    readonly lobby?: boolean;
  }
  /** Speak to a channel. */
  | {
    readonly type: "say";
    readonly channel?: string;
    readonly text: string;
    /** An automatic message that no program may answer. */
    readonly notice?: boolean;
  }
  /** Describe an action of one's own to a channel. */
  | { readonly type: "emote"; readonly channel?: string; readonly text: string }
  /** Speak to one user, named by handle or nick. */
  | {
    readonly type: "dm";
    readonly to: string;
    readonly text: string;
    readonly notice?: boolean;
  }
  /** Make a channel that stays, leave the current one, enter the new one. */
  | { readonly type: "create"; readonly channel: string }
  /** Enter a channel; without `channel`, the lobby. */
  | {
    readonly type: "join";
    readonly channel?: string;
    /** Make it if it does not exist; it goes with its last member. */
    readonly make?: boolean;
    /** Leave the channel that the user is in, also if it is the same one. */
    readonly exclusive?: boolean;
    /** Become the operator of a channel that this makes. */
    readonly claim?: boolean;
  }
  /** Leave a channel. */
  | { readonly type: "part"; readonly channel?: string; readonly reason?: string }
  /** Remove a member from a channel. Takes the operator's right. */
  | {
    readonly type: "kick";
    readonly channel?: string;
    readonly whom: string;
    readonly reason?: string;
  }
  /** Give a member a right, or take it away. Takes the operator's right. */
  | {
    readonly type: "grant";
    readonly channel?: string;
    readonly whom: string;
    readonly right: Right;
    readonly given: boolean;
  }
  /** Set the topic; an empty text removes it. Takes the operator's right. */
  | { readonly type: "topic"; readonly channel?: string; readonly text: string }
  /** Be away, for the reason `text`; without one, be back. */
  | { readonly type: "away"; readonly text?: string }
  /** Ask for the names of all channels. */
  | { readonly type: "list" }
  /** Ask for a channel's members. */
  | { readonly type: "names"; readonly channel?: string }
  /** Leave the server. */
  | { readonly type: "quit"; readonly reason?: string }
  /** A request that the protocol cannot make sense of. The hub gives its refusal a place in the order. */
  | { readonly type: "invalid"; readonly refusal: Refusal };
