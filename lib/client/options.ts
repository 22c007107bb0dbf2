/**
 * The client's command line: the table of its options, and their parsing.
 *
 * @module
 */

import {
  type CommandLine,
  parseCommandLine,
  type ParsedArgs,
  parsePort,
  UsageError,
  wholePath,
} from "../cli/options.ts";
import type { ClientProtocol } from "../protocol/protocol.ts";
import { findClientProtocol, PROTOCOL_LIST } from "../protocol/protocol_list.ts";
import type { UiKind } from "./look.ts";
import { lookOf } from "./looks.ts";
import { PASSWORD_VARIABLE } from "./password.ts";
import type { ServerEntry } from "./server_book.ts";

/** Where the user's own list of servers is, below the home directory. */
export const BOOK_PATH = ".config/parlance/client.toml";
const DEFAULT_PROTOCOL = "cs168";
/** Where most users of the other protocols are. */
const DEFAULT_CHANNEL = "lobby";
const PROTOCOL_NAMES = PROTOCOL_LIST.map((protocol) => protocol.name).join(", ");
const ADDRESS_FORMS = PROTOCOL_LIST.map((protocol) => `${protocol.scheme}://HOST:PORT`).join(", ");

/** The command line that `client` understands. */
export const CLIENT_COMMAND_LINE: CommandLine = {
  program: "parlance-client",
  summary: "The Parlance chat client.",
  usages: [
    "[OPTIONS] NAME HOST PORT",
    "[OPTIONS] NAME ADDRESS",
    "[OPTIONS] SERVER",
    "basic HOST PORT",
  ],
  options: [
    {
      name: "protocol",
      value: "NAME",
      help: `One of ${PROTOCOL_NAMES} (default ${DEFAULT_PROTOCOL}, or what ADDRESS says)`,
    },
    { name: "tls", help: "Encrypt the connection, as an address with an s behind its scheme does" },
    {
      name: "ca",
      value: "FILE",
      paths: wholePath,
      help: "Trust the certificates in this file (PEM) as well as the public ones; implies --tls",
    },
    {
      name: "insecure",
      help: "Accept any certificate: an attacker can read and change everything; implies --tls",
    },
    {
      name: "ui",
      value: "KIND",
      help: "plain (lines) or tui (the full screen); default: tui for json16 and irc, else plain",
    },
    {
      name: "account",
      value: "NAME",
      help: "Log in to this account (irc with TLS); the password is asked for",
    },
    {
      name: "password-file",
      value: "FILE",
      paths: wholePath,
      help: `Its first line is the password; or set ${PASSWORD_VARIABLE} in the environment`,
    },
    { name: "mouse", help: "The full screen takes the mouse: its wheel scrolls" },
    { name: "align", help: "The full screen aligns nicks, where it has 60 columns" },
    {
      name: "reconnect",
      help:
        "Connect again when the connection is lost (default on the full screen of json16 and irc)",
    },
    { name: "no-alerts", help: "No bell and no window title on the full screen" },
    { name: "no-reconnect", help: "End when the connection is lost (default everywhere else)" },
  ],
  notes: [
    `ADDRESS is one of ${ADDRESS_FORMS};`,
    `with TLS, ${PROTOCOL_LIST.map(({ scheme }) => `${scheme}s://`).join(", ")}.`,
    `Behind an address of irc, /CHANNEL names the channel to enter (default ${DEFAULT_CHANNEL}).`,
    `SERVER is one that ~/${BOOK_PATH} describes, with nick, account and channels.`,
    "With NO_COLOR, ACCESSIBLE or TERM=dumb in the environment the UI is plain by default.",
    "Without a terminal, lines are read from standard input and the UI is plain.",
    "basic: send one line of standard input and end.",
    "A user who is called basic, or -x, goes behind two dashes: parlance-client -- basic HOST PORT",
  ],
};

