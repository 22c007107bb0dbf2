/**
 * Answers that list users or channels: each of them may be thousands of lines, so they are
 * made one by one.
 *
 * @module
 */

import type { ChannelSummary, Former, Member, Seen, Whois } from "../chat/query.ts";
import { fullName, type Person } from "../chat/person.ts";
import { NO_RIGHTS, RIGHTS, type Rights } from "../chat/rights.ts";
import type { IrcConnection } from "./irc_connection.ts";
import { realnameOf, SIGN_OF } from "./irc_events.ts";
import { MAX_BODY_BYTES } from "./irc_message.ts";
import { whoisMetadata } from "./irc_metadata.ts";
import { lettersOf } from "./irc_modes.ts";
import { formatChannelName } from "./irc_names.ts";
import { utf8Length } from "../chat/names.ts";
import { type WhoEntry, whoReply, whoxReply } from "./irc_who.ts";

/** The members of a channel, and the end of the list. */
export function memberLines(
  irc: IrcConnection,
  name: string,
  isSecret: boolean,
  members: readonly Member[],
): Iterable<string> {
  return nameLines(irc, name, isSecret ? "@" : "=", members);
}

/** The same for members whose rights may not be known. */
export function* nameLines(
  irc: IrcConnection,
  name: string,
  symbol: string,
  members: readonly { readonly person: Person; readonly rights?: Rights }[],
): Iterable<string> {
  for (const line of packedNames(irc, symbol, name, members)) {
    yield irc.numeric("RPL_NAMREPLY", symbol, name, line);
  }
  yield irc.numeric("RPL_ENDOFNAMES", name);
}

type Names = readonly { readonly person: Person; readonly rights?: Rights }[];

/**
 * Lists that were packed, for each form: a renamed channel shows one list to all of its members.
 */
const packedLists = new WeakMap<Names, Map<string, readonly string[]>>();

function packedNames(
  irc: IrcConnection,
  symbol: string,
  name: string,
  members: Names,
): Iterable<string> {
  const headBytes = utf8Length(irc.numeric("RPL_NAMREPLY", symbol, name, ""));
  const withHost = irc.caps.has("userhost-in-names");
  const words = () =>
    members.map(({ person, rights }) =>
      signsOf(irc, rights) + (withHost ? fullName(person) : person.handle)
    );
  if (members.length < SHARED_NAMES) return packed(words(), headBytes);
  let forms = packedLists.get(members);
  if (forms === undefined) packedLists.set(members, forms = new Map());
  const form = `${headBytes} ${withHost} ${irc.caps.has("multi-prefix")}`;
  let lines = forms.get(form);
  if (lines === undefined) forms.set(form, lines = [...packed(words(), headBytes)]);
  return lines;
}

/** Shorter lists are packed anew for each receiver. */
const SHARED_NAMES = 32;

/** Words in as few lines as hold them; none for no words. */
function* packed(words: readonly string[], headBytes: number): Generator<string> {
  let line = "";
  let bytes = headBytes;
  for (const word of words) {
    const size = utf8Length(word) + 1;
    if (line !== "" && bytes + size > MAX_BODY_BYTES) {
      yield line;
      [line, bytes] = ["", headBytes];
    }
    line += line === "" ? word : ` ${word}`;
    bytes += size;
  }
  if (line !== "") yield line;
}

/** The sign of the highest right, or with multi-prefix of all of them. */
function signsOf(irc: IrcConnection, rights: Rights = NO_RIGHTS): string {
  const signs = RIGHTS.filter((right) => rights[right]).map((right) => SIGN_OF[right]);
  return irc.caps.has("multi-prefix") ? signs.join("") : signs[0] ?? "";
}

/**
 * Channels, and the end of the list unless there are more. Those whose name no line can carry
 * are left out.
 */
export function* channelLines(
  irc: IrcConnection,
  channels: readonly ChannelSummary[],
  isLast: boolean,
): Iterable<string> {
  for (const { name, members, topic } of channels) {
    const shown = formatChannelName(name);
    if (shown !== undefined) yield irc.numeric("RPL_LIST", shown, String(members), topic);
  }
  if (isLast) yield irc.numeric("RPL_LISTEND");
}

