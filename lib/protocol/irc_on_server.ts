/**
 * The commands that ask about the server.
 *
 * @module
 */

import type { CommandTable, IrcConnection, Steps } from "./irc_connection.ts";
import { foldHandle } from "../chat/handles.ts";
import { helpOn } from "./irc_help.ts";
import type { IrcMessage } from "./irc_message.ts";
import { motdLines, supportLines } from "./irc_welcome.ts";

/** The commands. */
export const ON_SERVER: CommandTable = new Map([
  ["LUSERS", { least: 0, run: () => ({ type: "counts" }) }],
  ["MOTD", { least: 0, run: here((irc) => motdLines(irc)) }],
  ["VERSION", { least: 0, run: here(versionLines) }],
  ["TIME", { least: 0, run: here(timeLines) }],
  ["INFO", { least: 0, run: here(infoLines) }],
  ["ADMIN", { least: 0, run: here(adminLines) }],
  ["LINKS", { least: 0, run: (_message, irc) => irc.reply("RPL_ENDOFLINKS", "*") }],
  ["HELP", { least: 0, run: help }],
  ["HELPOP", { least: 0, run: help }],
]);

/** Answers with `lines`, unless another server was asked: there is none. */
function here(lines: (irc: IrcConnection) => readonly string[]) {
  return ({ params: [server = ""] }: IrcMessage, irc: IrcConnection): Steps => {
    if (isHere(server, irc)) return irc.answer(() => lines(irc));
    return irc.reply("ERR_NOSUCHSERVER", server.includes(" ") ? "*" : server);
  };
}

/** The server's name, a mask that fits every name, or the asker's own nick. */
function isHere(server: string, { facts, nick }: IrcConnection): boolean {
  const asked = foldHandle(server);
  return ["", "*", foldHandle(facts.name), foldHandle(nick)].includes(asked);
}

function versionLines(irc: IrcConnection): readonly string[] {
  const { name, version } = irc.facts;
  return [irc.numeric("RPL_VERSION", version, name, ""), ...supportLines(irc)];
}

function timeLines(irc: IrcConnection): readonly string[] {
  return [irc.numeric("RPL_TIME", irc.facts.name, new Date().toUTCString())];
}

function infoLines(irc: IrcConnection): readonly string[] {
  const { version, startedAt } = irc.facts;
  return [
    irc.numeric("RPL_INFO", `Parlance ${version}: a chat server of several protocols`),
    irc.numeric("RPL_INFO", `Started ${new Date(startedAt).toUTCString()}`),
    irc.numeric("RPL_ENDOFINFO"),
  ];
}

function adminLines(irc: IrcConnection): readonly string[] {
  const { admin, name, network } = irc.facts;
  const [first = network, second = "", third = ""] = admin;
  return [
    irc.numeric("RPL_ADMINME", name),
    irc.numeric("RPL_ADMINLOC1", first),
    irc.numeric("RPL_ADMINLOC2", second),
    irc.numeric("RPL_ADMINEMAIL", third),
  ];
}

function help({ params: [subject] }: IrcMessage, irc: IrcConnection): Steps {
  const found = helpOn(subject);
  if (found === undefined) {
    return irc.reply("ERR_HELPNOTFOUND", subject?.includes(" ") ? "*" : subject ?? "*");
  }
  const [first, ...rest] = found.lines;
  return irc.answer(() => [
    irc.numeric("RPL_HELPSTART", found.subject, first),
    ...rest.map((line) => irc.numeric("RPL_HELPTXT", found.subject, line)),
    irc.numeric("RPL_ENDOFHELP", found.subject, "End of help"),
  ]);
}
