/**
 * A client's socket: writes one after the other, and reads until the end.
 *
 * @module
 */

import type { SocketEnd } from "../../tests/support/far_socket.ts";
import { within } from "../../tests/support/within.ts";
import { PATIENCE_MS } from "./violation.ts";

/** One connection. */
export class Link {
  /** Resolves when nothing more will come; never rejects. */
  readonly over: Promise<SocketEnd>;
  readonly #conn: Deno.TcpConn;
  #closed = false;

  /** `onBytes` is called for each read; its bytes are borrowed. */
  constructor(conn: Deno.TcpConn, onBytes: (bytes: Uint8Array) => void) {
    this.#conn = conn;
    this.over = this.#read(onBytes);
  }

  /** Connects to a port of this machine. */
  static async connect(port: number, onBytes: (bytes: Uint8Array) => void): Promise<Link> {
    const connecting = Deno.connect({ hostname: "127.0.0.1", port });
    const conn = await inTime("a connection", connecting);
    return new Link(conn, onBytes);
  }

  /** Whether this side has closed it. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Resolves when the system has taken all of `bytes`. */
  async send(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) {
      rest = rest.subarray(await inTime("a write", this.#conn.write(rest)));
    }
  }

  /** Says that nothing more will be sent. */
  async finish(): Promise<void> {
    await inTime("the end of sending", this.#conn.closeWrite());
  }

  /** Closes it. With bytes that nobody has read, the system resets the connection. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#conn.close();
  }

  async #read(onBytes: (bytes: Uint8Array) => void): Promise<SocketEnd> {
    const memory = new Uint8Array(16 * 1024);
    for (;;) {
      let count;
      try {
        count = await this.#conn.read(memory);
      } catch {
        return this.#closed ? "closed" : "broken";
      }
      if (count === null) return "end of stream";
      onBytes(memory.subarray(0, count));
    }
  }
}

/**
 * `promise`, or a failure that names `what` when it takes too long.
 *
 * @throws {Error} when it does.
 */
export function inTime<T>(what: string, promise: Promise<T>, ms = PATIENCE_MS): Promise<T> {
  return within(what, promise, ms);
}
