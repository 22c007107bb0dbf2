/**
 * TLS over any transport, as a transport: `node:tls` does the cryptography, and reads and writes through
 * `tls_wire.ts`. `Deno.listenTls` is not used, because it keeps a socket open after its `close`: during a
 * handshake, and while the peer does not read. A peer could hold as many as it likes. Nor is `net.Server`, which stops
 * accepting for good, without a word, when no file is left. What both would bring: `bench/README.md`, "TLS".
 *
 * @module
 */

import { connect, TLSSocket } from "node:tls";
import type { Credentials } from "./certificate.ts";
import { type InTurn, NoTlsError, TlsWire, type TlsWireOptions } from "./tls_wire.ts";
import type { StreamAddress, Transport } from "./transport.ts";
import { withTimeout } from "./with_timeout.ts";

/** The most plain bytes of one write: its caller hears often how much the peer has taken. */
const WRITE_BYTES = 48 * 1024;

/** Milliseconds for the last bytes of a connection that is closed. If its peer reads, they need none. */
const CLOSE_NOTIFY_MS = 100;

/** The handshake failed. */
export class TlsError extends Error {
  /** `message` has no full stop. */
  constructor(message: string) {
    super(message);
    this.name = "TlsError";
  }
}

/** A handshake under way. */
export interface Handshake {
  /**
   * Resolves to the stream of plain bytes. Rejects with a `TlsError` or a `NoTlsError`; the transport below is
   * closed then.
   */
  readonly done: Promise<Transport>;
  /** Gives up, and closes the transport below. A no-op when the handshake is done. */
  abort(): void;
}

/**
 * Shakes hands as a server, over `lower`, which belongs to the handshake from now on. A peer that does not speak
 * TLS is sent `refusal`. Each step of the handshake is work of up to a millisecond, which is done `inTurn`.
 */
export function acceptTls(
  lower: Transport,
  { context }: Credentials,
  refusal?: Uint8Array,
  inTurn?: InTurn,
): Handshake {
  const begin = (wire: TlsWire) => new TLSSocket(wire, { isServer: true, secureContext: context });
  return shakeHands(lower, "secure", begin, {
    ...(inTurn && { inTurn }),
    ...(refusal && { refusal }),
  });
}

/** A peer that is gone as soon as it has connected. */
const NOBODY: Transport = {
  remoteAddr: { hostname: "0.0.0.0", port: 0 },
  read: () => Promise.resolve(null),
  write: ({ length }) => Promise.resolve(length),
  closeWrite: () => Promise.resolve(),
  close() {},
};

/**
 * Lets the runtime load what a handshake needs. That takes 25 to 50 ms, for which the first one would otherwise hold up
 * everybody. Never rejects.
 */
export function prepareTls(credentials: Credentials): Promise<void> {
  return acceptTls(NOBODY, credentials).done.then(() => {}, () => {});
}

/**
 * Shakes hands as a client with a server called `host`, whatever certificate it has: `tls_client.ts` is for those
 * who want to know whom they talk to.
 */
export function startInsecureTls(lower: Transport, host: string): Handshake {
  return shakeHands(lower, "secureConnect", (wire) => {
    return connect({ socket: wire, host, rejectUnauthorized: false });
  });
}

function shakeHands(
  lower: Transport,
  success: "secure" | "secureConnect",
  begin: (wire: TlsWire) => TLSSocket,
  { inTurn, ...options }: Omit<TlsWireOptions, "isWanted"> = {},
): Handshake {
  let transport: TlsTransport | undefined;
  const { promise, resolve, reject } = Promise.withResolvers<Transport>();
  const isWanted = () => transport === undefined || transport.isReading;
  const wire = new TlsWire(lower, {
    ...options,
    isWanted,
    ...(inTurn && { inTurn: (work) => transport === undefined ? inTurn(work) : work() }),
  });
  const fail = (error: Error) => {
    // A reader and writers have a way of their own to learn of it.
    if (transport === undefined) reject(error);
    else transport.fail(error);
    wire.destroy();
  };
  wire.on("error", fail);
  wire.on("end", () => {
    if (transport === undefined) fail(new TlsError("ended during the handshake"));
  });
  const socket = begin(wire);
  socket.on("error", (error: Error) => {
    fail(error instanceof NoTlsError ? error : new TlsError(describe(error)));
  });
  socket.on("close", () => fail(new TlsError("closed during the handshake")));
  socket.once(success, () => {
    if (wire.destroyed) return;
    transport = new TlsTransport(socket, wire, lower.remoteAddr);
    resolve(transport);
  });
  const abort = () => {
    if (transport !== undefined) return;
    fail(new TlsError("given up"));
    socket.destroy();
  };
  return { done: promise, abort };
}

