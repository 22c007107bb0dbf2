/**
 * Takes connections from a listener, whatever goes wrong with one of them.
 *
 * accept(2) reports two kinds of failure. A connection that broke before it was accepted is used up by the
 * call, so accepting goes on at once. A lack of resources leaves the connection in the queue, so trying
 * again at once would only burn the processor: accepting pauses.
 *
 * @module
 */

import { type Clock, systemClock } from "./deadline.ts";

/** What an acceptor needs of a listener: `Deno.TcpListener` has it. */
export type Accepting<Conn> = {
  /** Resolves to the next connection. */
  accept(): Promise<Conn>;
  /** Ends the listening; `accept` rejects with `BadResource` from then on. */
  close(): void;
};

/** Whose fault it is that there is no connection. */
export type AcceptFault = "connection" | "resources";

/** How an acceptor is set up. */
export interface AcceptorOptions {
  /** Called for each fault; must not throw. */
  readonly onFault: (fault: AcceptFault, error: Error) => void;
  /** Milliseconds without accepting after a lack of resources. */
  readonly pauseMs: number;
  /** Whose time the pause runs on; the system's when it is left out. */
  readonly clock?: Clock;
}

/**
 * Errors of the one connection: accept(2) lists the network's own errors (Linux passes them on from the
 * new socket), and asking a socket that was reset for its peer's address fails with ENOTCONN, or with
 * EINVAL on macOS. Whatever is not listed counts as a lack of resources, since it may come again for ever.
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
 * Results of `accept` between two rests. Those that are ready resolve without a turn of the event loop, and
 * each takes a part of the 128 operations that the runtime completes in a turn: a storm of connections, or
 * of broken ones, would otherwise keep everybody else waiting. With these figures, an address that connects
 * 2,800 times a second delays another's message by some 300 ms at worst; with 32 and no rest, by 3 s. A
 * course of a thousand comes in within 150 ms.
 */
const ACCEPTS_AT_ONCE = 16;

/** An async iterator over new connections; it ends when the listener is closed, and never rejects. */
export class Acceptor<Conn = Deno.TcpConn> implements AsyncIterable<Conn> {
  readonly #listener: Accepting<Conn>;
  readonly #options: AcceptorOptions;
  readonly #clock: Clock;
  #accepts = 0;
  #closed = false;
  #endPause: (() => void) | undefined;

  /** Takes the listener over: nothing else may accept from it or close it. */
  constructor(listener: Accepting<Conn>, options: AcceptorOptions) {
    this.#listener = listener;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Stops listening, and ends a pause. More than once is a no-op. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#listener.close();
    this.#endPause?.();
  }

  /** Each step is one connection. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Conn, void, void> {
    while (!this.#closed) {
      const conn = await this.#accept();
      if (conn !== undefined) yield conn;
      if (++this.#accepts % ACCEPTS_AT_ONCE === 0) await rest();
    }
  }

  async #accept(): Promise<Conn | undefined> {
    try {
      return await this.#listener.accept();
    } catch (error) {
      // Closed by somebody else, or while it waited.
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

/** A timer, not an immediate: only then does the runtime ask the system which sockets can be read. */
function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
