/**
 * All protocols, in the order in which people read them; no other file names them all. The sniff rules are tried
 * from the last protocol to the first, so a protocol that claims fewer beginnings stands further down.
 *
 * @module
 */

import { chat1 } from "./chat1.ts";
import { cs168 } from "./cs168.ts";
import { irc } from "./irc.ts";
import { json16 } from "./json16.ts";
import type { Protocol } from "./protocol.ts";

/** All protocols of the program. */
export const PROTOCOLS: readonly Protocol[] = [cs168, chat1, json16, irc];

/** Finds a protocol by its name. */
export function findProtocol(name: string): Protocol | undefined {
  return PROTOCOLS.find((protocol) => protocol.name === name);
}
