/**
 * The permissions that a command line needs. Without a path in it, a program needs no
 * permission for files.
 *
 * @module
 */

import { type CommandLine, UsageError } from "./options.ts";

/**
 * Gives back the permissions to read and to write files where none is named: a program that was
 * compiled has them for all.
 */
export async function giveBack(
  line: CommandLine,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const needed = permissionsFor(line, values, "").join(" ");
  for (const name of ["read", "write"] as const) {
    if (!needed.includes(`--allow-${name}=`)) await Deno.permissions.revoke({ name });
  }
}

/**
 * Options of `deno run` for the paths that `values` names, such as
 * `--allow-read=/etc/chat/cert.pem`.
 *
 * @param program the program's own path, which it must read where it writes: its database has a
 *   thread, and threads start from the program's files.
 * @throws {UsageError} for a path with a comma, which the runtime takes for its end, or
 *   with a line end.
 */
export function permissionsFor(
  line: CommandLine,
  values: Readonly<Record<string, string>>,
  program: string,
): readonly string[] {
  const reads = new Set<string>();
  const writes = new Set<string>();
  for (const { name, paths, writes: isWritten } of line.options) {
    const value = values[name];
    for (const path of value === undefined ? [] : paths?.(value) ?? []) {
      if (/[\r\n,]/.test(path)) {
        throw new UsageError(`Path "${path}" must not have a comma or a line end`);
      }
      reads.add(path);
      if (isWritten) writes.add(path);
    }
  }
  if (writes.size > 0) reads.add(program);
  return [
    ...(reads.size > 0 ? [`--allow-read=${[...reads].join(",")}`] : []),
    ...(writes.size > 0 ? [`--allow-write=${[...writes].join(",")}`] : []),
  ];
}
