/**
 * Questions of users, and their answers. Queries change nothing. An answer is a copy: it stays
 * right while a long reply is sent in parts.
 *
 * @module
 */

import type { Flag, ListName, Topic } from "./channel.ts";
import type { OfChannel } from "./command.ts";
import type { HistoryAsk } from "./history.ts";
import type { Metadata } from "./metadata.ts";
import type { Person } from "./person.ts";
import type { Rights } from "./rights.ts";
import type { UserMode } from "./user.ts";

/** One question of one user. Nothing of a secret channel is in the answer to a stranger. */
export type Query =
  /**
   * What was said before. The hub keeps nothing of it: the session asks the history, where
   * there is one.
   */
  | HistoryAsk
  /** The names of all channels: answered with `channels`. */
  | { readonly type: "list" }
  /** The members of a channel that the user is in: answered with `names`. */
  | { readonly type: "names"; readonly channel?: string }
  /**
   * The members of any channel, with their rights: answered with `members_are`, also for no
   * channel.
   */
  | ({ readonly type: "members_of" } & OfChannel)
  /** The channels that fit: answered with `channels_found`. */
  | ({ readonly type: "find_channels" } & ChannelSearch)
  /** A channel's topic: answered with `topic_is`. */
  | ({ readonly type: "topic_of" } & OfChannel)
  /** A channel's modes: answered with `modes_are`. */
  | ({ readonly type: "modes_of" } & OfChannel)
  /** One of a channel's lists: answered with `masks_are`. */
  | ({ readonly type: "masks_of"; readonly list: ListName } & OfChannel)
  /** One's own modes: answered with `user_modes_are`. */
  | { readonly type: "my_modes" }
  /** Users of a channel, or whose name fits a mask: answered with `who_found`. */
  | ({
    readonly type: "who";
    /** A nick, or a mask of a handle, username, host, real name, or `handle!username@host`. */
    readonly mask?: string;
    readonly operatorsOnly?: boolean;
    /**
     * With it, a search by a mask looks at some users alone, whose ids are above, and says
     * where to go on.
     */
    readonly after?: number;
  } & OfChannel)
  /** All about one user: answered with `whois`. */
  | { readonly type: "whois"; readonly nick: string }
  /** Who was called `nick` before: answered with `whowas`. */
  | { readonly type: "whowas"; readonly nick: string; readonly count?: number }
  /** Which of `nicks` are here: answered with `present`. */
  | { readonly type: "present"; readonly nicks: readonly string[] }
  /** How many users and channels there are: answered with `counts`. */
  | { readonly type: "counts" }
  /** Where the user was invited to: answered with `invitations`. */
  | { readonly type: "my_invites" }
  /** Whom the user watches: answered with `watching`. */
  | { readonly type: "watched" }
  /** Who of those is here: answered with `watch_online` and `watch_offline`. */
  | { readonly type: "watch_status" }
  /** Who is kept out of the server; for its operators: answered with `server_bans`. */
  | { readonly type: "server_bans" };

/** Which channels to list; without anything, all. */
export interface ChannelSearch {
  /** Masks or names, one of which must fit. */
  readonly masks?: readonly string[];
  /** Masks of which none may fit. */
  readonly except?: readonly string[];
  /** More members than this. */
  readonly moreThan?: number;
  /** Fewer members than this. */
  readonly fewerThan?: number;
  /** How long ago they were made. */
  readonly made?: AgeRange;
  /** How long ago their topics were set; those without a topic do not fit. */
  readonly topicSet?: AgeRange;
  /**
   * Where a part of the search begins, which looks at some channels and says where to go on;
   * without it, at all.
   */
  readonly from?: SearchPlace;
}

/** A place between two channels. */
export interface SearchPlace {
  /** The channel before it, unless it is at the beginning. */
  readonly after?: string;
  /** How many channels there were before it, if that one is gone. */
  readonly count: number;
}

/** Between two ages, in milliseconds; without a bound, of any age on that side. */
export interface AgeRange {
  /** Longer ago than this. */
  readonly moreThan?: number;
  /** Less long ago than this. */
  readonly lessThan?: number;
}

/** One member in a list. */
export interface Member {
  /** Who it is. */
  readonly person: Person;
  /** What it may do. */
  readonly rights: Rights;
}

/** One channel in a list. */
export interface ChannelSummary {
  /** Its name. */
  readonly name: string;
  /** Number of its members. */
  readonly members: number;
  /** Its topic; "" for none. */
  readonly topic: string;
}

