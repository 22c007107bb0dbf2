/**
 * A server process with a data directory, and the operator's commands on it.
 *
 * @module
 */

import type { Place } from "../data/plan.ts";
import { runServer, ServerChild } from "./server_child.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** What a server with its data in `place` is allowed: to read itself, and that directory. */
export function permissionsFor(place: Place): { readonly allow: readonly string[] } {
  return { allow: [`--allow-read=${place.path},${ROOT}`, `--allow-write=${place.path}`] };
}

/** Starts a server whose data is in `place`. */
export function startIn(place: Place, ...args: readonly string[]): Promise<ServerChild> {
  return ServerChild.start(["--data", place.path, ...args], permissionsFor(place));
}

/** Runs `server account ARGS` on the data in `place`, with `input` on its standard input. */
export async function account(
  place: Place,
  args: readonly string[],
  input = "",
): Promise<{ readonly code: number; readonly output: string }> {
  const all = ["--data", place.path, "account", ...args];
  const { code, stdout, stderr } = await runServer(all, { ...permissionsFor(place), input });
  return { code, output: stdout + stderr };
}
