/**
 * Pages of a history as news: older messages of a conversation, for a UI that shows them
 * above the others.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import type { Anchor, Kept, Target } from "../chat/history.ts";
import type { Received } from "../protocol/protocol.ts";
import type { HistoryCommand } from "./history_asks.ts";
import { placeOf } from "./seen_messages.ts";

/** A page of older messages. */
export interface Past {
  /** Tells it from other news. */
  readonly type: "past";
  /** The conversation. */
  readonly target: Target;
  /** The oldest first. */
  readonly events: readonly Received[];
  /**
   * The place of the oldest one, before which there may be more; `undefined` when there is
   * nothing before.
   */
  readonly oldest: Anchor | undefined;
  /** The question of the UI; left out when the client has asked by itself, on entering. */
  readonly ask?: HistoryCommand;
}

/**
 * A page does not come: the server has none (`refused`), it takes too long (`late`), or the
 * connection is lost.
 */
export interface NoPast {
  /** Tells it from other news. */
  readonly type: "no_past";
  /** The question of the UI. */
  readonly ask: HistoryCommand;
  /** The reason. */
  readonly why: "refused" | "late" | "lost";
}

/** An answer of the server. */
export type Page = Extract<ChatEvent, { type: "history" }>;

/** A page as news; `shown` makes the event of a message. */
export function pastOf(
  { name, isChannel, kept }: Page,
  shown: (kept: Kept) => Received,
  ask?: HistoryCommand,
): Past {
  const oldest = kept[0];
  return {
    type: "past",
    target: isChannel ? { channel: name } : { user: name },
    events: kept.map(shown),
    oldest: oldest && placeOf(oldest),
    ...(ask !== undefined && { ask }),
  };
}

/** The news that a page does not come. */
export function noPast(ask: HistoryCommand, why: NoPast["why"]): NoPast {
  return { type: "no_past", ask, why };
}

/** The event of a kept one, as if it happened now; its stamp says that it did not. */
export function shownEvent(
  { event, stamp }: Kept,
  isMe: (nick: string) => boolean,
  hasChannels: boolean,
): Received {
  const replayed = { stamp: { ...stamp, isReplayed: true } } as const;
  switch (event.type) {
    case "said":
    case "emoted":
      return { ...event, ...(!hasChannels && { channel: "" }), ...replayed };
    case "dm":
      return { ...event, type: isMe(event.by.nick) ? "dm_sent" : "dm", ...replayed };
    case "gap":
      return { type: "notice", text: `${event.lost} messages are missing here`, ...replayed };
    default:
      return { type: "notice", text: "", ...replayed };
  }
}
