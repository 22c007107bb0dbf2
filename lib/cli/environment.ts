/**
 * The environment of the process. A variable is read only where the program has the permission: nobody is asked for
 * it, and without it the variable counts as not set.
 *
 * @module
 */

/** Returns a variable of the environment; `undefined` when it is not set, is empty, or may not be read. */
export function readVariable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) || undefined : undefined;
}
