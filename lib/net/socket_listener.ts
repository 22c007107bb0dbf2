/**
 * Listening for connections that the runtime's TLS can take over: a `net.Server`, with what it
 * lacks.
 *
 * 1. MUST say at once whether it can listen. A `net.Server` says so later; a `Deno.listen` before
 *    it says so now.
 * 2. MUST go on after a lack of files. A `net.Server` that meets the limit accepts nothing more,
 *    for good, and reports nothing. So when no connection has come for a while, it connects to
 *    itself (a trial). If it does not accept that, a new `net.Server` takes over the listening
 *    socket, and no connection that waits is lost.
 *
 * @module
 */

import { connect, createServer, type Server, type Socket } from "node:net";
import type { Accepting } from "./acceptor.ts";
import { Arrivals } from "./arrivals.ts";
import { afterReading, systemClock } from "./deadline.ts";
import { BACKLOG, listen, ListenError, type TcpAddress } from "./listen.ts";
import { TcpSocket } from "./tcp_socket.ts";

/** Milliseconds without a new connection after which a trial begins. */
const TRIAL_MS = 500;
/**
 * Milliseconds within which a trial must be accepted. A busy event loop may need most of them; a
 * new `net.Server` without need does no harm.
 */
const TRIAL_TIMEOUT_MS = 250;

/** Errors of a connection to itself that say that no file is left. */
const NO_FILES: ReadonlySet<string | undefined> = new Set(["EMFILE", "ENFILE"]);

/**
 * The addresses at which a listener on all addresses can be reached. Not every machine has the IPv6
 * one, or passes IPv4 on to a socket of IPv6.
 */
const OWN_ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  "0.0.0.0": ["127.0.0.1"],
  "::": ["127.0.0.1", "::1"],
};

/** How many connections a server has, and has had. */
export interface Usage {
  /** Connections that are open. */
  readonly open: number;
  /** Connections that have come ever, to whatever port. */
  readonly ever: number;
}

/** The parts of its server that a listener asks. */
export interface Surroundings {
  /**
   * Counts the connections at all ports. While none is open, and none has come since this listener
   * last accepted one, there are no trials.
   */
  readonly usage: () => Usage;
  /** Returns what counts as one address: the connections of one take turns with those of others. */
  readonly networkOf: (host: string) => string;
  /** Called for a connection that is closed because too many of its network wait. */
  readonly onFull: (network: string) => void;
}

const ALONE: Surroundings = {
  usage: () => ({ open: 1, ever: 0 }),
  networkOf: (host) => host,
  onFull: () => {},
};

/** A port that is open. */
export class SocketListener implements Accepting<TcpSocket> {
  /** The address that it listens on. */
  readonly addr: TcpAddress;
  /** The parts of its server; at first, those of a listener alone. */
  surroundings: Surroundings = ALONE;
  /**
   * Resolves when it listens, in the same turn of the event loop; rejects with a `ListenError`
   * if it cannot.
   */
  readonly ready: Promise<void>;
  readonly #arrived = new Arrivals<Socket>();
  #server: Server;
  #waiting: PromiseWithResolvers<TcpSocket> | undefined;
  #isClosed = false;
  // Whether a connection was accepted since the last look, and `Usage.ever` when one was
  // last accepted.
  #hasAccepted = false;
  #provenAt = 0;
  // The connection of the trial under way, and connections that were accepted before its own
  // address was known: one of them may be the trial.
  #trial: Socket | undefined;
  readonly #held: Socket[] = [];
  // The addresses that a trial may connect to, the next one to try first.
  readonly #own: string[];
  // The addresses and ports from which trials have connected that were not accepted yet.
  readonly #trials = new Set<string>();
  #forgetTimer: () => void;

  /**
   * Opens it; connections queue up from now on.
   *
   * @throws {ListenError} when the address is in use, not this machine's, or not permitted.
   */
  constructor(host: string, port: number) {
    const first = listen(host, port);
    const { hostname } = this.addr = first.addr as TcpAddress;
    this.#own = [...OWN_ADDRESSES[hostname] ?? [hostname]];
    first.close();
    const server = this.#server = this.#makeServer();
    this.ready = new Promise((resolve, reject) => {
      server.once("listening", resolve);
      server.once("error", ({ message }) => reject(new ListenError(`Cannot listen: ${message}`)));
    });
    this.ready.catch(() => {});
    server.listen({ host: hostname, port: this.addr.port, backlog: BACKLOG });
    this.#forgetTimer = systemClock.setTimer(this.#look, TRIAL_MS);
  }

