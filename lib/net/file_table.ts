/**
 * The system's table of a process's open files. Linux doubles it when it is full, and a process
 * with several threads then waits until every processor has noticed: 5 to 25 ms for the whole
 * event loop, once each at 256, 512, 1,024 files, and so on. A crowd that comes at once would stop
 * everybody again and again. A table that has grown does not shrink.
 *
 * @module
 */

import { systemClock } from "./deadline.ts";

/** Files for which there is room afterwards. */
const ROOM = 8192;

/** Files that are opened at a time, for 10 microseconds each; then the sockets are read. */
const AT_ONCE = 128;

/** Files that are left to clients meanwhile, whatever the limit is. */
const SPARE = 64;

/**
 * Opens so many files that the table has room for `ROOM`, and closes them. They are listeners, for
 * which a server that may use the network needs no further permission. Each has a loopback address
 * of its own and all have the same port, so that they take one port from the other programs of the
 * machine. Where the limit of open files is lower, or listening is not permitted, the table grows
 * as far as it can. Never rejects.
 */
export async function growFileTable(): Promise<void> {
  if (Deno.build.os !== "linux") return;
  // A request without permission would prompt the user on the terminal.
  const permission = await Deno.permissions.query({ name: "net" });
  if (permission.state !== "granted") return;
  const files: Deno.TcpListener[] = [];
  try {
    // A table doubles, so it is large enough when it holds one more than half.
    while (files.length <= ROOM / 2) {
      openFiles(files, AT_ONCE + SPARE);
      close(files.splice(files.length - SPARE));
      await nextLook();
    }
  } catch {
    // No file is left, or no port: the table has grown as far as it can.
    close(files.splice(0, SPARE));
  }
  while (files.length > 0) {
    close(files.splice(0, AT_ONCE));
    await nextLook();
  }
}

function openFiles(files: Deno.TcpListener[], count: number): void {
  for (let i = 0; i < count; i++) {
    const port = files[0]?.addr.port ?? 0;
    files.push(Deno.listen({ hostname: loopbackAddress(files.length), port }));
  }
}

/** An address of this machine that hardly anybody uses: on Linux, all of 127.0.0.0/8 are. */
function loopbackAddress(index: number): string {
  return `127.88.${index >> 8}.${index & 0xff}`;
}

function close(files: readonly Deno.TcpListener[]): void {
  for (const file of files) file.close();
}

/** Resolves when the sockets were looked at. */
function nextLook(): Promise<void> {
  return new Promise((resolve) => systemClock.setTimer(resolve, 0));
}
