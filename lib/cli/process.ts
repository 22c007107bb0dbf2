/**
 * How both programs deal with the signals of the process they run in.
 *
 * @module
 */

// Each with the status for which a second one ends the process at once. A second SIGHUP does not:
// when a terminal closes, system and shell send one each. Windows knows no SIGTERM; SIGBREAK is
// its nearest.
const INTERRUPT = "SIGINT";
const SIGNALS: readonly (readonly [signal: Deno.Signal, status?: number])[] = [
  [INTERRUPT, 130],
  [Deno.build.os === "windows" ? "SIGBREAK" : "SIGTERM", 143],
  ["SIGHUP"],
];

/**
 * How soon after the first signal another one is its echo, in milliseconds. At Ctrl-C the terminal
 * signals the whole process group, and a task runner in it (`deno task`, `npx`) passes the signal
 * on a second time.
 */
const ECHO_MS = 500;

/**
 * Calls `stop` on SIGINT, SIGTERM and SIGHUP, and ends the process with status 0 when `stop` is
 * done. A second SIGINT or SIGTERM ends it at once, with the status that a shell reports for that
 * signal, unless it comes within half a second of the first one. `now` is a clock in milliseconds.
 *
 * @param mayInterrupt asked at each SIGINT: false while Ctrl-C means something to a user interface.
 * @param onHangUp called at each SIGHUP instead, where it is given.
 */
export function onEndSignal(
  stop: () => Promise<void>,
  now: () => number = () => performance.now(),
  mayInterrupt: () => boolean = () => true,
  onHangUp?: () => void,
): void {
  let stoppedAt: number | undefined;
  const onSignal = (status: number | undefined) => {
    if (stoppedAt !== undefined) {
      if (status !== undefined && now() - stoppedAt >= ECHO_MS) Deno.exit(status);
      return;
    }
    stoppedAt = now();
    // A stop that fails ends the process all the same.
    stop().catch(() => {}).then(() => Deno.exit(0));
  };
  for (const [signal, status] of SIGNALS) {
    Deno.addSignalListener(signal, () => {
      if (signal === "SIGHUP" && onHangUp !== undefined) onHangUp();
      else if (signal !== INTERRUPT || mayInterrupt()) onSignal(status);
    });
  }
}

/**
 * Calls `answer` on SIGUSR1 and SIGUSR2. Prefer SIGUSR2: at SIGUSR1 the runtime also opens its
 * debugger on a local port, to every user of the machine.
 */
export function onStatusSignal(answer: () => void): void {
  if (Deno.build.os === "windows") return;
  for (const signal of ["SIGUSR1", "SIGUSR2"] as const) Deno.addSignalListener(signal, answer);
}

/**
 * Keeps signals that come before the program can answer them, such as SIGHUP while a server starts,
 * which would end it.
 *
 * @returns what lets them go, when others listen to them: those that came meanwhile, each once.
 */
export function holdSignals(signals: readonly Deno.Signal[]): () => readonly Deno.Signal[] {
  const known = signals.filter((signal) => Deno.build.os !== "windows" || signal === "SIGHUP");
  const came = new Set<Deno.Signal>();
  const listeners = known.map((signal) => [signal, () => void came.add(signal)] as const);
  for (const [signal, listener] of listeners) Deno.addSignalListener(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) Deno.removeSignalListener(signal, listener);
    return [...came];
  };
}
