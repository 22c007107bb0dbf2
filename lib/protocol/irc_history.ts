/**
 * Answers of the history as lines of IRC: a batch of the lines that were sent when it happened
 * (IRCv3 chathistory).
 *
 *   :server BATCH +1 chathistory #x
 *   @batch=1;time=..;msgid=.. :bob!~bob@<cloak> PRIVMSG #x :hi
 *   :server BATCH -1
 *
 * @module
 */

import type { HistoryAnswer, Kept, ReadAsk, RecordAsk, Target } from "../chat/history.ts";
import type { IrcConnection } from "./irc_connection.ts";
import { dmLines, eventLines, tagLines } from "./irc_events.ts";
import { formatBody, NO_TAGS } from "./irc_message.ts";
import { formatChannelName } from "./irc_names.ts";
import { formatStandardReply } from "./irc_numerics.ts";
import { type Dialect, formatTime, tagsFor } from "./irc_tags.ts";
import type { IrcLine } from "./irc_unit.ts";

/** Answers about what was said. */
export type ReadAnswer = Extract<
  HistoryAnswer,
  { type: "history" | "history_targets" | "history_refused" }
>;

/** The lines of `answer` for a client of `dialect`; made as they are sent. */
export function historyLines(
  answer: ReadAnswer,
  irc: IrcConnection,
  dialect: Dialect,
): Iterable<IrcLine> {
  switch (answer.type) {
    case "history": {
      const { name, isChannel, kept } = answer;
      const target = isChannel ? formatChannelName(name) ?? "*" : name;
      // In a conversation between users, the server addresses the one who reads.
      const place = isChannel ? target : irc.nick;
      return inBatch(irc, ["chathistory", target], keptLines(kept, place, irc, dialect));
    }
    case "history_targets":
      return inBatch(irc, ["draft/chathistory-targets"], targetLines(answer, irc));
    case "history_refused":
      return [{ tags: NO_TAGS, body: refusalBody(answer, irc) }];
  }
}

/** `lines` as a batch, for a client that knows batches. */
export function* inBatch(
  irc: IrcConnection,
  type: readonly [string, ...string[]],
  lines: Iterable<IrcLine>,
): Iterable<IrcLine> {
  if (!irc.caps.has("batch")) return yield* lines;
  const server = irc.facts.name;
  const id = irc.nextBatch();
  yield { tags: NO_TAGS, body: formatBody(server, "BATCH", [`+${id}`, ...type]) };
  for (const { tags, body } of lines) yield { tags: new Map([["batch", id], ...tags]), body };
  yield { tags: NO_TAGS, body: formatBody(server, "BATCH", [`-${id}`]) };
}

/** The lines of the answer to a search. */
export function searchLines(
  answer: Extract<HistoryAnswer, { type: "found" | "search_refused" }>,
  irc: IrcConnection,
  dialect: Dialect,
): Iterable<IrcLine> {
  if (answer.type === "found") {
    return inBatch(irc, ["soju.im/search"], keptLines(answer.kept, irc.nick, irc, dialect));
  }
  const { ask, why } = answer;
  const isTarget = why === "unknown_target" && ask.target !== undefined;
  const body = formatStandardReply(
    irc.facts.name,
    "FAIL",
    "SEARCH",
    isTarget ? "INVALID_PARAMS" : "INTERNAL_ERROR",
    isTarget ? [`in=${shown(ask.target)}`] : [],
    isTarget ? "Invalid parameters" : "The search could not be run",
  );
  return [{ tags: NO_TAGS, body }];
}

/**
 * The lines for a client that has missed messages and cannot ask for them. Without `server-time`,
 * their times stand before the words.
 */
export function missedLines(
  { kept }: Extract<HistoryAnswer, { type: "missed" }>,
  irc: IrcConnection,
  dialect: Dialect,
): Iterable<IrcLine> {
  const isTimed = irc.caps.has("server-time");
  return keptLines(isTimed ? kept : kept.map(dated), irc.nick, irc, dialect);
}

function dated({ event, stamp }: Kept): Kept {
  if (event.type !== "said" && event.type !== "emoted" && event.type !== "dm") {
    return { event, stamp };
  }
  const time = formatTime(stamp.time).slice(0, 16).replace("T", " ");
  // The text has all of its lines in one.
  const { lines: _, ...whole } = { lines: undefined, ...event };
  return { event: { ...whole, text: `[${time} UTC] ${event.text}` }, stamp };
}

