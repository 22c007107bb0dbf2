/**
 * The commands of the server's operators. The chat checks that the one who sends them is one.
 *
 * @module
 */

import type { CommandTable, IrcConnection, Steps } from "./irc_connection.ts";
import type { IrcMessage } from "./irc_message.ts";
import { reasonOf } from "./irc_on_channels.ts";
import { noticeBody } from "./irc_replies.ts";
import { isBlank, sanitizeLine, sanitizeText } from "./text.ts";

/** The commands. */
export const ON_OPERATORS: CommandTable = new Map([
  ["OPER", { least: 2, run: oper }],
  ["KILL", { least: 1, run: kill }],
  ["WALLOPS", { least: 1, run: wallops }],
  ["KLINE", { least: 1, run: ban }],
  ["DLINE", { least: 1, run: ban }],
  ["UNKLINE", { least: 1, run: unban }],
  ["UNDLINE", { least: 1, run: unban }],
  ["REHASH", { least: 0, run: rehash }],
]);

function oper({ params: [name = "", password = ""] }: IrcMessage, irc: IrcConnection): Steps {
  const { isOperator } = irc.facts;
  if (isOperator === undefined) return irc.reply("ERR_NOOPERHOST");
  return irc.wait(
    isOperator(name, password, irc.network),
    (isRight) => [isRight ? { type: "oper" } : irc.reply("ERR_PASSWDMISMATCH")],
  );
}

/** The reason of an operator who gave none. */
const NO_REASON = "No reason given";

function kill({ params: [whom = "", text] }: IrcMessage): Steps {
  return { type: "kill", whom, reason: reasonOf(text).reason ?? NO_REASON };
}

function wallops({ params: [text = ""] }: IrcMessage, irc: IrcConnection): Steps {
  const words = sanitizeText(text);
  if (isBlank(words)) return irc.reply("ERR_NEEDMOREPARAMS", "WALLOPS");
  return { type: "wallops", text: words };
}

/** `[minutes] mask [reason]` */
function ban({ params }: IrcMessage, irc: IrcConnection): Steps {
  const hasTime = /^\d{1,7}$/.test(params[0] ?? "") && params.length > 1;
  const [mask = "", text] = hasTime ? params.slice(1) : params;
  if (mask === "") return irc.reply("ERR_NEEDMOREPARAMS", irc.command);
  const minutes = hasTime ? Number(params[0]) : 0;
  return {
    type: "ban_server",
    mask: sanitizeLine(mask),
    reason: reasonOf(text).reason ?? NO_REASON,
    ...(minutes > 0 && { seconds: minutes * 60 }),
  };
}

function unban({ params: [mask = ""] }: IrcMessage): Steps {
  return { type: "unban_server", mask: sanitizeLine(mask) };
}

function rehash(_message: IrcMessage, irc: IrcConnection): Steps {
  if (!irc.isOperator) return irc.reply("ERR_NOPRIVILEGES");
  const { reload } = irc.facts;
  const begun = irc.reply("RPL_REHASHING", "motd");
  if (reload === undefined) return begun;
  const read = irc.wait(
    reload(),
    (fault) => fault === undefined ? [] : [irc.answer(() => [noticeBody(irc, fault)])],
  );
  return [begun, read];
}
