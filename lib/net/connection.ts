/**
 * One stream with its ring buffer and its outbox, in the server or in a client. No other file
 * reads, writes or closes a transport.
 *
 * 1. MUST read on after a failed write: what the peer sent before it left still counts.
 * 2. MUST NOT return a ring's memory to the pool while a read may still write into it.
 * 3. MUST keep what it received before a read failed: a reset loses only what had not arrived.
 *
 * @module
 */

import { DEFAULT_RING_CAPACITY, RingBuffer } from "../framing/ring_buffer.ts";
import { RingPool } from "../framing/ring_pool.ts";
import type { BroadcastLog, Follower } from "./broadcast_log.ts";
import { afterReading, type Clock, systemClock } from "./deadline.ts";
import { turnOfEnd } from "./ends.ts";
import { Outbox, type Separation } from "./outbox.ts";
import type { OutboxFailure } from "./outbox_options.ts";
import type { MemoryCount } from "./outbox_memory.ts";
import { nextPoll, type Poll } from "./self_pipe.ts";
import { formatAddress, type Transport } from "./transport.ts";
import { withTimeout } from "./with_timeout.ts";
import type { Writing } from "./write_lane.ts";
import { processScheduler } from "./write_scheduler.ts";

/** The settings of a connection. */
export interface ConnectionOptions {
  /** Capacity of the ring in bytes: a power of two, and at least the largest frame. */
  readonly ringCapacity?: number;
  /** Bytes that may wait in the outbox while its reader takes none. */
  readonly outboxLimit?: number;
  /**
   * Decides when writes begin: a scheduler, or an address's lane of the one that the connections of
   * a server share.
   */
  readonly scheduler?: Writing;
  /** Counts what waits for all connections of a server. */
  readonly memory?: MemoryCount;
  /**
   * Lets other sockets be read between two reads that find bytes at once; without it, a turn of the
   * event loop ends.
   */
  readonly poll?: Poll;
  /**
   * Times silences, pauses, the reads of a pause, and how long a reader takes nothing; the system's
   * when it is left out.
   */
  readonly clock?: Clock;
}

/** The limit of an outbox in bytes, unless another is set; a client never has this much to send. */
const DEFAULT_OUTBOX_LIMIT = 1024 * 1024;

/** Turns in which every finished write is reported, also on a busy server. */
const CONFIRM_TURNS = 16;

/** Milliseconds between the first two reads of a pause; twice as many between the next two. */
const READ_AHEAD_MS = 5;
/** The most milliseconds between two reads of a pause. */
const MOST_READ_AHEAD_MS = 640;

const ringPool = new RingPool(DEFAULT_RING_CAPACITY);

const END: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * A connection: an async iterator with one step per read of the transport. The bytes are in
 * `ring`. It ends at the end of the stream, after a failed read and after `close`; `reason` then
 * says why. At the end of the stream and after a failed read the transport stays open until
 * `close` or `settle`.
 *
 * During a pause it reads ahead while the ring has room, so that the end of the stream is known
 * although nobody takes what was received before it. It does so ever more seldom, because nobody
 * pays for these reads.
 *
 * With an idle timeout (`silenceMs`) there are also steps without a read: `silent` is true in them,
 * and the read under way goes on. The reader may consume bytes in such a step as in any other.
 */
export class Connection implements AsyncIterable<RingBuffer> {
  /** Bytes that were received and not yet consumed. */
  readonly ring: RingBuffer;
  /** The other side, as `HOST:PORT`. */
  readonly peer: string;
  /**
   * The idle timeout in milliseconds, which runs while bytes are left in the ring; 0 for none. It
   * costs a timer for each read that leaves some.
   */
  silenceMs = 0;
  readonly #transport: Transport;
  readonly #outbox: Outbox;
  // Each step yields the same ring, so one result object serves all of them.
  readonly #step: IteratorYieldResult<RingBuffer>;
  // Returned to the pool after the last read.
  #ringMemory: Uint8Array<ArrayBuffer> | undefined;
  // The read under way. It outlives a silent step: the transport borrows the ring's free
  // run meanwhile.
  #reading: Promise<boolean> | undefined;
  readonly #poll: Poll | undefined;
  #isFilled = false;
  // Whether the next read will probably find bytes at once.
  #hasMore = false;
  // Whether the last read brought no bytes: the ring does not bound the number of such
  // reads in a pause.
  #wasEmpty = false;
  #silent = false;
  #closed = false;
  #isHurried = false;
  #reason: string | undefined;
  #writeFailure: string | undefined;
  #endedByPeer = false;
  #pauses: Set<() => void> | undefined;
  readonly #clock: Clock;
  // Cancels the next read of a pause.
  #endGap: (() => void) | undefined;

