/**
 * The conversations that a user takes part in, as the history desk finds them, and what it says when it finds nothing.
 *
 * @module
 */

import type { HistoryAnswer, HistoryAsk } from "../chat/history.ts";
import type { DirectConversation } from "../history/contract.ts";

/** A conversation that a user takes part in. */
export interface Place {
  /** Its id. */
  readonly conversation: string;
  /** The channel, or the handle of the other user. */
  readonly name: string;
  /** Whether it is a channel. */
  readonly isChannel: boolean;
}

/** Of the conversations with other users, the latest are looked into where nothing says which. */
const MAX_SEARCHED_DIRECTS = 50;

/** The latest of a user's conversations with others. */
export function placesOf(directs: readonly DirectConversation[]): Place[] {
  return directs.slice(0, MAX_SEARCHED_DIRECTS).map(({ conversation, peer }) => ({
    conversation,
    name: peer.handle,
    isChannel: false,
  }));
}

/** The answer to `ask` when the store has failed. */
export function failed(ask: HistoryAsk): HistoryAnswer {
  const why = "failed";
  switch (ask.type) {
    case "history":
    case "history_targets":
      return { type: "history_refused", ask, why };
    case "search":
      return { type: "search_refused", ask, why };
    case "missed":
      return { type: "missed", kept: [] };
    default:
      return { type: "record_refused", ask, why };
  }
}
