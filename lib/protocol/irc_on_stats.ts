/**
 * STATS: counters and lists of the server. Everybody may ask for the uptime, operators of the
 * server for the rest.
 *
 *   u  uptime        m  how often each command was used
 *   o  operators     k  bans of the server
 *
 * @module
 */

import type { CommandTable, IrcConnection, Steps } from "./irc_connection.ts";
import type { IrcMessage } from "./irc_message.ts";
import type { Step } from "./protocol.ts";

/** The command. */
export const ON_STATS: CommandTable = new Map([["STATS", { least: 1, run: stats }]]);

/** The report of each letter. */
const REPORTS: ReadonlyMap<string, (irc: IrcConnection) => Step> = new Map([
  ["u", (irc) => irc.reply("RPL_STATSUPTIME", uptimeText(Date.now() - irc.facts.startedAt))],
  ["m", forOperators((irc) => irc.answer(() => commandLines(irc)))],
  ["o", forOperators((irc) => irc.answer(() => operatorLines(irc)))],
  ["k", forOperators(() => ({ type: "server_bans" }))],
]);

/** An unknown letter is a report without lines. */
function stats({ params: [query = ""] }: IrcMessage, irc: IrcConnection): Steps {
  const [letter = "*"] = query;
  const report = REPORTS.get(letter.toLowerCase());
  const end = irc.reply("RPL_ENDOFSTATS", letter === " " || letter === ":" ? "*" : letter);
  return report === undefined ? end : [report(irc), end];
}

function forOperators(report: (irc: IrcConnection) => Step): (irc: IrcConnection) => Step {
  return (irc) => irc.isOperator ? report(irc) : irc.reply("ERR_NOPRIVILEGES");
}

function commandLines(irc: IrcConnection): readonly string[] {
  const counts = irc.facts.tally?.counts ?? [];
  return counts.map(([name, count]) => irc.numeric("RPL_STATSCOMMANDS", name, String(count)));
}

function operatorLines(irc: IrcConnection): readonly string[] {
  const { operators = [] } = irc.facts;
  return operators.map((name) => irc.numeric("RPL_STATSOLINE", "O", "*", "*", name));
}

/** `Server Up 3 days 4:05:06`, as RFC 1459 has it. */
function uptimeText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60];
  const [minutes, rest] = parts.map((part) => String(part).padStart(2, "0"));
  const hours = Math.floor(seconds / 3600) % 24;
  return `Server Up ${Math.floor(seconds / 86_400)} days ${hours}:${minutes}:${rest}`;
}
