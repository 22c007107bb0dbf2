/**
 * A far side that can do what `Deno.Conn` cannot: come from another address of this machine, and end with a
 * reset instead of the end of the stream. It pushes what it reads, or reads nothing at all.
 *
 * @module
 */

import { connect, type Socket } from "node:net";
import { within } from "./within.ts";

/** How a connection ended: in order, by a reset or another error, or by this side. */
export type SocketEnd = "end of stream" | "broken" | "closed";

/** How it connects. */
export interface FarSocketOptions {
  /** An address of this machine to come from, where it has that address. */
  readonly from?: string;
  /** Called for each read. Without it nothing is read. */
  readonly onBytes?: (bytes: Uint8Array) => void;
}

/** One connection. */
export class FarSocket {
  /** Resolves when nothing more will come; never rejects. */
  readonly over: Promise<SocketEnd>;
  readonly #socket: Socket;
  #closed = false;

  private constructor(socket: Socket, onBytes?: (bytes: Uint8Array) => void) {
    this.#socket = socket;
    let end: SocketEnd = "closed";
    socket.on("error", () => end = this.#closed ? "closed" : "broken");
    socket.on("end", () => end = "end of stream");
    this.over = new Promise((resolve) => socket.once("close", () => resolve(end)));
    socket.setNoDelay(true);
    if (onBytes !== undefined) socket.on("data", onBytes);
  }

  /** Connects to a port of this machine. */
  static async connect(port: number, options: FarSocketOptions = {}): Promise<FarSocket> {
    const { from, onBytes } = options;
    try {
      return new FarSocket(await dial(port, from), onBytes);
    } catch (error) {
      // Not every system has all of 127.0.0.0/8.
      if (from === undefined || (error as { code?: string }).code !== "EADDRNOTAVAIL") throw error;
      return new FarSocket(await dial(port), onBytes);
    }
  }

  /** Resolves when the system has taken all of `bytes`. */
  async send(bytes: Uint8Array): Promise<void> {
    const taken = new Promise<void>((resolve, reject) => {
      this.#socket.write(bytes, (error) => error ? reject(error) : resolve());
    });
    await within("a write", taken);
  }

  /** Reads nothing until `reads` is called. */
  rests(): void {
    this.#socket.pause();
  }

  /** Reads again. */
  reads(): void {
    this.#socket.resume();
  }

  /** Says that nothing more will be sent. */
  async finish(): Promise<void> {
    await within("the end of sending", new Promise<void>((done) => this.#socket.end(() => done())));
  }

  /** Closes it, in good order where nothing is unread. */
  close(): void {
    this.#closed = true;
    this.#socket.destroy();
  }

  /** Resets it; resolves when it is gone. */
  async reset(): Promise<void> {
    this.#closed = true;
    this.#socket.resetAndDestroy();
    await within("the reset", this.over);
  }
}

async function dial(port: number, from?: string): Promise<Socket> {
  const socket = connect({
    host: "127.0.0.1",
    port,
    ...from === undefined ? {} : { localAddress: from },
  });
  const connected = new Promise<void>((resolve, reject) => {
    socket.once("connect", () => resolve());
    socket.once("error", reject);
  });
  try {
    await within("a connection", connected);
  } catch (error) {
    socket.destroy();
    throw error;
  }
  socket.removeAllListeners("error");
  return socket;
}