function* keptLines(
  kept: readonly Kept[],
  target: string,
  { facts }: IrcConnection,
  dialect: Dialect,
): Iterable<IrcLine> {
  for (const { event, stamp } of kept) {
    if (event.type === "gap") {
      const text = `${event.lost} messages are missing here`;
      const tags = tagsFor(dialect, { timeMs: stamp.time, msgid: stamp.msgid });
      yield { tags, body: formatBody(facts.name, "NOTICE", [target], text) };
    } else if (event.type === "dm") yield* dmLines(event, stamp, dialect);
    else if (event.type === "user_tagged") yield* tagLines(event, stamp, dialect);
    else yield* eventLines(event, stamp, { server: facts.name, dialect });
  }
}

function* targetLines(
  { targets }: Extract<HistoryAnswer, { type: "history_targets" }>,
  { facts }: IrcConnection,
): Iterable<IrcLine> {
  for (const { name, isChannel, at } of targets) {
    const target = isChannel ? formatChannelName(name) : name;
    if (target === undefined) continue;
    const body = formatBody(facts.name, "CHATHISTORY", ["TARGETS", target, formatTime(at)]);
    yield { tags: NO_TAGS, body };
  }
}

function refusalBody(
  { ask, why }: Extract<HistoryAnswer, { type: "history_refused" }>,
  { facts }: IrcConnection,
): string {
  const code = why === "failed" ? "MESSAGE_ERROR" : "INVALID_TARGET";
  const description = "Messages could not be retrieved";
  const context = [subcommandOf(ask), targetOf(ask)];
  return formatStandardReply(facts.name, "FAIL", "CHATHISTORY", code, context, description);
}

function subcommandOf(ask: ReadAsk): string {
  return ask.type === "history" ? ask.find.toUpperCase() : "TARGETS";
}

function targetOf(ask: ReadAsk): string {
  return ask.type === "history_targets" || ask.target === undefined ? "*" : shown(ask.target);
}

function shown(target: Target): string {
  return "user" in target ? target.user : formatChannelName(target.channel) ?? "*";
}

/** The lines that say how far the user has read, or why nothing was noted or taken back. */
export function recordLines(
  answer: Extract<HistoryAnswer, { type: "marker" | "record_refused" }>,
  irc: IrcConnection,
): readonly IrcLine[] {
  if (answer.type === "record_refused") {
    // The user has asked for something else, which does not depend on this.
    const { ask } = answer;
    if (ask.type === "markers" || ask.type === "marker" && ask.isQuiet) return [];
    return [{ tags: NO_TAGS, body: recordRefusalBody(answer, irc) }];
  }
  if (!irc.caps.has("draft/read-marker")) return [];
  const { target, at, isQuiet } = answer;
  const name = shown(target);
  if (isQuiet) irc.noteMarker(name, at);
  return isQuiet ? [] : [{ tags: NO_TAGS, body: markerBody(irc, name, at) }];
}

/** MARKREAD: the user has read `target` up to `at`. */
export function markerBody({ facts }: IrcConnection, target: string, at?: number): string {
  const time = at === undefined ? "*" : `timestamp=${formatTime(at)}`;
  return formatBody(facts.name, "MARKREAD", [target, time]);
}

type RecordRefusal = Extract<HistoryAnswer, { type: "record_refused" }>;

const WHY: Readonly<Record<RecordRefusal["why"], readonly [code: string, words: string]>> = {
  unknown_target: ["INVALID_TARGET", "You cannot delete messages from there"],
  unknown_msgid: ["UNKNOWN_MSGID", "This message does not exist or is too old"],
  forbidden: ["REDACT_FORBIDDEN", "You are not authorised to delete this message"],
  failed: ["INTERNAL_ERROR", "The history cannot be used now"],
};

function recordRefusalBody({ ask, why }: RecordRefusal, { facts }: IrcConnection): string {
  const command = COMMAND_OF[ask.type];
  const [code, words] = WHY[why];
  const isAboutMessage = ask.type === "redact" && why !== "unknown_target";
  const target = ask.type === "markers" ? "*" : shown(ask.target);
  const context = [target, ...(isAboutMessage ? [ask.msgid] : [])];
  return formatStandardReply(facts.name, "FAIL", command, code, context, words);
}

const COMMAND_OF: Readonly<Record<RecordAsk["type"], string>> = {
  marker: "MARKREAD",
  markers: "MARKREAD",
  redact: "REDACT",
};
