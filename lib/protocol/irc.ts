/**
 * IRC, as the "Modern IRC" client protocol and IRCv3 have it (PROTOCOLS, section 7; ISUPPORT says
 * what holds here).
 *
 *   [@tags ][:source ]COMMAND[ parameter]..[ :last parameter]\r\n
 *
 * A channel `x` of the chat is `#x` here, and users of other protocols appear under their handles.
 *
 * @module
 */

import { ircClient } from "./irc_client.ts";
import { internDialect } from "./irc_dialect.ts";
import { IrcServerCodec } from "./irc_server_codec.ts";
import { IRC_RULE } from "./irc_sniff.ts";
import { DEFAULT_FACTS, type Protocol } from "./protocol.ts";

/** The protocol. */
export const irc: Protocol = {
  ...ircClient,
  sniffRules: [IRC_RULE],
  serverCodec: (facts, login, quota) => new IrcServerCodec(facts, login, quota),
  dialect: internDialect(DEFAULT_FACTS.name, 0),
};
