/**
 * One socket with its ring buffer and its outbox, on the server's side or the client's. The only file
 * that reads, writes and closes a `Deno.Conn`.
 *
 * @module
 */

import { DEFAULT_RING_CAPACITY, RingBuffer } from "../framing/ring_buffer.ts";
import { RingPool } from "../framing/ring_pool.ts";
import type { BroadcastLog } from "./broadcast_log.ts";
import { Outbox } from "./outbox.ts";
import { withTimeout } from "./with_timeout.ts";
import { processScheduler, type WriteScheduler } from "./write_scheduler.ts";

/** How a connection is set up. */
export interface ConnectionOptions {
  /** Capacity of the ring in bytes, a power of two that holds the largest frame. */
  readonly ringCapacity?: number;
  /** Bytes that may wait in the outbox before the connection is closed as a slow consumer. */
  readonly outboxLimit?: number;
  /** Decides when its writes begin; connections of one server share it. */
  readonly scheduler?: WriteScheduler;
}

const DEFAULT_OUTBOX_LIMIT = 1024 * 1024;

const ringMemory = new RingPool(DEFAULT_RING_CAPACITY);

const END: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * A connection: an async iterator that waits once for each read of the socket, with the bytes in
 * `ring`. It ends at the end of the stream, on any error and on `close`; `reason` then
 * says why. After the end of the stream the socket is open until `close` or `settle`.
 *
 * Where a silence has a meaning (`silenceMs`), it is a step of its own: `silent` is true in it, and the
 * read that is under way goes on. The reader may consume then as at any time.
 */
export class Connection implements AsyncIterable<RingBuffer> {
  /** What was received and not consumed yet. */
  readonly ring: RingBuffer;
  /** The other side, as `HOST:PORT`. */
  readonly peer: string;
  /**
   * Milliseconds after which a silence is a step, when bytes are left in the ring; 0 for never. It costs
   * a timer for each read that leaves some.
   */
  silenceMs = 0;
  readonly #conn: Deno.TcpConn;
  readonly #outbox: Outbox;
  // Each step yields the same ring, so one result object serves all of them.
  readonly #step: IteratorYieldResult<RingBuffer>;
  // To be given back when the last read is over.
  #ringMemory: Uint8Array<ArrayBuffer> | undefined;
  // The read under way. It outlives a silent step: the socket borrows the ring's free run meanwhile.
  #reading: Promise<boolean> | undefined;
  // The last read took all that there was room for, so there is probably more.
  #filled = false;
  #silent = false;
  #closed = false;
  #reason: string | undefined;
  #pauses: Set<() => void> | undefined;

