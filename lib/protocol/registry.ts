/**
 * All protocols, in the order in which people read them. No other file names them all. A connection's first
 * bytes are offered to them from the last to the first, so each gets what those behind it leave: one that
 * claims less stands further down.
 *
 * @module
 */

import { chat1 } from "./chat1.ts";
import { cs168 } from "./cs168.ts";
import { irc } from "./irc.ts";
import { json16 } from "./json16.ts";
import type { Protocol } from "./protocol.ts";

/** Every protocol that this program speaks. */
export const PROTOCOLS: readonly Protocol[] = [cs168, chat1, json16, irc];

/** The protocol called `name`, if there is one. */
export function findProtocol(name: string): Protocol | undefined {
  return PROTOCOLS.find((protocol) => protocol.name === name);
}
