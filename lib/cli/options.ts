/**
 * The command line of both programs, from one table each: it is parsed by it, and `--help` is printed
 * from it, so that neither can know an option which the other does not.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";

/** One option. Without `value` it is a switch. */
export interface Option {
  /** Without its dashes. */
  readonly name: string;
  /** A single letter, without its dash. */
  readonly alias?: string;
  /** What the help calls its value: `ADDR`. */
  readonly value?: string;
  /** What it does, in one line, with its default. */
  readonly help: string;
}

/** One program's command line. */
export interface CommandLine {
  /** As in `--version` and in errors. */
  readonly program: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** The ways to call it, without the program's name. */
  readonly usages: readonly string[];
  /** Its options besides `--help` and `--version`. */
  readonly options: readonly Option[];
  /** Lines below the options. */
  readonly notes?: readonly string[];
}

/** What was given. */
export interface ParsedArgs {
  /** Arguments that are no options, as they were typed. */
  readonly positionals: readonly string[];
  /** How many of them stood before a `--`; the rest are never keywords. */
  readonly keywords: number;
  /** The value of each option that has one and was given. */
  readonly values: Readonly<Record<string, string>>;
  /** The switches that were given. */
  readonly switches: ReadonlySet<string>;
}

/** The command line is wrong; the message says how, in one line. The exit status is 2. */
export class UsageError extends Error {
  /** `message` has no full stop and quotes the argument at fault. */
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/** Options that every program has. */
const COMMON: readonly Option[] = [
  { name: "help", alias: "h", help: "Print this and exit" },
  { name: "version", alias: "V", help: "Print the version and exit" },
];

/**
 * Parses `args` by `line`.
 *
 * @throws {UsageError} for an unknown option, or a value missing or given where there is none.
 */
export function parseCommandLine(line: CommandLine, args: readonly string[]): ParsedArgs {
  const options = [...line.options, ...COMMON];
  const valued = options.filter((o) => o.value !== undefined).map((o) => o.name);
  const switches = options.filter((o) => o.value === undefined).map((o) => o.name);
  const alias = Object.fromEntries(options.flatMap((o) => o.alias ? [[o.alias, o.name]] : []));
  const parsed = parseArgs([...args], {
    // "_" keeps positionals as they were typed: a user may be called 007.
    string: [...valued, "_"],
    boolean: switches,
    alias,
    "--": true,
    unknown: (argument: string, key?: string) => {
      if (key !== undefined) throw new UsageError(`Unknown option "${argument}"`);
      return true;
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

/** The text of `--help`. */
export function helpText(line: CommandLine): string {
  const rows = [...line.options, ...COMMON].map((o): [string, string] => {
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
 * A TCP port as typed.
 *
 * @param lowest 0 where the system may choose, else 1.
 * @throws {UsageError} when it is no whole number in range.
 */
export function parsePort(text: string, lowest: 0 | 1): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port >= lowest && port <= 65535) return port;
  throw new UsageError(`Port must be a number from ${lowest} to 65535, got "${text}"`);
}
