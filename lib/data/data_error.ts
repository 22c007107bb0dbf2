/**
 * The failures of the server's own data.
 *
 * @module
 */

/**
 * The data directory cannot be used, or a call failed; the message says in one line why,
 * and what to do.
 */
export class DataError extends Error {
  /** `message` has no full stop and names the file. */
  constructor(message: string) {
    super(message);
    this.name = "DataError";
  }
}

/** The cause of a failure of the system in a few words, for the end of a message. */
export function faultOf(error: unknown): string {
  if (error instanceof Deno.errors.NotCapable) return "not permitted";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.NotFound) return "there is no such file or directory";
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/ \(os error \d+\).*$/s, "").split("\n", 1)[0] as string;
}
