/**
 * The system's table of a process's open files. Linux doubles it when it is full, and a process with several threads
 * then waits until every processor has noticed: 5 to 25 ms for the whole event loop, once each at 256, 512, 1,024, ..
 * files. So a crowd that comes at once would stop everybody again and again. A table that has grown stays so.
 *
 * @module
 */

const LOOPBACK = "127.0.0.1";

/** Files for which there is room afterwards: from there on, it is full only twice more before 8,192. */
const ROOM = 2048;

/**
 * Opens so many files at once that there is room for `ROOM`, and closes them: 12 ms of work, and three of the waits.
 * They are listeners, for which the process needs no permission that a server has not got; nobody can learn their
 * ports before they are gone. Where the limit of open files is lower, or listening is not permitted, it does what it can.
 */
export function growFileTable(): void {
  if (Deno.build.os !== "linux") return;
  // A request without permission would prompt the user on the terminal.
  if (Deno.permissions.querySync({ name: "net", host: LOOPBACK }).state !== "granted") return;
  const files: Disposable[] = [];
  try {
    // A table doubles, so it is large enough when it holds one more than half.
    while (files.length <= ROOM / 2) files.push(Deno.listen({ hostname: LOOPBACK, port: 0 }));
  } catch {
    // No file is left, or no port: the table has grown as far as it can.
  } finally {
    for (const file of files) file[Symbol.dispose]();
  }
}
