/**
 * A TLS connection as a transport, when its handshake is done: `node:tls` over a socket of
 * `node:net`, which the runtime reads and writes by itself.
 *
 * 1. MUST slow a peer down that sends more than is read. TLS reads on while it is paused; the
 *    socket below does not.
 * 2. MUST keep reading possible after a failed write: what the peer said before it left
 *    still counts.
 * 3. MUST NOT take an end for the peer's that an attacker could have made: it comes with a
 *    close_notify.
 *
 * @module
 */

import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { ends } from "./ends.ts";
import type { StreamAddress, Transport } from "./transport.ts";
import { withTimeout } from "./with_timeout.ts";

/** The most plain bytes of one write: its caller learns often how much the peer has taken. */
const WRITE_BYTES = 48 * 1024;

/**
 * Unread plain bytes above which nothing more is read from the socket. One read of it may bring
 * 64 KiB beyond that.
 */
const MOST_UNREAD_BYTES = 16 * 1024;

/**
 * Milliseconds that a closed connection has to send its last bytes; a peer that reads takes
 * them at once.
 */
const CLOSE_NOTIFY_MS = 100;

/** The runtime's side of a socket: whether it still waits for bytes. */
interface Handle {
  readonly _handle?: { hasRef?(): boolean } | null;
}

/** The handshake failed, or the encryption broke after it. */
export class TlsError extends Error {
  /** `message` has no full stop. */
  constructor(message: string) {
    super(message);
    this.name = "TlsError";
  }
}

/**
 * The message of an error without its end, which is for programmers: the URL of a manual, or the
 * message of another library.
 */
function describe({ message }: Error): string {
  return message.replace(/(?:: https?:\S*| \(SSL routines:[^)]*\))$/, "");
}

interface Reader {
  readonly target: Uint8Array;
  readonly resolve: (count: number | null) => void;
  readonly reject: (error: Error) => void;
}

/** The stream of plain bytes. */
export class TlsTransport implements Transport {
  readonly remoteAddr: StreamAddress;
  readonly #stream: TLSSocket;
  readonly #lower: Socket;
  // Decrypted, and not read yet.
  readonly #chunks: Uint8Array[] = [];
  #unread = 0;
  #isHeld = false;
  #reader: Reader | undefined;
  #writing: Promise<number> | undefined;
  #isOver = false;
  #fault: Error | undefined;
  readonly #onEnd: (error?: Error) => void;

  /**
   * Owns `stream` from now on, whose handshake over `lower` may still be under way; `onEnd` is
   * called when the peer's bytes have ended, or with what is wrong.
   */
  constructor(
    stream: TLSSocket,
    lower: Socket,
    remoteAddr: StreamAddress,
    onEnd: (error?: Error) => void,
  ) {
    this.#stream = stream;
    this.#lower = lower;
    this.remoteAddr = remoteAddr;
    this.#onEnd = onEnd;
    // Takes the bytes past the stream's own queue, which would be a second one.
    stream.push = (chunk: Uint8Array | null) => {
      if (chunk === null) this.#end();
      else this.#receive(chunk);
      return true;
    };
    // After the handshake, node reports a fault of TLS only as `_tlsError`, which its own
    // servers handle.
    for (const event of ["_tlsError", "error"]) {
      stream.on(event, (error: Error) => this.fail(new TlsError(describe(error))));
    }
    stream.on("close", () => this.fail(new TlsError("closed")));
  }

  read(target: Uint8Array): Promise<number | null> {
    return new Promise((resolve, reject) => {
      this.#reader = { target, resolve, reject };
      this.#serve();
    });
  }

  write(bytes: Uint8Array): Promise<number> {
    if (this.#writing !== undefined) {
      // The runtime has room for one write, and would lose the callback of a second one.
      const next = () => this.write(bytes);
      return this.#writing.then(next, next);
    }
    const part = bytes.length > WRITE_BYTES ? bytes.subarray(0, WRITE_BYTES) : bytes;
    let isDone = false;
    const writing = new Promise<number>((resolve, reject) => {
      // Not `write`: the outbox is a queue already. That of the stream takes a fourteenth of the
      // throughput, and with it, a failed write would end the stream (MUST 2).
      this.#stream._write(part, "buffer" as BufferEncoding, (error) => {
        isDone = true;
        this.#writing = undefined;
        if (error) reject(error);
        else resolve(part.length);
      });
    });
    if (!isDone) this.#writing = writing;
    return writing;
  }

  /** Sends a close_notify, and then the end of the stream below. */
  async closeWrite(): Promise<void> {
    // The stream knows nothing of the write under way, and would end before it.
    await this.#writing?.catch(() => {});
    await new Promise<void>((resolve) => this.#stream.end(() => resolve()));
  }

  /**
   * Closes with a close_notify, as TCP does with a FIN, unless the connection has failed: without
   * it, each end would look to the peer as if an attacker had cut the connection.
   */
  close(): void {
    const isOrderly = this.#fault === undefined;
    this.#chunks.length = 0;
    if (isOrderly) {
      this.#give(new TlsError("closed"));
      void withTimeout(this.closeWrite(), CLOSE_NOTIFY_MS).then(() => this.abort());
    } else this.abort();
  }

  /** The connection has ended with `error`. */
  fail(error: Error): void {
    if (this.#fault !== undefined) return;
    this.#give(error);
    this.abort();
  }

  /** Ends both sides without a close_notify. */
  abort(): void {
    ends.add(() => void this.#stream.destroy(), this.remoteAddr.hostname);
  }

  #give(fault: Error): void {
    this.#fault = fault;
    this.#serve();
    this.#onEnd(fault);
  }

  #receive(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#unread += chunk.length;
    this.#serve();
    if (this.#unread > MOST_UNREAD_BYTES && !this.#isHeld) this.#hold();
  }

  /** MUST 1. */
  #hold(): void {
    this.#isHeld = true;
    this.#lower.pause();
  }

  #goOn(): void {
    this.#isHeld = false;
    this.#lower.resume();
  }

  /** MUST 3. */
  #end(): void {
    // TLS reports a close_notify and the end of the socket's bytes with the same call. At the
    // latter, the socket's handle has ceased to wait for bytes.
    const isAnnounced = (this.#lower as Handle)._handle?.hasRef?.() === true;
    ends.add(() => {
      if (isAnnounced) this.#isOver = true;
      else this.#fault ??= new TlsError("ended without a close_notify");
      this.#serve();
      this.#onEnd();
    }, this.remoteAddr.hostname);
  }

  #serve(): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    const [chunk] = this.#chunks;
    if (chunk === undefined && !this.#isOver && this.#fault === undefined) return;
    this.#reader = undefined;
    if (chunk !== undefined) reader.resolve(this.#move(chunk, reader.target));
    else if (this.#isOver) reader.resolve(null);
    else reader.reject(this.#fault as Error);
  }

  #move(chunk: Uint8Array, target: Uint8Array): number {
    const count = Math.min(chunk.length, target.length);
    target.set(count < chunk.length ? chunk.subarray(0, count) : chunk);
    if (count === chunk.length) this.#chunks.shift();
    else this.#chunks[0] = chunk.subarray(count);
    this.#unread -= count;
    if (this.#isHeld && this.#unread === 0) this.#goOn();
    return count;
  }
}
