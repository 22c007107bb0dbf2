/**
 * A server process with a data directory, and the operator's commands on it.
 *
 * @module
 */

import { childOptions } from "../../tools/imports.ts";
import type { Place } from "../data/plan.ts";
import { ServerChild } from "./server_child.ts";
import { within } from "./within.ts";

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
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      ...childOptions(),
      ...permissionsFor(place).allow,
      "server.ts",
      "--data",
      place.path,
      "account",
      ...args,
    ],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input)).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await within("the account command", child.output());
  const text = new TextDecoder();
  return { code, output: text.decode(stdout) + text.decode(stderr) };
}
