/**
 * Commands and events that may be kept: a codec may lend its text, and the hub what is told of it.
 *
 * @module
 */

import type { Command } from "../../lib/chat/command.ts";
import type { ChatEvent } from "../../lib/chat/event.ts";

/** A copy of `told` whose text, if it has one, is a string. */
export function settled<T extends Command | ChatEvent | undefined>(told: T): T {
  if (told === undefined) return told;
  return "text" in told ? { ...told, text: `${told.text}` } : { ...told };
}
