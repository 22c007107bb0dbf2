/**
 * A server's TLS handshakes, over sockets of `node:net`:
 *
 *   TcpSocket --> a whole ClientHello --> in its turn: node:tls --> transport
 *
 * 1. MUST show TLS nothing but a whole first message: a peer that sends none, or sends it byte by
 *    byte, costs no more than its socket.
 * 2. MUST begin the work of a handshake in its turn. What follows it, the client's Finished
 *    message, costs a tenth of that.
 *
 * `Deno.listenTls` keeps a socket open after its `close`, during a handshake and while the
 * peer does not read, so a peer could hold as many as it likes. `bench/README.md`, "TLS", says
 * how fast it is.
 *
 * @module
 */

import { connect, TLSSocket } from "node:tls";
import type { Credentials } from "./certificate.ts";
import { isTls, isWholeHello } from "./client_hello.ts";
import type { TcpSocket } from "./tcp_socket.ts";
import { TlsError, TlsTransport } from "./tls_transport.ts";
import type { Transport } from "./transport.ts";

/**
 * Milliseconds between two reads of a first message that is not complete; they double with each
 * read.
 */
const READ_ON_MS = 5;
/** The most milliseconds between two of these reads. */
const MOST_READ_ON_MS = 640;

/**
 * Does `work` now and returns nothing, or does it in its turn and returns a promise, which rejects
 * with what `work` throws.
 */
export type InTurn = (work: () => undefined) => Promise<void> | undefined;

/** The peer's first byte is not one of TLS. */
export class NoTlsError extends Error {
  /** Makes the error, whose message is always the same. */
  constructor() {
    super("the other side does not speak TLS");
    this.name = "NoTlsError";
  }
}

/** A handshake under way. */
export interface Handshake {
  /**
   * Resolves to the stream of plain bytes. Rejects with a `TlsError` or a `NoTlsError`; the
   * connection below is closed then.
   */
  readonly done: Promise<Transport>;
  /** Gives up, and closes the connection below. A no-op when the handshake is done. */
  abort(): void;
}

/**
 * The message of a handshake's error when the peer has ended its side before the end of the
 * handshake.
 */
const ENDED_EARLY = "ended during the handshake";
const NOTHING = new Uint8Array();

/**
 * Shakes hands as a server, over `conn`, which belongs to the handshake from now on. A peer that
 * does not speak TLS is sent `refusal`. Most of the handshake is work of half a millisecond, which
 * is done `inTurn`.
 */
export function acceptTls(
  conn: TcpSocket,
  credentials: Credentials,
  refusal: Uint8Array = NOTHING,
  inTurn: InTurn = (work) => work(),
): Handshake {
  const handshake = new PendingHandshake(conn);
  const fail = (error: Error) => handshake.fail(error);
  shakeHands(handshake, conn, credentials, refusal, inTurn).catch(fail);
  return handshake;
}

/**
 * Shakes hands as a client with a server called `host`, whatever certificate it has:
 * `tls_client.ts` is for those who want to know whom they talk to.
 */
export function startInsecureTls(conn: TcpSocket, host: string): Handshake {
  const handshake = new PendingHandshake(conn);
  const options = { socket: conn.socket, host, rejectUnauthorized: false };
  handshake.begin(connect(options), "secureConnect");
  return handshake;
}

/** A handshake of either side: its end, whatever that is. */
class PendingHandshake implements Handshake {
  readonly done: Promise<Transport>;
  readonly #conn: TcpSocket;
  readonly #end = Promise.withResolvers<Transport>();
  #transport: TlsTransport | undefined;
  #isOver = false;

  constructor(conn: TcpSocket) {
    this.done = this.#end.promise;
    this.#conn = conn;
  }

  /** Whether it is done, or has failed. */
  get isOver(): boolean {
    return this.#isOver;
  }

  abort(): void {
    this.fail(new TlsError("given up"));
  }

  /** Goes on with `stream`, which is over the connection and emits `success`. */
  begin(stream: TLSSocket, success: "secure" | "secureConnect"): void {
    const { socket, remoteAddr } = this.#conn;
    const onEnd = (error?: Error) => {
      this.fail(error ?? new TlsError(ENDED_EARLY));
    };
    const transport = this.#transport = new TlsTransport(stream, socket, remoteAddr, onEnd);
    stream.once(success, () => {
      if (this.#isOver) return;
      this.#isOver = true;
      this.#end.resolve(transport);
    });
  }

  /** Ends it with `error`, unless it is over. */
  fail(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#transport === undefined) this.#conn.close();
    else this.#transport.abort();
    this.#end.reject(error);
  }
}

async function shakeHands(
  handshake: PendingHandshake,
  conn: TcpSocket,
  { context }: Credentials,
  refusal: Uint8Array,
  inTurn: InTurn,
): Promise<void> {
  const hello = await readHello(conn);
  if (!isTls(hello)) {
    await conn.refuse(refusal);
    throw new NoTlsError();
  }
  await inTurn(() => {
    if (handshake.isOver) return;
    if (conn.socket.readableEnded) throw new TlsError(ENDED_EARLY);
    conn.socket.setKeepAlive(true);
    // TLS takes it from the socket when this turn of the event loop ends.
    conn.socket.unshift(hello);
    const options = { isServer: true, secureContext: context };
    handshake.begin(new TLSSocket(conn.socket, options), "secure");
  });
}

/** The first message, or what shows that there will be none. MUST 1. */
async function readHello(conn: TcpSocket): Promise<Uint8Array> {
  let hello: Uint8Array = NOTHING;
  for (let wait = 0;; wait = Math.min(2 * wait || READ_ON_MS, MOST_READ_ON_MS)) {
    if (wait > READ_ON_MS) await conn.rest(wait);
    const bytes = await conn.read();
    if (bytes === null) throw new TlsError(ENDED_EARLY);
    hello = hello.length === 0 ? bytes : joined(hello, bytes);
    if (!isTls(hello) || isWholeHello(hello)) return hello;
  }
}

function joined(first: Uint8Array, rest: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + rest.length);
  all.set(first);
  all.set(rest, first.length);
  return all;
}