  /** Takes the socket over: nothing else may read, write or close it. */
  constructor(conn: Deno.TcpConn, options: ConnectionOptions = {}) {
    this.#conn = conn;
    this.peer = formatAddress(conn.remoteAddr);
    const capacity = options.ringCapacity ?? DEFAULT_RING_CAPACITY;
    if (capacity === DEFAULT_RING_CAPACITY) this.#ringMemory = ringMemory.take();
    this.ring = new RingBuffer(capacity, this.#ringMemory);
    this.#step = { done: false, value: this.ring };
    this.#outbox = new Outbox({
      sink: conn,
      scheduler: options.scheduler ?? processScheduler,
      limit: options.outboxLimit ?? DEFAULT_OUTBOX_LIMIT,
      onFailure: (reason) => this.close(reason),
    });
    tune(conn);
  }

  /** Why the connection ended, in words for the log; `undefined` while it is open. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Whether the present step is a silence rather than a read. */
  get silent(): boolean {
    return this.#silent;
  }

  /** Bytes that the socket has not taken yet. */
  get pending(): number {
    return this.#outbox.pending;
  }

  /** Bytes that the socket has taken so far. */
  get taken(): number {
    return this.#outbox.taken;
  }

  /**
   * Queues a copy of `bytes`; never waits. With `separate` they are a write of their own. Ignored once
   * the connection has ended.
   */
  send(bytes: Uint8Array, separate = false): void {
    this.#outbox.send(bytes, separate);
  }

  /** From now on also sends what is appended to `log`, instead of to the one before. */
  follow(log: BroadcastLog): void {
    this.#outbox.follow(log);
  }

  /** Sends nothing of the log any more that is appended from now on. */
  unfollow(): void {
    this.#outbox.unfollow();
  }

  /** Appends `bytes` to `log` for all its followers but this connection. */
  appendForOthers(log: BroadcastLog, bytes: Uint8Array): void {
    this.#outbox.appendForOthers(log, bytes);
  }

  /** Resolves when all that was sent has been given to the socket, or the connection has ended. */
  drain(): Promise<void> {
    return this.#outbox.drain();
  }

  /**
   * Closes the connection after its end: a peer that has ended its side may still read, so what waits is
   * sent first, for `ms` milliseconds at most. To be called once, when nothing uses the ring any more: its
   * memory goes to the next connection. Never rejects.
   */
  async settle(ms: number): Promise<void> {
    if (!this.#closed && this.pending > 0) await withTimeout(this.drain(), ms);
    this.close("settled");
    const memory = this.#ringMemory;
    this.#ringMemory = undefined;
    if (memory === undefined) return;
    // A read that the end interrupted may still hold the memory for a moment.
    await this.#reading?.catch(() => {});
    ringMemory.give(memory);
  }

  /** Ends the connection at once. What waits in the outbox is lost: `drain` first to avoid that. */
  close(reason: string): void {
    this.#reason ??= reason;
    if (this.#closed) return;
    this.#closed = true;
    this.resume();
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

  /** Ends every pause now. */
  resume(): void {
    this.#pauses?.forEach((end) => end());
  }

  /**
   * Resolves after `ms` milliseconds, at `resume`, or when the connection has ended. A reader that waits for
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

  /** Each step is one read into the ring, or a silence; the value is the ring itself. */
  [Symbol.asyncIterator](): AsyncIterator<RingBuffer, undefined> {
    return { next: () => this.#next() };
  }

  async #next(): Promise<IteratorResult<RingBuffer, undefined>> {
    if (this.#reason !== undefined) return END;
    this.#reading ??= this.#read();
    const watched = this.silenceMs > 0 && this.ring.length > 0 && !this.#silent;
    this.#silent = watched && !await withTimeout(this.#reading, this.silenceMs);
    if (this.#silent) return this.#step;
    const more = await this.#reading;
    this.#reading = undefined;
    return more ? this.#step : END;
  }

  /** One read into the ring; false when it was the last. Never rejects but for a fault of the reader. */
  async #read(): Promise<boolean> {
    if (this.#filled) await nextTurn();
    if (this.#reason !== undefined) return false;
    const target = this.ring.writable();
    if (target.length === 0) throw new Error("The ring is full and its reader consumed nothing");
    try {
      const count = await this.#conn.read(target);
      if (this.#reason !== undefined) return false;
      this.#filled = count === target.length;
      if (count !== null) {
        this.ring.commit(count);
        return true;
      }
      // Not closed yet: the peer may have ended its side only, and read on.
      this.#reason ??= "closed by peer";
      this.resume();
    } catch (error) {
      this.close(`read failed: ${(error as Error).message}`);
    }
    return false;
  }
}

/**
 * Reads that find bytes at once follow each other without an end of the turn: a peer that sends without
 * a pause would be read from alone, and what it says would pile up before anybody is written to.
 */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
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
    // Finds peers that vanished while nothing is sent to them. Deno cannot set how long that takes: it
    // is the system's time (Linux: two hours, `net.ipv4.tcp_keepalive_time`).
    conn.setKeepAlive(true);
  } catch {
    // The peer was faster and has reset the connection: the first read tells.
  }
}
