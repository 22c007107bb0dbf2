/**
 * Mode changes of a channel: as an operator requests them, and as they were applied.
 *
 * @module
 */

import type { Flag, ListName } from "./channel.ts";
import type { Person } from "./person.ts";
import type { Right } from "./rights.ts";

/** A change that names no user. Without a `key` or `limit`, the channel's own is removed. */
export type PlainChange =
  | { readonly mode: "flag"; readonly flag: Flag; readonly set: boolean }
  | { readonly mode: "key"; readonly key?: string }
  | { readonly mode: "limit"; readonly limit?: number }
  | {
    readonly mode: "list";
    readonly list: ListName;
    readonly mask: string;
    readonly set: boolean;
  };

/** A change that an operator requests. */
export type ChannelChange =
  | PlainChange
  | { readonly mode: "right"; readonly right: Right; readonly whom: string; readonly set: boolean };

/** A change that was applied. A mask is in its full form; `was` is the key that was removed. */
export type AppliedChange =
  | Exclude<PlainChange, { mode: "key" }>
  | { readonly mode: "key"; readonly key: string }
  | { readonly mode: "key"; readonly key?: undefined; readonly was: string }
  | { readonly mode: "right"; readonly right: Right; readonly whom: Person; readonly set: boolean };
