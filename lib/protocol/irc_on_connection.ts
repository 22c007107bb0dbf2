/**
 * The commands of a connection itself: how it is registered, what it speaks, and how it ends.
 *
 * @module
 */

import { isHandle } from "../chat/handles.ts";
import { cutBytes, MAX_REALNAME_BYTES, MAX_REASON_BYTES } from "../chat/lengths.ts";
import { utf8Length } from "../chat/names.ts";
import type { CapAnswer } from "./irc_caps.ts";
import type { CommandTable, IrcConnection, Steps } from "./irc_connection.ts";
import { formatBody, type IrcMessage } from "./irc_message.ts";
import { formatUsername, IRC } from "./irc_names.ts";
import { errorBody } from "./irc_replies.ts";
import { takeAccount } from "./irc_sasl.ts";
import { motdLines } from "./irc_welcome.ts";
import type { Step } from "./protocol.ts";
import { sanitizeText } from "./text.ts";

/** The commands. */
export const ON_CONNECTION: CommandTable = new Map([
  ["CAP", { least: 1, isEarly: true, run: cap }],
  ["PASS", { least: 1, isEarly: true, run: pass }],
  ["NICK", { least: 0, isEarly: true, run: nick }],
  ["USER", { least: 4, isEarly: true, run: user }],
  ["PING", { least: 1, isEarly: true, run: ping }],
  ["PONG", { least: 0, isEarly: true, run: () => undefined }],
  ["QUIT", { least: 0, isEarly: true, run: quit }],
  // Clients answer nothing else to the server's own errors, and gateways say where a user comes
  // from.
  ["ERROR", { least: 0, isEarly: true, run: () => undefined }],
  ["WEBIRC", { least: 0, isEarly: true, run: () => undefined }],
]);

function cap({ params }: IrcMessage, irc: IrcConnection): Steps {
  const { facts, caps, person } = irc;
  const head = `:${facts.name} CAP ${irc.nick} LIST * :`;
  const answer = caps.take(params, person !== undefined, utf8Length(head));
  return answer.do === "proceed" ? complete(irc) : answerCap(answer, irc);
}

function answerCap(answer: CapAnswer, irc: IrcConnection): Steps {
  switch (answer.do) {
    case "refuse":
      return irc.reply("ERR_INVALIDCAPCMD", answer.subcommand);
    case "need_more":
      return irc.reply("ERR_NEEDMOREPARAMS", "CAP");
    case "send": {
      const { subcommand, lines, continues } = answer;
      const last = lines.length - 1;
      return irc.answer(() =>
        lines.map((line, i) => {
          const middle = [irc.nick, subcommand, ...(continues && i < last ? ["*"] : [])];
          return formatBody(irc.facts.name, "CAP", middle, line);
        })
      );
    }
    default:
      return undefined;
  }
}

function pass({ params: [password = ""] }: IrcMessage, irc: IrcConnection): Steps {
  if (irc.person !== undefined) return irc.reply("ERR_ALREADYREGISTERED");
  irc.draft.password = password;
  return undefined;
}

function nick({ params: [wanted = ""] }: IrcMessage, irc: IrcConnection): Steps {
  if (wanted === "") return irc.reply("ERR_NONICKNAMEGIVEN");
  if (!isHandle(wanted)) return irc.reply("ERR_ERRONEUSNICKNAME", asWord(wanted));
  if (irc.person !== undefined) return { type: "register", nick: wanted, home: IRC, exact: true };
  irc.draft.nick = wanted;
  return complete(irc);
}

/** A parameter that another message can hold. */
function asWord(text: string): string {
  return text.includes(" ") || text.startsWith(":") ? "*" : text;
}

function user({ params }: IrcMessage, irc: IrcConnection): Steps {
  if (irc.person !== undefined) return irc.reply("ERR_ALREADYREGISTERED");
  const [username = "", , , text = ""] = params;
  const realname = cutBytes(sanitizeText(text).trim(), MAX_REALNAME_BYTES);
  if (username === "" || realname === "") return irc.reply("ERR_NEEDMOREPARAMS", "USER");
  irc.draft.username = formatUsername(username);
  irc.draft.realname = realname;
  return complete(irc);
}

