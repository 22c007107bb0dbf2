/**
 * How both programs deal with the process they run in.
 *
 * @module
 */

/**
 * On SIGINT and SIGTERM calls `stop`, and ends the process with status 0 when it is done. A second
 * signal ends it at once, with the status that a shell gives to it.
 */
export function onEndSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const end = (status: number) => {
    if (stopping) Deno.exit(status);
    stopping = true;
    // Whatever goes wrong in ending, it ends.
    stop().catch(() => {}).then(() => Deno.exit(0));
  };
  Deno.addSignalListener("SIGINT", () => end(130));
  // Windows knows no SIGTERM; closing a console window is its nearest.
  Deno.addSignalListener(Deno.build.os === "windows" ? "SIGBREAK" : "SIGTERM", () => end(143));
}
