/**
 * How both programs deal with the signals of the process they run in.
 *
 * @module
 */

// Windows knows no SIGTERM; what closes a console window is its nearest.
const SIGNALS: readonly (readonly [signal: Deno.Signal, status: number])[] = [
  ["SIGINT", 130],
  Deno.build.os === "windows" ? ["SIGBREAK", 143] : ["SIGTERM", 143],
  ["SIGHUP", 129],
];

/**
 * Calls `stop` on SIGINT, SIGTERM and SIGHUP, and ends the process with status 0 when `stop` is done. A
 * second SIGINT or SIGTERM ends it at once, with the status that a shell reports for that signal. A second
 * SIGHUP has no effect: when a terminal closes, system and shell send one each.
 */
export function onEndSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = (signal: Deno.Signal, status: number) => {
    if (stopping && signal !== "SIGHUP") Deno.exit(status);
    if (stopping) return;
    stopping = true;
    // A stop that fails ends the process all the same.
    stop().catch(() => {}).then(() => Deno.exit(0));
  };
  for (const [signal, status] of SIGNALS) {
    Deno.addSignalListener(signal, () => onSignal(signal, status));
  }
}

/**
 * On SIGUSR2 calls `answer`. It is not SIGUSR1, at which the runtime opens its debugger on a local port to
 * everybody on the machine.
 */
export function onStatusSignal(answer: () => void): void {
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGUSR2", answer);
}
