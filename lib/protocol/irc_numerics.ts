/**
 * The numeric replies, each with its number, its parameters and its words (Modern IRC, "Numerics";
 * IRCv3 WHOX, MONITOR, bot-mode and SASL). The compiler checks that a reply is given the parameters
 * that it has.
 *
 *   :server 401 <client> <nickname> :No such nick/channel
 *           '-' '--------' '------'  '------ words -----'
 *         code   always    its own
 *
 * @module
 */

import { formatBody } from "./irc_message.ts";

/** The nick of a client that has none yet. */
export const NO_NICK = "*";

/** A reply's form: `params` are its own, behind the client's nick. */
interface Numeric {
  readonly code: string;
  readonly params: readonly string[];
  /** Fixed words; without them the last parameter is written as the trailing one. */
  readonly words?: string;
  /** The last parameter may be given any number of times. */
  readonly repeats?: true;
  /** None of the parameters is written as the trailing one. */
  readonly plain?: true;
}

function fixed<const P extends readonly string[]>(code: string, params: P, words: string) {
  return { code, params, words } as const;
}

function open<const P extends readonly string[]>(code: string, params: P) {
  return { code, params } as const;
}

function plain<const P extends readonly string[]>(code: string, params: P) {
  return { code, params, repeats: true, plain: true } as const;
}

