/**
 * All looks, by the name of their protocol. A protocol without an entry gets the plain look, so
 * that a new protocol works at once.
 *
 * @module
 */

import type { ClientProtocol } from "../protocol/protocol.ts";
import type { Look } from "./look.ts";
import { chat1Look } from "./chat1_look.ts";
import { cs168Look } from "./cs168_look.ts";
import { ircLook } from "./irc_look.ts";
import { json16Look } from "./json16_look.ts";
import { plainLook } from "./plain_look.ts";

const LOOKS: ReadonlyMap<string, Look> = new Map([
  ["chat1", chat1Look],
  ["cs168", cs168Look],
  ["irc", ircLook],
  ["json16", json16Look],
]);

/** Returns the look of `protocol`. */
export function lookOf(protocol: Pick<ClientProtocol, "name">): Look {
  return LOOKS.get(protocol.name) ?? plainLook;
}
