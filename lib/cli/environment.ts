/**
 * The environment of the process, of which a program reads the variables that it has a meaning for.
 *
 * @module
 */

import type { ReadVariable } from "./settings.ts";

/** Reads a variable; without permission for it there is none, and nobody is asked for permission. */
export const readVariable: ReadVariable = (name) => {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
};
