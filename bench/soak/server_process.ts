/**
 * The real server, in a process of its own, watched through its log and `/proc`.
 *
 * @module
 */

import { ServerChild } from "../../tests/support/server_child.ts";
import { count, type Counts } from "./world.ts";

/** Lines of the log that the server has left out, of ends and of registrations alike. */
const SUPPRESSED = "or a registration (left out of the log)";

/** A running server. */
export class ServerProcess {
  /** How many connections have ended for which reason, by its log. */
  readonly ends: Counts;
  readonly #child: ServerChild;

  private constructor(child: ServerChild, ends: Counts) {
    this.#child = child;
    this.ends = ends;
  }

  /** Starts one with `args`, which may write to the directory `data`; `onFault` is called for each line of the log that tells of a fault. */
  static async start(
    args: readonly string[],
    onFault: (line: string) => void,
    data?: string,
  ): Promise<ServerProcess> {
    const ends: Counts = new Map();
    const onLine = (line: string) => {
      const end = endOf(line);
      const suppressed = /^\S+ info (\d+) lines suppressed$/.exec(line)?.[1];
      if (end !== undefined) count(ends, end);
      else if (suppressed !== undefined) count(ends, SUPPRESSED, Number(suppressed));
      else if (isFault(line)) onFault(line);
    };
    const allow = data === undefined ? [] : ["--allow-read", `--allow-write=${data}`];
    return new ServerProcess(await ServerChild.start(args, { onLine, allow }), ends);
  }

  /** Where it listens. */
  get port(): number {
    return this.#child.port;
  }

  /** Where it listens for TLS. */
  get tlsPort(): number {
    return this.#child.tlsPort;
  }

  /** Where it listens for WebSockets. */
  get webPort(): number {
    return this.#child.webPort;
  }

  /** Bytes of memory that it holds now. */
  async memory(): Promise<number> {
    const status = await Deno.readTextFile(`/proc/${this.#child.pid}/status`);
    const kilobytes = /^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1];
    return Number(kilobytes) * 1024;
  }

  /** Asks it to stop; resolves to its exit status. */
  async stop(): Promise<number> {
    this.#child.signal("SIGTERM");
    return await this.#child.ends();
  }

  /** Ends it at once, in the middle of whatever it does. */
  async crash(): Promise<void> {
    this.#child.signal("SIGKILL");
    await this.#child.ends();
  }

  /** Ends it if it still runs, whatever it does. */
  async kill(): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
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
    .replace(
      / \((?:".*" from )?[\d.:]+(?:, )?([\w, ]*)\)$/,
      (_, protocol) => ` (${protocol || "no protocol yet"})`,
    );
}

/** Errors of the server itself, and whatever is no line of its log. */
function isFault(line: string): boolean {
  return !/^\S+ (info|debug) /.test(line);
}
