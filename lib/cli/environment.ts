/**
 * The variables of the environment that the programs know.
 *
 * @module
 */

/** Reads a variable; `undefined` without permission for it. It never prompts for permission. */
export function readVariable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}
