/**
 * A channel: a name, its members and their rights, its modes, its lists of masks, and a topic.
 *
 * @module
 */

import type { BanVerdict } from "./bans.ts";
import type { Registration } from "./channel_registration.ts";
import { MaskList } from "./mask_list.ts";
import type { Metadata } from "./metadata.ts";
import { NO_RIGHTS, type Rights } from "./rights.ts";
import type { User } from "./user.ts";

/** One user's place in one channel. Only the hub changes it. */
export interface Membership {
  /** What the user may do there beyond speaking. Another change makes another value. */
  rights: Rights;
  /** Whether it is banned or silenced, as `bans.ts` found it last. */
  verdict?: BanVerdict;
}

/** A channel's topic. */
export interface Topic {
  /** Never empty. */
  readonly text: string;
  /** `handle!username@host` of the user who set it. */
  readonly by: string;
  /** When it was set, in milliseconds of Unix time. */
  readonly at: number;
}

/** Who made a channel, when, and for how long. */
export interface ChannelOrigin {
  /** Network of the user who made it; its quota counts the channel. */
  readonly origin: string;
  /** Whether the channel goes when its last member leaves. Channels of `create` stay. */
  readonly transient: boolean;
  /** When it was made, in milliseconds of Unix time. */
  readonly at: number;
  /** Tells it from all channels of this hub that had its name before. */
  readonly serial: number;
}

/**
 * What is on or off for a channel:
 *
 *   invite_only   only those who were invited enter
 *   moderated     only those with a right speak
 *   no_external   only members speak
 *   secret        only members see that it exists
 *   topic_locked  only operators set the topic
 *   no_ctcp       nobody sends CTCP queries to it
 *   accounts_only only those who are logged in enter
 */
export type Flag =
  | "invite_only"
  | "moderated"
  | "no_external"
  | "secret"
  | "topic_locked"
  | "no_ctcp"
  | "accounts_only";

/** All flags. */
export const FLAGS: readonly Flag[] = [
  "invite_only",
  "moderated",
  "no_external",
  "secret",
  "topic_locked",
  "no_ctcp",
  "accounts_only",
];

/**
 * A list of masks: who may not enter or not speak (`ban`), who may all the same (`exception`), and
 * who needs no invitation (`invite`).
 */
export type ListName = "ban" | "exception" | "invite";

/** All lists. */
export const LIST_NAMES: readonly ListName[] = ["ban", "exception", "invite"];

/** One channel of the hub. Only the hub changes it. */
export class Channel {
  /**
   * Unique in the hub; sanitised, 1 to 128 bytes of UTF-8, without white space. Only
   * `Channels.rename` changes it.
   */
  name: string;
  /** Who made it, when, and for how long. */
  readonly made: ChannelOrigin;
  /** Its members in the order of entering. */
  readonly members: Map<User, Membership> = new Map();
  /** `undefined` while none is set. */
  topic: Topic | undefined;
  /** The flags that are set. */
  readonly flags: Set<Flag> = new Set();
  /** The key that a user must give to enter. */
  key: string | undefined;
  /** How many members it admits. */
  limit: number | undefined;
  /** Its lists of masks. */
  readonly lists: Readonly<Record<ListName, MaskList>> = {
    ban: new MaskList(),
    exception: new MaskList(),
    invite: new MaskList(),
  };

  /** Its registration, if it has one; such a channel stays when nobody is in it. */
  registration: Registration | undefined;

  /** When it got its name from an operator, in milliseconds of Unix time. */
  renamedAt: number | undefined;

  /** Its metadata; never empty. */
  metadata: Metadata | undefined;

  /** Number of members without a connection. */
  absent = 0;

  /** Users who were invited and have not entered since. */
  readonly invited: Set<User> = new Set();

  /** The hub has checked `name`. */
  constructor(name: string, made: ChannelOrigin) {
    this.name = name;
    this.made = made;
  }

  /** The rights of `user`; none for a stranger. */
  rightsOf(user: User): Rights {
    return this.members.get(user)?.rights ?? NO_RIGHTS;
  }
}
