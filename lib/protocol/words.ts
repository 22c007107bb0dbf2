/**
 * Sentences of the server that several protocols share, because no document prescribes them.
 *
 * @module
 */

import type { Dm } from "../chat/dm.ts";
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

/**
 * What a user of the protocol `home` reads of a dm; `undefined` when it is something
 * between programs.
 */
export function dmText({ by, text, action, ctcp }: Dm, home: string): string | undefined {
  if (ctcp !== undefined) return undefined;
  const plain = stripFormatting(text);
  return action === true ? `[${shownIn(home, by)} ${plain}]` : plain;
}
