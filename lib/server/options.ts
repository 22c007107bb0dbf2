/**
 * The server's command line: the table of its options, and their parsing.
 *
 * @module
 */

import {
  type CommandLine,
  parseCommandLine,
  parsePort,
  UsageError,
  wholePath,
} from "../cli/options.ts";
import {
  type ReadVariable,
  type Settings,
  settingsOfEnvironment,
  settingsOfFile,
} from "../cli/settings.ts";
import type { ReadText } from "../cli/files.ts";
import { DEFAULT_LOBBY, isChannelName, MAX_CHANNEL_NAME_BYTES } from "../chat/names.ts";
import { ACCOUNT_OPTIONS, type AccountChoices, parseAccountChoices } from "./account_settings.ts";
import { type AccountRequest, parseAccountRequest } from "./account_command.ts";
import type { Protocol } from "../protocol/protocol.ts";
import { type Identity, IDENTITY_OPTIONS, parseIdentity } from "./identity_options.ts";
import { findProtocol, PROTOCOLS } from "../protocol/registry.ts";
import { type HistoryRequest, parseHistoryRequest } from "./history_command.ts";
import { HISTORY_OPTIONS, type HistorySettings, parseHistory } from "./history_options.ts";
import type { Limits } from "./limits.ts";
import { LIMIT_OPTIONS, parseLimits } from "./limit_options.ts";
import { parseTls, TLS_OPTIONS, type TlsRequest } from "./tls_options.ts";
import { parseWebSocket, WEBSOCKET_OPTIONS, type WebSocketRequest } from "./websocket_options.ts";
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
    "--data DIR account list|add NAME|passwd NAME|delete NAME|always-on NAME on|off",
    "--data DIR [OPTIONS] history export CHANNEL|prune",
    "--data DIR backup FILE",
  ],
  options: [
    {
      name: "config",
      value: "FILE",
      help:
        "Take settings from this file, in TOML: rate = 50; its keys are the names of these options",
      paths: wholePath,
      place: "environment",
    },
    {
      name: "check-config",
      help: "Check the settings, wherever they stand, and the files that they name, and exit",
      place: "command line",
    },
    {
      name: "port",
      value: "PORT",
      check: (text) => parsePort(text, 0),
      help: "The same as PORT behind the options",
    },
    { name: "host", value: "ADDR", help: "Address to listen on (default 0.0.0.0)" },
    {
      name: "protocol",
      value: "NAME",
      check: parseProtocols,
      help:
        `Speak only this one of ${PROTOCOL_NAMES} (default: all, told apart by their first bytes)`,
    },
    {
      name: "lobby",
      value: "NAME",
      check: parseLobby,
      help: `The channel that chat1 and json16 users enter first (default ${DEFAULT_LOBBY})`,
    },
    {
      name: "log",
      value: "LEVEL",
      check: parseLogLevel,
      reloads: true,
      help: `One of ${LOG_LEVELS.join(", ")} (default info)`,
    },
    {
      name: "log-format",
      value: "FORMAT",
      check: parseLogFormat,
      help: `One of ${LOG_FORMATS.join(", ")} (default ${LOG_FORMATS[0]})`,
    },
    {
      name: "data",
      value: "DIR",
      paths: wholePath,
      writes: true,
      help: "Directory for the server's own data (default: all is in memory, and lost at the end)",
    },
    ...ACCOUNT_OPTIONS,
    ...HISTORY_OPTIONS,
    ...TLS_OPTIONS,
    ...WEBSOCKET_OPTIONS,
    ...IDENTITY_OPTIONS,
    ...LIMIT_OPTIONS,
  ],
  notes: [
    "Without PORT the system picks one; the line on standard output names it.",
    "hash: read a password from standard input, and print what --password and --oper take for it.",
    "history export: print what is kept of a channel; prune: remove what is older than --history or more than " +
    "--history-max at once. backup: copy the database to a new file. All of them also while a server uses DIR.",
    "account: list and change the accounts of DIR, also while a server uses it. add and passwd read the password " +
    "from standard input.",
    "basic: print what each client sends, one client after the other, and answer nothing.",
    "PARLANCE_RATE=50 in the environment stands above rate = 50 in the file of --config, and below",
    "--rate 50; so it is with every option.",
    "SIGINT and SIGTERM stop the server; SIGHUP makes it read its files again, or stops it if it",
    "has none; SIGUSR2 makes it log how many are connected.",
  ],
};

