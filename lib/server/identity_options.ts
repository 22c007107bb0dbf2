/**
 * The options about the server itself: its names, its message of the day, who may connect, and who
 * are its operators.
 *
 * @module
 */

import { type Option, UsageError, wholePath } from "../cli/options.ts";
import { DEFAULT_FACTS } from "../protocol/protocol.ts";
import { Secret } from "./secret.ts";

/** The rows of these options. */
export const IDENTITY_OPTIONS: readonly Option[] = [
  {
    name: "server-name",
    value: "NAME",
    check: parseServerName,
    help: `What the server calls itself to IRC clients (default ${DEFAULT_FACTS.name})`,
  },
  {
    name: "network",
    value: "NAME",
    check: parseNetworkName,
    help: `Name of the network, for IRC clients (default ${DEFAULT_FACTS.network})`,
  },
  {
    name: "motd",
    value: "FILE",
    paths: wholePath,
    reloads: true,
    help: "Message of the day for IRC clients; --motd=- reads it from standard input",
  },
  {
    name: "admin",
    value: "TEXT",
    check: parseAdmin,
    help: "Who runs the server, for IRC's ADMIN: up to three lines, separated by semicolons",
  },
  {
    name: "password",
    value: "HASH|FILE",
    paths: (text) => isPath(text) ? [text] : [],
    reloads: true,
    help: "Password that IRC clients need; the command hash makes a hash",
  },
  {
    name: "oper",
    value: "NAME:HASH|FILE",
    check: (list) => parseOperators(list),
    paths: (list) => [...parseOperators(list).values()].map(({ text }) => text).filter(isPath),
    isList: true,
    reloads: true,
    help: "Operator of the server, for IRC's OPER; several are separated by commas",
  },
];

/** ADMIN has three lines of the operator's own. */
const MAX_ADMIN_LINES = 3;
/** The most characters of such a line: in any script it fits into a line of IRC. */
const MAX_ADMIN_LENGTH = 100;

/** A password as it was given: a hash, the path of a file, or the words themselves. */
export interface GivenSecret {
  /** The option, for messages. */
  readonly option: string;
  /** What was given. */
  readonly text: string;
  /** Whether it stands on the command line, where everybody on the machine can read it. */
  readonly isFlag: boolean;
}

/** The values of the options. */
export interface Identity {
  /** The server's name. */
  readonly name?: string;
  /** The network's name. */
  readonly network?: string;
  /** Path of the message of the day, or `-`. */
  readonly motd?: string;
  /** Who runs the server: one to three lines. */
  readonly admin?: readonly string[];
  /** The password of the server. */
  readonly password?: GivenSecret;
  /** Operators by name. */
  readonly operators: ReadonlyMap<string, GivenSecret>;
}

/**
 * Reads these options.
 *
 * @param flags those of them that stand on the command line.
 * @throws {UsageError} when one of them is wrong.
 */
export function parseIdentity(
  values: Readonly<Record<string, string>>,
  flags: Readonly<Record<string, string>> = values,
): Identity {
  const { admin, motd, password, network } = values;
  const name = values["server-name"];
  return {
    ...(name !== undefined && { name: parseServerName(name) }),
    ...(network !== undefined && { network: parseNetworkName(network) }),
    ...(motd !== undefined && { motd }),
    ...(admin !== undefined && { admin: parseAdmin(admin) }),
    ...(password !== undefined && {
      password: { option: "--password", text: password, isFlag: flags["password"] !== undefined },
    }),
    operators: parseOperators(values["oper"], flags["oper"] !== undefined),
  };
}

/** Whether `text` is the path of a file with the password. */
export function isPath(text: string): boolean {
  return text.includes("/") && !Secret.isHash(text);
}

/**
 * Checks a server name. It needs a dot, so that nobody takes it for a nick as a source of IRC
 * lines.
 */
function parseServerName(name: string): string {
  if (/^(?=.*\.)[A-Za-z0-9][A-Za-z0-9.-]{0,62}$/.test(name)) return name;
  throw new UsageError(
    `Server name must be a name such as irc.example.org of at most 63 characters, got "${name}"`,
  );
}

function parseNetworkName(name: string): string {
  if (/^[!-~]{1,30}$/.test(name)) return name;
  throw new UsageError(`Network must be one word of at most 30 characters, got "${name}"`);
}

function parseAdmin(text: string): readonly string[] {
  const lines = text.split(";").map((line) => line.trim());
  const isFitting = lines.length <= MAX_ADMIN_LINES &&
    lines.every((line) => line !== "" && line.length <= MAX_ADMIN_LENGTH && !/\p{Cc}/u.test(line));
  if (isFitting) return lines;
  throw new UsageError(
    `Admin must be one to ${MAX_ADMIN_LINES} lines of at most ${MAX_ADMIN_LENGTH} characters, ` +
      `separated by semicolons, got "${text}"`,
  );
}

function parseOperators(
  list: string | undefined,
  isFlag = false,
): ReadonlyMap<string, GivenSecret> {
  const operators = new Map<string, GivenSecret>();
  for (const each of list?.split(",") ?? []) {
    const colon = each.indexOf(":");
    const [name, text] = [each.slice(0, Math.max(colon, 0)), each.slice(colon + 1)];
    if (name === "" || text === "" || /\s/.test(name)) {
      // The message leaves out the value, which may be a password.
      throw new UsageError(`Operator must be NAME:HASH or NAME:FILE, got "${name}"`);
    }
    operators.set(name, { option: "--oper", text, isFlag });
  }
  return operators;
}
