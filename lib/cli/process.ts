/**
 * How both programs deal with the signals of the process they run in.
 *
 * @module
 */

/** The signals that end a program, and the status that a shell gives to a process that died of each. */
const END_SIGNALS: readonly (readonly [Deno.Signal, number])[] = Deno.build.os === "windows"
  // Closing a console window comes nearest to SIGTERM there.
  ? [["SIGINT", 130], ["SIGBREAK", 143]]
  : [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]];

/**
 * On SIGINT, SIGTERM and SIGHUP calls `stop`, and ends the process with status 0 when it is done. A second
 * signal ends it at once, with the status that a shell gives to it.
 */
export function onEndSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const end = (status: number) => {
    if (stopping) Deno.exit(status);
    stopping = true;
    // Whatever goes wrong in stopping, the process ends.
    stop().catch(() => {}).then(() => Deno.exit(0));
  };
  for (const [signal, status] of END_SIGNALS) Deno.addSignalListener(signal, () => end(status));
}

/**
 * On SIGUSR2 calls `answer`. It is not SIGUSR1, at which the runtime opens its debugger on a local port to
 * everybody on the machine.
 */
export function onStatusSignal(answer: () => void): void {
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGUSR2", answer);
}
