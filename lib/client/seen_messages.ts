/**
 * Messages that a user has seen, to recognise them in a history: by their ids where the server
 * gives them, or else by their words.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import type { Anchor, Kept } from "../chat/history.ts";
import type { Received } from "../protocol/protocol.ts";
import { senderOf } from "./event_parts.ts";

/** A message in a channel. */
export type Message = Extract<ChatEvent, { type: "said" | "emoted" }>;

/** A message of a history. */
export type KeptMessage = Kept & { readonly event: Message };

/** The mark by which a message is recognised. */
export interface Mark {
  /** The server's id, if there is one. */
  readonly id: string | undefined;
  /** The sender and its words. */
  readonly words: string;
}

/** The number of messages that must be found in their order, if as many were seen. */
const ENOUGH = 3;

/** Whether `kept` is a message in a channel. */
export function isMessage(kept: Kept): kept is KeptMessage {
  return kept.event.type === "said" || kept.event.type === "emoted";
}

/** The mark of `event`. */
export function markOf(event: Message & Received): Mark {
  // Not every server has ids.
  const id = event.stamp?.msgid === "" ? undefined : event.stamp?.msgid;
  return { id, words: `${senderOf(event)}\n${event.type}\n${event.text}` };
}

/** The mark of a message in a history. */
export function markOfKept({ event, stamp }: KeptMessage): Mark {
  return markOf({ ...event, stamp });
}

/** Whether `marks` has the message of `mark`. */
export function includes(marks: readonly Mark[], mark: Mark): boolean {
  return marks.some((each) => isSame(each, mark));
}

function isSame(a: Mark, b: Mark): boolean {
  return a.id !== undefined && b.id !== undefined ? a.id === b.id : a.words === b.words;
}

/** The part of a history that is new to its reader. */
export interface Missed {
  /** The new messages, the oldest first. */
  readonly kept: readonly KeptMessage[];
  /** Whether the history reaches back to what was seen. */
  readonly isWhole: boolean;
}

/** The messages behind those that were seen; all of them, if none of those is there. */
export function missedIn(kept: readonly KeptMessage[], seen: readonly Mark[]): Missed {
  const marks = kept.map(markOfKept);
  for (let at = marks.length - 1; at >= 0; at--) {
    const depth = Math.min(ENOUGH, at + 1, seen.length);
    const isHere = depth > 0 &&
      Array.from({ length: depth }, (_, back) => back).every((back) =>
        isSame(marks[at - back] as Mark, seen[seen.length - 1 - back] as Mark)
      );
    if (isHere) return { kept: kept.slice(at + 1), isWhole: true };
  }
  return { kept, isWhole: false };
}

/** The place of a message, before which others are asked for. */
export function placeOf({ stamp }: Kept): Anchor {
  return stamp.msgid === "" ? { at: stamp.time } : { msgid: stamp.msgid };
}
