/**
 * One server: listens, gives each connection a session, and ends them all in good order.
 *
 * @module
 */

import { Hub } from "../chat/hub.ts";
import { Connection, formatAddress } from "../net/connection.ts";
import { type Clock, Deadlines, systemClock } from "../net/deadline.ts";
import { SelfPipe } from "../net/self_pipe.ts";
import { StalledWrites } from "../net/stalled_writes.ts";
import { WriteScheduler } from "../net/write_scheduler.ts";
import type { Protocol } from "../protocol/protocol.ts";
import { PROTOCOLS } from "../protocol/registry.ts";
import { Admission } from "./admission.ts";
import { Dispatch } from "./dispatch.ts";
import { ACCEPT_BACKLOG, ACCEPT_BACKOFF_MS, DEFAULT_LIMITS, type Limits } from "./limits.ts";
import type { Log } from "./log.ts";
import { RefusalLog } from "./refusal_log.ts";
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
  /** Whose time the deadlines run on; the system's when it is left out. */
  readonly clock?: Clock;
}

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
    return Deno.listen({ hostname: host, port, tcpBacklog: ACCEPT_BACKLOG });
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
  readonly #admission: Admission;
  readonly #refusals: RefusalLog;
  readonly #stalled: StalledWrites<Session>;
  readonly #poll = new SelfPipe();
  readonly #scheduler = new WriteScheduler(this.#poll);
  readonly #sessions = new Map<Session, Promise<void>>();
  readonly #accepting: Promise<void>;
  #sessionCount = 0;
  #stopped: Promise<void> | undefined;
  #endBackoff: (() => void) | undefined;

  /** Takes the listener over; `serve` is the way to make one. */
  constructor(listener: Deno.TcpListener, options: ServeOptions) {
    this.address = listener.addr as Deno.NetAddr;
    this.#listener = listener;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#log = options.log;
    const clock = options.clock ?? systemClock;
    this.#admission = new Admission(this.#limits);
    this.#refusals = new RefusalLog(this.#log, clock);
    this.#stalled = new StalledWrites(this.#limits.writeTimeout, this.#giveUp, clock);
    const seconds = this.#limits.registrationTimeout / 1000;
    this.#context = {
      hub: new Hub({
        maxChannels: this.#limits.maxChannels,
        maxChannelNameBytes: this.#limits.maxChannelNameBytes,
        ...(options.lobby === undefined ? {} : { lobby: options.lobby }),
      }),
      dispatch: new Dispatch(this.#scheduler),
      registration: new Deadlines(
        this.#limits.registrationTimeout,
        (session: Session) => session.close(`not registered within ${seconds} s`),
        clock,
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
    this.#log.info("stopping", { reason: `${sessions.length} connections` });
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
    await this.#poll.close();
  }

  /** Accepts until the listener is closed; an error in between is survived. Never rejects. */
  async #accept(): Promise<void> {
    while (this.#stopped === undefined) {
      try {
        for await (const conn of this.#listener) this.#admit(conn);
        return;
      } catch (error) {
        this.#refusals.tell("accept", `cannot accept: ${(error as Error).message}`);
        await this.#backoff();
      }
    }
  }

  /** Never throws: that would end the accepting of all others. */
  #admit(conn: Deno.TcpConn): void {
    // Accepted in the very turn in which the listener was closed: `stop` does not know of it.
    if (this.#stopped !== undefined) return conn.close();
    const host = conn.remoteAddr.hostname;
    const refused = this.#admission.enter(host);
    if (refused !== undefined) {
      this.#refusals.tell(refused.cause, refused.reason);
      conn.close();
      return;
    }
    try {
      this.#begin(conn, host);
    } catch (error) {
      this.#admission.leave(host);
      this.#refusals.tell("fault", (error as Error).stack ?? String(error));
      conn.close();
    }
  }

  #begin(conn: Deno.TcpConn, host: string): void {
    const connection = new Connection(conn, {
      outboxLimit: this.#limits.outboxBytes,
      scheduler: this.#scheduler,
    });
    const session = new Session(++this.#sessionCount, connection, this.#context);
    this.#stalled.add(session);
    const ended = session.run().finally(() => {
      this.#sessions.delete(session);
      this.#stalled.delete(session);
      this.#admission.leave(host);
    });
    this.#sessions.set(session, ended);
  }

  #giveUp = (session: Session): void => {
    const seconds = this.#limits.writeTimeout / 1000;
    session.close(`took none of ${session.pending} bytes for ${seconds} s`);
  };

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