/** All numerics that this program sends. */
export const NUMERICS = {
  RPL_WELCOME: open("001", ["greeting"]),
  RPL_YOURHOST: open("002", ["host"]),
  RPL_CREATED: open("003", ["created"]),
  RPL_MYINFO: plain("004", ["server", "version", "userModes", "channelModes", "withParameter"]),
  RPL_STATSCOMMANDS: plain("212", ["command", "count"]),
  RPL_STATSKLINE: open("216", ["letter", "mask", "at", "seconds", "by", "reason"]),
  RPL_ENDOFSTATS: fixed("219", ["letter"], "End of STATS report"),
  RPL_UMODEIS: plain("221", ["modes"]),
  RPL_STATSUPTIME: open("242", ["text"]),
  RPL_STATSOLINE: plain("243", ["letter", "mask", "star", "name"]),
  RPL_LUSERCLIENT: open("251", ["text"]),
  RPL_LUSEROP: fixed("252", ["count"], "operator(s) online"),
  RPL_LUSERUNKNOWN: fixed("253", ["count"], "unknown connection(s)"),
  RPL_LUSERCHANNELS: fixed("254", ["count"], "channels formed"),
  RPL_LUSERME: open("255", ["text"]),
  RPL_ADMINME: fixed("256", ["server"], "Administrative info"),
  RPL_ADMINLOC1: open("257", ["info"]),
  RPL_ADMINLOC2: open("258", ["info"]),
  RPL_ADMINEMAIL: open("259", ["info"]),
  RPL_TRYAGAIN: fixed("263", ["command"], "Please wait a while and try again"),
  RPL_LOCALUSERS: open("265", ["users", "max", "text"]),
  RPL_GLOBALUSERS: open("266", ["users", "max", "text"]),
  RPL_AWAY: open("301", ["nick", "message"]),
  RPL_USERHOST: open("302", ["replies"]),
  RPL_ISON: open("303", ["nicks"]),
  RPL_UNAWAY: fixed("305", [], "You are no longer marked as being away"),
  RPL_NOWAWAY: fixed("306", [], "You have been marked as being away"),
  RPL_WHOISREGNICK: fixed("307", ["nick"], "has identified for this nick"),
  RPL_WHOISUSER: open("311", ["nick", "username", "host", "star", "realname"]),
  RPL_WHOISSERVER: open("312", ["nick", "server", "info"]),
  RPL_WHOISOPERATOR: fixed("313", ["nick"], "is an IRC operator"),
  RPL_WHOWASUSER: open("314", ["nick", "username", "host", "star", "realname"]),
  RPL_ENDOFWHO: fixed("315", ["mask"], "End of WHO list"),
  RPL_WHOISIDLE: fixed("317", ["nick", "idleSeconds", "signOn"], "seconds idle, signon time"),
  RPL_ENDOFWHOIS: fixed("318", ["nick"], "End of WHOIS list"),
  RPL_WHOISCHANNELS: open("319", ["nick", "channels"]),
  RPL_LIST: open("322", ["channel", "users", "topic"]),
  RPL_LISTEND: fixed("323", [], "End of LIST"),
  RPL_CHANNELMODEIS: plain("324", ["channel", "modes"]),
  RPL_CREATIONTIME: plain("329", ["channel", "time"]),
  RPL_WHOISACCOUNT: fixed("330", ["nick", "account"], "is logged in as"),
  RPL_NOTOPIC: fixed("331", ["channel"], "No topic is set"),
  RPL_TOPIC: open("332", ["channel", "topic"]),
  RPL_TOPICWHOTIME: plain("333", ["channel", "who", "time"]),
  RPL_WHOISBOT: fixed("335", ["nick"], "is a bot"),
  RPL_INVITELIST: plain("336", ["channel"]),
  RPL_ENDOFINVITELIST: fixed("337", [], "End of INVITE list"),
  RPL_WHOISACTUALLY: fixed("338", ["nick", "address"], "is actually using host"),
  RPL_INVITING: plain("341", ["nick", "channel"]),
  RPL_INVEXLIST: plain("346", ["channel", "mask", "who", "time"]),
  RPL_ENDOFINVEXLIST: fixed("347", ["channel"], "End of channel invite exception list"),
  RPL_EXCEPTLIST: plain("348", ["channel", "mask", "who", "time"]),
  RPL_ENDOFEXCEPTLIST: fixed("349", ["channel"], "End of channel exception list"),
  RPL_VERSION: open("351", ["version", "server", "comments"]),
  RPL_WHOREPLY: open("352", [
    "channel",
    "username",
    "host",
    "server",
    "nick",
    "flags",
    "hopsAndRealname",
  ]),
  RPL_NAMREPLY: open("353", ["symbol", "channel", "nicks"]),
  RPL_WHOSPCRPL: { code: "354", params: ["field"], repeats: true },
  RPL_LINKS: open("364", ["server", "uplink", "hopsAndInfo"]),
  RPL_ENDOFLINKS: fixed("365", ["star"], "End of LINKS list"),
  RPL_ENDOFNAMES: fixed("366", ["channel"], "End of NAMES list"),
  RPL_BANLIST: plain("367", ["channel", "mask", "who", "time"]),
  RPL_ENDOFBANLIST: fixed("368", ["channel"], "End of channel ban list"),
  RPL_ENDOFWHOWAS: fixed("369", ["nick"], "End of WHOWAS"),
  RPL_INFO: open("371", ["line"]),
  RPL_MOTD: open("372", ["line"]),
  RPL_ENDOFINFO: fixed("374", [], "End of INFO list"),
  RPL_MOTDSTART: open("375", ["line"]),
  RPL_ENDOFMOTD: fixed("376", [], "End of MOTD command"),
  RPL_WHOISHOST: open("378", ["nick", "text"]),
  RPL_WHOISMODES: open("379", ["nick", "text"]),
  RPL_YOUREOPER: fixed("381", [], "You are now an IRC operator"),
  RPL_REHASHING: fixed("382", ["file"], "Rehashing"),
  RPL_TIME: open("391", ["server", "time"]),
  ERR_UNKNOWNERROR: open("400", ["command", "text"]),
  ERR_NOSUCHNICK: fixed("401", ["nickname"], "No such nick/channel"),
  ERR_NOSUCHSERVER: fixed("402", ["server"], "No such server"),
  ERR_NOSUCHCHANNEL: fixed("403", ["channel"], "No such channel"),
  ERR_CANNOTSENDTOCHAN: open("404", ["channel", "why"]),
  ERR_TOOMANYCHANNELS: fixed("405", ["channel"], "You have joined too many channels"),
  ERR_WASNOSUCHNICK: fixed("406", ["nickname"], "There was no such nickname"),
  ERR_TOOMANYTARGETS: fixed("407", ["target"], "Too many targets"),
  ERR_NOORIGIN: fixed("409", [], "No origin specified"),
  ERR_INVALIDCAPCMD: fixed("410", ["subcommand"], "Invalid CAP command"),
  ERR_NORECIPIENT: open("411", ["text"]),
  ERR_NOTEXTTOSEND: fixed("412", [], "No text to send"),
  ERR_INPUTTOOLONG: fixed("417", [], "Input line was too long"),
  ERR_UNKNOWNCOMMAND: fixed("421", ["command"], "Unknown command"),
  ERR_NOMOTD: fixed("422", [], "MOTD file is missing"),
  ERR_NONICKNAMEGIVEN: fixed("431", [], "No nickname given"),
  ERR_ERRONEUSNICKNAME: fixed("432", ["nick"], "Erroneous nickname"),
  ERR_NICKNAMEINUSE: open("433", ["nick", "why"]),
  ERR_USERNOTINCHANNEL: fixed("441", ["nick", "channel"], "They aren't on that channel"),
  ERR_NOTONCHANNEL: fixed("442", ["channel"], "You're not on that channel"),
  ERR_USERONCHANNEL: fixed("443", ["nick", "channel"], "is already on channel"),
  ERR_NOTREGISTERED: fixed("451", [], "You have not registered"),
  ERR_NEEDMOREPARAMS: fixed("461", ["command"], "Not enough parameters"),
  ERR_ALREADYREGISTERED: fixed("462", [], "You may not register again"),
  ERR_PASSWDMISMATCH: fixed("464", [], "Password incorrect"),
  ERR_YOUREBANNEDCREEP: open("465", ["why"]),
  ERR_INVALIDUSERNAME: fixed("468", [], "Your username is not valid"),
  ERR_CHANNELISFULL: fixed("471", ["channel"], "Cannot join channel (+l)"),
  ERR_UNKNOWNMODE: fixed("472", ["mode"], "is unknown mode char to me"),
  ERR_INVITEONLYCHAN: fixed("473", ["channel"], "Cannot join channel (+i)"),
  ERR_BANNEDFROMCHAN: fixed("474", ["channel"], "Cannot join channel (+b)"),
  ERR_BADCHANNELKEY: fixed("475", ["channel"], "Cannot join channel (+k)"),
  ERR_BADCHANMASK: fixed("476", ["channel"], "Bad channel mask"),
  ERR_NEEDREGGEDNICK: fixed("477", ["channel"], "You need to be logged in to an account"),
  ERR_BANLISTFULL: fixed("478", ["channel", "mode"], "Channel list is full"),
  ERR_NOPRIVILEGES: fixed("481", [], "Permission denied: you're not an IRC operator"),
  ERR_CHANOPRIVSNEEDED: fixed("482", ["channel"], "You're not channel operator"),
  ERR_CANTKILLSERVER: fixed("483", [], "You can't kill a server"),
  ERR_NOOPERHOST: fixed("491", [], "No operators for your host"),
  ERR_UMODEUNKNOWNFLAG: fixed("501", [], "Unknown MODE flag"),
  ERR_USERSDONTMATCH: fixed("502", [], "Can't change mode for other users"),
  ERR_HELPNOTFOUND: fixed("524", ["subject"], "No help available on this topic"),
  ERR_INVALIDKEY: fixed("525", ["channel"], "Key is not well-formed"),
  RPL_WHOISSECURE: fixed("671", ["nick"], "is using a secure connection"),
  ERR_INVALIDMODEPARAM: open("696", ["target", "mode", "parameter", "why"]),
  RPL_HELPSTART: open("704", ["subject", "line"]),
  RPL_HELPTXT: open("705", ["subject", "line"]),
  RPL_ENDOFHELP: open("706", ["subject", "line"]),
  ERR_NOPRIVS: fixed("723", ["privilege"], "Insufficient operator privileges"),
  RPL_WHOISKEYVALUE: open("760", ["target", "key", "visibility", "value"]),
  RPL_KEYVALUE: open("761", ["target", "key", "visibility", "value"]),
  RPL_KEYNOTSET: fixed("766", ["target", "key"], "The key is not set"),
  RPL_METADATASUBOK: plain("770", ["key"]),
  RPL_METADATAUNSUBOK: plain("771", ["key"]),
  RPL_METADATASUBS: plain("772", ["key"]),
  RPL_METADATASYNCLATER: plain("774", ["target"]),
  RPL_MONONLINE: open("730", ["targets"]),
  RPL_MONOFFLINE: open("731", ["targets"]),
  RPL_MONLIST: open("732", ["targets"]),
  RPL_ENDOFMONLIST: fixed("733", [], "End of MONITOR list"),
  ERR_MONLISTFULL: fixed("734", ["limit", "targets"], "Monitor list is full"),
  RPL_LOGGEDIN: open("900", ["mask", "account", "text"]),
  RPL_LOGGEDOUT: fixed("901", ["mask"], "You are now logged out"),
  ERR_NICKLOCKED: fixed("902", [], "You must use a nick assigned to you"),
  RPL_SASLSUCCESS: fixed("903", [], "SASL authentication successful"),
  ERR_SASLFAIL: open("904", ["text"]),
  ERR_SASLTOOLONG: fixed("905", [], "SASL message too long"),
  ERR_SASLABORTED: fixed("906", [], "SASL authentication aborted"),
  ERR_SASLALREADY: fixed("907", [], "You have already authenticated using SASL"),
  RPL_SASLMECHS: fixed("908", ["mechanisms"], "are available SASL mechanisms"),
} as const satisfies Readonly<Record<string, Numeric>>;

