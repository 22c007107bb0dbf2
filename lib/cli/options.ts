/**
 * The command line of both programs. Each program has one table of options; the parser and `--help`
 * both use it, so they always know the same options.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { nearest } from "./nearest.ts";

/** Describes one option. An option without `value` is a switch. */
export interface Option {
  /** The name, without its dashes. */
  readonly name: string;
  /** A short form of one letter, without its dash. */
  readonly alias?: string;
  /** The name of the value in the help, such as `ADDR`. */
  readonly value?: string;
  /** One line for the help: the option's effect and its default. */
  readonly help: string;
  /** Throws a `UsageError` for a value that is wrong by itself. */
  readonly check?: (value: string) => unknown;
  /** Whether it takes several values: separated by commas, and in a file an array. */
  readonly isList?: true;
  /** The paths in a value; a configuration file's are relative to its folder. */
  readonly paths?: (value: string) => readonly string[];
  /** Whether the program writes to these paths as well. */
  readonly writes?: true;
  /** Whether a program that runs can be given a new value. */
  readonly reloads?: true;
  /** The lowest place where it may stand; default: a file. */
  readonly place?: "command line" | "environment";
}

/** For options whose whole value is a path; `-` is standard input, which needs no permission. */
export function wholePath(value: string): readonly string[] {
  return value === "-" ? [] : [value];
}

/** Describes the command line of one program. */
export interface CommandLine {
  /** The program's name, for `--version` and errors. */
  readonly program: string;
  /** One line for the help: the program's purpose. */
  readonly summary: string;
  /** The forms of the command, without the program's name. */
  readonly usages: readonly string[];
  /** The options besides `--help` and `--version`. */
  readonly options: readonly Option[];
  /** Lines for the help, below the options. */
  readonly notes?: readonly string[];
}

/** The arguments of one call, parsed. */
export interface ParsedArgs {
  /** The arguments that are not options, as the user typed them. */
  readonly positionals: readonly string[];
  /** The number of positionals before a `--`. Those after it are never keywords. */
  readonly keywords: number;
  /** The value of each option with a value that was given. */
  readonly values: Readonly<Record<string, string>>;
  /** The switches that were given. */
  readonly switches: ReadonlySet<string>;
}

/** Reports a wrong command line, in one line. The program exits with status 2. */
export class UsageError extends Error {
  /** Makes an error. `message` has no full stop and quotes the wrong argument. */
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/** The options that every program has. */
const COMMON: readonly Option[] = [
  { name: "help", alias: "h", help: "Print this and exit" },
  { name: "version", alias: "V", help: "Print the version and exit" },
];

/** The option of programs that can be given paths. */
const PERMISSIONS: Option = {
  name: "permissions",
  help: "Print the options of deno run that these arguments need for their files, and exit",
};

function optionsOf({ options }: CommandLine): readonly Option[] {
  const hasPaths = options.some(({ paths }) => paths !== undefined);
  return [...options, ...(hasPaths ? [PERMISSIONS] : []), ...COMMON];
}

/**
 * Parses `args` as `line` describes them.
 *
 * @throws {UsageError} for an unknown option, a missing value, or a value for a switch.
 */
export function parseCommandLine(line: CommandLine, args: readonly string[]): ParsedArgs {
  const options = optionsOf(line);
  const valued = options.filter((o) => o.value !== undefined).map((o) => o.name);
  const switches = options.filter((o) => o.value === undefined).map((o) => o.name);
  const alias = Object.fromEntries(options.flatMap((o) => o.alias ? [[o.alias, o.name]] : []));
  const parsed = parseArgs([...args], {
    // "_" keeps positionals as the user typed them: 007 is a valid name.
    string: [...valued, "_"],
    boolean: switches,
    alias,
    "--": true,
    unknown: (argument: string, key?: string) => {
      if (key === undefined) return true;
      throw new UsageError(`Unknown option "${argument}"${adviceOn(argument, options)}`);
    },
  }) as Record<string, unknown> & { _: string[]; "--": string[] };
  const values: Record<string, string> = {};
  for (const name of valued) {
    const value = parsed[name];
    if (value === "") throw new UsageError(`Option "--${name}" needs a value`);
    if (value !== undefined) values[name] = String(value);
  }
  return {
    positionals: [...parsed._, ...parsed["--"]],
    keywords: parsed._.length,
    values,
    switches: new Set(switches.filter((name) => parsed[name] === true)),
  };
}

function adviceOn(argument: string, options: readonly Option[]): string {
  const [name = ""] = argument.replace(/^-+/, "").split("=", 1);
  const likely = nearest(name, options.map((option) => option.name));
  return likely === undefined ? "" : `: did you mean "--${likely}"?`;
}

/** Returns the text of `--help`. */
export function helpText(line: CommandLine): string {
  const rows = optionsOf(line).map((o): [string, string] => {
    const short = o.alias ? `-${o.alias}, ` : "    ";
    return [`${short}--${o.name}${o.value ? ` ${o.value}` : ""}`, o.help];
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  return [
    line.summary,
    "",
    ...line.usages.map((u, i) => `${i === 0 ? "Usage:" : "      "} ${line.program} ${u}`.trimEnd()),
    "",
    "Options:",
    ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
    ...(line.notes ? ["", ...line.notes] : []),
  ].join("\n");
}

/**
 * Parses a TCP port.
 *
 * @param lowest 0 if the system may choose the port, else 1.
 * @param what what an error calls it.
 * @throws {UsageError} when `text` is not a whole number from `lowest` to 65535.
 */
export function parsePort(text: string, lowest: 0 | 1, what = "Port"): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port >= lowest && port <= 65535) return port;
  throw new UsageError(`${what} must be a number from ${lowest} to 65535, got "${text}"`);
}
