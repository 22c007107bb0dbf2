/**
 * The commands that speak: to channels, to those in them who have a right, and to users.
 *
 * @module
 */

import type { Manner, Tags } from "../chat/command.ts";
import { utf8Length } from "../chat/names.ts";
import { type Right, RIGHTS } from "../chat/rights.ts";
import type { CommandTable, IrcConnection, Steps } from "./irc_connection.ts";
import { SIGN_OF } from "./irc_events.ts";
import { MAX_TARGETS } from "./irc_isupport.ts";
import { type IrcMessage, MAX_BODY_BYTES } from "./irc_message.ts";
import type { Multiline } from "./irc_multiline.ts";
import { isChannelTarget, readChannelName } from "./irc_names.ts";
import { findService, toService } from "./irc_services.ts";
import { clientOnly } from "./irc_tags.ts";
import { CTCP_MARK, formatAction, readIrcText } from "./irc_text.ts";
import type { Step } from "./protocol.ts";
import { isBlank, MOST_BYTES_A_UNIT, sanitizeText } from "./text.ts";

/** The commands. */
export const ON_MESSAGES: CommandTable = new Map([
  ["PRIVMSG", { least: 0, run: speak }],
  ["NOTICE", { least: 0, run: speak }],
  ["TAGMSG", { least: 1, run: tagmsg }],
]);

/** A target of a message. */
type Target =
  | { readonly channel: string; readonly least?: Right }
  | { readonly user: string }
  /** An invalid channel name. */
  | { readonly invalid: string };

/** The words of a message, which are the same for every target. */
interface Words {
  readonly text: string;
  readonly isAction: boolean;
  readonly manner: Manner;
  /** The size of its text in a line, in bytes. */
  readonly bytes: number;
}

/** The manner of nearly all messages. */
const PLAIN: Manner = {};

function speak(message: IrcMessage, irc: IrcConnection): Steps {
  const [targets = "", text = ""] = message.params;
  const isNotice = message.command === "NOTICE";
  if (targets === "") {
    return isNotice
      ? undefined
      : irc.reply("ERR_NORECIPIENT", `No recipient given (${message.command})`);
  }
  const service = isChannelTarget(targets) ? undefined : findService(targets);
  // Nothing answers a notice. The text is taken as it is: it may hold a password.
  if (service !== undefined) return isNotice ? undefined : toService(service, text, irc);
  const words = readWords(text, isNotice, tagsOf(message, irc), message.isPlain);
  if (words === undefined) return isNotice ? undefined : irc.reply("ERR_NOTEXTTOSEND");
  return toTargets(irc, targets, (target, name) => {
    if (!fitsLine(irc, name, words.bytes)) return irc.reply("ERR_INPUTTOOLONG");
    return "channel" in target ? sayTo(target, words) : tellTo(target.user, words);
  });
}

/**
 * The step that says a message of several lines; its one target must be a channel or user
 * that can be.
 */
export function speakLines(
  { target: name, text, lines, command }: Multiline,
  tags: Tags,
  irc: IrcConnection,
): Step {
  const target = readTarget(name);
  if ("invalid" in target || name.includes(",")) return irc.reply("ERR_NOSUCHCHANNEL", name);
  const notice = command === "NOTICE";
  const fits = lines.every((line) => fitsLine(irc, name, utf8Length(line.text)));
  if (!fits) return irc.reply("ERR_INPUTTOOLONG");
  const manner = {
    ...(lines.length > 1 && { lines }),
    ...(notice && { notice }),
    ...(tags.size > 0 && { tags }),
  };
  const words: Words = { text, isAction: false, manner, bytes: utf8Length(text) };
  return "channel" in target ? sayTo(target, words) : tellTo(target.user, words);
}

function tagsOf({ tags }: IrcMessage, irc: IrcConnection): Tags {
  return clientOnly(irc.caps.has("message-tags") ? tags : undefined);
}

/**
 * The words, cleaned so that nothing of them acts on a terminal; `undefined` when nothing is left.
 */
