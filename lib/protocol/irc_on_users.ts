/**
 * The commands about users: those that change one's own state, and questions about others.
 *
 * @module
 */

import { isHandle } from "../chat/handles.ts";
import { cutBytes, MAX_AWAY_BYTES } from "../chat/lengths.ts";
import type { CommandTable, IrcConnection, Steps } from "./irc_connection.ts";
import type { IrcMessage } from "./irc_message.ts";
import { isChannelTarget, readChannelName } from "./irc_names.ts";
import { parseWho } from "./irc_who.ts";
import { sanitizeText } from "./text.ts";

/** The commands. */
export const ON_USERS: CommandTable = new Map([
  ["AWAY", { least: 0, run: away }],
  ["SETNAME", { least: 1, run: setname }],
  ["WHO", { least: 0, run: who }],
  ["WHOIS", { least: 0, run: whois }],
  ["WHOWAS", { least: 0, run: whowas }],
  ["ISON", { least: 1, run: ({ params }) => ({ type: "present", nicks: wordsOf(params) }) }],
  ["USERHOST", {
    least: 1,
    run: ({ params }) => ({
      type: "present",
      nicks: wordsOf(params).slice(0, MAX_USERHOSTS),
    }),
  }],
  ["MONITOR", { least: 1, run: monitor }],
]);

/** The most users in one USERHOST. */
const MAX_USERHOSTS = 5;

/** Old clients send all nicks as one parameter. */
function wordsOf(params: readonly string[]): readonly string[] {
  return params.flatMap((param) => param.split(" ")).filter((word) => word !== "");
}

function away({ params: [text = ""] }: IrcMessage): Steps {
  const words = cutBytes(sanitizeText(text), MAX_AWAY_BYTES);
  return words === "" ? { type: "away" } : { type: "away", text: words };
}

function setname({ params: [text = ""] }: IrcMessage): Steps {
  return { type: "realname", realname: sanitizeText(text).trim() };
}

function who({ params }: IrcMessage, irc: IrcConnection): Steps {
  const query = irc.whoQuery = parseWho(params);
  const { mask, operatorsOnly } = query;
  if (!isChannelTarget(mask)) {
    return { type: "who", mask: mask === "0" ? "*" : mask, operatorsOnly, after: 0 };
  }
  const channel = readChannelName(mask);
  return channel === undefined
    ? irc.reply("RPL_ENDOFWHO", mask)
    : { type: "who", channel, fold: true, operatorsOnly };
}

/** The server may be named before the nick; there is only one. */
function whois({ params }: IrcMessage, irc: IrcConnection): Steps {
  const nick = (params[1] ?? params[0] ?? "").split(",", 1)[0] as string;
  if (nick === "") return irc.reply("ERR_NONICKNAMEGIVEN");
  return [{ type: "whois", nick }, irc.reply("RPL_ENDOFWHOIS", asWord(nick))];
}

function asWord(text: string): string {
  return text.includes(" ") || text.startsWith(":") ? "*" : text;
}

function whowas({ params: [nick = "", most = ""] }: IrcMessage, irc: IrcConnection): Steps {
  if (nick === "") return irc.reply("ERR_NONICKNAMEGIVEN");
  const count = /^\d{1,9}$/.test(most) ? { count: Number(most) } : {};
  return { type: "whowas", nick, ...count };
}

function monitor({ params: [verb = "", list = ""] }: IrcMessage, irc: IrcConnection): Steps {
  const nicks = list.split(",").filter((nick) => isHandle(nick));
  switch (verb.toUpperCase()) {
    case "+":
      return { type: "watch", nicks };
    case "-":
      return { type: "unwatch", nicks };
    case "C":
      return { type: "unwatch_all" };
    case "L":
      return { type: "watched" };
    case "S":
      return { type: "watch_status" };
    default:
      return irc.fail("INVALID_PARAMS", "One of + - C L S is expected", asWord(verb));
  }
}