/** A parsed command line. */
export type ServerRequest =
  | { readonly mode: "help" | "version" | "hash" }
  | { readonly mode: "permissions"; readonly values: Readonly<Record<string, string>> }
  | {
    readonly mode: "account";
    /** The command. */
    readonly account: AccountRequest;
    /** The directory. */
    readonly data: string;
    readonly accounts: AccountChoices;
  }
  | {
    readonly mode: "history";
    readonly command: HistoryRequest;
    readonly data: string;
    readonly history?: HistorySettings;
  }
  | {
    /** `check`: as `chat`, but the server is not started. */
    readonly mode: "chat" | "basic" | "check";
    /** All values, wherever they stand, by the names of the options. */
    readonly values: Readonly<Record<string, string>>;
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
    /** The settings of the history; left out where nothing is kept. */
    readonly history?: HistorySettings;
    readonly tls?: TlsRequest;
    readonly websocket?: WebSocketRequest;
    readonly identity: Identity;
    readonly limits: Partial<Limits>;
  };

/** Where settings are read that do not stand on the command line; a test has its own. */
export interface SettingSources {
  /** Reads the configuration file. */
  readonly readText: ReadText;
  /** Reads the environment. */
  readonly readVariable: ReadVariable;
}

/** The request to start a server. */
export type ServeRequest = Extract<ServerRequest, { host: string }>;

/**
 * Reads the server's arguments, and the settings below them: those of the environment, and those of
 * the configuration file.
 *
 * @throws {UsageError} when something in them is wrong.
 * @throws {FileError} when the file cannot be read.
 */
export async function readServerRequest(
  args: readonly string[],
  { readText, readVariable }: SettingSources,
): Promise<ServerRequest> {
  const { values, switches, positionals } = parseCommandLine(SERVER_COMMAND_LINE, args);
  // A user who asks for help must not get an error about a file.
  const isQuestion = switches.has("help") || switches.has("version") || positionals[0] === "hash";
  if (isQuestion && !switches.has("permissions")) return parseServerArgs(args);
  const environment = settingsOfEnvironment(SERVER_COMMAND_LINE, readVariable);
  const path = values["config"] ?? environment.get("config");
  // SIGHUP reads it again, and so does a launcher that asks for the permissions.
  const file = path === undefined
    ? []
    : await settingsOfFile(SERVER_COMMAND_LINE, path, await readText(path, true));
  return parseServerArgs(args, new Map([...file, ...environment]));
}

/**
 * Reads the server's arguments. `below` are the settings that they stand above.
 *
 * @throws {UsageError} when they are wrong.
 */
export function parseServerArgs(
  args: readonly string[],
  below: Settings = new Map(),
): ServerRequest {
  const { positionals, values: flags, switches } = parseCommandLine(SERVER_COMMAND_LINE, args);
  if (switches.has("permissions")) {
    return { mode: "permissions", values: { ...Object.fromEntries(below), ...flags } };
  }
  if (switches.has("help")) return { mode: "help" };
  if (switches.has("version")) return { mode: "version" };
  if (positionals.length === 1 && positionals[0] === "hash") return { mode: "hash" };
  if (positionals[0] === "account" || positionals[0] === "history" || positionals[0] === "backup") {
    const values = { ...Object.fromEntries(below), ...flags };
    return positionals[0] === "account"
      ? parseAccount(positionals.slice(1), values)
      : parseHistoryCommand(positionals, values);
  }
  const basic = positionals[0] === "basic";
  const [named, ...extra] = basic ? positionals.slice(1) : positionals;
  if (extra.length > 0) throw new UsageError(`Unexpected argument "${extra[0]}"`);
  const values: Readonly<Record<string, string>> = {
    ...Object.fromEntries(below),
    ...flags,
    ...(named !== undefined && { port: named }),
  };
  const port = values["port"];
  const host = values["host"] ?? "0.0.0.0";
  const tls = parseTls(values, host);
  const websocket = parseWebSocket(values, host);
  return {
    mode: basic ? "basic" : switches.has("check-config") ? "check" : "chat",
    values,
    host,
    isHostNamed: values["host"] !== undefined,
    port: port === undefined ? 0 : parsePort(port, 0),
    protocols: parseProtocols(values["protocol"]),
    lobby: parseLobby(values["lobby"] ?? DEFAULT_LOBBY),
    ...(values["data"] !== undefined && { data: values["data"] }),
    accounts: parseAccountChoices(values),
    ...parseHistoryOf(values),
    ...(tls !== undefined && { tls }),
    ...(websocket !== undefined && { websocket }),
    identity: parseIdentity(values, flags),
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

function parseHistoryCommand(
  words: readonly string[],
  values: Readonly<Record<string, string>>,
): ServerRequest {
  const { data } = values;
  const command = parseHistoryRequest(words, values["format"]);
  if (data === undefined) throw new UsageError("The history needs its directory: --data DIR");
  return { mode: "history", command, data, ...parseHistoryOf(values) };
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
