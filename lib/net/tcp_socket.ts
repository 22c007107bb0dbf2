/**
 * A TCP connection that the runtime's TLS can take over: a socket of `node:net`, as
 * `socket_listener.ts` accepts it.
 *
 * @module
 */

import type { Socket } from "node:net";
import { systemClock } from "./deadline.ts";
import { ends } from "./ends.ts";
import type { StreamAddress } from "./transport.ts";

/** A connection that is paused, and belongs to whoever has accepted it. */
export class TcpSocket {
  /** The other side. */
  readonly remoteAddr: StreamAddress;
  /** The socket itself. */
  readonly socket: Socket;

  /** Owns `socket`, whose other side is at `remoteAddr`, from now on. */
  constructor(socket: Socket, remoteAddr: StreamAddress) {
    this.socket = socket;
    this.remoteAddr = remoteAddr;
  }

  /** Ends it at once. Idempotent. */
  close(): void {
    this.socket.destroy();
  }

  /** The next bytes that arrive, or `null` at their end; nothing is read after that. */
  read(): Promise<Uint8Array | null> {
    const { socket } = this;
    return new Promise((resolve, reject) => {
      const onData = (bytes: Uint8Array) => settle(() => resolve(bytes));
      const onEnd = () => settle(() => this.#atEnd(() => resolve(null)));
      const onError = (error: Error) => settle(() => this.#atEnd(() => reject(error)));
      const onClose = () => settle(() => reject(new Error("closed")));
      const settle = (how: () => void) => {
        socket.pause();
        socket.off("data", onData).off("end", onEnd).off("error", onError).off("close", onClose);
        how();
      };
      if (socket.destroyed) return onClose();
      socket.on("data", onData).on("end", onEnd).on("error", onError).on("close", onClose);
      socket.resume();
    });
  }

  #atEnd(work: () => void): void {
    ends.add(work, this.remoteAddr.hostname);
  }

  /** Resolves after `ms` milliseconds, or when it is closed. */
  rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        forgetTimer();
        this.socket.off("close", end);
        resolve();
      };
      const forgetTimer = systemClock.setTimer(end, ms);
      this.socket.on("close", end);
    });
  }

  /** Says `last` to the other side, and ends the connection when that is sent. Never rejects. */
  async refuse(last: Uint8Array): Promise<void> {
    await new Promise<void>((resolve) => {
      this.socket.once("close", () => resolve());
      this.socket.end(last, () => resolve());
    });
    this.close();
  }
}