/** Users whom WHO has found, and the end of the list unless there are more. */
export function* whoLines(
  irc: IrcConnection,
  channel: string | undefined,
  users: readonly Seen[],
  isLast: boolean,
): Iterable<string> {
  const { whoQuery: query } = irc;
  if (query === undefined) return;
  const name = channel === undefined ? "*" : formatChannelName(channel) ?? "*";
  for (const user of users) {
    const entry = whoEntry(irc, name, user);
    if (query.fields === undefined) {
      yield irc.numeric("RPL_WHOREPLY", ...whoReply(entry));
      continue;
    }
    const [first, ...rest] = whoxReply(query, entry);
    if (first !== undefined) yield irc.numeric("RPL_WHOSPCRPL", first, ...rest);
  }
  if (isLast) yield irc.numeric("RPL_ENDOFWHO", query.mask);
}

function whoEntry(irc: IrcConnection, channel: string, user: Seen): WhoEntry {
  const { person, rights } = user;
  return {
    channel,
    username: person.username,
    ...(user.address !== undefined && { address: user.address }),
    host: person.host,
    server: irc.facts.name,
    nick: person.handle,
    isAway: user.isAway,
    isOperator: user.isOperator,
    isBot: person.bot === true,
    signs: signsOf(irc, rights),
    idle: Math.floor(user.idleMs / 1000),
    ...(person.account !== undefined && { account: person.account }),
    realname: realnameOf(person),
  };
}

/** All about one user. The codec adds the end of the answer, which follows a refusal as well. */
export function* whoisLines(irc: IrcConnection, user: Whois): Iterable<string> {
  const { person, address, account } = { ...user, account: user.person.account };
  const nick = person.handle;
  const { username, host } = person;
  yield irc.numeric("RPL_WHOISUSER", nick, username, host, "*", realnameOf(person));
  if (person.bot === true) yield irc.numeric("RPL_WHOISBOT", nick);
  yield* whoisChannels(irc, nick, user);
  yield irc.numeric("RPL_WHOISSERVER", nick, irc.facts.name, irc.facts.network);
  if (user.isOperator) yield irc.numeric("RPL_WHOISOPERATOR", nick);
  if (user.isSecure === true) yield irc.numeric("RPL_WHOISSECURE", nick);
  if (account !== undefined) yield irc.numeric("RPL_WHOISACCOUNT", nick, account);
  if (address !== undefined) {
    yield irc.numeric("RPL_WHOISHOST", nick, `is connecting from ${username}@${address}`);
  }
  if (user.modes !== undefined) {
    yield irc.numeric("RPL_WHOISMODES", nick, `is using modes +${lettersOf(user.modes)}`);
  }
  yield* whoisMetadata(irc, nick, user.metadata);
  if (user.away !== undefined) yield irc.numeric("RPL_AWAY", nick, user.away);
  const idle = String(Math.floor(user.idleMs / 1000));
  yield irc.numeric("RPL_WHOISIDLE", nick, idle, secondsOf(user.registeredAt));
}

function* whoisChannels(irc: IrcConnection, nick: string, user: Whois): Iterable<string> {
  const words = user.channels.flatMap(({ name, rights }) => {
    const shown = formatChannelName(name);
    return shown === undefined ? [] : [signsOf(irc, rights) + shown];
  });
  const headBytes = utf8Length(irc.numeric("RPL_WHOISCHANNELS", nick, ""));
  for (const line of packed(words, headBytes)) {
    yield irc.numeric("RPL_WHOISCHANNELS", nick, line);
  }
}

/** Those who were called `nick`, the latest first, and the end of the list. */
export function* whowasLines(
  irc: IrcConnection,
  nick: string,
  entries: readonly Former[],
): Iterable<string> {
  if (entries.length === 0) yield irc.numeric("ERR_WASNOSUCHNICK", nick);
  for (const { person, at, address } of entries) {
    const { handle, username, host } = person;
    yield irc.numeric("RPL_WHOWASUSER", handle, username, host, "*", realnameOf(person));
    if (address !== undefined) {
      yield irc.numeric("RPL_WHOISHOST", handle, `was connecting from ${username}@${address}`);
    }
    yield irc.numeric("RPL_WHOISSERVER", handle, irc.facts.name, new Date(at).toUTCString());
  }
  yield irc.numeric("RPL_ENDOFWHOWAS", nick);
}

function secondsOf(ms: number): string {
  return String(Math.floor(ms / 1000));
}
