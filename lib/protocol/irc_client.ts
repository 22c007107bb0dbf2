/**
 * IRC as a client sees it: what `irc.ts` begins with, without the server's half, which no
 * client loads.
 *
 * @module
 */

import { IrcClientCodec } from "./irc_client_codec.ts";
import { IRC } from "./irc_names.ts";
import type { ClientProtocol } from "./protocol.ts";

/** The client's half. */
export const ircClient: ClientProtocol = {
  name: IRC,
  scheme: "irc",
  hasChannelAddresses: true,
  hasAccounts: true,
  clientCodec: (nick, wishes) => new IrcClientCodec(nick, wishes),
};
