/**
 * One stream with its ring buffer and its outbox, on the server's side or the client's. The only file
 * that reads, writes and closes a transport.
 *
 * 1. MUST read on when a write has failed: what the peer sent before it went still counts.
 * 2. MUST NOT give a ring's memory away while a read may still write into it.
 *
 * @module
 */

import { DEFAULT_RING_CAPACITY, RingBuffer } from "../framing/ring_buffer.ts";
import { RingPool } from "../framing/ring_pool.ts";
import type { BroadcastLog, Follower } from "./broadcast_log.ts";
import { Outbox, type OutboxFailure } from "./outbox.ts";
import type { OutboxMemory } from "./outbox_memory.ts";
import { formatAddress, type Transport } from "./transport.ts";
import { withTimeout } from "./with_timeout.ts";
import { processScheduler, type WriteScheduler } from "./write_scheduler.ts";

/** How a connection is set up. */
export interface ConnectionOptions {
  /** Capacity of the ring in bytes, a power of two that holds the largest frame. */
  readonly ringCapacity?: number;
  /** Bytes that may wait in the outbox while its reader takes none. */
  readonly outboxLimit?: number;
  /** Decides when its writes begin; connections of one server share it. */
  readonly scheduler?: WriteScheduler;
  /** Counts what waits for all connections of one server. */
  readonly memory?: OutboxMemory;
}

const DEFAULT_OUTBOX_LIMIT = 1024 * 1024;

const ringPool = new RingPool(DEFAULT_RING_CAPACITY);

const END: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * A connection: an async iterator that waits once for each read of the transport, with the bytes in
 * `ring`. It ends at the end of the stream, on a failed read and on `close`; `reason` then says why.
 * After the end of the stream the transport is open until `close` or `settle`.
 *
 * Where an idle time has a meaning (`silenceMs`), it is a step of its own: `silent` is true in it, and
 * the read that is under way goes on. The reader may consume then as at any time.
 */
export class Connection implements AsyncIterable<RingBuffer> {
  /** What was received and not consumed yet. */
  readonly ring: RingBuffer;
  /** The other side, as `HOST:PORT`. */
  readonly peer: string;
  /**
   * Idle time in milliseconds after which there is a step, when bytes are left in the ring; 0 for never.
   * It costs a timer for each read that leaves some.
   */
  silenceMs = 0;
  readonly #transport: Transport;
  readonly #outbox: Outbox;
  // Each step yields the same ring, so one result object serves all of them.
  readonly #step: IteratorYieldResult<RingBuffer>;
  // To be given back when the last read is over.
  #ringMemory: Uint8Array<ArrayBuffer> | undefined;
  // The read under way. It outlives a silent step: the transport borrows the ring's free run meanwhile.
  #reading: Promise<boolean> | undefined;
  // The last read took all that there was room for, so there is probably more.
  #filled = false;
  #silent = false;
  #closed = false;
  #reason: string | undefined;
  #writeFailure: string | undefined;
  #endedByPeer = false;
  #pauses: Set<() => void> | undefined;

  /** Takes the transport over: nothing else may read, write or close it. */
  constructor(transport: Transport, options: ConnectionOptions = {}) {
    this.#transport = transport;
    this.peer = formatAddress(transport.remoteAddr);
    const capacity = options.ringCapacity ?? DEFAULT_RING_CAPACITY;
    if (capacity === DEFAULT_RING_CAPACITY) this.#ringMemory = ringPool.take();
    this.ring = new RingBuffer(capacity, this.#ringMemory);
    this.#step = { done: false, value: this.ring };
    const { memory } = options;
    this.#outbox = new Outbox({
      sink: transport,
      scheduler: options.scheduler ?? processScheduler,
      limit: options.outboxLimit ?? DEFAULT_OUTBOX_LIMIT,
      onFailure: this.#onFailure,
      ...(memory === undefined ? {} : { memory }),
    });
  }

  /** Why the connection ended, for the log; `undefined` while it is open. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Whether it was closed: nothing is read or sent any more. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** Whether the peer ended its side in good order, after whatever it sent. */
  get endedByPeer(): boolean {
    return this.#endedByPeer;
  }

  /** Whether the present step is an idle time rather than a read. */
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

  /** What reads a log for this connection: `append` leaves it out where the peer must not receive. */
  get follower(): Follower {
    return this.#outbox;
  }

  /** Whether too much waits for a peer that still reads: whoever sends to it should wait. */
  get isBacklogged(): boolean {
    return this.#outbox.isBacklogged;
  }

  /** Whether the peer was seen to read while too much waited. */
  get isProvenReader(): boolean {
    return this.#outbox.isProvenReader;
  }

  /** Resolves when there is room in the outbox, or when the connection has ended. */
  whenRoomy(): Promise<void> {
    return this.#outbox.whenRoomy();
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
    // MUST 2: a read that the end interrupted may still hold the memory for a moment.
    await this.#reading?.catch(() => {});
    ringPool.give(memory);
  }

  /** Ends the connection at once. What waits in the outbox is lost: `drain` first to avoid that. */
  close(reason: string): void {
    this.#reason ??= reason;
    if (this.#closed) return;
    this.#closed = true;
    this.resume();
    this.#outbox.close();
    this.#transport.close();
  }

  /**
   * Says that nothing more will be sent, after what waits: the peer reads all of it, then the end of
   * the stream. Receiving goes on. Never rejects.
   */
  async finish(): Promise<void> {
    await this.drain();
    if (this.#reason !== undefined) return;
    // The peer may have reset the connection meanwhile; the next read tells.
    await this.#transport.closeWrite().catch(() => {});
  }

  /** Ends every pause now. */
  resume(): void {
    this.#pauses?.forEach((end) => end());
  }

  /**
   * Resolves after `ms` milliseconds, at `resume`, or when the connection is closed. A reader that waits for
   * it reads nothing meanwhile, which slows the peer down.
   */
  pause(ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const over = new Promise<void>((resolve) => timer = setTimeout(resolve, ms));
    return this.pauseFor(over).finally(() => clearTimeout(timer));
  }

  /** The same, until `over` resolves; it must not reject. */
  pauseFor(over: Promise<void>): Promise<void> {
    if (this.#closed) return Promise.resolve();
    const pauses = this.#pauses ??= new Set();
    return new Promise((resolve) => {
      const end = () => {
        pauses.delete(end);
        resolve();
      };
      pauses.add(end);
      over.then(end);
    });
  }

  /** MUST 1: only a slow consumer ends here; after a failed write the next reads find the end. */
  #onFailure = ({ kind, reason }: OutboxFailure): void => {
    if (kind === "slow") this.close(reason);
    else this.#writeFailure = reason;
  };

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
      const count = await this.#transport.read(target);
      if (this.#reason !== undefined) return false;
      this.#filled = count === target.length;
      if (count !== null) {
        this.ring.commit(count);
        return true;
      }
      // Not closed yet: the peer may have ended its side only, and read on.
      // Linux reports a reset once: after a write has failed with it, a read only finds the end.
      this.#endedByPeer = this.#writeFailure === undefined;
      this.#reason ??= this.#writeFailure ?? "closed by peer";
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
