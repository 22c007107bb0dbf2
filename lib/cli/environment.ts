/**
 * The environment of the process, of which a program reads the variables that it has a meaning for.
 *
 * @module
 */

/** Reads a variable; without permission for it there is none, and nobody is asked for permission. */
export function readVariable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}
