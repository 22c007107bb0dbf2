/**
 * What the history answers, as lines of IRC: a batch of the lines that were sent when it happened (IRCv3 chathistory).
 *
 *   :server BATCH +1 chathistory #x
 *   @batch=1;time=..;msgid=.. :bob!~bob@<cloak> PRIVMSG #x :hi
 *   :server BATCH -1
 *
 * @module
 */

import type { HistoryAnswer, HistoryAsk, Kept } from "../chat/history.ts";
import type { IrcConnection } from "./irc_connection.ts";
import { dmLines, eventLines, tagLines } from "./irc_events.ts";
import { formatBody, NO_TAGS } from "./irc_message.ts";
import { formatChannelName } from "./irc_names.ts";
import { formatStandardReply } from "./irc_numerics.ts";
import { type Dialect, formatTime } from "./irc_tags.ts";
import type { IrcLine } from "./irc_unit.ts";

/** The lines that tell `answer` to a client of `dialect`; made as they are sent. */
export function historyLines(
  answer: HistoryAnswer,
  irc: IrcConnection,
  dialect: Dialect,
): Iterable<IrcLine> {
  switch (answer.type) {
    case "history": {
      const { name, isChannel, kept } = answer;
      const target = isChannel ? formatChannelName(name) ?? "*" : name;
      return inBatch(irc, ["chathistory", target], keptLines(kept, irc, dialect));
    }
    case "history_targets":
      return inBatch(irc, ["draft/chathistory-targets"], targetLines(answer, irc));
    case "history_refused":
      return [{ tags: NO_TAGS, body: refusalBody(answer, irc) }];
  }
}

/** `lines` as a batch, for a client that knows batches. */
function* inBatch(
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

function* keptLines(
  kept: readonly Kept[],
  { facts }: IrcConnection,
  dialect: Dialect,
): Iterable<IrcLine> {
  for (const { event, stamp } of kept) {
    if (event.type === "dm") yield* dmLines(event, stamp, dialect);
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

function subcommandOf(ask: HistoryAsk): string {
  return ask.type === "history" ? ask.find.toUpperCase() : "TARGETS";
}

function targetOf(ask: HistoryAsk): string {
  if (ask.type === "history_targets" || ask.target === undefined) return "*";
  return "user" in ask.target ? ask.target.user : formatChannelName(ask.target.channel) ?? "*";
}
