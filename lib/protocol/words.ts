/**
 * Sentences of the server that several protocols share, because no document prescribes them.
 *
 * @module
 */

import type { UserEvent } from "../chat/event.ts";
import { shownIn } from "../chat/person.ts";

/** Tells a user of the protocol `home` that it was removed from a channel. */
export function removalText(event: Extract<UserEvent, { type: "removed" }>, home: string): string {
  const why = event.reason === undefined ? "" : ` (${event.reason})`;
  return `You were removed from ${event.channel} by ${shownIn(home, event.by)}${why}`;
}
