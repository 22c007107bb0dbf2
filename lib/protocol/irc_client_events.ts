/**
 * Lines of an IRC server as events of the chat, for a client. It reads what any server sends, so whatever it has no
 * event for is a notice, or nothing.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import { foldHandle } from "../chat/handles.ts";
import { type Person, personSeen } from "../chat/person.ts";
import { IRC } from "./irc_connection.ts";
import { formatBody, type IrcMessage } from "./irc_message.ts";
import { CHANNEL_MARK } from "./irc_names.ts";
import { readIrcText } from "./irc_text.ts";
import { sanitizeLine, sanitizeName } from "./text.ts";

/** What a client knows of itself and of answers that take several lines. */
export class IrcClientState {
  /** The user's nick. */
  nick: string;
  /** Stands before what the user says: `nick!username@host`, once it was seen. */
  source: string | undefined;
  /** The channel that the user is in, with its mark. */
  channel: string | undefined;
  /** The channel that the user has asked to enter, with its mark, until the server answers. */
  asked: string | undefined;
  /** The channel that the user entered first, with its mark. */
  home: string | undefined;
  /** Whether the user has said that it leaves. */
  isLeaving = false;
  /** Members of a list that has not ended. */
  readonly members: string[] = [];
  /** Channels of a list that has not ended. */
  readonly channels: string[] = [];
  /** Lines that the server waits for. */
  readonly answers: string[] = [];

  /** For a user called `nick`. */
  constructor(nick: string) {
    this.nick = nick;
  }

  /** Whether `nick` is the user's own. */
  isMe(nick: string): boolean {
    return foldHandle(nick) === foldHandle(this.nick);
  }
}

type Read = (message: IrcMessage, state: IrcClientState) => ChatEvent | undefined;

const READERS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ["PING", ({ params }, { answers }) => {
    answers.push(formatBody(undefined, "PONG", [], params.at(-1) ?? ""));
    return undefined;
  }],
  ["001", ({ params: [nick = ""] }, state) => {
    state.nick = nick;
    return { type: "registered", person: personSeen(sanitizeName(nick), IRC) };
  }],
  ["JOIN", readJoin],
  ["PART", (message, state) => {
    const by = senderOf(message);
    const name = message.params[0] ?? "";
    if (state.isMe(by.nick) && isSame(name, state.channel)) state.channel = undefined;
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
  // What the server says of a departure that the user has asked for is no news.
  [
    "ERROR",
    ({ params: [reason = ""] }, { isLeaving }) =>
      isLeaving ? undefined : { type: "closing", reason: sanitizeLine(withoutPreface(reason)) },
  ],
  ["353", ({ params }, { members }) => {
    members.push(...(params[3] ?? "").split(" ").filter((word) => word !== ""));
    return undefined;
  }],
  ["366", ({ params }, { members }) => {
    const people = members.splice(0).map((word) => personSeen(nickOf(word), IRC));
    return { type: "names", channel: shown(params[1] ?? ""), members: people };
  }],
  ["322", ({ params }, { channels }) => {
    channels.push(shown(params[1] ?? ""));
    return undefined;
  }],
  ["323", (_message, { channels }) => ({ type: "channels", channels: channels.splice(0) })],
  ["332", ({ params }) => notice(`The topic of ${params[1]} is: ${params[2] ?? ""}`)],
  ["433", ({ params: [, nick = "", words = ""] }) => {
    // Other servers use this numeric for both, and few of them say which.
    const code = words.includes("belongs to an account") ? "nick_reserved" : "nick_in_use";
    return refused({ code, nick: sanitizeName(nick) });
  }],
  ["401", ({ params }) => refused({ code: "no_such_nick", nick: sanitizeName(params[1] ?? "") })],
  ["403", ({ params }) => refused({ code: "no_such_channel", channel: shown(params[1] ?? "") })],
  ["442", ({ params: [, name = "*"] }) =>
    refused(
      name === "*" ? { code: "not_in_channel" } : { code: "not_in_channel", channel: shown(name) },
    )],
  ["482", ({ params }) => refused({ code: "not_operator", channel: shown(params[1] ?? "") })],
]);

/** Numerics that a person need not read. */
const QUIET = new Set("002 003 004 005 251 252 253 254 255 265 266 329 333 375 376 422".split(" "));

/** Numerics that refuse a JOIN, with the channel as their second parameter. */
const NO_ENTRY = new Set("403 405 437 461 471 473 474 475 476 477 479 489".split(" "));

/** The event that a line tells; `undefined` for none. */
export function readLine(message: IrcMessage, state: IrcClientState): ChatEvent | undefined {
  forgetRefused(message, state);
  const read = READERS.get(message.command);
  if (read !== undefined) return read(message, state);
  const { command, params } = message;
  if (/^\d{3}$/.test(command)) {
    return QUIET.has(command) ? undefined : notice(params.slice(1).join(" "));
  }
  return command === "FAIL" || command === "WARN" || command === "NOTE"
    ? notice(params.at(-1) ?? "")
    : undefined;
}

/** A channel that did not let the user in is nowhere to speak. */
function forgetRefused({ command, params }: IrcMessage, state: IrcClientState): void {
  if (NO_ENTRY.has(command) && isSame(params[1] ?? "", state.asked)) state.asked = undefined;
}

function readJoin(message: IrcMessage, state: IrcClientState): ChatEvent {
  const by = senderOf(message);
  const name = message.params[0] ?? "";
  if (!state.isMe(by.nick)) return { type: "joined", by, channel: shown(name) };
  state.source = message.source;
  if (isSame(name, state.asked)) state.asked = undefined;
  state.channel = name;
  state.home ??= name;
  return { type: "entered", channel: shown(name) };
}

function readKick(message: IrcMessage, state: IrcClientState): ChatEvent {
  const [name = "", nick = "", text] = message.params;
  const by = senderOf(message);
  const what = { by, channel: shown(name), ...reasonOf(text) };
  if (!state.isMe(nick)) {
    return { type: "kicked", whom: personSeen(sanitizeName(nick), IRC), ...what };
  }
  if (isSame(name, state.channel)) state.channel = undefined;
  return { type: "removed", ...what };
}

/** A server's words have no user before them. */
function readMessage(message: IrcMessage, state: IrcClientState): ChatEvent | undefined {
  const [target = "", words = ""] = message.params;
  const read = readIrcText(words);
  const text = sanitizeLine(read.text);
  if (message.source === undefined || !message.source.includes("!")) return notice(text);
  // Nobody asks this client what it is.
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

/** Who sent a line: the nick alone, which is all that a person reads. */
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

/** Many servers begin their last words so. */
function withoutPreface(reason: string): string {
  return reason.replace(/^Closing link:\s*/i, "");
}

function isSame(name: string, other: string | undefined): boolean {
  return other !== undefined && foldHandle(name) === foldHandle(other);
}

function reasonOf(text: string | undefined): { readonly reason?: string } {
  return text === undefined ? {} : { reason: sanitizeLine(text) };
}

function notice(text: string): ChatEvent {
  return { type: "notice", text: sanitizeLine(text) };
}

function refused(refusal: Extract<ChatEvent, { type: "refused" }>["refusal"]): ChatEvent {
  return { type: "refused", refusal };
}
