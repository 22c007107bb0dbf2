/**
 * A channel: a name, its members and their rights, and a topic.
 *
 * @module
 */

import type { User } from "./user.ts";

/** What a member may do in a channel beyond speaking. */
export type Right = "operator" | "voice";

/** One user's place in one channel. Only the hub changes it. */
export interface Membership {
  /** May change the topic, remove members and give rights. */
  operator: boolean;
  /** May speak where only some may. */
  voice: boolean;
}

/** What a channel is about. */
export interface Topic {
  /** Never empty. */
  readonly text: string;
  /** Handle of the user who set it. */
  readonly by: string;
  /** When it was set, in milliseconds of Unix time. */
  readonly at: number;
}

/** How a channel came to be. */
export interface ChannelOrigin {
  /** `origin` of the user who made it; its quota counts the channel. */
  readonly origin: string;
  /** Whether the channel goes when its last member leaves. Channels of `create` stay. */
  readonly transient: boolean;
  /** When it was made, in milliseconds of Unix time. */
  readonly at: number;
}

/** One channel of the hub. Only the hub changes it. */
export class Channel {
  /** Unique in the hub; sanitised, 1 to 128 bytes of UTF-8, without white space. */
  readonly name: string;
  /** How it came to be. */
  readonly made: ChannelOrigin;
  /** Its members in the order of entering. */
  readonly members: Map<User, Membership> = new Map();
  /** `undefined` while none is set. */
  topic: Topic | undefined;

  /** The hub has checked `name`. */
  constructor(name: string, made: ChannelOrigin) {
    this.name = name;
    this.made = made;
  }
}
