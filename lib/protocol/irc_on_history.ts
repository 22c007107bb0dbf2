/**
 * The commands about what was said before (IRCv3 chathistory, read-marker, message-redaction):
 *
 *   CHATHISTORY LATEST  <target> <* | reference> <limit>
 *   CHATHISTORY BEFORE | AFTER | AROUND  <target> <reference> <limit>
 *   CHATHISTORY BETWEEN <target> <reference> <reference> <limit>
 *   CHATHISTORY TARGETS <timestamp> <timestamp> <limit>
 *   MARKREAD <target> [<timestamp>]
 *   REDACT <target> <msgid> [:<reason>]
 *   SEARCH <attribute>=<value>{;<attribute>=<value>}       in from after before text limit (soju.im/search)
 *
 * A reference is `timestamp=2026-01-02T03:04:05.678Z` or `msgid=01jx..`.
 *
 * @module
 */

import type { Anchor, HistoryAsk, Range, Target } from "../chat/history.ts";
import { isMsgid } from "../chat/msgid.ts";
import type { CommandTable, IrcConnection, Steps } from "./irc_connection.ts";
import { type IrcMessage, parseTags } from "./irc_message.ts";
import { reasonOf } from "./irc_on_channels.ts";
import { isChannelTarget, readChannelName } from "./irc_names.ts";
import { sanitizeText } from "./text.ts";

/** The commands. */
export const ON_HISTORY: CommandTable = new Map([
  ["CHATHISTORY", { least: 1, run: chathistory }],
  ["MARKREAD", { least: 0, run: markread }],
  ["REDACT", { least: 2, run: redact }],
  ["SEARCH", { least: 1, run: search }],
]);

/**
 * Parameters that cannot be obeyed: the code of the FAIL, the context behind the subcommand,
 * and the words.
 */
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
  const target = targetOf(name);
  if (target !== undefined) return target;
  throw new Misuse("INVALID_TARGET", [name], "Messages could not be retrieved");
}

/** The conversation that `name` means; `undefined` for an invalid channel name. */
function targetOf(name: string): Target | undefined {
  if (!isChannelTarget(name)) return { user: name };
  const channel = readChannelName(name);
  return channel === undefined ? undefined : { channel, fold: true };
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
function parseTimestamp(text: string): number | undefined {
  if (!/^timestamp=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text)) return undefined;
  const time = Date.parse(text.slice(TIMESTAMP.length));
  return Number.isNaN(time) ? undefined : time;
}

function markread({ params }: IrcMessage, irc: IrcConnection): Steps {
  if (!irc.caps.has("draft/read-marker")) return irc.reply("ERR_UNKNOWNCOMMAND", "MARKREAD");
  const [name = "", timestamp] = params;
  if (name === "") return irc.fail("NEED_MORE_PARAMS", "Missing parameters");
  const target = targetOf(name);
  const at = timestamp === undefined ? undefined : parseTimestamp(timestamp);
  if (target === undefined || (timestamp !== undefined && at === undefined)) {
    return irc.fail("INVALID_PARAMS", "Invalid parameters", ...params.slice(0, 2).map(shown));
  }
  return irc.recall({ type: "marker", target, ...(at !== undefined && { at }) });
}

function redact({ params: [name = "", msgid = "", text] }: IrcMessage, irc: IrcConnection): Steps {
  if (!irc.caps.has("draft/message-redaction")) return irc.reply("ERR_UNKNOWNCOMMAND", "REDACT");
  const target = targetOf(name);
  if (target !== undefined) {
    return irc.recall({ type: "redact", target, msgid, ...reasonOf(text) });
  }
  return irc.fail("INVALID_TARGET", "You cannot delete messages from there", shown(name));
}

function search({ params: [text = ""] }: IrcMessage, irc: IrcConnection): Steps {
  if (!irc.caps.has("soju.im/search")) return irc.reply("ERR_UNKNOWNCOMMAND", "SEARCH");
  const attributes = parseTags(text);
  const wrong = [...attributes].find(([name, value]) => !ATTRIBUTES.get(name)?.(value));
  if (wrong !== undefined || attributes.size === 0) {
    return irc.fail("INVALID_PARAMS", "Invalid parameters", shown(wrong?.join("=") ?? "*"));
  }
  const { in: place, from: by, ...given }: Partial<Record<string, string>> = Object.fromEntries(
    attributes,
  );
  const [after, before] = [given["after"], given["before"]].map(parseTime);
  return irc.recall({
    type: "search",
    ...(place !== undefined && { target: targetOf(place) as Target }),
    ...(by !== undefined && { by }),
    ...(after !== undefined && { after }),
    ...(before !== undefined && { before }),
    words: sanitizeText(given["text"] ?? "").trim(),
    limit: Number(given["limit"] ?? irc.facts.historyLimit),
  });
}

/** The attributes of a search, each with the test of its value. Others are for other servers. */
const ATTRIBUTES: ReadonlyMap<string, (value: string) => boolean> = new Map(Object.entries({
  in: (value: string) => value !== "" && targetOf(value) !== undefined,
  from: (value: string) => value !== "",
  after: (value: string) => parseTime(value) !== undefined,
  before: (value: string) => parseTime(value) !== undefined,
  text: () => true,
  limit: (value: string) => /^[1-9]\d{0,8}$/.test(value),
}));

function parseTime(value: string | undefined): number | undefined {
  return value === undefined ? undefined : parseTimestamp(TIMESTAMP + value);
}

/** A parameter as the context of a FAIL. */
function shown(text: string): string {
  return text === "" || text.includes(" ") || text.startsWith(":") ? "*" : text;
}
