/**
 * The server's command line: the table of its options, and their parsing.
 *
 * @module
 */

import { type CommandLine, parseCommandLine, parsePort, UsageError } from "../cli/options.ts";
import { DEFAULT_LOBBY, isChannelName, MAX_CHANNEL_NAME_BYTES } from "../chat/names.ts";
import { ACCOUNT_OPTIONS, type AccountChoices, parseAccountChoices } from "./account_settings.ts";
import { type AccountRequest, parseAccountRequest } from "./account_command.ts";
import type { Protocol } from "../protocol/protocol.ts";
import { type Identity, IDENTITY_OPTIONS, parseIdentity } from "./identity_options.ts";
import { findProtocol, PROTOCOLS } from "../protocol/registry.ts";
import { HISTORY_OPTIONS, type HistorySettings, parseHistory } from "./history_options.ts";
import type { Limits } from "./limits.ts";
import { LIMIT_OPTIONS, parseLimits } from "./limit_options.ts";
import { parseTls, TLS_OPTIONS, type TlsRequest } from "./tls_options.ts";
import { LOG_LEVELS, type LogLevel } from "./log.ts";
import { LOG_FORMATS, type LogFormat } from "./log_line.ts";

const PROTOCOL_NAMES = PROTOCOLS.map((protocol) => protocol.name).join(", ");

/** The command line of `server`. */
export const SERVER_COMMAND_LINE: CommandLine = {
  program: "parlance-server",
  summary: "The Parlance chat server.",
  usages: [
    "[OPTIONS] [PORT]",
    "[OPTIONS] basic [PORT]",
    "hash",
    "--data DIR account list|add NAME|passwd NAME|delete NAME",
  ],
  options: [
    { name: "host", value: "ADDR", help: "Address to listen on (default 0.0.0.0)" },
    {
      name: "protocol",
      value: "NAME",
      help:
        `Speak only this one of ${PROTOCOL_NAMES} (default: all, told apart by their first bytes)`,
    },
    {
      name: "lobby",
      value: "NAME",
      help: `The channel that chat1 and json16 users enter first (default ${DEFAULT_LOBBY})`,
    },
    { name: "log", value: "LEVEL", help: `One of ${LOG_LEVELS.join(", ")} (default info)` },
    {
      name: "log-format",
      value: "FORMAT",
      help: `One of ${LOG_FORMATS.join(", ")} (default ${LOG_FORMATS[0]})`,
    },
    {
      name: "data",
      value: "DIR",
      help: "Directory for the server's own data (default: all is in memory, and lost at the end)",
    },
    ...ACCOUNT_OPTIONS,
    ...HISTORY_OPTIONS,
    ...TLS_OPTIONS,
    ...IDENTITY_OPTIONS,
    ...LIMIT_OPTIONS,
  ],
  notes: [
    "Without PORT the system picks one; the line on standard output names it.",
    "hash: read a password from standard input, and print what --password and --oper take for it.",
    "account: list and change the accounts of DIR, also while a server uses it. add and passwd read the password " +
    "from standard input.",
    "basic: print what each client sends, one client after the other, and answer nothing.",
    "SIGINT, SIGTERM and SIGHUP stop the server; SIGUSR2 makes it log how many are connected.",
  ],
};

/** A parsed command line. */
export type ServerRequest =
  | { readonly mode: "help" | "version" | "hash" }
  | {
    readonly mode: "account";
    /** What to do. */
    readonly account: AccountRequest;
    /** The directory. */
    readonly data: string;
    readonly accounts: AccountChoices;
  }
  | {
    readonly mode: "chat" | "basic";
    readonly host: string;
    /** Whether the operator has named the address, and so knows which peers can reach it. */
    readonly isHostNamed: boolean;
    readonly port: number;
    readonly logLevel: LogLevel;
    readonly logFormat?: LogFormat;
    readonly protocols: readonly Protocol[];
    readonly lobby: string;
    /** The directory of the server's own data. */
    readonly data?: string;
    /** Who may make accounts, and with which passwords. */
    readonly accounts: AccountChoices;
    /** What is kept of what was said; nothing where it is left out. */
    readonly history?: HistorySettings;
    readonly tls?: TlsRequest;
    readonly identity: Identity;
    readonly limits: Partial<Limits>;
  };

/**
 * Reads the server's arguments.
 *
 * @throws {UsageError} when they are wrong.
 */
export function parseServerArgs(args: readonly string[]): ServerRequest {
  const { positionals, values, switches } = parseCommandLine(SERVER_COMMAND_LINE, args);
  if (switches.has("help")) return { mode: "help" };
  if (switches.has("version")) return { mode: "version" };
  if (positionals.length === 1 && positionals[0] === "hash") return { mode: "hash" };
  if (positionals[0] === "account") return parseAccount(positionals.slice(1), values);
  const basic = positionals[0] === "basic";
  const [port, ...extra] = basic ? positionals.slice(1) : positionals;
  if (extra.length > 0) throw new UsageError(`Unexpected argument "${extra[0]}"`);
  const host = values["host"] ?? "0.0.0.0";
  const tls = parseTls(values, host);
  return {
    mode: basic ? "basic" : "chat",
    host,
    isHostNamed: values["host"] !== undefined,
    port: port === undefined ? 0 : parsePort(port, 0),
    protocols: parseProtocols(values["protocol"]),
    lobby: parseLobby(values["lobby"] ?? DEFAULT_LOBBY),
    ...(values["data"] !== undefined && { data: values["data"] }),
    accounts: parseAccountChoices(values),
    ...parseHistoryOf(values),
    ...(tls !== undefined && { tls }),
    identity: parseIdentity(values),
    logLevel: parseLogLevel(values["log"] ?? "info"),
    ...parseLogFormat(values["log-format"]),
    limits: parseLimits(values),
  };
}

function parseAccount(
  words: readonly string[],
  values: Readonly<Record<string, string>>,
): ServerRequest {
  const { data } = values;
  const account = parseAccountRequest(words);
  if (data === undefined) throw new UsageError("Accounts need their directory: --data DIR");
  return { mode: "account", account, data, accounts: parseAccountChoices(values) };
}

function parseHistoryOf(values: Readonly<Record<string, string>>) {
  const history = parseHistory(values);
  return history && { history };
}

function parseProtocols(name: string | undefined): readonly Protocol[] {
  if (name === undefined) return PROTOCOLS;
  const protocol = findProtocol(name);
  if (protocol) return [protocol];
  throw new UsageError(`Protocol must be one of ${PROTOCOL_NAMES}, got "${name}"`);
}

function parseLobby(name: string): string {
  if (isChannelName(name)) return name;
  throw new UsageError(
    `Lobby must be one word of at most ${MAX_CHANNEL_NAME_BYTES} bytes, got "${name}"`,
  );
}

function parseLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level) return level;
  throw new UsageError(`Log level must be one of ${LOG_LEVELS.join(", ")}, got "${text}"`);
}

function parseLogFormat(text: string | undefined): { logFormat?: LogFormat } {
  if (text === undefined) return {};
  const logFormat = LOG_FORMATS.find((known) => known === text);
  if (logFormat) return { logFormat };
  throw new UsageError(`Log format must be one of ${LOG_FORMATS.join(", ")}, got "${text}"`);
}
