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

/** Returns the line for standard error and the exit status that report `error`. */
export function describeFailure(program: string, error: unknown): { line: string; status: number } {
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageError) {
    return { line: `${program}: ${text} (see --help)`, status: EXIT_USAGE };
  }
  return { line: `${program}: ${text}`, status: EXIT_FAILURE };
}
