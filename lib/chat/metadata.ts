/**
 * Metadata: what users and channels say of themselves to programs, as values by keys (`avatar`,
 * `display-name`), and who has asked to learn of changes. Most have none, so memory is allocated
 * with the first one.
 *
 * @module
 */

import type { Channel } from "./channel.ts";
import type { User } from "./user.ts";

/** Values by their keys, in the order in which they were first set. */
export type Metadata = ReadonlyMap<string, string>;

/** Keys of one user or channel. */
export const MAX_METADATA_KEYS = 16;
/** Bytes of one value: one line of IRC holds it. */
export const MAX_METADATA_VALUE_BYTES = 280;
/** Keys whose changes one connection can learn of. */
export const MAX_METADATA_SUBSCRIPTIONS = 20;

/** IRCv3 metadata, "Keys and Values"; the length is ours. */
const KEY = /^[a-z0-9_.\/-]{1,40}$/;

/** Whether `text` can be a key. */
export function isMetadataKey(text: string): boolean {
  return KEY.test(text);
}

/** One value of a user or a channel; without `value`, there is none any more, or never was. */
export interface MetadataEntry {
  /** Handle of the user, or name of the channel. */
  readonly name: string;
  /** Whether it is a channel's. */
  readonly isChannel: boolean;
  /** The key as it was asked for; it may be no legal one. */
  readonly key: string;
  /** The value; it may be empty. */
  readonly value?: string;
}

/** The user or channel that metadata belongs to, or the name that nobody has. */
export type MetadataName = Pick<MetadataEntry, "name" | "isChannel">;

/** Why nothing was set or read; `key` is `*` for all. */
export interface MetadataRefusal {
  /** Tells it from other refusals. */
  readonly code: "metadata";
  /** Why. */
  readonly why:
    | "invalid_target"
    | "no_permission"
    | "key_invalid"
    | "value_invalid"
    | "not_set"
    | "limit_reached";
  /** Whose it is. */
  readonly of: MetadataName;
  /** As it was asked for. */
  readonly key: string;
}

/** What a user receives of metadata. */
export type MetadataEvent =
  /**
   * Values: an `answer` to a question about `of`, `set` by the user itself, or a `change` by
   * others, of which a connection receives what it has subscribed to.
   */
  | {
    readonly type: "metadata";
    readonly why: "answer" | "set" | "change";
    readonly of?: MetadataName;
    readonly entries: readonly MetadataEntry[];
    readonly examined?: number;
  }
  /** The client has to ask for the metadata of `channel` and its members (`metadata_sync`). */
  | { readonly type: "metadata_later"; readonly channel: string }
  /**
   * The connection has subscribed to `keys`, up to `full`; has ended that; or has asked for the
   * list.
   */
  | {
    readonly type: "metadata_keys";
    readonly why: "sub" | "unsub" | "list";
    readonly keys: readonly string[];
    readonly full?: string;
  };

/** Who or what has metadata. */
export type MetadataHolder = User | Channel;

const NONE: Metadata = new Map();

/** The metadata of `holder`. */
export function metadataOf({ metadata }: MetadataHolder): Metadata {
  return metadata ?? NONE;
}

/** Sets or removes a value of `holder`. */
export function putMetadata(holder: MetadataHolder, key: string, value: string | undefined): void {
  const metadata = new Map(holder.metadata);
  if (value === undefined) metadata.delete(key);
  else metadata.set(key, value);
  holder.metadata = metadata.size === 0 ? undefined : metadata;
}

/** Whether one of the connections of `user` wants to learn of changes of `key`. */
export function isSubscribed(user: User, key: string): boolean {
  for (const { subscribed } of user.connections) if (subscribed?.has(key)) return true;
  return false;
}

/** Whether one of the connections of `user` wants to learn of any changes. */
export function hasSubscriptions(user: User): boolean {
  for (const { subscribed } of user.connections) if (subscribed !== undefined) return true;
  return false;
}
