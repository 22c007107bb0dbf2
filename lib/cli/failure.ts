/**
 * How both programs end when something is wrong: one line on stderr, and the exit status.
 *
 * @module
 */

import { UsageError } from "./options.ts";

/** Exit status for a command line that is wrong. */
export const EXIT_USAGE = 2;
/** Exit status for everything else that went wrong. */
export const EXIT_FAILURE = 1;

/** One line for stderr, and the status to exit with. */
export function describeFailure(program: string, error: unknown): { line: string; status: number } {
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageError) {
    return { line: `${program}: ${text} (see --help)`, status: EXIT_USAGE };
  }
  return { line: `${program}: ${text}`, status: EXIT_FAILURE };
}
