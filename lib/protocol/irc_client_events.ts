/**
 * Lines of an IRC server as events of the chat, for a client. It reads lines of any server: one
 * without an event here is a notice, or nothing.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import { foldHandle } from "../chat/handles.ts";
import { type Person, personSeen } from "../chat/person.ts";
import { readMark, readRefusal } from "./irc_client_history.ts";
import type { LoginStep } from "./irc_client_login.ts";
import type { IrcClientState } from "./irc_client_state.ts";
import { isWhoisLine, readWhoisLine } from "./irc_client_whois.ts";
import { formatBody, type IrcMessage } from "./irc_message.ts";
import { CHANNEL_MARK, IRC } from "./irc_names.ts";
import { readIrcText } from "./irc_text.ts";
import type { Received } from "./protocol.ts";
import { sanitizeLine, sanitizeName, sanitizeText } from "./text.ts";

type Read = (message: IrcMessage, state: IrcClientState) => ChatEvent | undefined;

const READERS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ["PING", ({ params }, { answers }) => {
    answers.push(formatBody(undefined, "PONG", [], params.at(-1) ?? ""));
    return undefined;
  }],
  ["PONG", ({ params }, state) => {
    state.answered = params.at(-1);
    return undefined;
  }],
  ["CAP", ({ params }, state) => {
    const { caps, answers, login } = state;
    const [subcommand, words] = caps.take(params) ?? [];
    if (subcommand === undefined) return undefined;
    // The registration waits for the login.
    if (subcommand === "END" && login !== undefined) {
      if (!caps.has("sasl")) return loginFailure(NO_ACCOUNTS);
      return followLogin(login.begin(caps.valueOf("sasl")), state);
    }
    answers.push(formatBody(undefined, "CAP", [subcommand], words));
    return undefined;
  }],
  ["BATCH", (message, { stamps }) => {
    const page = stamps.take(message);
    if (page === undefined) return undefined;
    if (page.target === undefined) return { type: "found", kept: page.kept };
    const isChannel = page.target.startsWith(CHANNEL_MARK);
    return { type: "history", name: shown(page.target), isChannel, kept: page.kept };
  }],
  [
    "FAIL",
    ({ params }) => readRefusal(params) ?? { ...notice(params.at(-1) ?? ""), isAnswer: true },
  ],
  ["001", ({ params: [nick = ""] }, state) => {
    // An old server knows neither CAP nor accounts.
    if (state.login?.isDone === false) return loginFailure(NO_ACCOUNTS);
    state.isWelcome = true;
    state.nick = nick;
    return { type: "registered", person: personSeen(sanitizeName(nick), IRC) };
  }],
  ["MARKREAD", ({ params }) => readMark(params)],
  ["JOIN", readJoin],
  ["PART", (message, state) => {
    const by = senderOf(message);
    const name = message.params[0] ?? "";
    if (state.isMe(by.nick)) state.leave(name);
    return { type: "left", by, channel: shown(name), ...reasonOf(message.params[1]) };
  }],
  ["KICK", readKick],
  ["QUIT", (message) => ({ type: "quit", by: senderOf(message), ...reasonOf(message.params[0]) })],
  ["NICK", (message, state) => {
    const by = senderOf(message);
    const nick = message.params[0] ?? "";
    if (state.isMe(by.nick)) state.nick = nick;
    return { type: "renamed", by, now: personSeen(sanitizeName(nick), IRC) };
  }],
  ["PRIVMSG", readMessage],
  ["NOTICE", readMessage],
  ["TOPIC", (message) => {
    const [name = "", text = ""] = message.params;
    const by = senderOf(message);
    return { type: "topic_set", by, channel: shown(name), text: sanitizeLine(text) };
  }],
  ["INVITE", (message) => {
    const by = senderOf(message);
    return { type: "invited", by, channel: shown(message.params[1] ?? "") };
  }],
  ["WALLOPS", (message) => notice(`${senderOf(message).nick}: ${message.params[0] ?? ""}`)],
  // A reply to a departure that the user has asked for is no news.
  [
    "ERROR",
    ({ params: [reason = ""] }, { isLeaving }) =>
      isLeaving ? undefined : { type: "closing", reason: sanitizeLine(withoutPreface(reason)) },
  ],
  ["MODE", readMode],
  ["353", ({ params }, { members }) => {
    const key = foldHandle(params[2] ?? "");
    const list = members.get(key) ?? [];
    for (const word of (params[3] ?? "").split(" ")) {
      if (word !== "" && list.length < MOST_LISTED) list.push(word);
    }
    if (members.size < MOST_LISTS || members.has(key)) members.set(key, list);
    return undefined;
  }],
  ["366", ({ params }, { members }) => {
    const key = foldHandle(params[1] ?? "");
    const people = (members.get(key) ?? []).map((word) => personSeen(nickOf(word), IRC));
    members.delete(key);
    return { type: "names", channel: shown(params[1] ?? ""), members: people };
  }],
  ["322", ({ params: [, name = "", count = "", topic = ""] }, { found }) => {
    const members = /^\d{1,9}$/.test(count) ? Number(count) : 0;
    if (found.length < MOST_LISTED) {
      found.push({ name: shown(name), members, topic: sanitizeLine(topic) });
    }
    return undefined;
  }],
  ["323", (_message, { found }) => {
    const channels = found.splice(0);
    return { type: "channels_found", channels, examined: channels.length };
  }],
  ["331", ({ params }) => ({ type: "topic_is", channel: shown(params[1] ?? "") })],
  ["332", ({ params: [, name = "", text = ""] }) => {
    const topic = { text: sanitizeLine(text), by: "", at: 0 };
    return { type: "topic_is", channel: shown(name), topic };
  }],
  ["305", () => ({ type: "now_away", isAway: false })],
  ["306", () => ({ type: "now_away", isAway: true })],
  ["301", ({ params: [, nick = "", text = ""] }) => {
    const whom = personSeen(sanitizeName(nick), IRC);
    return { type: "is_away", whom, text: sanitizeLine(text) };
  }],
  ["341", ({ params: [, nick = "", name = ""] }) => {
    const whom = personSeen(sanitizeName(nick), IRC);
    return { type: "inviting", whom, channel: shown(name) };
  }],
  // The reply names the account twice; its words are enough.
  ["900", ({ params }) => notice(params.at(-1) ?? "")],
  ["433", ({ params: [, nick = "", words = ""] }) => {
    // Other servers use this numeric for both, and few of them say which.
    const code = words.includes("belongs to an account") ? "nick_reserved" : "nick_in_use";
    return refused({ code, nick: sanitizeName(nick) });
  }],
  // A wrong password, and a ban.
  ["464", readFinal],
  ["465", readFinal],
  ["401", ({ params }) => refused({ code: "no_such_nick", nick: sanitizeName(params[1] ?? "") })],
  ["403", ({ params }) => refused({ code: "no_such_channel", channel: shown(params[1] ?? "") })],
  [
    "441",
    ({ params: [, nick = "", name = ""] }) =>
      refused({ code: "not_a_member", nick: sanitizeName(nick), channel: shown(name) }),
  ],
  [
    "443",
    ({ params: [, nick = "", name = ""] }) =>
      refused({ code: "already_member", nick: sanitizeName(nick), channel: shown(name) }),
  ],
  ["442", ({ params: [, name = "*"] }) =>
    refused(
      name === "*" ? { code: "not_in_channel" } : { code: "not_in_channel", channel: shown(name) },
    )],
  ["482", ({ params }) => refused({ code: "not_operator", channel: shown(params[1] ?? "") })],
]);

/** Names in a list that has not ended: a server without an end must not fill the memory. */
const MOST_LISTED = 100_000;
/** The most lists that have not ended. */
const MOST_LISTS = 1000;

