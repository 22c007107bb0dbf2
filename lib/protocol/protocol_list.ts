/**
 * All protocols, in the order in which people read them; no other file names them all. The sniff
 * rules are tried from the last protocol to the first, so a protocol that claims fewer beginnings
 * stands further down.
 *
 * This is what a client loads: of a protocol whose server's half has a file of its own, the
 * client's half alone stands here, and `registry.ts` adds the other.
 *
 * @module
 */

import { chat1 } from "./chat1.ts";
import { cs168 } from "./cs168.ts";
import { ircClient } from "./irc_client.ts";
import { json16 } from "./json16.ts";
import type { ClientProtocol, Protocol } from "./protocol.ts";

/** All protocols of the program. */
export const PROTOCOL_LIST: readonly (ClientProtocol | Protocol)[] = [
  cs168,
  chat1,
  json16,
  ircClient,
];

/** Finds what a client needs of a protocol, by its name. */
export function findClientProtocol(name: string): ClientProtocol | undefined {
  return PROTOCOL_LIST.find((protocol) => protocol.name === name);
}
