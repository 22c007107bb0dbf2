/**
 * What a user asks of the hub. Protocols decode their frames into commands; clients encode them.
 * Texts and names are sanitised by then: no line ends, no escape sequences.
 *
 * @module
 */

import type { KeptUser } from "./always_on.ts";
import type { ChannelChange } from "./modes.ts";
import type { Refusal } from "./event.ts";
import type { Query } from "./query.ts";
import type { Right } from "./rights.ts";
import type { KeptChannel } from "./snapshot.ts";
import type { UserMode } from "./user.ts";

/** What a client adds to a message for programs: names that begin with `+`, and their values. */
export type Tags = ReadonlyMap<string, string>;

/**
 * The channel that a command is about. It is left out in the dialects that know only one channel at
 * a time: it means the channel that the user is in. An empty name is a name that is missing.
 */
export interface OfChannel {
  /** Its name in the hub, without any mark of the dialect. */
  readonly channel?: string;
  /**
   * Find the channel without regard to ASCII case (IRC). Of several that differ in case it
   * is the oldest.
   */
  readonly fold?: boolean;
}

/** One line of a message that has several. */
export interface TextLine {
  /** What it says; it may be empty. */
  readonly text: string;
  /** Whether it goes on where the line before it ended. */
  readonly joins?: boolean;
}

/** The form of a message. */
export interface Manner {
  /** The lines of a text that was sent as several; the text itself has all of them in one. */
  readonly lines?: readonly TextLine[];
  /** An automatic message that no program may answer. */
  readonly notice?: boolean;
  /** The text is a query or an answer between programs (CTCP), of this name. */
  readonly ctcp?: string;
  /** What the client adds for programs. */
  readonly tags?: Tags;
}

/** One request of one user: to do something, or to know something. */
export type Command =
  | Registration
  | Speech
  | ChannelCommand
  | RegistrationCommand
  | UserCommand
  | MetadataCommand
  | OperatorCommand
  | Query;

/** The command, or one of the commands, of a type. */
export type Ask<Type extends Command["type"]> = Extract<Command, { type: Type }>;

/** Commands to enter and to leave, and to log in. */
export type Registration =
  /** Enter the chat; of a registered user: change the nick, and nothing else. */
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
    /** As in `handle!username@host`; the name of the protocol when it is left out. */
    readonly username?: string;
    /** What the user says of itself. */
    readonly realname?: string;
    /**
     * The account that the session has logged in to. If a user is logged in to it, this connection
     * becomes another one of that user, whatever `nick` says.
     */
    readonly account?: string;
  }
  /**
   * Log in to an account whose password the session has checked; with `rename`, also take its name.
   */
  | { readonly type: "login"; readonly account: string; readonly rename?: boolean }
  /** Log out. */
  | { readonly type: "logout" }
  /**
   * End the other user who is logged in to the same account and called `nick`, and take its nick.
   */
  | { readonly type: "ghost"; readonly nick: string }
  /**
   * Make one's account always on, or an ordinary one; without `set`, only ask. Answered with
   * `always_on_is`.
   */
  | { readonly type: "always_on"; readonly set?: boolean }
  /** Leave the server. */
  | { readonly type: "quit"; readonly reason?: string }
  /**
   * A request that the protocol cannot make sense of. The hub gives its refusal a place in the
   * order.
   */
  | { readonly type: "invalid"; readonly refusal: Refusal };