/** A parsed command line. */
export type ClientRequest =
  | { readonly mode: "help" | "version" }
  | { readonly mode: "permissions"; readonly values: Readonly<Record<string, string>> }
  /** A server of the user's own list; `resolveServer` makes a chat of it. */
  | { readonly mode: "named"; readonly server: string; readonly args: ParsedArgs }
  | { readonly mode: "basic"; readonly host: string; readonly port: number }
  | {
    readonly mode: "chat";
    readonly protocol: ClientProtocol;
    readonly ui: UiKind;
    readonly nick: string;
    readonly host: string;
    readonly port: number;
    /** The channel to enter, where the protocol does not enter one by itself. */
    readonly channel?: string;
    /** How the connection is encrypted; left out where it is not. */
    readonly tls?: TlsRequest;
    /** Further channels to enter, on the full screen. */
    readonly channels?: readonly string[];
    /** The account to log in to. */
    readonly account?: string;
    /** The path of a file with its password. */
    readonly passwordFile?: string;
    /** Whether the full screen takes the mouse. */
    readonly mouse: boolean;
    /** Whether the full screen aligns nicks. */
    readonly align: boolean;
    /** Left out when a bell and the window's title may call the user. */
    readonly alerts?: false;
    /** Whether a lost connection is made again; left out if the user has not said. */
    readonly reconnects?: boolean;
  };

/** A chat to begin. */
export type ChatRequest = Extract<ClientRequest, { mode: "chat" }>;

/** Which servers are trusted. */
export interface TlsRequest {
  /** Path of a file with certificates to trust in place of the public ones. */
  readonly ca?: string;
  /** Whether any certificate will do. */
  readonly insecure: boolean;
}

interface Target {
  readonly isSecure?: boolean;
  readonly channel?: string;
  readonly protocol: ClientProtocol | undefined;
  readonly host: string;
  readonly port: number;
}

/**
 * Reads the client's arguments.
 *
 * @param prefersLines whether the UI is plain unless the user asks for another.
 * @throws {UsageError} when they are wrong.
 */
export function parseClientArgs(words: readonly string[], prefersLines = false): ClientRequest {
  const args = parseCommandLine(CLIENT_COMMAND_LINE, words);
  const { positionals, keywords, switches } = args;
  if (switches.has("permissions")) return { mode: "permissions", values: args.values };
  if (switches.has("help")) return { mode: "help" };
  if (switches.has("version")) return { mode: "version" };
  const [nick, ...rest] = positionals;
  if (nick === undefined) throw new UsageError("Expected NAME HOST PORT, got nothing");
  const isKeyword = nick === "basic" && keywords > 0;
  if (rest.length === 0 && !isKeyword && !nick.includes("://")) {
    return { mode: "named", server: nick, args };
  }
  const target = rest.length === 1 ? parseAddress(rest[0] as string) : parseHostAndPort(rest);
  if (isKeyword) return { mode: "basic", host: target.host, port: target.port };
  return chatRequest(nick, target, args, prefersLines);
}

/** Reports one argument alone that is no server, because the user has no list of servers. */
export function loneWordError(word: string, why: string): UsageError {
  return new UsageError(
    `Expected NAME HOST PORT or NAME ADDRESS, got "${word}" alone, which is no SERVER: ${why}`,
  );
}

/**
 * The chat with a server of the user's own list. Options of the command line take precedence.
 *
 * @throws {UsageError} when the entry cannot be used.
 */
export function resolveServer(
  { server, args }: Extract<ClientRequest, { mode: "named" }>,
  entry: ServerEntry,
  prefersLines = false,
): ChatRequest {
  const { nick, account, channels: [channel, ...channels] } = entry;
  if (nick === undefined) {
    throw new UsageError(`Server "${server}" needs a nick: add nick = "NAME" to its entry`);
  }
  const target = { ...parseAddress(entry.address), ...(channel !== undefined && { channel }) };
  const own = account === undefined ? args.values : { account, ...args.values };
  const request = chatRequest(nick, target, { ...args, values: own }, prefersLines);
  return channels.length > 0 ? { ...request, channels } : request;
}

function chatRequest(
  nick: string,
  target: Target,
  { values, switches }: ParsedArgs,
  prefersLines: boolean,
): ChatRequest {
  const { host, port } = target;
  const protocol = chooseProtocol(values["protocol"], target.protocol);
  const ui = parseUi(values["ui"] ?? (prefersLines ? "plain" : lookOf(protocol).ui));
  const channel = channelFor(protocol, target.channel);
  const tls = tlsFor(values["ca"], switches, target.isSecure);
  const display = { mouse: switches.has("mouse"), align: switches.has("align") };
  const alerts = switches.has("no-alerts") ? { alerts: false as const } : {};
  const login = loginFor(values, protocol, tls);
  const ways = { ...reconnectsOf(switches), ...alerts, ...(tls && { tls }), ...display };
  return { mode: "chat", protocol, ui, nick, host, port, ...channel, ...login, ...ways };
}