/** The name of a numeric. */
export type NumericName = keyof typeof NUMERICS;

/** A string for each of `P`. */
export type Values<P extends readonly string[]> = { readonly [K in keyof P]: string };

/** The parameters of a numeric behind the client's nick. */
export type NumericParams<N extends NumericName> = (typeof NUMERICS)[N] extends
  { readonly repeats: true } ? readonly [string, ...string[]]
  : Values<(typeof NUMERICS)[N]["params"]>;

/**
 * A numeric from `server` to the client whose nick is `client`, as the body of a line.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatNumeric } from "./irc_numerics.ts";
 *
 * assertEquals(
 *   formatNumeric("irc.example", "alice", "ERR_NOSUCHNICK", "bob"),
 *   ":irc.example 401 alice bob :No such nick/channel\r\n",
 * );
 * ```
 */
export function formatNumeric<N extends NumericName>(
  server: string,
  client: string,
  name: N,
  ...params: NumericParams<N>
): string {
  const { code, words, plain }: Numeric = NUMERICS[name];
  const given: readonly string[] = [client, ...params];
  if (words !== undefined) return formatBody(server, code, given, words);
  if (plain) return formatBody(server, code, given);
  return formatBody(server, code, given.slice(0, -1), given.at(-1));
}

/** The body of an ISUPPORT line: up to 13 tokens. */
export function formatIsupport(server: string, client: string, tokens: readonly string[]): string {
  return formatBody(server, "005", [client, ...tokens], "are supported by this server");
}

/**
 * A standard reply (IRCv3 standard-replies): `FAIL` when the command did nothing, `WARN` or `NOTE`
 * when it did. `command` is `*` when there is none; `context` are words for programs, `description`
 * is for a person.
 */
export function formatStandardReply(
  server: string,
  kind: "FAIL" | "WARN" | "NOTE",
  command: string,
  code: string,
  context: readonly string[],
  description: string,
): string {
  return formatBody(server, kind, [command, code, ...context], description);
}