/** Commands to speak. */
export type Speech =
  /** Speak to a channel; with `least`, only to the members with that right or a higher one. */
  | ({ readonly type: "say"; readonly text: string; readonly least?: Right } & OfChannel & Manner)
  /** Describe an action of one's own to a channel. */
  | ({
    readonly type: "emote";
    readonly text: string;
    readonly least?: Right;
    readonly tags?: Tags;
  } & OfChannel)
  /** Send tags alone to a channel: something for programs, such as that one types. */
  | ({ readonly type: "tag"; readonly tags: Tags; readonly least?: Right } & OfChannel)
  /** Speak to one user, named by handle or nick. */
  | ({
    readonly type: "dm";
    readonly to: string;
    readonly text: string;
    /** The text describes an action of one's own. */
    readonly action?: boolean;
  } & Manner)
  /** Send tags alone to one user. */
  | { readonly type: "tag_user"; readonly to: string; readonly tags: Tags }
  /**
   * Announce in a channel that a message is taken back. The session has removed it from the
   * history; to take back somebody else's takes the operator's right.
   */
  | ({
    readonly type: "announce_redaction";
    readonly msgid: string;
    readonly reason?: string;
    /** Whether the user itself has said it. */
    readonly isOwn: boolean;
  } & OfChannel)
  /** Announce it to one user. */
  | {
    readonly type: "announce_dm_redaction";
    readonly to: string;
    readonly msgid: string;
    readonly reason?: string;
  };

/** Commands about a channel. */
export type ChannelCommand =
  /** Make a channel that stays, leave the current one, enter the new one. */
  | { readonly type: "create"; readonly channel: string }
  /**
   * Enter a channel; without `channel`, the lobby. To enter one again is a no-op unless
   * `exclusive`.
   */
  | ({
    readonly type: "join";
    /** Make it if it does not exist; it goes with its last member. */
    readonly make?: boolean;
    /** Leave the channel that the user is in, also if it is the same one. */
    readonly exclusive?: boolean;
    /**
     * Become the operator of a channel that this makes; it gets `no_external` and `topic_locked`.
     */
    readonly claim?: boolean;
    /** The channel's key. */
    readonly key?: string;
    /** Answer with the members as well (`entered.members`). */
    readonly members?: boolean;
  } & OfChannel)
  /** Leave a channel. */
  | ({ readonly type: "part"; readonly reason?: string } & OfChannel)
  /** Leave all channels, or `most` of them. */
  | { readonly type: "part_all"; readonly most?: number; readonly reason?: string }
  /** Remove a member from a channel. Takes the operator's right. */
  | ({ readonly type: "kick"; readonly whom: string; readonly reason?: string } & OfChannel)
  /**
   * Set the topic; an empty text removes it. Takes the operator's right where the topic is locked.
   */
  | ({ readonly type: "topic"; readonly text: string } & OfChannel)
  /**
   * Call a channel `to` from now on. Takes the operator's right, or the founder's of a
   * registered one.
   */
  | ({ readonly type: "rename_channel"; readonly to: string; readonly reason?: string } & OfChannel)
  /**
   * Change modes, lists and rights. Takes the operator's right, or the founder's for a founder's.
   */
  | ({ readonly type: "modes"; readonly changes: readonly ChannelChange[] } & OfChannel)
  /**
   * Ask somebody into a channel. Takes the operator's right where only those enter who were
   * invited.
   */
  | ({ readonly type: "invite"; readonly whom: string } & OfChannel);

/**
 * Commands about registered channels, which stay when nobody is in them, and when the server ends.
 */
export type RegistrationCommand =
  /** Register a channel for one's account. Takes the operator's right. */
  | ({ readonly type: "register_channel" } & OfChannel)
  /** End its registration. Takes the founder, or an operator of the server. */
  | ({ readonly type: "drop_channel" } & OfChannel)
  /** Make another account its founder. Takes the same. */
  | ({ readonly type: "channel_founder"; readonly account: string } & OfChannel)
  /** Take back the rights that one's account has there. */
  | ({ readonly type: "claim_rights" } & OfChannel)
  /** Ask for its registration. Answered with `channel_info_is`. */
  | ({ readonly type: "channel_info" } & OfChannel);

/** Whose metadata a command is about: a channel's, a user's, or one's own. */
export type MetadataTarget = OfChannel & { readonly channel: string } | { readonly user?: string };

