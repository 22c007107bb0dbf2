/**
 * The user's own list of servers, a small TOML file, so that `client home` is enough:
 *
 *   nick = "pat"                                  for servers that name none
 *
 *   [servers.home]
 *   address = "ircs://chat.example.org:6697"
 *   nick = "pat"
 *   account = "pat"
 *   channels = ["tea", "lobby"]
 *
 * It never holds a password. Every mistake is reported with its line.
 *
 * @module
 */

import { parseToml, TomlError, type TomlTable, type TomlValue } from "../cli/toml.ts";
import { UsageError } from "../cli/options.ts";

/** One server of the list. */
export interface ServerEntry {
  /** An address as on the command line, such as `irc://HOST:PORT`. */
  readonly address: string;
  /** The user's name there; absent: the one for all servers, if the file has one. */
  readonly nick?: string;
  /** The account to log in to. */
  readonly account?: string;
  /** The channels to enter, without `#`. */
  readonly channels: readonly string[];
}

/** The list: servers by their names, in the order of the file. */
export type ServerBook = ReadonlyMap<string, ServerEntry>;

const KEYS = ["address", "nick", "account", "channels"] as const;

/**
 * Reads the list.
 *
 * @param path where it stands, for errors.
 * @throws {UsageError} when it is no TOML, or says something that means nothing; its message
 *   names the line.
 */
export function readServerBook(text: string, path: string): ServerBook {
  try {
    return readBook(parseToml(text));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new UsageError(`${error.message} (line ${error.line} of "${path}")`);
  }
}

/**
 * The entry called `name`.
 *
 * @throws {UsageError} when there is none; its message lists the names that there are.
 */
export function findServer(book: ServerBook, name: string, path: string): ServerEntry {
  const entry = book.get(name);
  if (entry !== undefined) return entry;
  const names = [...book.keys()].map((each) => `"${each}"`).join(", ");
  const known = names === "" ? "it names none" : `it names ${names}`;
  throw new UsageError(`No server "${name}" in "${path}": ${known}`);
}

function readBook(table: TomlTable): ServerBook {
  const nick = textAt(table, "nick");
  const unknown = [...table].find(([key]) => key !== "nick" && key !== "servers");
  if (unknown !== undefined) {
    throw new TomlError(`Unknown key "${unknown[0]}", expected nick or servers`, unknown[1].line);
  }
  const servers = table.get("servers");
  if (servers === undefined) return new Map();
  if (!isTable(servers.value)) {
    throw new TomlError("Expected tables such as [servers.home]", servers.line);
  }
  return new Map(
    [...servers.value].map(([name, value]) => [name, readEntry(name, value, nick)]),
  );
}

function readEntry(
  name: string,
  { value, line }: TomlValue,
  nick: string | undefined,
): ServerEntry {
  if (!isTable(value)) throw new TomlError(`Expected a table [servers.${name}]`, line);
  for (const [key, { line }] of value) {
    if (!KEYS.some((known) => known === key)) {
      const keys = KEYS.join(", ");
      throw new TomlError(
        `Unknown key "${key}" of server "${name}", expected one of ${keys}`,
        line,
      );
    }
  }
  const address = textAt(value, "address");
  if (address === undefined) throw new TomlError(`Server "${name}" needs an address`, line);
  const own = textAt(value, "nick") ?? nick;
  const account = textAt(value, "account");
  return {
    address,
    ...(own !== undefined && { nick: own }),
    ...(account !== undefined && { account }),
    channels: channelsOf(value),
  };
}

function channelsOf(table: TomlTable): string[] {
  const entry = table.get("channels");
  if (entry === undefined) return [];
  const { value, line } = entry;
  if (!Array.isArray(value)) {
    throw new TomlError('Expected a list of channels such as ["tea"]', line);
  }
  return value.map((each: TomlValue) => {
    const name = textOf(each, "channels").replace(/^#/, "");
    if (name === "" || /[\s,]/.test(name)) {
      throw new TomlError(`Channel must be one word without commas, got "${name}"`, each.line);
    }
    return name;
  });
}

function textAt(table: TomlTable, key: string): string | undefined {
  const entry = table.get(key);
  return entry === undefined ? undefined : textOf(entry, key);
}

function textOf({ value, line }: TomlValue, key: string): string {
  if (typeof value === "string" && value.trim() !== "") return value;
  throw new TomlError(`Key "${key}" needs a text in quotes`, line);
}

function isTable(value: TomlValue["value"]): value is TomlTable {
  return value instanceof Map;
}
