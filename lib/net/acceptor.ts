/**
 * Accepts connections from a listener, and survives the failure of any one of them.
 *
 * accept(2) reports two kinds of failure. A connection that broke before it was accepted leaves the
 * queue with the call, so the next one is accepted at once. A lack of resources leaves the
 * connection in the queue; trying again at once would only burn the processor, so accepting pauses.
 *
 * @module
 */

import { type Clock, systemClock } from "./deadline.ts";
import { nextPoll, type Poll } from "./self_pipe.ts";

/** A listener, as an acceptor uses it; `Deno.TcpListener` is one. */
export type Accepting<Conn> = {
  /** Resolves to the next connection. */
  accept(): Promise<Conn>;
  /** Stops listening; `accept` rejects with `BadResource` from then on. */
  close(): void;
};

/** What failed: one connection, or the system, which has no more files or memory. */
export type AcceptFault = "connection" | "resources";

/** The settings of an acceptor. */
export interface AcceptorOptions {
  /** Called for each fault; must not throw. */
  readonly onFault: (fault: AcceptFault, error: Error) => void;
  /** Milliseconds for which accepting pauses after a lack of resources. */
  readonly pauseMs: number;
  /** The clock of the pause; default: the system's. */
  readonly clock?: Clock;
  /**
   * Lets other sockets be read while connections are accepted; without it, a turn of the
   * event loop ends.
   */
  readonly poll?: Poll;
}

/**
 * Errors of a single connection. accept(2) lists the network errors, which Linux passes on from the
 * new socket. The peer address of a socket that was reset is not available: ENOTCONN, or EINVAL on
 * macOS. Any other error counts as a lack of resources, because it may come back at every call.
 */
const CONNECTION_FAULTS: ReadonlySet<string | undefined> = new Set([
  "ECONNABORTED",
  "ECONNRESET",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "EINTR",
  "EINVAL",
  "ENETDOWN",
  "ENETUNREACH",
  "ENONET",
  "ENOPROTOOPT",
  "ENOTCONN",
  "EOPNOTSUPP",
  "EPERM",
  "EPROTO",
  "ETIMEDOUT",
]);

/**
 * Calls of `accept` between two rests. A call that finds a connection resolves in the same turn of
 * the event loop and uses one of the 128 operations that the runtime completes in a turn, so a
 * storm of connections would keep all other sockets waiting. With 16, an address that connects
 * 2,800 times a second delays another's message by at most about 300 ms; with 32 and no rest, by
 * 3 s. A course of a thousand students still connects in 150 ms.
 */
const ACCEPTS_AT_ONCE = 16;

/**
 * An async iterator over new connections; it ends when the listener is closed, and never rejects.
 */
export class Acceptor<Conn = Deno.TcpConn> implements AsyncIterable<Conn> {
  readonly #listener: Accepting<Conn>;
  readonly #options: AcceptorOptions;
  readonly #clock: Clock;
  #accepts = 0;
  #closed = false;
  #endPause: (() => void) | undefined;

  /** Owns `listener` from now on: nothing else may accept from it or close it. */
  constructor(listener: Accepting<Conn>, options: AcceptorOptions) {
    this.#listener = listener;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Stops listening and ends a pause. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#listener.close();
    this.#endPause?.();
  }

  /** Yields the connections. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Conn, void, void> {
    while (!this.#closed) {
      const conn = await this.#accept();
      if (conn !== undefined) yield conn;
      if (++this.#accepts % ACCEPTS_AT_ONCE === 0) await nextPoll(this.#options.poll);
    }
  }

  async #accept(): Promise<Conn | undefined> {
    try {
      return await this.#listener.accept();
    } catch (error) {
      // The listener was closed, perhaps while `accept` waited.
      if (error instanceof Deno.errors.BadResource) this.#closed = true;
      if (this.#closed || error instanceof Deno.errors.Interrupted) return undefined;
      const fault = faultOf(error as Error);
      this.#options.onFault(fault, error as Error);
      if (fault === "resources") await this.#pause();
      return undefined;
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const forgetTimer = this.#clock.setTimer(resolve, this.#options.pauseMs);
      this.#endPause = () => {
        forgetTimer();
        resolve();
      };
    });
  }
}

function faultOf(error: Error): AcceptFault {
  return CONNECTION_FAULTS.has((error as { code?: string }).code) ? "connection" : "resources";
}