/** A channel's modes. */
export interface ChannelModes {
  /** Its flags, in the order of `FLAGS`. */
  readonly flags: readonly Flag[];
  /** Whether a key is needed. */
  readonly hasKey: boolean;
  /** The key; only for members and operators of the server. */
  readonly key?: string;
  /** How many members it admits. */
  readonly limit?: number;
  /** When it was made, in milliseconds of Unix time. */
  readonly madeAt: number;
}

/** One user in an answer. */
export interface Seen {
  /** Who it is. */
  readonly person: Person;
  /** Whether it is away. */
  readonly isAway: boolean;
  /** Whether it is an operator of the server. */
  readonly isOperator: boolean;
  /** Milliseconds since it last spoke. */
  readonly idleMs: number;
  /** Its rights in the channel that the question was about. */
  readonly rights?: Rights;
  /** Its address; only for itself and operators of the server. */
  readonly address?: string;
}

/** All about one user. */
export interface Whois extends Seen {
  /** Its away text. */
  readonly away?: string;
  /** Channels that the one who asks may know of. */
  readonly channels: readonly { readonly name: string; readonly rights: Rights }[];
  /** When it registered, in milliseconds of Unix time. */
  readonly registeredAt: number;
  /** Whether nobody between it and the server can read what it says. */
  readonly isSecure?: boolean;
  /** Its modes; only for itself and operators of the server. */
  readonly modes?: readonly UserMode[];
  /** What it says of itself to programs. */
  readonly metadata?: Metadata;
}

/** A user who once had a name. */
export interface Former {
  /** Who it was. */
  readonly person: Person;
  /** When it left or changed its nick, in milliseconds of Unix time. */
  readonly at: number;
  /** Its address; only for operators of the server. */
  readonly address?: string;
}

/** Numbers of users, connections and channels. */
export interface Counts {
  /** Registered users whom everybody finds. */
  readonly visible: number;
  /** Registered users who are invisible. */
  readonly invisible: number;
  /** Operators of the server. */
  readonly operators: number;
  /** Connections that have not registered. */
  readonly unregistered: number;
  /** Channels, the secret ones too. */
  readonly channels: number;
  /** Most registered users at once so far. */
  readonly peak: number;
}

/** A ban of the server. */
export interface ServerBan {
  /** A mask in its full form, an address, or a network. */
  readonly mask: string;
  /** Handle of the operator who set it. */
  readonly by: string;
  /** When it was set, in milliseconds of Unix time. */
  readonly at: number;
  /** The reason that banned users read. */
  readonly reason: string;
  /** When it ends; never when it is left out. */
  readonly until?: number;
}

/**
 * An answer, for the one who asked. `examined` is how many entries were looked at for it: a search
 * costs that, however few it finds.
 */
export type Answer =
  /** All channels in the order of their creation. The same array until that changes. */
  | { readonly type: "channels"; readonly channels: readonly string[] }
  /** The members of `channel` in the order of entering. */
  | { readonly type: "names"; readonly channel: string; readonly members: readonly Person[] }
  /**
   * The members of `channel` in the order of entering; none of one that the user may not know of.
   */
  | {
    readonly type: "members_are";
    /** As the channel is called, or as it was asked for. */
    readonly channel: string;
    readonly isSecret: boolean;
    readonly members: readonly Member[];
  }
  | {
    readonly type: "channels_found";
    readonly channels: readonly ChannelSummary[];
    readonly examined: number;
    /** Where to go on. */
    readonly next?: SearchPlace;
  }
  | { readonly type: "topic_is"; readonly channel: string; readonly topic?: Topic }
  | { readonly type: "modes_are"; readonly channel: string; readonly modes: ChannelModes }
  | {
    readonly type: "masks_are";
    readonly channel: string;
    readonly list: ListName;
    readonly entries: readonly {
      readonly mask: string;
      readonly by: string;
      readonly at: number;
    }[];
  }
  | { readonly type: "user_modes_are"; readonly modes: readonly UserMode[] }
  /** With the `channel` or `mask` as it was asked for. */
  | {
    readonly type: "who_found";
    readonly channel?: string;
    readonly mask?: string;
    readonly users: readonly Seen[];
    readonly examined: number;
    /** Where to go on. */
    readonly next?: number;
  }
  | { readonly type: "whois"; readonly user: Whois }
  /** The latest first; none when nobody was called so. */
  | { readonly type: "whowas"; readonly nick: string; readonly entries: readonly Former[] }
  /** In the order in which they were asked for; those who are not here are left out. */
  | { readonly type: "present"; readonly users: readonly Seen[] }
  | { readonly type: "counts"; readonly counts: Counts }
  | { readonly type: "invitations"; readonly channels: readonly string[] }
  /** The nicks as they were asked for. */
  | { readonly type: "watching"; readonly nicks: readonly string[] }
  | { readonly type: "server_bans"; readonly bans: readonly ServerBan[] };
