/**
 * How both programs report a failure: one line on standard error and an exit status.
 *
 * @module
 */

import { UsageError } from "./options.ts";

/** The exit status after a wrong command line. */
export const EXIT_USAGE = 2;
/** The exit status after any other failure. */
export const EXIT_FAILURE = 1;

/**
 * What could end the line or act on the terminal: names of files and values of settings
 * hold anything.
 */
const ACTIVE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Returns the line for standard error and the exit status that report `error`. */
export function describeFailure(program: string, error: unknown): { line: string; status: number } {
  const message = error instanceof Error ? error.message : String(error);
  const text = message.replace(ACTIVE, escapeCharacter);
  if (error instanceof UsageError) {
    return { line: `${program}: ${text} (see --help)`, status: EXIT_USAGE };
  }
  return { line: `${program}: ${text}`, status: EXIT_FAILURE };
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
