/**
 * A user as the hub knows one: an identity, a name once registered, and memberships in channels.
 *
 * @module
 */

import type { Channel, Membership } from "./channel.ts";
import type { Person } from "./person.ts";

/**
 * One user of the hub. Only the hub changes it.
 *
 * Two users may hold the same nick, so users are compared by identity, never by name.
 */
export class User {
  /** Unique in this hub; counts up from 1. */
  readonly id: number;
  /** Where the user comes from, such as its network; quotas count by it. */
  readonly origin: string;
  /** `undefined` until the user has registered. */
  person: Person | undefined;
  /** The channels that the user is in, in the order of entering. */
  readonly memberships: Map<Channel, Membership> = new Map();
  /** Whether a user who is removed from a channel goes back to the lobby. */
  returnsToLobby = false;
  /** The text of the user's absence; `undefined` while it is present. */
  away: string | undefined;

  /** `id` comes from the hub. */
  constructor(id: number, origin: string) {
    this.id = id;
    this.origin = origin;
  }
}
