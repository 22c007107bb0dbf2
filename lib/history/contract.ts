/**
 * The contract of a store of history. Rows come in the order of the sequencer and are kept by
 * conversation; readers ask for slices of conversations. The history desk decides who may read what
 * (`server/history_desk.ts`).
 *
 * 1. `append` MUST return at once and MUST NOT throw: a store that cannot keep a row counts it.
 * 2. A slice MUST be in the order of msgids, and hold what was appended before it was asked for.
 * 3. A row that was removed MUST NOT be in any later slice.
 *
 * @module
 */

import type { Kept } from "../chat/history.ts";
import type { PageLimits } from "./page.ts";

/** One of the two sides of a conversation between users. */
export interface Party {
  /** Who it is: an account, or one connection of somebody without one (`conversation.ts`). */
  readonly identity: string;
  /** Its handle at that time. */
  readonly handle: string;
}

/** An event that is kept, and where. */
export interface Row extends Kept {
  /** The id of the conversation. */
  readonly conversation: string;
  /** The identity of the user who caused it. */
  readonly author: string;
  /** The network that is charged for the memory. */
  readonly payer: string;
  /**
   * The two sides, where the conversation is between users: first who sent it, then who
   * received it.
   */
  readonly parties?: readonly [Party, Party];
}

/** A part of one or several conversations, as a half-open interval of msgids. */
export interface Slice extends PageLimits {
  /** The lowest msgid, included; from the beginning when it is left out. */
  readonly from?: string;
  /** The msgid above all; to the end when it is left out. */
  readonly to?: string;
  /** Which rows to take where there are more. */
  readonly take: "first" | "last";
  /** Whether to read events as well, not only messages. */
  readonly events: boolean;
}

/** A conversation between users. */
export interface DirectConversation {
  /** Its id. */
  readonly conversation: string;
  /** The other user. */
  readonly peer: Party;
  /** The msgid of its last message. */
  readonly last: string;
}

/** A channel's conversation that has ended, as far as somebody may read it. */
export interface EarlierConversation {
  /** Its id. */
  readonly conversation: string;
  /** The msgid at which the user left it for the last time; to its end when it is left out. */
  readonly until?: string;
}

/** Keeps what was said. */
export interface HistoryStore {
  /**
   * The highest msgid that it held at its start, if there is one: the time must not fall behind it.
   */
  readonly newest?: string;

  /** Keeps `row`, whose msgid is higher than all before it. */
  append(row: Row): void;

  /**
   * The rows of `conversation` in `slice`, in the order of their msgids.
   *
   * @throws {HistoryError} when they cannot be read now.
   */
  slice(conversation: string, slice: Slice): Promise<readonly Kept[]>;

  /**
   * One row of `conversation`, with its author.
   *
   * @throws {HistoryError} as `slice` does.
   */
  find(conversation: string, msgid: string): Promise<Row | undefined>;

  /**
   * The msgid of the last message of each of `conversations`, in their order; `undefined` for
   * an empty one.
   *
   * @throws {HistoryError} as `slice` does.
   */
  latest(conversations: readonly string[]): Promise<readonly (string | undefined)[]>;

  /**
   * The conversations of `identity` with other users, the one with the latest message first.
   *
   * @throws {HistoryError} as `slice` does.
   */
  directs(identity: string, limit: number): Promise<readonly DirectConversation[]>;

  /**
   * Notes that an account has entered a channel. Like `append`, it returns at once and does not
   * throw.
   */
  enter(conversation: string, identity: string): void;

  /** Notes that an account has left a channel, at the msgid `until`. */
  leave(conversation: string, identity: string, until: string): void;

  /**
   * Notes that a channel has another name: the conversation `from` is `to` from now on, and what
   * its members have read of it they have read under the new name. Like `append`, it returns at
   * once and does not throw.
   */
  rename(from: string, to: string): void;

  /**
   * The conversations in channels called `name` in which `identity` has been, the latest
   * first; at most 50.
   *
   * @throws {HistoryError} as `slice` does.
   */
  earlier(identity: string, name: string): Promise<readonly EarlierConversation[]>;

  /** Whether messages can be found by their words. */
  readonly isSearchable: boolean;

  /**
   * The messages of `conversation` within `slice` that have all of `words`, in the order of their
   * msgids. None where the store does not search, and none for no words.
   *
   * @throws {HistoryError} as `slice` does.
   */
  search(conversation: string, words: string, slice: Slice): Promise<readonly Kept[]>;

  /**
   * Up to when `identity` has read `target`, a name of its own choice, in milliseconds of Unix
   * time.
   *
   * @throws {HistoryError} as `slice` does.
   */
  marker(identity: string, target: string): Promise<number | undefined>;

  /**
   * All markers of `identity`, or the last of them where there are very many.
   *
   * @throws {HistoryError} as `slice` does.
   */
  markers(identity: string): Promise<readonly (readonly [string, number])[]>;

  /**
   * Notes that `identity` has read `target` up to `at`; a marker never goes back.
   *
   * @returns the marker, which may be later.
   * @throws {HistoryError} as `slice` does.
   */
  mark(identity: string, target: string, at: number): Promise<number>;

  /**
   * Removes one message: no later slice has it.
   *
   * @throws {HistoryError} when that cannot be guaranteed now.
   */
  remove(conversation: string, msgid: string): Promise<void>;

  /**
   * Removes everything that `identity` has said, its conversations with other users, and
   * its markers.
   */
  forget(identity: string): Promise<void>;

  /** Writes what is not written yet, and frees everything. Never rejects. */
  close(): Promise<void>;
}

/** A store could not answer; the message says why, without a full stop. */
export class HistoryError extends Error {
  /** `message` says what failed. */
  constructor(message: string) {
    super(message);
    this.name = "HistoryError";
  }
}

/**
 * Whether `kept` is a message, which every reader may ask for, or an event, which only some
 * understand.
 */
export function isMessage({ event }: Kept): boolean {
  const { type } = event;
  return type === "said" || type === "emoted" || type === "dm" || type === "gap";
}
