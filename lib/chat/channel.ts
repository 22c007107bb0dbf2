/**
 * A channel: a name and its members. Once created it stays, also without members.
 *
 * @module
 */

import type { User } from "./user.ts";

/** One channel of the hub. Only the hub changes it; everybody may read it. */
export class Channel {
  /** Unique in the hub; sanitised, 1 to 128 bytes of UTF-8, without white space. */
  readonly name: string;
  /** Who is in it, in the order in which they entered. */
  readonly members: Set<User> = new Set();

  /** `name` has been checked by the hub. */
  constructor(name: string) {
    this.name = name;
  }
}
