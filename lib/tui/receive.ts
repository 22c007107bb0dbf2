/**
 * Takes events into the model: each goes into the buffer of the conversation that it belongs to,
 * and changes what is known of that one.
 *
 *   in a channel                  its buffer; in a dialect that knows one channel, the first
 *   to or from one user           the private conversation, which is opened
 *   of all who know somebody      every channel with that one, and the private conversation
 *   an answer or a refusal        the buffer on the screen, where its user waits for it
 *   anything else of the server   the first buffer
 *
 * @module
 */

import type { ChannelEvent, ChatEvent } from "../chat/event.ts";
import type { Received } from "../protocol/protocol.ts";
import { membersOf, recipientOf, senderOf } from "../client/event_parts.ts";
import { type Buffer, titleOf } from "./buffer.ts";
import { eventLines, type Line } from "./lines.ts";
import { shifted } from "./marks.ts";
import { mentions } from "./mentions.ts";
import { learnMark } from "./read_marks.ts";
import { isMe, type Model } from "./model.ts";
import { toVisible } from "./visible.ts";

type Direct = Extract<ChatEvent, { type: "dm" | "dm_sent" }>;

/** Takes an event; `at` is its time. */
export function receive(model: Model, event: Received, at: number): void {
  model.roster.notice(event);
  const places = placesOf(model, event);
  learn(model, event, places);
  const lines = linesOf(model, event, at);
  if (lines.length === 0) return;
  for (const buffer of places) {
    // Missed messages are new, also to a user who looks there.
    if (event.stamp?.isReplayed === true) buffer.firstUnread ??= buffer.lines.end;
    addLines(model, buffer, lines);
    callAttention(model, event, buffer, calls(model, event), lines);
  }
}

/** The lines of an event; those that mention the user stand out. */
export function linesOf(model: Model, event: Received, at: number): readonly Line[] {
  const lines = eventLines(event, model.look, at);
  const isBold = event.type !== "dm" && calls(model, event);
  return isBold ? lines.map((line): Line => ({ ...line, style: "bold" })) : lines;
}

/**
 * Adds lines to a buffer. Of one that is not on the screen, it remembers where the new ones begin.
 */
export function addLines(model: Model, buffer: Buffer, lines: readonly Line[]): void {
  const isSeen = buffer === model.buffers.current && buffer.lookBack === undefined;
  if (!isSeen && buffer !== model.buffers.current) buffer.firstUnread ??= buffer.lines.end;
  for (const line of lines) buffer.lines.push(line);
}

/** Whether `event` is for the user: somebody else mentions it, or speaks to it alone. */
function calls(model: Model, event: ChatEvent): boolean {
  if (event.type === "dm") return !isMe(model, senderOf(event));
  const isSpoken = event.type === "said" || event.type === "emoted";
  return isSpoken && !isMe(model, senderOf(event)) && mentions(event.text, model.nick);
}

/** Counts what others say, and collects what is for the user. */
function callAttention(
  model: Model,
  event: ChatEvent,
  buffer: Buffer,
  isForMe: boolean,
  lines: readonly Line[],
): void {
  if (event.type !== "said" && event.type !== "emoted" && event.type !== "dm") return;
  if (isMe(model, senderOf(event))) return;
  model.buffers.count(buffer, isForMe);
  if (!isForMe) return;
  model.calls++;
  if (model.look.hasQueries && event.type === "dm") return;
  const where = titleOf(buffer, model.look.hasChannels);
  const copies = lines.map((line) => behind(where, line));
  addLines(model, model.buffers.openMentions(), copies);
}

/** A line with the name of its channel in front. */
function behind(where: string, line: Line): Line {
  if (where === "") return line;
  const head = `${where} `;
  return {
    ...line,
    text: head + line.text,
    hang: line.hang > 0 ? line.hang + head.length : 0,
    style: "plain",
    marks: [{ start: 0, end: where.length, style: "dim" }, ...shifted(line, head.length)],
  };
}

/** The buffers that show `event`. */
export function placesOf(model: Model, event: ChatEvent): readonly Buffer[] {
  const { buffers, look } = model;
  switch (event.type) {
    case "dm":
    case "dm_sent":
      return directPlaces(model, event);
    case "renamed":
    case "quit":
    case "away":
      return buffersWith(model, senderOf(event));
    case "entered":
    case "removed":
    case "names":
    case "topic_is":
      return [channelBuffer(model, event.channel, event.type === "entered")];
    case "notice":
      if (event.channel !== undefined) return [channelBuffer(model, event.channel, false)];
      return [event.isAnswer === true || !look.hasChannels ? buffers.current : buffers.first];
    case "closing":
    case "registered":
    case "stopping":
      return [buffers.first];
    default:
      return [isOfChannel(event) ? channelBuffer(model, event.channel, false) : buffers.current];
  }
}

function isOfChannel(event: ChatEvent): event is ChannelEvent {
  return "by" in event && "channel" in event && event.type !== "invited";
}

