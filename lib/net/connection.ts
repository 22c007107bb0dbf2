/**
 * One socket with its ring buffer and its outbox, on the server's side or the client's. The only file
 * that reads, writes and closes a `Deno.Conn`.
 *
 * @module
 */

import { DEFAULT_RING_CAPACITY, RingBuffer } from "../framing/ring_buffer.ts";
import { Outbox } from "./outbox.ts";
import { WriteTurns } from "./write_turns.ts";

/** How a connection is set up. */
export interface ConnectionOptions {
  /** Capacity of the ring in bytes, a power of two that holds the largest frame. */
  readonly ringCapacity?: number;
  /** Bytes that may wait in the outbox before the connection is closed as a slow consumer. */
  readonly outboxLimit?: number;
}

const DEFAULT_OUTBOX_LIMIT = 1024 * 1024;

// All connections of a process share its event loop, so they share its write turns.
const turns = new WriteTurns();

const END: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * A connection: an async iterator that waits once for each read of the socket, with the bytes in
 * `ring`. It ends at the end of the stream, on any error and on `close`; `reason` then says why.
 */
export class Connection implements AsyncIterable<RingBuffer> {
  /** What was received and not consumed yet. */
  readonly ring: RingBuffer;
  /** The other side, as `HOST:PORT`. */
  readonly peer: string;
  readonly #conn: Deno.TcpConn;
  readonly #outbox: Outbox;
  // Each step yields the same ring, so one result object serves all of them.
  readonly #step: IteratorYieldResult<RingBuffer>;
  #reason: string | undefined;
  #pauses: Set<() => void> | undefined;

  /** Takes the socket over: nothing else may read, write or close it. */
  constructor(conn: Deno.TcpConn, options: ConnectionOptions = {}) {
    this.#conn = conn;
    this.peer = formatAddress(conn.remoteAddr);
    this.ring = new RingBuffer(options.ringCapacity ?? DEFAULT_RING_CAPACITY);
    this.#step = { done: false, value: this.ring };
    this.#outbox = new Outbox({
      sink: conn,
      turns,
      limit: options.outboxLimit ?? DEFAULT_OUTBOX_LIMIT,
      onFailure: (reason) => this.close(reason),
    });
    tune(conn);
  }

  /** Why the connection ended, in words for the log; `undefined` while it is open. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Bytes that the socket has not taken yet. */
  get pending(): number {
    return this.#outbox.pending;
  }

  /** Queues a copy of `bytes`; never waits. Ignored once the connection has ended. */
  send(bytes: Uint8Array): void {
    this.#outbox.send(bytes);
  }

  /** Resolves when all that was sent has been given to the socket, or the connection has ended. */
  drain(): Promise<void> {
    return this.#outbox.drain();
  }

  /** Ends the connection at once. What waits in the outbox is lost: `drain` first to avoid that. */
  close(reason: string): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#pauses?.forEach((end) => end());
    this.#outbox.close();
    this.#conn.close();
  }

  /**
   * Says that nothing more will be sent, after what waits: the peer reads all of it, then the end of
   * the stream. Receiving goes on. Never rejects.
   */
  async finish(): Promise<void> {
    await this.drain();
    if (this.#reason !== undefined) return;
    // The peer may have reset the connection meanwhile; the next read tells.
    await this.#conn.closeWrite().catch(() => {});
  }

  /**
   * Resolves after `ms` milliseconds, or as soon as the connection has ended. A reader that waits for
   * it reads nothing meanwhile, which slows the peer down.
   */
  pause(ms: number): Promise<void> {
    if (this.#reason !== undefined) return Promise.resolve();
    const pauses = this.#pauses ??= new Set();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        pauses.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      pauses.add(end);
    });
  }

  /** Each step is one read into the ring; the value is the ring itself. */
  [Symbol.asyncIterator](): AsyncIterator<RingBuffer, undefined> {
    return { next: () => this.#next() };
  }

  async #next(): Promise<IteratorResult<RingBuffer, undefined>> {
    if (this.#reason !== undefined) return END;
    const target = this.ring.writable();
    if (target.length === 0) throw new Error("The ring is full and its reader consumed nothing");
    try {
      const count = await this.#conn.read(target);
      if (this.#reason !== undefined) return END;
      if (count !== null) {
        this.ring.commit(count);
        return this.#step;
      }
      this.close("closed by peer");
    } catch (error) {
      this.close(`read failed: ${(error as Error).message}`);
    }
    return END;
  }
}

/**
 * Connects to `host`:`port`.
 *
 * @throws whatever `Deno.connect` rejects with when there is no such host or nobody listens.
 */
export async function connect(
  host: string,
  port: number,
  options?: ConnectionOptions,
): Promise<Connection> {
  return new Connection(await Deno.connect({ hostname: host, port }), options);
}

/** `HOST:PORT`, with brackets around an IPv6 address. */
export function formatAddress(address: { hostname: string; port: number }): string {
  const { hostname, port } = address;
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

function tune(conn: Deno.TcpConn): void {
  try {
    // The outbox sends a turn's bytes at once already; waiting for more would only delay them.
    conn.setNoDelay(true);
    conn.setKeepAlive(true);
  } catch {
    // The peer was faster and has reset the connection: the first read tells.
  }
}