/** Commands about metadata, which users and channels say of themselves to programs. */
export type MetadataCommand =
  /**
   * Set a value, or remove it. Of a channel, it takes the operator's right. Answered with
   * `metadata`.
   */
  | {
    readonly type: "metadata_set";
    readonly target: MetadataTarget;
    readonly key: string;
    readonly value?: string;
  }
  /** Remove all values. */
  | { readonly type: "metadata_clear"; readonly target: MetadataTarget }
  /** Read some values. */
  | {
    readonly type: "metadata_get";
    readonly target: MetadataTarget;
    readonly keys: readonly string[];
  }
  /** Read all values. */
  | { readonly type: "metadata_list"; readonly target: MetadataTarget }
  /** Read what the connection has subscribed to, of a channel together with its members. */
  | { readonly type: "metadata_sync"; readonly target: MetadataTarget }
  /** Subscribe this connection to changes of `keys`. Answered with `metadata_keys`. */
  | { readonly type: "metadata_sub"; readonly keys: readonly string[] }
  /** End these subscriptions. */
  | { readonly type: "metadata_unsub"; readonly keys: readonly string[] }
  /** Ask for the subscriptions. Answered with `metadata_keys`. */
  | { readonly type: "metadata_subs" };

/** Commands about the user itself. */
export type UserCommand =
  /** Be away, for the reason `text`; without one, be back. */
  | { readonly type: "away"; readonly text?: string }
  /** Change one's real name. */
  | { readonly type: "realname"; readonly realname: string }
  /** Change one's own modes. `operator` can only be cleared. */
  | {
    readonly type: "user_modes";
    readonly set: readonly UserMode[];
    readonly clear: readonly UserMode[];
  }
  /** Learn from now on when those called `nicks` come and go. */
  | { readonly type: "watch"; readonly nicks: readonly string[] }
  /** Watch these no longer. */
  | { readonly type: "unwatch"; readonly nicks: readonly string[] }
  /** Watch nobody any more. */
  | { readonly type: "unwatch_all" };

/** Commands for operators of the server. */
export type OperatorCommand =
  /** Become one. The session has checked the password. */
  | { readonly type: "oper" }
  /** End somebody's connection. */
  | { readonly type: "kill"; readonly whom: string; readonly reason: string }
  /** Speak to all who want to hear it. */
  | { readonly type: "wallops"; readonly text: string }
  /**
   * Keep out those whom `mask` matches, and end their connections. It is a mask
   * `handle!username@host` (or a part of it), an address, or a network such as `192.0.2.0/24`.
   */
  | {
    readonly type: "ban_server";
    readonly mask: string;
    readonly reason: string;
    /** How long; for ever when it is left out. */
    readonly seconds?: number;
  }
  /** Let them in again. */
  | { readonly type: "unban_server"; readonly mask: string };

/** What the server itself tells the hub; no user has asked for it. */
export type Order =
  /** There is a new account; the user with the id `keeps` has made it, and may hold its nick. */
  | { readonly type: "account_added"; readonly name: string; readonly keeps?: number }
  /** An account is gone. */
  | { readonly type: "account_removed"; readonly name: string }
  /** These are all accounts. */
  | { readonly type: "accounts"; readonly names: readonly string[] }
  /** These are all accounts that are always on. */
  | { readonly type: "always_on"; readonly names: readonly string[] }
  /**
   * The accounts that were always on when the server ended, their users who were there, and the
   * channels that only these kept.
   */
  | {
    readonly type: "absent";
    readonly names: readonly string[];
    readonly users: readonly KeptUser[];
    readonly channels: readonly KeptChannel[];
  }
  /**
   * Always-on accounts whose users have been absent for `ageMs` milliseconds become ordinary ones.
   */
  | { readonly type: "expire_absent"; readonly ageMs: number }
  /**
   * These channels were registered when the server ended; their founders are accounts that are
   * known.
   */
  | { readonly type: "channels"; readonly channels: readonly KeptChannel[] };
