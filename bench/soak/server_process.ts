/**
 * The real server, in a process of its own: started, watched through its log and `/proc`, and ended by
 * its id.
 *
 * @module
 */

import { MIRROR_OPTION } from "../../tools/imports.ts";
import { inTime } from "./link.ts";
import type { Counts } from "./world.ts";
import { count } from "./world.ts";

const ROOT = new URL("../../", import.meta.url);
// It gets the standard library from where this program would get it.
const IMPORTS = import.meta.resolve("@std/cli/parse-args").startsWith("jsr:")
  ? []
  : [MIRROR_OPTION];

/** Lines of the log that the server has left out, of ends and of registrations alike. */
const SUPPRESSED = "or a registration (left out of the log)";

/** How to start it. */
export interface ServerProcessOptions {
  /** The program, from the project's root. */
  readonly script: string;
  /** Its arguments. */
  readonly args: readonly string[];
  /** Called for each line of the log that tells of a fault of the server. */
  readonly onFault: (line: string) => void;
}

/** A running server. */
export class ServerProcess {
  /** Where it listens. */
  readonly port: number;
  /** How many connections have ended for which reason, by its log. */
  readonly ends: Counts;
  readonly #child: Deno.ChildProcess;
  readonly #logRead: Promise<void>;

  private constructor(
    child: Deno.ChildProcess,
    port: number,
    ends: Counts,
    logRead: Promise<void>,
  ) {
    this.#child = child;
    this.port = port;
    this.ends = ends;
    this.#logRead = logRead;
  }

  /** Starts one; resolves when it listens. */
  static async start(options: ServerProcessOptions): Promise<ServerProcess> {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", ...IMPORTS, "--allow-net", options.script, ...options.args],
      cwd: ROOT,
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const ends: Counts = new Map();
    const logRead = eachLine(child.stderr, (line) => {
      const end = endOf(line);
      const suppressed = /^\S+ info (\d+) lines suppressed$/.exec(line)?.[1];
      if (end !== undefined) count(ends, end);
      else if (suppressed !== undefined) count(ends, SUPPRESSED, Number(suppressed));
      else if (isFault(line)) options.onFault(line);
    });
    try {
      const port = await inTime("the server to listen", listeningPort(child.stdout));
      return new ServerProcess(child, port, ends, logRead);
    } catch (error) {
      child.kill("SIGKILL");
      await Promise.all([child.status, logRead]);
      throw error;
    }
  }

  /** Bytes of memory that it holds now. */
  async memory(): Promise<number> {
    const status = await Deno.readTextFile(`/proc/${this.#child.pid}/status`);
    const kilobytes = /^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1];
    return Number(kilobytes) * 1024;
  }

  /** Asks it to stop; resolves to its exit status. */
  async stop(): Promise<number> {
    this.#child.kill("SIGTERM");
    return (await inTime("the server to stop", this.#over())).code;
  }

  /** Ends it if it still runs, whatever it does. */
  async kill(): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.#over();
  }

  async #over(): Promise<Deno.CommandStatus> {
    await this.#logRead;
    return await this.#child.status;
  }
}

/** Reads on to the end, so that the process is never held up; resolves to the port on the first line. */
function listeningPort(stdout: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const read = eachLine(stdout, (line) => {
      const port = /^Listening on \S+:(\d+) /.exec(line)?.[1];
      if (port === undefined) reject(new Error(`The server printed "${line}"`));
      else resolve(Number(port));
    });
    read.then(() => reject(new Error("The server has ended")), reject);
  });
}

async function eachLine(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onLine: (line: string) => void,
): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() as string;
    lines.forEach(onLine);
  }
}

/** The reason in a line that tells of an end, without what differs from one to the next. */
function endOf(line: string): string | undefined {
  const reason = /^\S+ info #\d+ ended: (.*)$/.exec(line)?.[1];
  return reason
    ?.replace(/ begins with bytes [\da-f ]+/, " begins with its bytes ")
    .replace(/"\d+" is above/, "is above")
    .replace(/ \(os error \d+\)/, "")
    // Of whom it was, only the protocol.
    .replace(/ \([\d.:]+(?:, )?(\w*)\)$/, (_, protocol) => ` (${protocol || "no protocol yet"})`);
}

/** Errors of the server itself, and whatever is no line of its log. */
function isFault(line: string): boolean {
  return !/^\S+ (info|debug) /.test(line);
}