function readWords(
  text: string,
  notice: boolean,
  tags: Tags,
  isPlain: boolean,
): Words | undefined {
  // Nearly all messages are of this kind, and need neither to be read nor cleaned.
  if (isPlain && !notice && tags.size === 0) {
    return isBlank(text) ? undefined : { text, isAction: false, manner: PLAIN, bytes: text.length };
  }
  const read = readIrcText(text);
  const manner = { ...(notice && { notice }), ...(tags.size > 0 && { tags }) };
  if (read.kind === "ctcp" || read.kind === "action" && notice) {
    const ctcp = read.kind === "ctcp" ? read.command : "ACTION";
    const clean = CTCP_MARK + sanitizeText(text.replaceAll(CTCP_MARK, "")) + CTCP_MARK;
    return {
      text: clean,
      isAction: false,
      manner: { ...manner, ctcp },
      bytes: utf8Length(clean),
    };
  }
  const clean = sanitizeText(read.text);
  const isAction = read.kind === "action";
  if (isBlank(clean) && !isAction) return undefined;
  const bytes = utf8Length(isAction ? formatAction(clean) : clean);
  return { text: clean, isAction, manner, bytes };
}

/**
 * Whether `bytes` of text fit into one line with the name of the sender, so that nothing is cut
 * off.
 */
function fitsLine(irc: IrcConnection, target: string, bytes: number): boolean {
  const room = MAX_BODY_BYTES - ":   :".length - irc.sourceBytes - irc.command.length - bytes;
  // Names are short, and most need no measuring.
  return MOST_BYTES_A_UNIT * target.length <= room || utf8Length(target) <= room;
}

function sayTo(target: Extract<Target, { channel: string }>, words: Words): Step {
  const { text, isAction, manner } = words;
  const place = { ...target, fold: true } as const;
  if (!isAction) return { type: "say", ...place, text, ...manner };
  const { tags } = manner;
  return { type: "emote", ...place, text, ...(tags && { tags }) };
}

function tellTo(to: string, { text, isAction, manner }: Words): Step {
  return { type: "dm", to, text, ...(isAction && { action: true }), ...manner };
}

function tagmsg(message: IrcMessage, irc: IrcConnection): Steps {
  const [targets = ""] = message.params;
  if (!irc.caps.has("message-tags")) return irc.reply("ERR_UNKNOWNCOMMAND", "TAGMSG");
  const tags = tagsOf(message, irc);
  return toTargets(
    irc,
    targets,
    (target) =>
      "channel" in target
        ? { type: "tag", ...target, fold: true, tags }
        : { type: "tag_user", to: target.user, tags },
  );
}

/** The steps for each of several targets; too many of them are refused, and not obeyed in part. */
function toTargets(
  irc: IrcConnection,
  list: string,
  act: (target: Exclude<Target, { invalid: string }>, name: string) => Step,
): Steps {
  // Most messages have one target.
  if (list !== "" && !list.includes(",")) return toTarget(irc, list, act);
  const names = [...new Set(list.split(",").filter((name) => name !== ""))];
  if (names.length > MAX_TARGETS.PRIVMSG) return [irc.reply("ERR_TOOMANYTARGETS", list)];
  return names.flatMap((name) => toTarget(irc, name, act) ?? []);
}

function toTarget(
  irc: IrcConnection,
  name: string,
  act: (target: Exclude<Target, { invalid: string }>, name: string) => Step,
): Step | undefined {
  const target = readTarget(name);
  if (!("invalid" in target)) return act(target, name);
  // Nothing may answer a notice automatically.
  return irc.command === "PRIVMSG" ? irc.reply("ERR_NOSUCHCHANNEL", name) : undefined;
}

function readTarget(name: string): Target {
  const least = isChannelTarget(name)
    ? undefined
    : RIGHTS.find((right) => name.startsWith(SIGN_OF[right]) && isChannelTarget(name.slice(1)));
  const place = least === undefined ? name : name.slice(1);
  if (!isChannelTarget(place)) return { user: name };
  const channel = readChannelName(place);
  if (channel === undefined) return { invalid: name };
  return least === undefined ? { channel } : { channel, least };
}
