/**
 * Questions about what was said before, and their answers. The hub keeps no history: it says who
 * may read what, and the session fetches it.
 *
 * @module
 */

import type { Dm } from "./dm.ts";
import type { SharedEvent, Stamp } from "./event.ts";
import type { Person } from "./person.ts";
import type { Tags } from "./command.ts";

/** Types of a channel's events that its conversation keeps. Each of them names the channel. */
export const KEPT_OF_CHANNELS = [
  "said",
  "emoted",
  "tagged",
  "joined",
  "left",
  "kicked",
  "modes_changed",
  "topic_set",
] as const;

/** Types of a user's events that the conversations of its channels keep. */
export const KEPT_OF_PEERS = ["renamed", "quit"] as const;

/** Types of a channel's or a peer's events that a conversation keeps. */
export type KeptType = (typeof KEPT_OF_CHANNELS | typeof KEPT_OF_PEERS)[number];

/** An event that a conversation keeps. */
export type KeptEvent =
  | Extract<SharedEvent, { type: KeptType }>
  | ({ readonly type: "dm" } & Dm)
  | {
    readonly type: "user_tagged";
    readonly by: Person;
    readonly to: Person;
    readonly tags: Tags;
  }
  /** `lost` messages could not be kept. It stands where they are missing. */
  | { readonly type: "gap"; readonly lost: number };

/** An event with the time and id that it had for all who received it. */
export interface Kept {
  /** What happened. */
  readonly event: KeptEvent;
  /** When, and its id. */
  readonly stamp: Stamp;
}

/** A place in a conversation: a moment in milliseconds of Unix time, or a message. */
export type Anchor = { readonly at: number } | { readonly msgid: string };

/** A channel, or the conversation with another user. */
export type Target =
  | { readonly channel: string; readonly fold?: boolean }
  | { readonly user: string };

/** Which part of a conversation to read; only `around` includes what its anchor names. */
export type Range =
  /** The last of all, or of those after `after`. */
  | { readonly find: "latest"; readonly after?: Anchor }
  /** The last before `anchor`. */
  | { readonly find: "before"; readonly anchor: Anchor }
  /** The first after `anchor`. */
  | { readonly find: "after"; readonly anchor: Anchor }
  /** As many on both sides of `anchor`. */
  | { readonly find: "around"; readonly anchor: Anchor }
  /**
   * The first after `anchor` up to `end`; where `end` is older, the last before `anchor` down to
   * it.
   */
  | { readonly find: "between"; readonly anchor: Anchor; readonly end: Anchor };

/** A question about what was said. */
export type ReadAsk =
  /** A part of a conversation that the user takes part in: answered with `history`. */
  | ({
    readonly type: "history";
    /** Left out by dialects that know one channel only: the one that the user is in. */
    readonly target?: Target;
    /** Most events. */
    readonly limit: number;
    /** Whether to read who came and went as well, not only what was said. */
    readonly events?: boolean;
  } & Range)
  /**
   * The conversations of the user whose last message is between two moments: answered with
   * `history_targets`.
   */
  | {
    readonly type: "history_targets";
    readonly after: number;
    readonly before: number;
    readonly limit: number;
  };

/** A question about how far the user has read, or a request about what was said. */
export type RecordAsk =
  /**
   * Ask up to when the user has read `target`; with `at`, note that it has read up to then:
   * answered with `marker`.
   */
  | {
    readonly type: "marker";
    readonly target: Target;
    readonly at?: number;
    /** The answer is needed for another one, and is not shown by itself. */
    readonly isQuiet?: true;
  }
  /**
   * All markers of an account, which the session has logged in to, for a connection that is about
   * to become one of its user: answered with `markers`.
   */
  | { readonly type: "markers"; readonly account: string }
  /**
   * Take back one's own message, or as an operator anybody's: those who could read it
   * receive `redacted`.
   */
  | {
    readonly type: "redact";
    readonly target: Target;
    readonly msgid: string;
    readonly reason?: string;
  };

/** A search for messages: answered with `found`. */
export interface SearchAsk {
  /** Tells it from other questions. */
  readonly type: "search";
  /** In all conversations of the user where it is left out. */
  readonly target?: Target;
  /** The handle of who said it. */
  readonly by?: string;
  /** Words that a message must have, all of them; "" for any message. */
  readonly words: string;
  /** Not before this moment, in milliseconds of Unix time; the first ones since then are found. */
  readonly after?: number;
  /** Not after this moment. */
  readonly before?: number;
  /** Most messages. */
  readonly limit: number;
}

/** What was said to a user and in its channels while it was away: answered with `missed`. */
export interface MissedAsk {
  /** Tells it from other questions. */
  readonly type: "missed";
  /** The moment from which on it was away, in milliseconds of Unix time. */
  readonly since: number;
}

/** A question that a session asks the history, and not the hub. */
export type HistoryAsk = ReadAsk | RecordAsk | SearchAsk | MissedAsk;

/** A conversation in a list. */
export interface HistoryTarget {
  /** The name of a channel, or the handle of another user. */
  readonly name: string;
  /** Whether it is a channel. */
  readonly isChannel: boolean;
  /** The time of its last message, in milliseconds of Unix time. */
  readonly at: number;
}

/**
 * An answer to a question about what was said. `examined` is how many rows were read for it, which
 * its asker pays for.
 */
export type HistoryAnswer =
  /** The events in the order in which they happened. */
  | {
    readonly type: "history";
    /** The channel's name in the hub, or the other user as it was asked for. */
    readonly name: string;
    readonly isChannel: boolean;
    readonly kept: readonly Kept[];
    readonly examined?: number;
  }
  /** The oldest last message first. */
  | {
    readonly type: "history_targets";
    readonly targets: readonly HistoryTarget[];
    readonly examined?: number;
  }
  /**
   * There is no answer: the target is none of the user's conversations (`unknown_target`), or the
   * store has failed (`failed`).
   */
  | {
    readonly type: "history_refused";
    readonly ask: ReadAsk;
    readonly why: "unknown_target" | "failed";
  }
  /** The messages that were found, in the order in which they were said. */
  | { readonly type: "found"; readonly kept: readonly Kept[]; readonly examined?: number }
  /** What others have said meanwhile in all conversations; nothing when it cannot be read. */
  | { readonly type: "missed"; readonly kept: readonly Kept[]; readonly examined?: number }
  /** Nothing was searched. */
  | {
    readonly type: "search_refused";
    readonly ask: SearchAsk;
    readonly why: "unknown_target" | "failed";
  }
  /**
   * The user has read `target` up to `at`, in milliseconds of Unix time; without `at`, that is
   * unknown.
   */
  | {
    readonly type: "marker";
    readonly target: Target;
    readonly at?: number;
    readonly isQuiet?: true;
    /** Whether all connections of the user receive it, not only the one that asked. */
    readonly isForAll?: true;
  }
  /** Up to when an account has read each conversation: `#channel` or `@handle`, folded. */
  | { readonly type: "markers"; readonly markers: readonly (readonly [string, number])[] }
  /** Nothing was taken back, or no marker was set. */
  | {
    readonly type: "record_refused";
    readonly ask: RecordAsk;
    readonly why: "unknown_target" | "unknown_msgid" | "forbidden" | "failed";
  };
