/**
 * A user as the hub knows one: an identity, a nick once registered, and at most one channel.
 *
 * @module
 */

import type { Channel } from "./channel.ts";

/**
 * One user of the hub. Only the hub changes it.
 *
 * Two users may hold the same nick, so a user is told apart by identity, never by name.
 */
export class User {
  /** Unique in this hub for as long as it runs; counts up from 1. */
  readonly id: number;
  /** `undefined` until the user has registered. */
  nick: string | undefined;
  /** The channel the user is in. */
  channel: Channel | undefined;

  /** `id` comes from the hub. */
  constructor(id: number) {
    this.id = id;
  }
}
