/**
 * Rows of a history for tests: what is said in a channel or between two users, with ids in the order of making.
 *
 * @module
 */

import type { Kept } from "../../lib/chat/history.ts";
import { makeMsgid } from "../../lib/chat/msgid.ts";
import type { Party, Row } from "../../lib/history/contract.ts";
import { directConversation } from "../../lib/history/conversation.ts";
import { person } from "../support/events.ts";

/** The time of the first millisecond. */
export const START = 1_700_000_000_000;

/** The stamp of number `n`: a new millisecond for each three. */
export function stampOf(n: number): { time: number; msgid: string } {
  const time = START + Math.floor(n / 3);
  return { time, msgid: makeMsgid(time, n % 3, 7) };
}

/** The id of number `n`. */
export function idOf(n: number): string {
  return stampOf(n).msgid;
}

/** Something that `by` said in `conversation`. */
export function said(n: number, conversation: string, text = `text ${n}`, by = "ann"): Row {
  const event = { type: "said", by: person(by), channel: "x", text } as const;
  return { conversation, stamp: stampOf(n), event, author: `=${by}`, payer: by };
}

/** That `by` entered. */
export function joined(n: number, conversation: string, by = "ann"): Row {
  const event = { type: "joined", by: person(by), channel: "x" } as const;
  return { conversation, stamp: stampOf(n), event, author: `=${by}`, payer: by };
}

/** Something that `by` said to `to`. */
export function dm(n: number, by: string, to: string, text = `text ${n}`): Row {
  const parties: [Party, Party] = [
    { identity: `=${by}`, handle: by },
    { identity: `=${to}`, handle: to },
  ];
  return {
    conversation: directConversation(`=${by}`, `=${to}`),
    stamp: stampOf(n),
    event: { type: "dm", by: person(by), to: person(to), text },
    author: `=${by}`,
    payer: by,
    parties,
  };
}

/** The texts of `kept`; `+nick` for one who entered. */
export function textsOf(kept: readonly Kept[]): string[] {
  return kept.map(({ event }) => {
    if ("text" in event) return event.text;
    return event.type === "joined" ? `+${event.by.handle}` : event.type;
  });
}