/** The buffer of a channel. One that the user is not in has none, unless it is `opened` now. */
function channelBuffer({ buffers, look }: Model, raw: string, opened: boolean): Buffer {
  if (!look.hasChannels) return buffers.first;
  const name = toVisible(raw);
  if (opened) return buffers.open("channel", name);
  return buffers.find("channel", name) ?? buffers.current;
}

/** Every channel that somebody is in, and the private conversation; for oneself, all channels. */
function buffersWith(model: Model, raw: string): readonly Buffer[] {
  const nick = toVisible(raw);
  const { buffers } = model;
  const found = buffers.list.filter(({ kind, name, members }) =>
    kind === "channel" && (members.has(nick) || isMe(model, raw)) ||
    kind === "query" && model.look.fold(name) === model.look.fold(nick)
  );
  return found.length > 0 || !isMe(model, raw) ? found : [buffers.first];
}

/** The private conversation, and the buffer in which the user has typed the message. */
function directPlaces(model: Model, event: Direct): readonly Buffer[] {
  const { buffers, look } = model;
  if (!look.hasQueries) return [buffers.first];
  const query = buffers.open("query", otherOf(model, event));
  return isMe(model, senderOf(event)) ? [...new Set([query, buffers.current])] : [query];
}

function otherOf(model: Model, event: Direct): string {
  const by = senderOf(event);
  const to = recipientOf(event);
  const isMine = event.type === "dm_sent" || (isMe(model, by) && !isMe(model, to));
  return toVisible(isMine ? to : by);
}

/** Changes what is known of the user, and of the conversations that `event` belongs to. */
function learn(model: Model, event: ChatEvent, places: readonly Buffer[]): void {
  for (const buffer of places) learnOf(model, event, buffer);
  if (model.look.refusesEntry?.(event) === true) model.buffers.first.name = model.nameBefore;
  switch (event.type) {
    case "marker":
      learnMark(model, event);
      break;
    case "registered":
      model.nick = toVisible(event.person.nick);
      break;
    case "renamed": {
      const now = toVisible(event.now.nick);
      const query = model.buffers.find("query", toVisible(senderOf(event)));
      if (query !== undefined) model.buffers.rename(query, now);
      if (isMe(model, senderOf(event))) model.nick = now;
      break;
    }
    case "joined":
      if (isMe(model, senderOf(event))) ask(model);
      break;
    case "left":
      if (isMe(model, senderOf(event)) && model.parting.delete(foldedName(model, event.channel))) {
        model.buffers.close(places[0] as Buffer);
      }
      break;
    case "entered":
      ask(model);
      if (
        model.look.hasChannels && model.wanted.delete(foldedName(model, event.channel))
      ) {
        model.buffers.go(places[0] as Buffer);
      }
  }
}

/** Asks for name and members of the channel, where the server does not send them by itself. */
function ask({ look, asks }: Model): void {
  const isKnown = look.hasChannels || !look.hasQueries;
  if (!isKnown && asks.length === 0) asks.push({ type: "names" });
}

function foldedName({ look }: Model, channel: string): string {
  return look.fold(toVisible(channel));
}

function learnOf(model: Model, event: ChatEvent, buffer: Buffer): void {
  const { members } = buffer;
  switch (event.type) {
    case "joined":
      if (isMe(model, senderOf(event))) buffer.isJoined = true;
      // IRC announces a member only once.
      if (model.look.hasChannels) members.delete(toVisible(senderOf(event)));
      members.add(toVisible(senderOf(event)));
      break;
    case "left":
      if (isMe(model, senderOf(event)) && model.look.hasChannels) leave(buffer);
      else members.delete(toVisible(senderOf(event)));
      break;
    case "quit":
      members.delete(toVisible(senderOf(event)));
      break;
    case "kicked":
      members.delete(toVisible(event.whom.nick));
      break;
    case "removed":
      leave(buffer);
      break;
    case "renamed":
      if (members.delete(toVisible(senderOf(event)))) members.add(toVisible(event.now.nick));
      break;
    case "names":
      if (!isAbout(model, buffer, event.channel)) break;
      members.clear();
      for (const name of membersOf(event)) members.add(toVisible(name));
      break;
    case "entered":
      buffer.isJoined = true;
      if (!model.look.hasChannels) {
        buffer.name = toVisible(event.channel);
        members.clear();
      }
      buffer.topic = toVisible(event.topic?.text ?? "");
      break;
    case "topic_is":
      if (isAbout(model, buffer, event.channel)) buffer.topic = toVisible(event.topic?.text ?? "");
      break;
    case "topic_set":
      buffer.topic = toVisible(event.text);
      break;
  }
}

function leave(buffer: Buffer): void {
  buffer.isJoined = false;
  buffer.members.clear();
}

/**
 * Whether an answer about `channel` tells about the conversation of `buffer`, and not of
 * another channel.
 */
function isAbout({ look }: Model, buffer: Buffer, channel: string): boolean {
  if (buffer.kind !== "channel") return false;
  if (!look.hasChannels && buffer.name === "") buffer.name = toVisible(channel);
  return look.fold(buffer.name) === look.fold(toVisible(channel));
}
