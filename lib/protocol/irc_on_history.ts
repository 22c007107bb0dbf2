/**
 * The commands about what was said before (IRCv3 chathistory):
 *
 *   CHATHISTORY LATEST  <target> <* | reference> <limit>
 *   CHATHISTORY BEFORE | AFTER | AROUND  <target> <reference> <limit>
 *   CHATHISTORY BETWEEN <target> <reference> <reference> <limit>
 *   CHATHISTORY TARGETS <timestamp> <timestamp> <limit>
 *
 * A reference is `timestamp=2026-01-02T03:04:05.678Z` or `msgid=01jx..`.
 *
 * @module
 */

import type { Anchor, HistoryAsk, Range, Target } from "../chat/history.ts";
import { isMsgid } from "../chat/msgid.ts";
import type { CommandTable, IrcConnection, Steps } from "./irc_connection.ts";
import type { IrcMessage } from "./irc_message.ts";
import { isChannelTarget, readChannelName } from "./irc_names.ts";

/** The commands. */
export const ON_HISTORY: CommandTable = new Map([
  ["CHATHISTORY", { least: 1, run: chathistory }],
]);

/** Parameters that cannot be obeyed: the code of the FAIL, the context behind the subcommand, and the words. */
class Misuse extends Error {
  readonly code: string;
  readonly context: readonly string[];

  constructor(code: string, context: readonly string[], description: string) {
    super(description);
    this.code = code;
    this.context = context;
  }
}

function chathistory({ params }: IrcMessage, irc: IrcConnection): Steps {
  if (!irc.caps.has("draft/chathistory")) return irc.reply("ERR_UNKNOWNCOMMAND", "CHATHISTORY");
  const [given = "", ...rest] = params;
  const subcommand = given.toUpperCase();
  try {
    return irc.recall(readAsk(subcommand, rest, irc.caps.has("draft/event-playback")));
  } catch (error) {
    if (!(error instanceof Misuse)) throw error;
    return irc.fail(error.code, error.message, shown(subcommand), ...error.context.map(shown));
  }
}

/** Parameters that each subcommand has. */
const PARAMETERS: Readonly<Record<string, number>> = {
  LATEST: 3,
  BEFORE: 3,
  AFTER: 3,
  AROUND: 3,
  BETWEEN: 4,
  TARGETS: 3,
};

function readAsk(subcommand: string, params: readonly string[], events: boolean): HistoryAsk {
  const count = Object.hasOwn(PARAMETERS, subcommand) ? PARAMETERS[subcommand] : undefined;
  if (count === undefined) throw new Misuse("INVALID_PARAMS", [], "Unknown command");
  if (params.length !== count) {
    const fault = params.length < count ? "Insufficient parameters" : "Too many parameters";
    throw new Misuse("INVALID_PARAMS", [], fault);
  }
  const limit = readLimit(params.at(-1) as string);
  if (subcommand === "TARGETS") {
    const [after = "", before = ""] = params;
    return {
      type: "history_targets",
      after: readTimestamp(after),
      before: readTimestamp(before),
      limit,
    };
  }
  const [name = "", first = "", second = ""] = params;
  const target = readTarget(name);
  return { type: "history", target, limit, events, ...readRange(subcommand, first, second) };
}

function readRange(subcommand: string, first: string, second: string): Range {
  switch (subcommand) {
    case "LATEST":
      return first === "*" ? { find: "latest" } : { find: "latest", after: readAnchor(first) };
    case "BEFORE":
      return { find: "before", anchor: readAnchor(first) };
    case "AFTER":
      return { find: "after", anchor: readAnchor(first) };
    case "AROUND":
      return { find: "around", anchor: readAnchor(first) };
    default:
      return { find: "between", anchor: readAnchor(first), end: readAnchor(second) };
  }
}

function readTarget(name: string): Target {
  if (!isChannelTarget(name)) return { user: name };
  const channel = readChannelName(name);
  if (channel !== undefined) return { channel, fold: true };
  throw new Misuse("INVALID_TARGET", [name], "Messages could not be retrieved");
}

function readLimit(text: string): number {
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit > 0) return limit;
  throw new Misuse("INVALID_PARAMS", [text], "Invalid limit");
}

const TIMESTAMP = "timestamp=";
const MSGID = "msgid=";

function readAnchor(text: string): Anchor {
  if (text.startsWith(TIMESTAMP)) return { at: readTimestamp(text) };
  if (!text.startsWith(MSGID)) {
    throw new Misuse("INVALID_MSGREFTYPE", [text], "Neither a timestamp nor a msgid");
  }
  const msgid = text.slice(MSGID.length);
  if (isMsgid(msgid)) return { msgid };
  throw new Misuse("INVALID_PARAMS", [text], "Invalid msgid");
}

/** The time in `timestamp=YYYY-MM-DDThh:mm:ss.sssZ`, in milliseconds of Unix time. */
function readTimestamp(text: string): number {
  const time = parseTimestamp(text);
  if (time !== undefined) return time;
  throw new Misuse("INVALID_PARAMS", [text], "Invalid timestamp");
}

/** The time in a reference by time, in milliseconds of Unix time; `undefined` when it is none. */
export function parseTimestamp(text: string): number | undefined {
  if (!/^timestamp=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text)) return undefined;
  const time = Date.parse(text.slice(TIMESTAMP.length));
  return Number.isNaN(time) ? undefined : time;
}

/** A parameter as the context of a FAIL. */
function shown(text: string): string {
  return text === "" || text.includes(" ") || text.startsWith(":") ? "*" : text;
}
