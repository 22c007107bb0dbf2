/**
 * Sentences of the server that several protocols share, because no document prescribes them.
 *
 * @module
 */

import type { UserEvent } from "../chat/event.ts";
import { stripFormatting } from "../chat/characters.ts";
import { shownIn } from "../chat/person.ts";

/** Tells a user of the protocol `home` that it was removed from a channel. */
export function removalText(event: Extract<UserEvent, { type: "removed" }>, home: string): string {
  const why = event.reason === undefined ? "" : ` (${event.reason})`;
  return `You were removed from ${event.channel} by ${shownIn(home, event.by)}${why}`;
}

/** Tells a user of the protocol `home` that its channel has another name. */
export function moveText(
  event: Extract<UserEvent, { type: "channel_moved" }>,
  home: string,
): string {
  const why = event.reason === undefined ? "" : ` (${event.reason})`;
  return `${event.channel} is called ${event.now} now, says ${shownIn(home, event.by)}${why}`;
}

/** A dm as its receiver or its sender reads it. */
export type DmEvent = Extract<UserEvent, { type: "dm" | "dm_sent" }>;

/**
 * What a user of the protocol `home` reads of a dm; `undefined` for something between programs, and
 * for the copy of a dm that its sender has sent to itself: that comes as a `dm` as well.
 */
export function dmText(event: DmEvent, home: string): string | undefined {
  const { by, to, text, action, ctcp } = event;
  const isSecond = event.type === "dm_sent" && to.handle === by.handle;
  if (ctcp !== undefined || isSecond) return undefined;
  const plain = stripFormatting(text);
  return action === true ? `[${shownIn(home, by)} ${plain}]` : plain;
}
