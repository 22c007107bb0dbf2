/**
 * What an IRC user waits for while others load the server: it asks with PING every 10 ms, from a worker, and says
 * in the end how long the answers took. Also the IRC clients that make the load.
 *
 * @module
 */

import { connect, type Socket } from "node:net";

/** How long the answers took, in milliseconds. */
export interface Waits {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
}

/** Milliseconds after which a load has failed. */
const PATIENCE_MS = 120_000;
const PER_ADDRESS = 10;

/** An IRC user beside the load. */
export class Beside {
  readonly #worker: Worker;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** Registers at the server on `port`, and begins to ask. */
  static async begin(port: number): Promise<Beside> {
    const worker = new Worker(import.meta.resolve("./irc_bystander.ts"), { type: "module" });
    const registered = told(worker);
    worker.postMessage(port);
    await registered;
    return new Beside(worker);
  }

  /** Ends it. */
  async end(): Promise<Waits> {
    const reported = told(this.#worker);
    this.#worker.postMessage("end");
    const answers = (await reported as number[]).sort((a, b) => a - b);
    this.#worker.terminate();
    const at = (share: number) => answers[Math.floor(share * (answers.length - 1))] ?? NaN;
    return { p50Ms: at(0.5), p99Ms: at(0.99), worstMs: at(1) };
  }
}

/** What the worker says next. */
function told(worker: Worker): Promise<unknown> {
  return new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
  });
}

/** The address of client number `index`: ten share one. */
export function addressOf(index: number): string {
  const network = Math.floor(index / PER_ADDRESS);
  return `127.0.${1 + Math.floor(network / 250)}.${1 + (network % 250)}`;
}

/** A client that registers as `nick`, sends `lines` and waits until `count` lines with the numeric `end` have come. */
export function enter(
  port: number,
  index: number,
  { nick, lines, end, count }: {
    readonly nick: string;
    readonly lines: readonly string[];
    readonly end: string;
    readonly count: number;
  },
): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", localAddress: addressOf(index) });
  socket.write([`NICK ${nick}`, `USER u 0 * :u`, ...lines, ""].join("\r\n"));
  return numerics(socket, end, count);
}

/** Resolves when `count` lines with the numeric `end` have come. */
export function numerics(socket: Socket, end: string, count: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`No ${end} after 120 s`)), PATIENCE_MS);
    let ends = 0;
    let rest = "";
    socket.on("error", reject);
    socket.on("data", (bytes) => {
      // Who waits for nothing more only has to read.
      if (ends >= count) return;
      const text = rest + bytes.toString("latin1");
      const cut = text.lastIndexOf("\n") + 1;
      rest = text.slice(cut);
      ends += text.slice(0, cut).split(` ${end} `).length - 1;
      if (ends < count) return;
      clearTimeout(late);
      resolve(socket);
    });
  });
}
