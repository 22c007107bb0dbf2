/**
 * A user as the hub knows one: an identity, a name once registered, memberships in channels, and
 * what the user has set for itself.
 *
 * @module
 */

import { Connections } from "./connections.ts";
import type { Channel, Membership } from "./channel.ts";
import type { Metadata } from "./metadata.ts";
import type { Person } from "./person.ts";

/** Where a user comes from. */
export interface Origin {
  /** The key of quotas, such as an address or an IPv6 network. */
  readonly network: string;
  /** The address. Only the user itself and operators of the server see it. */
  readonly address: string;
  /** The cloak, which all others see instead. */
  readonly host: string;
  /** Whether nobody between it and the server can read what it says. */
  readonly isSecure?: boolean;
}

/** The origin of a user who came over no network. */
export const NO_ORIGIN: Origin = { network: "", address: "", host: "" };

/**
 * The modes of a user: `invisible` hides it from strangers who search, `wallops` asks for the
 * operators' messages to all, `bot` says that it is a program, `operator` that it is one of
 * the server's.
 */
export type UserMode = "invisible" | "operator" | "wallops" | "bot";

/** All user modes. */
export const USER_MODE_NAMES: readonly UserMode[] = ["invisible", "operator", "wallops", "bot"];

/**
 * One user of the hub. Only the hub changes it.
 *
 * Two users may hold the same nick, so users are compared by identity, never by name.
 */
export class User {
  /** Unique in this hub; counts up from 1. */
  readonly id: number;
  /** Where the user comes from. It changes when an absent user connects again. */
  origin: Origin;
  /** `undefined` until the user has registered. */
  person: Person | undefined;
  /** The channels that the user is in, in the order of entering. */
  readonly memberships: Map<Channel, Membership> = new Map();
  /** Whether a user who is removed from a channel goes back to the lobby. */
  returnsToLobby = false;
  /** Whether it names other users by their handles only, as it sees no nicks. */
  namesHandles = false;
  /** The away text; `undefined` while the user is not away. */
  away: string | undefined;
  /** The modes that are set. */
  readonly modes: Set<UserMode> = new Set();
  /** When it registered, in milliseconds of Unix time. */
  registeredAt = 0;
  /** When it last spoke, or else registered. */
  spokeAt = 0;
  /**
   * When the last connection of this user, who is always on, ended; `undefined` while it has one.
   */
  absentSince: number | undefined;
  /** Channels that it was invited to and has not entered since. */
  readonly invitedTo: Set<Channel> = new Set();

  /**
   * The user as whom this connection speaks: itself, or another one to whose account it has
   * logged in. A connection of another user is no user of the hub, and has only what belongs to
   * a connection.
   */
  as: User = this;
  /**
   * The connections that speak as this user, in the order in which they came: also its own, while
   * that is open. An always-on user may have none.
   */
  readonly connections: Connections<User> = new Connections<User>(this);
  /** The away text of this connection alone. */
  awayHere: string | undefined;
  /** Keys of metadata whose changes this connection wants to learn of; never empty. */
  subscribed: ReadonlySet<string> | undefined;
  /** Its metadata; never empty. */
  metadata: Metadata | undefined;

  /** `id` comes from the hub. */
  constructor(id: number, origin: Origin) {
    this.id = id;
    this.origin = origin;
  }
}
