/**
 * A server in a process of its own, for benches: started, asked for its port, and ended by its pid.
 * A swarm in the same process would share one thread with the server and measure the sum of both.
 *
 * @module
 */

import { TextLineStream } from "@std/streams/text-line-stream";

/** A running server. */
export interface ServerProcess {
  /** Where it listens on 127.0.0.1. */
  readonly port: number;
  /** To read its memory and processor time. */
  readonly pid: number;
  /** Ends it with SIGTERM; resolves when it is gone. */
  stop(): Promise<void>;
}

/** The real server, without a limit of commands a second and without a log. */
export const REAL_SERVER: readonly string[] = [
  fromRoot("server.ts"),
  "--host=127.0.0.1",
  "--rate=0",
  "--log=quiet",
];
/** The baseline of `naive_server.ts`. */
export const NAIVE_SERVER: readonly string[] = [fromRoot("bench/naive_server.ts")];

/** Where the mirror of the standard library is mapped, for machines that do not reach JSR. */
const MIRROR = fromRoot("tools/npm_imports.json");

/** `path` below the root of the project, absolute. */
export function fromRoot(path: string): string {
  return decodeURIComponent(new URL(`../${path}`, import.meta.url).pathname);
}

/**
 * `deno run` options of the task `start`, for a child process: a small young generation, the permission
 * that a server or client needs, and the import map that this process has.
 */
export function runOptions(): string[] {
  const mapped = import.meta.resolve("@std/streams/text-line-stream");
  return [
    "run",
    "--quiet",
    "--v8-flags=--max-semi-space-size=2,--no-allocation-site-pretenuring",
    "--allow-net",
    ...mapped.startsWith("jsr:") ? [] : [
      `--import-map=${MIRROR}`,
    ],
  ];
}

/**
 * Starts `deno run` of `args`, a program and its arguments, and waits until it listens.
 *
 * @throws {Error} when it ends before that; what it has to say is on standard error.
 */
export async function startServer(args: readonly string[]): Promise<ServerProcess> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...runOptions(), ...args],
    stdin: "null",
    stdout: "piped",
  });
  return await awaitListening(command.spawn());
}

/** The port in a server's first line; NaN when it is another line. */
export function portIn(line: string): number {
  return Number(/^Listening on .*:(\d+)/.exec(line)?.[1]);
}

/** Waits for the line that names the port. */
export async function awaitListening(child: Deno.ChildProcess): Promise<ServerProcess> {
  const lines: ReadableStream<string> = child.stdout
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  const reader = lines.getReader();
  const { value = "" } = await reader.read();
  const port = portIn(value);
  const stop = async () => {
    try {
      child.kill("SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await reader.cancel();
    await child.status;
  };
  if (port > 0) return { port, pid: child.pid, stop };
  await stop();
  throw new Error(`Server does not listen, it printed "${value}"`);
}