  /**
   * Resolves to the next connection, which is paused; rejects with `BadResource` when the
   * listener is closed.
   */
  accept(): Promise<TcpSocket> {
    if (this.#isClosed) return Promise.reject(new Deno.errors.BadResource("closed"));
    const socket = this.#arrived.take();
    if (socket !== undefined) return known(socket);
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }

  /** Stops listening. Connections that wait to be accepted are closed. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#forgetTimer();
    this.#trial?.destroy();
    this.#server.close();
    for (const socket of [...this.#arrived.all, ...this.#held]) socket.destroy();
    this.#fail(new Deno.errors.BadResource("closed"));
  }

  #makeServer(): Server {
    const options = { allowHalfOpen: true, noDelay: true, pauseOnConnect: true };
    const server = createServer(options, this.#arrive);
    server.on("error", (error) => this.#fail(error));
    return server;
  }

  #arrive = (socket: Socket): void => {
    socket.on("error", () => {});
    this.#hasAccepted = true;
    this.#provenAt = this.surroundings.usage().ever;
    if (this.#trial?.connecting) this.#held.push(socket);
    else this.#take(socket);
  };

  #take(socket: Socket): void {
    const address = socket.remoteAddress?.replace(/^::ffff:/, "");
    if (this.#trials.delete(`${address} ${socket.remotePort}`)) {
      socket.destroy();
      return this.#endTrial();
    }
    if (this.#isClosed) return void socket.destroy();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#queue(socket, address ?? "");
    else known(socket).then(waiting.resolve, waiting.reject);
  }

  #queue(socket: Socket, address: string): void {
    const { networkOf, onFull } = this.surroundings;
    // The address of a connection that was reset is not known any more.
    const network = address === "" ? "" : networkOf(address);
    if (this.#arrived.add(socket, network)) return;
    socket.destroy();
    onFull(network);
  }

  /** Rejects the `accept` that waits. */
  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  #look = (): void => {
    const { open, ever } = this.surroundings.usage();
    const isDue = !this.#hasAccepted && (open > 0 || ever !== this.#provenAt);
    if (isDue) this.#try();
    else this.#rest();
  };

  #rest(): void {
    this.#hasAccepted = false;
    this.#forgetTimer();
    this.#forgetTimer = systemClock.setTimer(this.#look, TRIAL_MS);
  }

  /** Begins a trial: a listener that does not accept it accepts no other connection either. */
  #try(): void {
    const [host = ""] = this.#own;
    const trial = this.#trial = connect({ host, port: this.addr.port });
    trial.on("connect", () => {
      this.#trials.add(`${trial.localAddress} ${trial.localPort}`);
      this.#takeHeld();
    });
    trial.on("error", (error: Error & { code?: string }) => {
      if (NO_FILES.has(error.code)) this.#fail(error);
      else this.#own.push(...this.#own.splice(0, 1));
      this.#endTrial();
    });
    const giveUp = () => {
      // Closes the trial first, because its file may be the one that is missing.
      this.#endTrial();
      this.#wake();
    };
    this.#forgetTimer = systemClock.setTimer(() => {
      // Reads the sockets once more: the trial may have connected, and would be taken for a peer if
      // its address were not noted.
      this.#forgetTimer = afterReading(systemClock, giveUp);
    }, TRIAL_TIMEOUT_MS);
  }

  #endTrial(): void {
    if (this.#isClosed) return;
    this.#trial?.destroy();
    this.#trial = undefined;
    this.#takeHeld();
    this.#rest();
  }

  #takeHeld(): void {
    for (const socket of this.#held.splice(0)) this.#take(socket);
  }

  /** The runtime looks for connections again when another server begins to listen. */
  #wake(): void {
    const next = this.#makeServer();
    next.listen(this.#server, BACKLOG);
    this.#server = next;
  }
}

/**
 * Resolves to `socket` with its peer's address, which is gone when the peer has reset the
 * connection.
 */
function known(socket: Socket): Promise<TcpSocket> {
  const { remoteAddress: hostname, remotePort: port } = socket;
  if (hostname !== undefined && port !== undefined) {
    return Promise.resolve(new TcpSocket(socket, { hostname, port }));
  }
  socket.destroy();
  const error = new Error("Transport endpoint is not connected (os error 107)");
  return Promise.reject(Object.assign(error, { code: "ENOTCONN" }));
}
