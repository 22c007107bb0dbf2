/**
 * The notices of services.
 *
 * @module
 */

import type { IrcConnection } from "./irc_connection.ts";
import { formatBody } from "./irc_message.ts";

/** The body of a notice of the service called `nick`. */
export function serviceNotice(nick: string, text: string, irc: IrcConnection): string {
  return formatBody(`${nick}!${nick}@${irc.facts.name}`, "NOTICE", [irc.nick], text);
}
