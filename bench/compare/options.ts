/**
 * The command line of `compare.ts`.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { CompareError } from "./children.ts";
import { LOADS, SELECTIONS } from "./loads.ts";
import { type Checkout, SERVER_NAMES, slugOf } from "./servers.ts";

/** Printed with every mistake. */
export const USAGE =
  "Usage: compare.ts [--rounds=5] [--seconds=1.5] [--servers=NAME,..] [--loads=NAME,..]\n" +
  "                  [--members=N,..] [--parlance=DIR ..] [--against=DIR] [--at-least=RATIO] [--verify]";

/** The options of one comparison. */
export interface CompareOptions {
  readonly rounds: number;
  /** How long each run is measured, after it has warmed up. */
  readonly seconds: number;
  /** Names of servers, in the order in which they run. */
  readonly servers: readonly string[];
  /** Names of loads. */
  readonly loads: readonly string[];
  /** The numbers of members whose loads run; all of them when it is empty. */
  readonly members: readonly number[];
  /** The checkouts of Parlance; the first is what all others are compared with. */
  readonly checkouts: readonly Checkout[];
  /** The smallest ratio of the first server to any other that is good enough; 0: any is. */
  readonly atLeast: number;
  /** Every frame of every subscriber is looked at: slower, for a check of a server rather than a figure. */
  readonly verify: boolean;
}

/** The command line is wrong; the message says how, in one line. */
export class CompareUsageError extends Error {
  /** `message` has no full stop and quotes the argument at fault. */
  constructor(message: string) {
    super(message);
    this.name = "CompareUsageError";
  }
}

/** Runs a program to its exit status: 2 with its usage when the command line is wrong, 1 when it cannot run. */
export async function exitStatus(usage: string, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof CompareUsageError) {
      console.error(`${error.message}\n${usage}`);
      return 2;
    }
    if (!(error instanceof CompareError)) throw error;
    console.error(error.message);
    return 1;
  }
}

/**
 * Reads the command line; `root` is the checkout that this file belongs to.
 *
 * @throws {CompareUsageError} when it is wrong.
 */
export function parseCompareArgs(args: readonly string[], root: string): CompareOptions {
  const parsed = parseArgs([...args], {
    string: ["rounds", "seconds", "servers", "loads", "members", "parlance", "against", "at-least"],
    boolean: ["verify"],
    collect: ["parlance"],
    unknown: (argument: string) => {
      throw new CompareUsageError(`Unknown argument "${argument}"`);
    },
  });
  const rounds = parseNumber("Rounds", parsed.rounds ?? "5");
  if (!Number.isInteger(rounds)) {
    throw new CompareUsageError(`Rounds must be a whole number, got "${parsed.rounds}"`);
  }
  const folders: readonly string[] = parsed.parlance.length > 0 ? parsed.parlance : [root];
  const against = parsed.against === undefined ? [] : [parsed.against];
  const checkouts = nameCheckouts([...folders, ...against]);
  return {
    rounds,
    seconds: parseNumber("Seconds", parsed.seconds ?? "1.5"),
    // A comparison of two checkouts runs nothing else, unless it is named.
    servers: pick(
      "server",
      parsed.servers,
      SERVER_NAMES,
      checkouts.length > 1 ? ["parlance"] : SERVER_NAMES,
    ),
    loads: pick("load", parsed.loads, SELECTIONS, SELECTIONS),
    members: parseMembers(parsed.members),
    checkouts,
    atLeast: parsed["at-least"] === undefined ? 0 : parseNumber("Ratio", parsed["at-least"]),
    verify: parsed.verify,
  };
}

/** One is `parlance`; several are named by their folders. */
export function nameCheckouts(folders: readonly string[]): Checkout[] {
  const named = folders.map((folder) => {
    const path = folder.replace(/(?<=.)\/+$/, "");
    const name = folders.length > 1 ? path.slice(path.lastIndexOf("/") + 1) : "parlance";
    return { name, path };
  });
  for (const [i, { name }] of named.entries()) {
    if (name === "" || named.findIndex((other) => other.name === name) !== i) {
      throw new CompareUsageError(`Checkouts need a name each of their own, got "${name}" again`);
    }
  }
  return named;
}

/**
 * Those of the `known` that `given` names, separated by commas, as in the tables or in small letters with dashes;
 * without it the `fallback`.
 *
 * @throws {CompareUsageError} when one of them is unknown.
 */
export function pick(
  what: string,
  given: string | undefined,
  known: readonly string[],
  fallback: readonly string[] = known,
): readonly string[] {
  if (given === undefined) return fallback;
  const wanted = given.split(",").map(slugOf);
  const wrong = wanted.find((slug) => !known.some((name) => slugOf(name) === slug));
  if (wrong !== undefined) {
    throw new CompareUsageError(
      `No ${what} is called "${wrong}", only ${known.map(slugOf).join(", ")}`,
    );
  }
  return known.filter((name) => wanted.includes(slugOf(name)));
}

function parseMembers(text: string | undefined): readonly number[] {
  if (text === undefined) return [];
  const known = new Set(LOADS.map(({ members }) => members));
  return text.split(",").map((each) => {
    if (known.has(Number(each))) return Number(each);
    throw new CompareUsageError(`No load has "${each}" members, only ${[...known].join(", ")}`);
  });
}

function parseNumber(what: string, text: string): number {
  const number = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (number > 0) return number;
  throw new CompareUsageError(`${what} must be a number above 0, got "${text}"`);
}