  /** Owns `transport` from now on: nothing else may read, write or close it. */
  constructor(transport: Transport, options: ConnectionOptions = {}) {
    this.#transport = transport;
    this.peer = formatAddress(transport.remoteAddr);
    const capacity = options.ringCapacity ?? DEFAULT_RING_CAPACITY;
    if (capacity === DEFAULT_RING_CAPACITY) this.#ringMemory = ringPool.take();
    this.ring = new RingBuffer(capacity, this.#ringMemory);
    this.#step = { done: false, value: this.ring };
    const { memory } = options;
    this.#poll = options.poll;
    this.#clock = options.clock ?? systemClock;
    this.#outbox = new Outbox({
      sink: transport,
      scheduler: options.scheduler ?? processScheduler,
      limit: options.outboxLimit ?? DEFAULT_OUTBOX_LIMIT,
      onFailure: this.#onFailure,
      now: () => this.#clock.now(),
      confirm: (check) => void afterReading(systemClock, check, CONFIRM_TURNS),
      ...(memory === undefined ? {} : { memory }),
    });
  }

  /** Why the connection ended, for the log; `undefined` while it is open. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Whether it was closed. A closed connection reads and sends nothing. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** Whether the peer ended its side in good order, so that all of its bytes have arrived. */
  get endedByPeer(): boolean {
    return this.#endedByPeer;
  }

  /** Whether the present step is an idle timeout rather than a read. */
  get silent(): boolean {
    return this.#silent;
  }

  /** Whether the last read has filled its part of the ring, which may have cut a frame. */
  get isFilled(): boolean {
    return this.#isFilled;
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
   * Queues a copy of `bytes`; never waits. With `separate` they are a write of their own,
   * and "in time" also a moment apart from those before and after it. A no-op once the
   * connection has ended.
   */
  send(bytes: Uint8Array, separate: Separation = false): void {
    this.#outbox.send(bytes, separate);
  }

  /** Queues a copy of `bytes` that many readers receive; they may wait longer than a reply. */
  push(bytes: Uint8Array): void {
    this.#outbox.push(bytes);
  }

  /** Follows `log` instead of the one before: what is appended to it from now on is sent. */
  follow(log: BroadcastLog): void {
    this.#outbox.follow(log);
  }

  /** Follows no log. What was appended before is still sent. */
  unfollow(): void {
    this.#outbox.unfollow();
  }

  /**
   * The part that reads a log. A sender passes it to `BroadcastLog.append` as the one to leave out.
   */
  get follower(): Follower {
    return this.#outbox;
  }

  /** Whether too much waits for a peer that still reads: those who send to it should wait. */
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

  /** Resolves when the socket has taken all bytes, or the connection has ended. */
  drain(): Promise<void> {
    return this.#outbox.drain();
  }

  /**
   * Closes the connection after the end of the stream. A peer that has ended its side may still
   * read, so what waits is sent first, for at most `ms` milliseconds. Call it once, when nothing
   * uses the ring any more: the next connection gets its memory. Never rejects.
   */
  async settle(ms: number): Promise<void> {
    if (!this.#closed && this.pending > 0) await withTimeout(this.drain(), ms);
    this.close("settled");
    const memory = this.#ringMemory;
    this.#ringMemory = undefined;
    if (memory === undefined) return;
    // MUST 2: an interrupted read may hold the memory a moment longer.
    await this.#reading?.catch(() => {});
    ringPool.give(memory);
  }

  /** Ends the connection at once. What waits in the outbox is lost; `drain` first to avoid that. */
  close(reason: string): void {
    this.#reason ??= reason;
    if (this.#closed) return;
    this.#closed = true;
    this.resume();
    this.#outbox.close();
    this.#transport.close();
  }

  /**
   * Ends the sending side once all that waits is sent: the peer reads all of it, then the end of
   * the stream. Receiving goes on. Never rejects.
   */
  async finish(): Promise<void> {
    await this.drain();
    if (this.#reason !== undefined) return;
    // The peer may have reset the connection meanwhile; the next read reports it.
    await this.#transport.closeWrite().catch(() => {});
  }

  /** Ends every pause now. The end of the stream waits for no turn of ends from now on. */
  hurry(): void {
    this.#isHurried = true;
    this.resume();
  }

  /** Ends every pause now. */
  resume(): void {
    this.#pauses?.forEach((end) => end());
  }

  /**
   * Resolves after `ms` milliseconds, at `resume`, at the end of the stream, or when the connection
   * is closed. A reader that awaits it takes nothing meanwhile, which slows the peer down as soon
   * as the ring is full.
   */
  pause(ms: number): Promise<void> {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    return this.pauseFor(over).finally(this.#clock.setTimer(resolve, ms));
  }

  /** Pauses like `pause`, until `over` resolves. `over` must not reject. */
  pauseFor(over: Promise<void>): Promise<void> {
    if (this.#closed) return Promise.resolve();
    const pauses = this.#pauses ??= new Set();
    return new Promise((resolve) => {
      const end = () => {
        pauses.delete(end);
        if (pauses.size === 0) this.#endGap?.();
        resolve();
      };
      pauses.add(end);
      over.then(end);
      this.#readAhead();
    });
  }

  /** Closes for a slow consumer only. MUST 1: after a failed write, the next reads find the end. */
  #onFailure = ({ kind, reason }: OutboxFailure): void => {
    if (kind === "slow") this.close(reason);
    else this.#writeFailure = reason;
  };

  /** Steps once per read, and once per idle timeout; the value is always the ring. */
  [Symbol.asyncIterator](): AsyncIterator<RingBuffer, undefined> {
    return { next: () => this.#next() };
  }

  async #next(): Promise<IteratorResult<RingBuffer, undefined>> {
    if (this.#reason !== undefined) return END;
    const reading = this.#reading ??= this.#read();
    const watched = this.silenceMs > 0 && this.ring.length > 0 && !this.#silent;
    this.#silent = watched && !await withTimeout(reading, this.silenceMs, this.#clock);
    if (this.#silent) return this.#step;
    const more = await reading;
    // No pause has begun the next read meanwhile: it waits for a timer first.
    this.#reading = undefined;
    return more ? this.#step : END;
  }

  /**
   * Reads until the ring is full, the stream ends or no pause is left. The next step finds all of
   * it.
   */
  #readAhead(gap = READ_AHEAD_MS): void {
    const isFull = this.#reading === undefined && this.ring.free === 0;
    if (this.#reason !== undefined || isFull) return;
    const reading = this.#reading ??= this.#read();
    const goOn = (more: boolean) => {
      // A step may have taken the bytes, or another pause may wait for the same read.
      if (this.#reading !== reading || this.#endGap !== undefined) return;
      if (!more || this.#wasEmpty || !this.#pauses?.size) return;
      const forgetTimer = this.#clock.setTimer(() => {
        this.#endGap = undefined;
        if (this.#reading !== reading) return;
        this.#reading = undefined;
        this.#readAhead(Math.min(2 * gap, MOST_READ_AHEAD_MS));
      }, gap);
      this.#endGap = () => {
        this.#endGap = undefined;
        forgetTimer();
      };
    };
    // A read rejects only when the ring is full; the step that waits for it reports that.
    reading.then(goOn, () => {});
  }

  /**
   * Reads once into the ring; false when it was the last read. Rejects only when the ring is full.
   */
  async #read(): Promise<boolean> {
    // Without this, one busy peer alone would be read, and its messages would pile up before any of
    // them is written.
    if (this.#hasMore) await nextPoll(this.#poll);
    if (this.#reason !== undefined) return false;
    const target = this.ring.writable();
    if (target.length === 0) {
      throw new Error("The ring is full because its reader consumes nothing");
    }
    try {
      const count = await this.#transport.read(target);
      if (this.#reason !== undefined) return false;
      this.#isFilled = count === target.length;
      this.#hasMore = this.#transport.hasMore ?? this.#isFilled;
      this.#wasEmpty = count === 0;
      if (count !== null) {
        this.ring.commit(count);
        return true;
      }
      // Not closed yet: the peer may have ended only its own side, and still read.
      // Linux reports a reset once: if a write has failed with it, the read finds a plain end.
      this.#endedByPeer = this.#writeFailure === undefined;
      this.#reason ??= this.#writeFailure ?? "closed by peer";
    } catch (error) {
      this.#reason ??= `read failed: ${(error as Error).message}`;
      this.#outbox.close();
    }
    if (!this.#isHurried) await turnOfEnd(this.#transport.remoteAddr.hostname);
    this.resume();
    return false;
  }
}
