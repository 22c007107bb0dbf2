/**
 * The processes that a comparison starts: each is remembered until it has ended, so that an error or
 * Ctrl-C leaves none behind. They are ended by their own pid and by nothing else.
 *
 * @module
 */

import { TextLineStream } from "@std/streams/text-line-stream";

/** How long a process may take to end after SIGTERM, in milliseconds. */
const END_MS = 4_000;
/** How long a process may take to listen, in milliseconds. */
const START_MS = 60_000;
/** From one look whether it listens to the next. */
const LOOK_MS = 20;

/** Exit status after Ctrl-C and after SIGTERM. */
const SIGNALS = [["SIGINT", 130], ["SIGTERM", 143]] as const;

/** Something that the comparison needs is missing or failed; the message says what, in one line. */
export class CompareError extends Error {
  /** `message` has no full stop and quotes the value at fault. */
  constructor(message: string) {
    super(message);
    this.name = "CompareError";
  }
}

/** A program, and its arguments. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** The running processes. */
export class Children {
  readonly #running = new Set<Deno.ChildProcess>();

  /** Starts a process; `stdout` is for the caller to read when it is `piped`. */
  spawn(
    command: Command,
    stdout: "piped" | "null",
    stderr: "inherit" | "null" = "inherit",
  ): Deno.ChildProcess {
    const child = new Deno.Command(command.program, {
      args: [...command.args],
      stdin: "null",
      stdout,
      stderr,
    }).spawn();
    this.#running.add(child);
    child.status.finally(() => this.#running.delete(child));
    return child;
  }

  /** Ends `child` with SIGTERM, or with SIGKILL when it does not listen to that. */
  async stop(child: Deno.ChildProcess): Promise<void> {
    signal(child, "SIGTERM");
    const late = setTimeout(() => signal(child, "SIGKILL"), END_MS);
    await child.status;
    clearTimeout(late);
  }

  /**
   * Runs a program to its end.
   *
   * @returns what it printed, also when it failed; `success` tells whether its exit status was 0.
   * @throws {CompareError} when it takes longer than `limit` milliseconds.
   */
  async output(
    command: Command,
    limit: number,
  ): Promise<{ readonly text: string; readonly success: boolean }> {
    const child = this.spawn(command, "piped");
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      signal(child, "SIGKILL");
    }, limit);
    const text = await new Response(child.stdout).text();
    const { success } = await child.status;
    clearTimeout(late);
    if (!isLate) return { text, success };
    throw new CompareError(`"${command.program}" did not end within ${limit / 1000} s`);
  }

  /** Kills all that still run, at once. */
  killAll(): void {
    for (const child of this.#running) signal(child, "SIGKILL");
  }
}

/**
 * Calls `work` with a folder for its files; afterwards, whatever happens, nothing that it started runs any
 * more and the folder is gone. Ctrl-C and SIGTERM end the program, in the same good order.
 */
export async function withChildren(
  work: (children: Children, folder: string) => Promise<number>,
): Promise<number> {
  const children = new Children();
  const folder = await Deno.makeTempDir({ prefix: "parlance-bench-" });
  const clean = () => {
    children.killAll();
    Deno.removeSync(folder, { recursive: true });
  };
  const listeners = SIGNALS.map(([name, status]) => {
    const onSignal = () => {
      clean();
      Deno.exit(status);
    };
    Deno.addSignalListener(name, onSignal);
    return () => Deno.removeSignalListener(name, onSignal);
  });
  try {
    return await work(children, folder);
  } finally {
    for (const remove of listeners) remove();
    clean();
  }
}

/** What `child` prints, line by line. */
export function linesOf(child: Deno.ChildProcess): ReadableStream<string> {
  return child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
}

/** Where a server listens. */
export interface AnnouncedPorts {
  readonly port: number;
  /** Its TLS port, if it has one. */
  readonly tlsPort?: number;
  /** Its port for WebSockets, if it has one. */
  readonly websocketPort?: number;
}

/**
 * The port that `child` names in its first line, `Listening on HOST:PORT`.
 *
 * @throws {CompareError} when it says something else, or nothing in time.
 */
export async function announcedPorts(
  child: Deno.ChildProcess,
  lines: ReadableStreamDefaultReader<string>,
): Promise<AnnouncedPorts> {
  const late = setTimeout(() => signal(child, "SIGKILL"), START_MS);
  const { value = "" } = await lines.read();
  clearTimeout(late);
  const portBehind = (words: RegExp) => Number(words.exec(value)?.[1] ?? 0);
  const port = portBehind(/^Listening on \S*?:(\d+)/);
  const tlsPort = portBehind(/, TLS on \S*?:(\d+)/);
  const websocketPort = portBehind(/, WebSocket on \S*?:(\d+)/);
  if (port > 0) {
    return { port, ...(tlsPort > 0 && { tlsPort }), ...(websocketPort > 0 && { websocketPort }) };
  }
  throw new CompareError(`Server does not listen, it printed "${value}"`);
}

/**
 * Resolves when a server accepts connections on `port` of 127.0.0.1.
 *
 * @throws {CompareError} when nobody does in time.
 */
export async function accepting(port: number): Promise<void> {
  const end = performance.now() + START_MS;
  while (performance.now() < end) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
  throw new CompareError(`Nobody listens on port "${port}"`);
}

/** A port that is free now, for servers that cannot let the system choose. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

function signal(child: Deno.ChildProcess, name: "SIGTERM" | "SIGKILL"): void {
  try {
    child.kill(name);
  } catch {
    // It has ended by itself.
  }
}
