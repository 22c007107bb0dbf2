/**
 * An IRC client's questions to the history, and their refusals (IRCv3 chathistory, read-marker,
 * soju.im/search):
 *
 *   CHATHISTORY LATEST #x * 100
 *   CHATHISTORY BEFORE #x msgid=01jx.. 100
 *   SEARCH in=#x;text=some\swords;limit=50
 *   MARKREAD #x timestamp=2026-01-02T03:04:05.678Z          also from the server
 *   FAIL CHATHISTORY INVALID_TARGET BEFORE #x :Messages could not be retrieved
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import type { Anchor, HistoryAsk, SearchAsk, Target } from "../chat/history.ts";
import { formatBody, formatTags } from "./irc_message.ts";
import { CHANNEL_MARK } from "./irc_names.ts";
import { sanitizeName } from "./text.ts";

/** A question for a part of a conversation. */
export type PageAsk = Extract<HistoryAsk, { type: "history" }>;
/** Up to when the user has read. */
export type MarkerAsk = Extract<HistoryAsk, { type: "marker" }>;
/** A question that is not answered. */
export type Refused = Extract<ChatEvent, { type: "history_refused" | "search_refused" }>;

/**
 * The line that asks for what was said last, or last before a message; none for any other question.
 */
export function historyAsk(ask: PageAsk): readonly string[] {
  const { target, limit, find } = ask;
  if (target === undefined) return [];
  const name = nameOf(target);
  if (find === "before") {
    return [line("CHATHISTORY", ["BEFORE", name, referenceTo(ask.anchor), `${limit}`])];
  }
  if (find !== "latest" || ask.after !== undefined) return [];
  return [line("CHATHISTORY", ["LATEST", name, "*", `${limit}`])];
}

/** The line that asks for messages with all of the words. */
export function searchAsk({ target, words, limit }: SearchAsk): string {
  const attributes = new Map([
    ...(target === undefined ? [] : [["in", nameOf(target)] as const]),
    ["text", words] as const,
    ["limit", `${limit}`] as const,
  ]);
  // Attributes have the form of tags, without the mark in front and the space behind.
  return line("SEARCH", [formatTags(attributes).slice(1).trimEnd()]);
}

/** The line that says up to when the user has read a conversation. */
export function markRead({ target, at }: MarkerAsk): readonly string[] {
  if (at === undefined) return [];
  return [line("MARKREAD", [nameOf(target), `timestamp=${new Date(at).toISOString()}`])];
}

/**
 * Up to when the user has read a conversation: `MARKREAD #x timestamp=..`, or `*` for nothing yet.
 */
export function readMark([name = "", reference = ""]: readonly string[]): ChatEvent {
  const time = Date.parse(reference.replace(/^timestamp=/, ""));
  return { type: "marker", target: targetOf(name), ...(!Number.isNaN(time) && { at: time }) };
}

/** The question that a FAIL refuses; `undefined` for a FAIL to anything else. */
export function readRefusal(params: readonly string[]): Refused | undefined {
  const why = "unknown_target";
  if (params[0] === "SEARCH") {
    return { type: "search_refused", ask: { type: "search", words: "", limit: 1 }, why };
  }
  if (params[0] !== "CHATHISTORY") return undefined;
  const name = params.slice(3, -1).at(0);
  const target = name === undefined ? {} : { target: targetOf(name) };
  return {
    type: "history_refused",
    ask: { type: "history", limit: 1, find: "latest", ...target },
    why,
  };
}

function targetOf(name: string): Target {
  return name.startsWith(CHANNEL_MARK)
    ? { channel: sanitizeName(name.slice(CHANNEL_MARK.length)) }
    : { user: sanitizeName(name) };
}

function nameOf(target: Target): string {
  return "channel" in target ? CHANNEL_MARK + target.channel : target.user;
}

function referenceTo(anchor: Anchor): string {
  return "msgid" in anchor
    ? `msgid=${anchor.msgid}`
    : `timestamp=${new Date(anchor.at).toISOString()}`;
}

function line(command: string, middle: readonly string[]): string {
  return formatBody(undefined, command, middle);
}
