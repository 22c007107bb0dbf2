/**
 * The server as a process of its own, for tests that need a limit of open files, signals, or a
 * standard error that is closed.
 *
 * @module
 */

import { childOptions } from "../../tools/imports.ts";
import { LogLines } from "./server.ts";
import { within } from "./within.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** How it is started, where that differs. */
export interface ChildOptions {
  /** A line of `sh` before it is started: `ulimit -n 60`. */
  readonly before?: string;
  /** Permissions beyond the network. */
  readonly allow?: readonly string[];
  /** Redirections of `sh`: `2>&-`. */
  readonly redirect?: string;
  /** Variables of its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Takes each line of the log in place of `log`, which would keep all of them. */
  readonly onLine?: (line: string) => void;
}

/** One process; killed at the end of the test if it still runs. */
export class ServerChild implements AsyncDisposable {
  /** What it logs. */
  readonly log = new LogLines();
  readonly #child: Deno.ChildProcess;
  readonly #recorded: Promise<unknown>;
  #port = 0;
  #output = "";

  private constructor(args: readonly string[], options: ChildOptions) {
    const script = `${options.before ?? ":"}; exec "$@" ${options.redirect ?? ""}`;
    const command = [
      Deno.execPath(),
      "run",
      "--quiet",
      ...childOptions(),
      "--allow-net",
      ...options.allow ?? [],
      "server.ts",
    ];
    this.#child = new Deno.Command("sh", {
      args: ["-c", script, "sh", ...command, "--host", "127.0.0.1", ...args],
      cwd: ROOT,
      env: { NO_COLOR: "1", ...options.env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const { stdout, stderr } = this.#child;
    this.#recorded = Promise.all([
      this.#record(stdout),
      recordLines(stderr, options.onLine ?? this.log.sink),
    ]);
  }

  /** Starts `server --host 127.0.0.1 ARGS` and waits until it listens. */
  static async start(args: readonly string[], options: ChildOptions = {}): Promise<ServerChild> {
    const child = new ServerChild(args, options);
    try {
      await within("a server that listens", child.#listening.promise);
    } catch (error) {
      await child[Symbol.asyncDispose]();
      throw error;
    }
    return child;
  }

  /** Starts one that is not expected to listen. */
  static spawn(args: readonly string[], options: ChildOptions = {}): ServerChild {
    return new ServerChild(args, options);
  }

  readonly #listening = Promise.withResolvers<void>();

  /** Where it listens. */
  get port(): number {
    return this.#port;
  }

  /** Where it listens for TLS. */
  get tlsPort(): number {
    return Number(/, TLS on \S*?:(\d+)(?:,|$)/m.exec(this.#output)?.[1]);
  }

  /** Where it listens for WebSockets. */
  get webPort(): number {
    return Number(/, WebSocket (?:over TLS )?on \S*?:(\d+)$/m.exec(this.#output)?.[1]);
  }

  /** What it printed on standard output. */
  get output(): string {
    return this.#output;
  }

  /** Its process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Sends it a signal. */
  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Waits for its end; its exit status. */
  async ends(): Promise<number> {
    const { code } = await within("the end of the process", this.#child.status);
    await within("the end of its output", this.#recorded);
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.ends();
  }

  async #record(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.#output += text;
      const port = /^Listening on .*:(\d+) /m.exec(this.#output)?.[1];
      if (port === undefined) continue;
      this.#port = Number(port);
      this.#listening.resolve();
    }
    this.#listening.reject(new Error(`The server did not listen: ${this.log.lines.join("\n")}`));
    this.#listening.promise.catch(() => {});
  }
}

/** The server's program up to its end: its exit status, and all that it printed. */
export async function runServer(
  args: readonly string[],
  { allow = [], input = "" }: { readonly allow?: readonly string[]; readonly input?: string } = {},
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const command = ["run", "--quiet", "--no-prompt", ...childOptions(), "--allow-net", ...allow];
  const child = new Deno.Command(Deno.execPath(), {
    args: [...command, "server.ts", ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input)).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await within("the end of the process", child.output());
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

async function recordLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onLine: (line: string) => void,
): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() as string;
    lines.forEach(onLine);
  }
  if (rest !== "") onLine(rest);
}