/** Without what stands behind it for programmers: the URL of a manual, the words of another library. */
function describe({ message }: Error): string {
  return message.replace(/(?:: https?:\S*| \(SSL routines:[^)]*\))$/, "");
}

interface Reader {
  readonly target: Uint8Array;
  readonly resolve: (count: number | null) => void;
  readonly reject: (error: Error) => void;
}

/** A stream whose handshake is done. */
class TlsTransport implements Transport {
  readonly remoteAddr: StreamAddress;
  readonly #socket: TLSSocket;
  readonly #wire: TlsWire;
  // Decrypted, and not read yet: no more than one read of the wire has brought.
  readonly #chunks: Uint8Array[] = [];
  #reader: Reader | undefined;
  #isOver = false;
  #fault: Error | undefined;

  constructor(socket: TLSSocket, wire: TlsWire, remoteAddr: StreamAddress) {
    this.remoteAddr = remoteAddr;
    this.#socket = socket;
    this.#wire = wire;
    socket.on("data", (chunk: Uint8Array) => this.#receive(chunk));
    socket.on("end", () => this.#end());
  }

  /** Whether somebody waits for bytes. */
  get isReading(): boolean {
    return this.#reader !== undefined;
  }

  read(target: Uint8Array): Promise<number | null> {
    return new Promise((resolve, reject) => {
      this.#reader = { target, resolve, reject };
      this.#serve();
      if (this.#reader !== undefined) this.#wire.pull();
    });
  }

  write(bytes: Uint8Array): Promise<number> {
    const part = bytes.length > WRITE_BYTES ? bytes.subarray(0, WRITE_BYTES) : bytes;
    return new Promise((resolve, reject) => {
      this.#socket.write(part, (error) => {
        const fault = error ?? this.#wire.writeFault;
        if (fault) reject(fault);
        else resolve(part.length);
      });
    });
  }

  async closeWrite(): Promise<void> {
    await this.#sayEnd();
    if (!this.#wire.destroyed) await this.#wire.closeWrite();
  }

  /**
   * As TCP says that its stream has ended, so does this, as long as nothing is in the way of it: otherwise each
   * end would look to the peer as if an attacker had cut the connection.
   */
  close(): void {
    const isOrderly = this.#fault === undefined && !this.#wire.destroyed;
    this.fail(new Error("closed"));
    if (!isOrderly) return this.#destroy();
    void withTimeout(this.#sayEnd(), CLOSE_NOTIFY_MS).then(() => this.#destroy());
  }

  /** Sends a close_notify. The stream below it is not ended by that. */
  async #sayEnd(): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.end(() => resolve()));
    await this.#wire.written();
  }

  #destroy(): void {
    this.#wire.destroy();
    this.#socket.destroy();
  }

  /** The connection has ended with `error`. */
  fail(error: Error): void {
    this.#fault ??= error;
    this.#serve();
  }

  #receive(chunk: Uint8Array): void {
    this.#wire.heard();
    this.#chunks.push(chunk);
    this.#serve();
  }

  /** The end of the peer's bytes, which an attacker could have cut off if the peer has not said so. */
  #end(): void {
    if (this.#wire.isOver) return this.fail(new Error("ended without a close_notify"));
    this.#isOver = true;
    this.#serve();
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
    target.set(chunk.subarray(0, count));
    if (count === chunk.length) this.#chunks.shift();
    else this.#chunks[0] = chunk.subarray(count);
    return count;
  }
}
