/**
 * Settings that do not stand on the command line: those of the environment, and below them those of
 * a configuration file. The same table of options checks them as makes the flags.
 *
 *   --rate 50            flags: above all
 *   PARLANCE_RATE=50     the environment
 *   rate = 50            the file, in TOML
 *
 * @module
 */

import { nearest } from "./nearest.ts";
import { type CommandLine, type Option, UsageError } from "./options.ts";
import type { TomlTable, TomlValue } from "./toml.ts";

/** Values and switches by the names of their options. A switch is `true` or `false`. */
export type Settings = ReadonlyMap<string, string>;

/** Reads a variable of the environment, if the program may. */
export type ReadVariable = (name: string) => string | undefined;

/**
 * The variable of the environment that stands for an option: `PARLANCE_TLS_PORT` for `tls-port`.
 */
export function variableOf({ name }: Option): string {
  return `PARLANCE_${name.replaceAll("-", "_").toUpperCase()}`;
}

/**
 * Reads the settings in the environment.
 *
 * @throws {UsageError} when one of them is wrong; it names the variable.
 */
export function settingsOfEnvironment(line: CommandLine, read: ReadVariable): Settings {
  const settings = new Map<string, string>();
  for (const option of line.options) {
    if (option.place === "command line") continue;
    const name = variableOf(option);
    const text = read(name);
    // As usual, an empty variable counts as missing.
    if (text === undefined || text === "") continue;
    at(name, () => settings.set(option.name, checked(option, text)));
  }
  return settings;
}

/**
 * Reads the settings in the text of the configuration file `path`.
 *
 * @throws {UsageError} for what is no TOML, an unknown key or a wrong value; it names the file
 *   and the line.
 */
export async function settingsOfFile(
  line: CommandLine,
  path: string,
  text: string,
): Promise<Settings> {
  // Only a program that is given a file has to load the parser.
  const { parseToml, TomlError } = await import("./toml.ts");
  let table: TomlTable;
  try {
    table = parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new UsageError(`${path}:${error.line}: ${error.message}`);
  }
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const settings = new Map<string, string>();
  for (const [key, value] of table) {
    at(`${path}:${value.line}`, () => {
      const option = findOption(line, key);
      const given = checked(option, textOf(option, value));
      settings.set(key, inFolder(folder, option, given));
    });
  }
  return settings;
}

function findOption(line: CommandLine, key: string): Option {
  const option = line.options.find(({ name }) => name === key);
  if (option === undefined) {
    const names = line.options.map(({ name }) => name);
    const likely = nearest(key.replaceAll("_", "-"), names);
    throw new UsageError(`Unknown key "${key}"${likely ? `: did you mean "${likely}"?` : ""}`);
  }
  if (option.place !== undefined) {
    throw new UsageError(`Key "${key}" belongs on the command line`);
  }
  return option;
}

/** A value as it would stand on the command line. */
function textOf(option: Option, { value }: TomlValue): string {
  if (option.isList && Array.isArray(value)) {
    return value.map((each) => textOf(option, each)).join(",");
  }
  if (typeof value === "object") {
    throw new UsageError(
      `Key "${option.name}" takes one value${option.isList ? " or a list" : ""}`,
    );
  }
  if (option.value !== undefined && typeof value === "boolean") {
    throw new UsageError(`Key "${option.name}" takes ${option.value}, got ${value}`);
  }
  return String(value);
}

function checked(option: Option, text: string): string {
  if (option.value === undefined) {
    if (text === "true" || text === "false") return text;
    throw new UsageError(`Value of "${option.name}" must be true or false, got "${text}"`);
  }
  if (text === "") throw new UsageError(`Value of "${option.name}" must not be empty`);
  option.check?.(text);
  return text;
}

/** Makes the relative paths in `value` relative to the folder of the file that they stand in. */
function inFolder(folder: string, { paths }: Option, value: string): string {
  let resolved = value;
  for (const path of paths?.(value) ?? []) {
    if (!path.startsWith("/")) resolved = resolved.replace(path, folder + path);
  }
  return resolved;
}

/** Runs `read`, and puts `place` before the message of a `UsageError`. */
function at(place: string, read: () => void): void {
  try {
    read();
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${place}: ${error.message}`) : error;
  }
}
