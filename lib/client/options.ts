/**
 * The client's command line: what can be asked of it, and what was.
 *
 * @module
 */

import { type CommandLine, parseCommandLine, parsePort, UsageError } from "../cli/options.ts";

/** What `client` understands. */
export const CLIENT_COMMAND_LINE: CommandLine = {
  program: "parlance-client",
  summary: "The Parlance chat client.",
  usages: ["NAME HOST PORT", "basic HOST PORT"],
  options: [],
  notes: [
    "Each line of standard input is sent; /list, /create CHANNEL and /join CHANNEL ask the server.",
    "basic: send one line of standard input and end.",
    "A user who is called basic, or -x, goes behind two dashes: parlance-client -- basic HOST PORT",
  ],
};

/** What the user asked for. */
export type ClientRequest =
  | { readonly mode: "help" | "version" }
  | { readonly mode: "basic"; readonly host: string; readonly port: number }
  | {
    readonly mode: "chat";
    readonly nick: string;
    readonly host: string;
    readonly port: number;
  };

/**
 * Reads the client's arguments.
 *
 * @throws {UsageError} when they are wrong.
 */
export function parseClientArgs(args: readonly string[]): ClientRequest {
  const { positionals, keywords, switches } = parseCommandLine(CLIENT_COMMAND_LINE, args);
  if (switches.has("help")) return { mode: "help" };
  if (switches.has("version")) return { mode: "version" };
  const [nick, host, port, ...extra] = positionals;
  if (nick === undefined || host === undefined || port === undefined) {
    throw new UsageError(`Expected NAME HOST PORT, got ${positionals.length} of them`);
  }
  if (extra.length > 0) throw new UsageError(`Unexpected argument "${extra[0]}"`);
  const target = { host, port: parsePort(port, 1) };
  if (nick === "basic" && keywords > 0) return { mode: "basic", ...target };
  return { mode: "chat", nick, ...target };
}