/** Registers the user once everything has come that a registration needs. */
function complete(irc: IrcConnection): Steps {
  const { draft, caps, facts, person, network } = irc;
  const isWhole = draft.nick !== undefined && draft.username !== undefined && !caps.isOpen;
  if (person !== undefined || !isWhole) return undefined;
  if (facts.admits === undefined) return enterWithPassword(irc);
  return irc.wait(
    facts.admits(draft.password ?? "", network),
    (isAdmitted) => isAdmitted ? enter(irc) : turnAway(irc),
  );
}

/** Where the server needs no password, PASS may be `account:password`. */
function enterWithPassword(irc: IrcConnection): Steps {
  const { login, draft, proven } = irc;
  const [, name = "", password = ""] = /^([^:]+):(.+)$/s.exec(draft.password ?? "") ?? [];
  delete draft.password;
  if (login === undefined || proven !== undefined || !isHandle(name)) return enter(irc);
  return irc.wait(
    login.checkPassword(name, password),
    (outcome) =>
      typeof outcome === "string" ? turnAway(irc) : [...takeAccount(outcome, irc), ...enter(irc)],
  );
}

function enter(irc: IrcConnection): readonly Step[] {
  const { nick = "", username = "", realname = "" } = irc.draft;
  const aborted = irc.sasl === undefined ? [] : [irc.reply("ERR_SASLABORTED")];
  irc.sasl = undefined;
  const lost = loseAccount(irc);
  const account = irc.proven?.account;
  // After a refusal, the client must send another nick.
  delete irc.draft.nick;
  const isMarked = account !== undefined && irc.caps.has("draft/read-marker");
  return [
    ...aborted,
    ...lost,
    // The user's other connections may be in channels, which this one will be in then.
    ...(isMarked ? [{ type: "markers", account } as const] : []),
    {
      type: "register",
      nick,
      home: IRC,
      exact: true,
      username,
      realname,
      ...(account !== undefined && { account }),
    },
    { type: "counts" },
    irc.answer(() => irc.person === undefined ? [] : motdLines(irc)),
    // Only an account's user can have been away without a connection.
    ...(account === undefined ? [] : [irc.missed()]),
  ];
}

/**
 * An account that has gone since its password was checked is nobody's, though another one may
 * have its name.
 */
function loseAccount(irc: IrcConnection): readonly Step[] {
  const { login, proven, draft } = irc;
  if (proven === undefined || login?.holds(proven) === true) return [];
  irc.proven = undefined;
  return [irc.reply("RPL_LOGGEDOUT", `${draft.nick ?? "*"}!*@*`)];
}

function turnAway(irc: IrcConnection): readonly Step[] {
  irc.isDone = true;
  return [
    irc.reply("ERR_PASSWDMISMATCH"),
    irc.answer(() => [errorBody("Password incorrect")]),
  ];
}

function ping({ params: [token = ""] }: IrcMessage, irc: IrcConnection): Steps {
  if (token === "") return irc.reply("ERR_NOORIGIN");
  const { name } = irc.facts;
  return irc.answer(() => [formatBody(name, "PONG", [name], token)]);
}

function quit({ params: [text = ""] }: IrcMessage, irc: IrcConnection): Steps {
  irc.isDone = true;
  const words = cutBytes(sanitizeText(text), MAX_REASON_BYTES - QUIT_MARK.length);
  const reason = words === "" ? "Quit" : QUIT_MARK + words;
  return [{ type: "quit", reason }, irc.answer(() => [errorBody(reason)])];
}

/**
 * Stands before the reasons of users who leave by themselves, so that nobody can make them look
 * like the server's.
 */
const QUIT_MARK = "Quit: ";
