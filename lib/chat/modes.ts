/**
 * Mode changes of a channel: as an operator requests them, and as they were applied.
 *
 * @module
 */

import type { Flag, ListName } from "./channel.ts";
import type { Person } from "./person.ts";
import type { Right } from "./rights.ts";

/** One change that needs nobody's name. Without `key` or `limit`, that is removed. */
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

/** One change that an operator asks for. */
export type ChannelChange =
  | PlainChange
  | { readonly mode: "right"; readonly right: Right; readonly whom: string; readonly set: boolean };

/** One change that has happened. A mask is in its full form; of a removed key, `was` is that key. */
export type AppliedChange =
  | Exclude<PlainChange, { mode: "key" }>
  | { readonly mode: "key"; readonly key: string }
  | { readonly mode: "key"; readonly key?: undefined; readonly was: string }
  | { readonly mode: "right"; readonly right: Right; readonly whom: Person; readonly set: boolean };