/** Numerics that a person need not read. */
const QUIET = new Set(
  "002 003 004 005 251 252 253 254 255 265 266 321 329 333 375 376 396 422".split(" "),
);

/** Numerics that refuse a JOIN, with the channel as their second parameter. */
const NO_ENTRY = new Set("403 405 437 461 471 473 474 475 476 477 479 489".split(" "));

const NO_ACCOUNTS = "this server has no accounts (try without --account)";

const NUMERIC = /^\d{3}$/;
/** Numerics from here on refuse a request. */
const FIRST_ERROR = "400";

/** The event that a line reports, with its stamp; `undefined` for none. */
export function readLine(message: IrcMessage, state: IrcClientState): Received | undefined {
  const event = readEvent(message, state);
  if (event !== undefined && state.stamps.keep(message, event)) return undefined;
  const stamp = event === undefined ? undefined : state.stamps.of(message);
  return event === undefined || stamp === undefined ? event : { ...event, stamp };
}

function readEvent(message: IrcMessage, state: IrcClientState): ChatEvent | undefined {
  const { command, params } = message;
  const step = state.login?.take(message);
  if (step !== undefined) return followLogin(step, state);
  // An old server does not know CAP; nobody has typed that.
  if (command === "421" && params[1] === "CAP") return undefined;
  if (NO_ENTRY.has(command)) state.refuse(params[1] ?? "");
  if (isWhoisLine(command, params, state)) return readWhoisLine(command, params, state);
  const read = READERS.get(command);
  if (read !== undefined) return read(message, state);
  if (NUMERIC.test(command)) return QUIET.has(command) ? undefined : numericNotice(command, params);
  return command === "WARN" || command === "NOTE"
    ? { ...notice(params.at(-1) ?? ""), isAnswer: true }
    : undefined;
}

/**
 * The words of a numeric without an event of its own. The first of its parameters is the
 * user's nick.
 */
