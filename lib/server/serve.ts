/**
 * One server: listens, gives each connection a session, and ends them all in good order.
 *
 * @module
 */

import { Hub } from "../chat/hub.ts";
import { Connection, formatAddress } from "../net/connection.ts";
import { Deadlines } from "../net/deadline.ts";
import type { Protocol } from "../protocol/protocol.ts";
import { PROTOCOLS } from "../protocol/registry.ts";
import { Dispatch } from "./dispatch.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import type { Log } from "./log.ts";
import { Session, type SessionContext } from "./session.ts";

/** What a server is started with. */
export interface ServeOptions {
  /** Address to listen on: a name, IPv4 or IPv6. */
  readonly host: string;
  /** 0 to 65535; with 0 the system picks a free one. */
  readonly port: number;
  /** What it speaks; all of the registry when it is left out. */
  readonly protocols?: readonly Protocol[];
  /** The channel that chat1 and json16 enter at registration; `lobby` when it is left out. */
  readonly lobby?: string;
  /** Where to say what happens. */
  readonly log: Log;
  /** Limits that differ from the defaults. */
  readonly limits?: Partial<Limits>;
}

/** How long accepting waits after an error, such as too many open files, in milliseconds. */
const ACCEPT_BACKOFF_MS = 100;
/**
 * Connections that may wait to be accepted. The default of 511 overflows when a course of a thousand
 * connects at once, and who does not fit waits a second for the system to try again.
 */
const BACKLOG = 4096;
/** Refused connections are logged at most once in this many milliseconds. */
const REFUSAL_LOG_MS = 1000;

/** Listening failed; the message says in one line why. */
export class ListenError extends Error {
  /** `message` has no full stop and names the address. */
  constructor(message: string) {
    super(message);
    this.name = "ListenError";
  }
}

/**
 * Opens a listener; connections queue up in the system from now on.
 *
 * @throws {ListenError} when the address is in use, not this machine's, or not permitted.
 */
export function listen(host: string, port: number): Deno.TcpListener {
  try {
    return Deno.listen({ hostname: host, port, tcpBacklog: BACKLOG });
  } catch (error) {
    const address = formatAddress({ hostname: host, port });
    throw new ListenError(`Cannot listen on ${address}: ${listenFault(error as Error)}`);
  }
}

function listenFault(error: Error): string {
  if (error instanceof Deno.errors.AddrInUse) return "the address is already in use";
  if (error instanceof Deno.errors.AddrNotAvailable) return "it is not an address of this machine";
  if (error instanceof Deno.errors.PermissionDenied) return "not permitted";
  return error.message;
}

/**
 * Starts a server. It accepts connections when this returns.
 *
 * @throws {ListenError} as `listen` does.
 */
export function serve(options: ServeOptions): Server {
  return new Server(listen(options.host, options.port), options);
}

/** A running server. */
export class Server {
  /** Where it listens, the port as the system chose it. */
  readonly address: Deno.NetAddr;
  readonly #listener: Deno.TcpListener;
  readonly #limits: Limits;
  readonly #log: Log;
  readonly #context: SessionContext;
  readonly #sessions = new Map<Session, Promise<void>>();
  readonly #accepting: Promise<void>;
  #sessionCount = 0;
  #refusalLoggedAt = -Infinity;
  #stopped: Promise<void> | undefined;
  #endBackoff: (() => void) | undefined;

  /** Takes the listener over; `serve` is the way to make one. */
  constructor(listener: Deno.TcpListener, options: ServeOptions) {
    this.address = listener.addr as Deno.NetAddr;
    this.#listener = listener;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#log = options.log;
    const seconds = this.#limits.registrationTimeout / 1000;
    this.#context = {
      hub: new Hub({
        maxChannels: this.#limits.maxChannels,
        ...(options.lobby === undefined ? {} : { lobby: options.lobby }),
      }),
      dispatch: new Dispatch(),
      registration: new Deadlines(
        this.#limits.registrationTimeout,
        (session: Session) => session.close(`not registered within ${seconds} s`),
      ),
      protocols: options.protocols ?? PROTOCOLS,
      limits: this.#limits,
      log: this.#log,
    };
    this.#accepting = this.#accept();
  }

  /** As the user is told: `HOST:PORT (PROTOCOL, ..)`. */
  get description(): string {
    const names = this.#context.protocols.map((protocol) => protocol.name);
    return `${formatAddress(this.address)} (${names.join(", ")})`;
  }

  /**
   * Ends the server: accepts nobody any more, delivers what it has accepted to everyone who reads (for
   * `drainTimeout` at most), closes all connections. The same promise however often it is called;
   * never rejects.
   */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#listener.close();
    this.#endBackoff?.();
    const sessions = [...this.#sessions.keys()];
    const late = setTimeout(() => {
      for (const session of sessions) {
        session.close("did not read in time before the server stopped");
      }
    }, this.#limits.drainTimeout);
    await Promise.all(sessions.map((session) => session.stop()));
    clearTimeout(late);
    await Promise.all(this.#sessions.values());
    this.#context.registration.clear();
    await this.#accepting;
  }

  /** Accepts until the listener is closed; an error in between is survived. Never rejects. */
  async #accept(): Promise<void> {
    while (this.#stopped === undefined) {
      try {
        for await (const conn of this.#listener) this.#admit(conn);
        return;
      } catch (error) {
        this.#logRefusal(`cannot accept: ${(error as Error).message}`);
        await this.#backoff();
      }
    }
  }

  #admit(conn: Deno.TcpConn): void {
    // Accepted in the very turn in which the listener was closed: `stop` does not know of it.
    if (this.#stopped !== undefined) return conn.close();
    if (this.#sessions.size >= this.#limits.maxConnections) {
      this.#logRefusal(`more than ${this.#limits.maxConnections} connections`);
      conn.close();
      return;
    }
    const connection = new Connection(conn, { outboxLimit: this.#limits.outboxBytes });
    const session = new Session(++this.#sessionCount, connection, this.#context);
    this.#sessions.set(session, session.run().finally(() => this.#sessions.delete(session)));
  }

  #logRefusal(reason: string): void {
    const now = performance.now();
    if (now - this.#refusalLoggedAt < REFUSAL_LOG_MS) return;
    this.#refusalLoggedAt = now;
    this.#log.error(`connection refused: ${reason}`);
  }

  #backoff(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ACCEPT_BACKOFF_MS);
      this.#endBackoff = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