/**
 * The login, if there is one: a password is sent only over TLS, to a server that has shown its
 * certificate.
 */
function loginFor(
  { account, "password-file": passwordFile }: Readonly<Record<string, string>>,
  protocol: ClientProtocol,
  tls: TlsRequest | undefined,
): Pick<ChatRequest, "account" | "passwordFile"> {
  if (account === undefined) {
    if (passwordFile === undefined) return {};
    throw new UsageError('Option "--password-file" needs --account NAME');
  }
  if (!protocol.hasAccounts) {
    throw new UsageError(`Only irc has accounts, and this is ${protocol.name}`);
  }
  if (tls === undefined) {
    throw new UsageError(
      "Logging in needs TLS, because the password is sent: try an address of ircs, or --tls",
    );
  }
  if (tls.insecure) throw new UsageError("--insecure contradicts --account");
  return { account, ...(passwordFile !== undefined && { passwordFile }) };
}

function reconnectsOf(switches: ReadonlySet<string>): { reconnects?: boolean } {
  const [yes, no] = [switches.has("reconnect"), switches.has("no-reconnect")];
  if (yes && no) throw new UsageError('Option "--reconnect" contradicts "--no-reconnect"');
  return yes || no ? { reconnects: yes } : {};
}

function tlsFor(
  ca: string | undefined,
  switches: ReadonlySet<string>,
  isAddressed = false,
): TlsRequest | undefined {
  const insecure = switches.has("insecure");
  if (insecure && ca !== undefined) throw new UsageError("--insecure contradicts --ca");
  const isWanted = isAddressed || insecure || ca !== undefined || switches.has("tls");
  return isWanted ? { insecure, ...(ca !== undefined && { ca }) } : undefined;
}

/**
 * The channel to enter at the registration. Only IRC has one: its users are in no channel by then.
 */
function channelFor(protocol: ClientProtocol, channel: string | undefined): { channel?: string } {
  if (protocol.hasChannelAddresses) return { channel: channel ?? DEFAULT_CHANNEL };
  if (channel === undefined) return {};
  throw new UsageError(`Only an address of irc names a channel, got "${channel}"`);
}

function parseHostAndPort(words: readonly string[]): Target {
  const [host, port, ...extra] = words;
  if (host === undefined || port === undefined) {
    throw new UsageError("Expected HOST PORT or an address behind NAME");
  }
  if (extra.length > 0) throw new UsageError(`Unexpected argument "${extra[0]}"`);
  return { protocol: undefined, host, port: parsePort(port, 1) };
}

function parseAddress(text: string): Target {
  const wrong = () => new UsageError(`Address must be one of ${ADDRESS_FORMS}, got "${text}"`);
  const parts = /^([a-z0-9]+):\/\/(\[[^\]]+\]|[^:/\s]+):(\d+)(?:\/(?:#|%23)?([^\s,]*))?$/i.exec(
    text,
  );
  if (parts === null) throw wrong();
  const [scheme, host, port] = parts.slice(1) as [string, string, string];
  const channel = parts[4];
  const find = (name: string) =>
    PROTOCOL_LIST.find((each) => [each.scheme, each.name].includes(name));
  const name = scheme.toLowerCase();
  const plain = find(name);
  const protocol = plain ?? (name.endsWith("s") ? find(name.slice(0, -1)) : undefined);
  if (protocol === undefined) throw wrong();
  return {
    protocol,
    isSecure: plain === undefined,
    host: host.replace(/^\[|\]$/g, ""),
    port: parsePort(port, 1),
    ...(channel && { channel }),
  };
}

function chooseProtocol(
  name: string | undefined,
  addressed: ClientProtocol | undefined,
): ClientProtocol {
  const named = findClientProtocol(name ?? addressed?.name ?? DEFAULT_PROTOCOL);
  if (named === undefined) {
    throw new UsageError(`Protocol must be one of ${PROTOCOL_NAMES}, got "${name}"`);
  }
  if (addressed !== undefined && named !== addressed) {
    throw new UsageError(`Option "--protocol ${name}" contradicts the address`);
  }
  return named;
}

function parseUi(text: string): UiKind {
  if (text === "plain" || text === "tui") return text;
  throw new UsageError(`UI must be plain or tui, got "${text}"`);
}