function numericNotice(command: string, params: readonly string[]): ChatEvent {
  const [name = ""] = params.slice(1, -1);
  const isAbout = name.startsWith(CHANNEL_MARK);
  return {
    ...notice(params.slice(1).join(" ")),
    ...(isAbout && { channel: shown(name) }),
    ...(command >= FIRST_ERROR && { isAnswer: true }),
  };
}

/** Reads a change of modes: of a channel, or the user's own. */
function readMode(message: IrcMessage): ChatEvent {
  const [target = "", ...changes] = message.params;
  const by = message.source === undefined ? "The server" : senderOf(message).nick;
  const text = `${by} sets ${changes.join(" ")}`;
  if (!target.startsWith(CHANNEL_MARK)) return notice(text);
  return { ...notice(text), channel: shown(target) };
}

function readJoin(message: IrcMessage, state: IrcClientState): ChatEvent {
  const by = senderOf(message);
  const name = message.params[0] ?? "";
  if (!state.isMe(by.nick)) return { type: "joined", by, channel: shown(name) };
  state.source = message.source;
  state.enter(name);
  return { type: "entered", channel: shown(name) };
}

function readKick(message: IrcMessage, state: IrcClientState): ChatEvent {
  const [name = "", nick = "", text] = message.params;
  const by = senderOf(message);
  const what = { by, channel: shown(name), ...reasonOf(text) };
  if (!state.isMe(nick)) {
    return { type: "kicked", whom: personSeen(sanitizeName(nick), IRC), ...what };
  }
  state.leave(name);
  return { type: "removed", ...what };
}

/** Reads a message. One of the server itself has no user as its source. */
function readMessage(message: IrcMessage, state: IrcClientState): ChatEvent | undefined {
  const [target = "", words = ""] = message.params;
  const read = readIrcText(words);
  // The full screen shows formatting; every other place strips it.
  const text = sanitizeText(read.text);
  if (message.source === undefined || !message.source.includes("!")) {
    if (!target.startsWith(CHANNEL_MARK)) return notice(text);
    return { ...notice(text), channel: shown(target) };
  }
  // This client answers no queries about itself.
  if (read.kind === "ctcp") return undefined;
  const by = senderOf(message);
  if (!target.includes(CHANNEL_MARK)) {
    const to = personSeen(sanitizeName(target), IRC);
    const action = read.kind === "action" ? { action: true } : {};
    return state.isMe(target)
      ? { type: "dm", by, to, text, ...action }
      : { type: "dm_sent", by, to, text, ...action };
  }
  const channel = shown(target.slice(target.indexOf(CHANNEL_MARK)));
  if (read.kind === "action") return { type: "emoted", by, channel, text };
  return message.command === "NOTICE"
    ? { type: "said", by, channel, text, notice: true }
    : { type: "said", by, channel, text };
}

/** The sender of a line: the nick alone, which is all that a person reads. */
function senderOf({ source = "" }: IrcMessage): Person {
  return personSeen(nickOf(source), IRC);
}

/** The nick in `nick!username@host`, or behind the signs of a list of members. */
function nickOf(source: string): string {
  return sanitizeName((source.split("!", 1)[0] ?? "").replace(/^[~&@%+]+/, ""));
}

function shown(name: string): string {
  return sanitizeName(name.startsWith(CHANNEL_MARK) ? name.slice(CHANNEL_MARK.length) : name);
}

/** A reason without the words that many servers put before it. */
function withoutPreface(reason: string): string {
  return reason.replace(/^Closing link:\s*/i, "");
}

/** Goes on with a login; `undefined` unless it has failed for good. */
function followLogin(step: LoginStep, state: IrcClientState): ChatEvent | undefined {
  const { answers } = state;
  switch (step.do) {
    case "fail":
      return loginFailure(step.why);
    case "done":
      answers.push(formatBody(undefined, "CAP", ["END"]));
      return undefined;
    case "send":
      answers.push(...step.params.map((text) => formatBody(undefined, "AUTHENTICATE", [text])));
      return undefined;
    case "wait":
      state.work = step.step.then((next) => followLogin(next, state));
      return undefined;
    case "nothing":
      return undefined;
  }
}

function loginFailure(why: string): ChatEvent {
  return { ...notice(`Not logged in: ${why}`), isAnswer: true, isFinal: true };
}

function readFinal({ params }: IrcMessage): ChatEvent {
  return { ...notice(params.at(-1) ?? ""), isAnswer: true, isFinal: true };
}

function reasonOf(text: string | undefined): { readonly reason?: string } {
  return text === undefined ? {} : { reason: sanitizeLine(text) };
}

function notice(text: string): Extract<ChatEvent, { type: "notice" }> {
  return { type: "notice", text: sanitizeLine(text) };
}

function refused(refusal: Extract<ChatEvent, { type: "refused" }>["refusal"]): ChatEvent {
  return { type: "refused", refusal };
}
