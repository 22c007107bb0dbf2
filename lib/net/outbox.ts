/**
 * The bytes that wait for one socket, written by one writer at a time: its own bytes, copied, and behind
 * them what it has not read yet of the log that it follows, as the log's own memory.
 *
 *   send()                      ->  [ own bytes ]  -.
 *                                                    >-- one write a turn --> socket
 *   log.append() for all of it  ->  [ log: cursor .. end ]
 *
 * Whatever is irregular (bytes for this socket alone, a part of the log that is not for it, the end of
 * following) first copies what is unread of the log into the own bytes, so that one order holds: own
 * bytes first, then the log from the cursor.
 *
 * 1. MUST never block the sender, and never reorder.
 * 2. MUST give the socket one write for whatever was appended in a turn, not one for each event.
 * 3. MUST finish a short write before anything else is written.
 * 4. MUST leave the bytes in flight untouched until their write has resolved: the runtime borrows them.
 * 5. MUST fail for a slow consumer, and only for one: too much waits, and the socket has taken nothing of
 *    what earlier turns offered for some time. A burst alone makes nobody slow.
 * 6. MUST catch what a write rejects with.
 *
 * @module
 */

import { type BroadcastLog, bytesFrom, type Follower, type Segment } from "./broadcast_log.ts";
import type { MemoryUser, OutboxMemory } from "./outbox_memory.ts";
import { ReaderPace, STOPPED_AFTER_MS } from "./reader_pace.ts";
import type { WriteScheduler } from "./write_scheduler.ts";

/** What an outbox needs of a transport. */
export interface Sink {
  /** Writes some of `bytes`, at least one; resolves to how many. */
  write(bytes: Uint8Array): Promise<number>;
}

/** Why an outbox gave up. */
export interface OutboxFailure {
  /** `slow`: a slow consumer, or the fullest of all; `write`: the socket has failed. */
  readonly kind: "slow" | "write";
  /** The reason for the log, without a full stop. */
  readonly reason: string;
}

/** What an outbox is made with. */
export interface OutboxOptions {
  /** Where the bytes go. */
  readonly sink: Sink;
  /** Decides in which turn of the event loop the next write begins. */
  readonly scheduler: WriteScheduler;
  /** Bytes that may wait for a reader that takes none of them, those in flight included. */
  readonly limit: number;
  /** Called once, when the outbox gives up. */
  readonly onFailure: (failure: OutboxFailure) => void;
  /** Counts the memory of all outboxes of a server. */
  readonly memory?: OutboxMemory;
  /** The time in milliseconds; asked only while too much waits. */
  readonly now?: () => number;
}

/** An outbox is full from this share of its limit on: those who fill it are slowed down then. */
const FULL = 0.75;
/** A reader whose patience is used up may have this many times the limit waiting, no more. */
const HARD_LIMIT = 4;
const SMALLEST_BUFFER = 1024;
// A larger one, left from a burst, is given back.
const LARGEST_KEPT_BUFFER = 64 * 1024;
const NOTHING: Uint8Array<ArrayBuffer> = new Uint8Array(0);
// Hardly any connection ever has a cut, so they share this one.
const NO_CUTS: readonly number[] = [];

/** A bounded send queue with one writer. */
export class Outbox implements Follower, MemoryUser {
  readonly #options: OutboxOptions;
  readonly #full: number;
  readonly #now: () => number;
  // Its own bytes.
  #filling = NOTHING;
  #filled = 0;
  #spare = NOTHING;
  // Bytes of the memory of `#filling`, `#spare`, and what is being written of them.
  #ownMemory = 0;
  // Where in its own bytes a write must end, in ascending order.
  #cuts = NO_CUTS;
  // What it follows, and its cursor in there.
  #log: BroadcastLog | undefined;
  #segment: Segment | undefined;
  #offset = 0;
  // What is being written (of a segment, unless its own bytes), and how much the socket has not taken.
  #writing = NOTHING;
  #writingCuts = NO_CUTS;
  #writingSegment: Segment | undefined;
  #inFlight = 0;
  // Bytes in flight of a log that is not followed any more.
  #lent = 0;
  #taken = 0;
  #scheduled = false;
  #closed = false;
  #drained: PromiseWithResolvers<void> | undefined;
  // Made when it is full for the first time.
  #pace: ReaderPace | undefined;
  #isFull = false;
  #roomy: PromiseWithResolvers<void> | undefined;

  /** An empty outbox. */
  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#full = FULL * options.limit;
    this.#now = options.now ?? (() => performance.now());
    options.memory?.add(this);
  }

  /** Bytes that were sent and that the socket has not taken yet. */
  get pending(): number {
    return this.#filled + this.#inFlight + this.#unread;
  }

  /** Bytes that the socket has taken so far; counts up for ever. */
  get taken(): number {
    return this.#taken;
  }

  /**
   * Appends a copy of `bytes`. With `separate` they go out in a write of their own, neither with what was
   * sent before nor with what is sent after. Does nothing once the outbox is closed.
   */
  send(bytes: Uint8Array, separate = false): void {
    if (this.#closed || bytes.length === 0) return;
    this.copyUnread();
    const start = this.#filled;
    this.#append(bytes);
    this.#watch();
    if (this.#closed) return;
    if (separate) this.#cuts = [...this.#cuts, start, this.#filled];
    this.#schedule();
  }

  /** From now on also sends what is appended to `log`, instead of to the one before. */
  follow(log: BroadcastLog): void {
    this.unfollow();
    if (this.#closed) return;
    this.#log = log;
    this.#segment = log.tail;
    this.#offset = log.tail.length;
    log.add(this);
  }

  /** Sends nothing of the log any more that is appended from now on. */
  unfollow(): void {
    if (this.#log === undefined) return;
    this.copyUnread();
    this.#countMemory(this.#lend());
    this.#log?.delete(this);
    this.#log = this.#segment = undefined;
    if (this.#filled > 0) this.#schedule();
  }

  /** Copies what is unread of the log behind its own bytes; the cursor is at the log's end then. */
  copyUnread(): void {
    for (let segment = this.#segment; segment !== undefined; segment = segment.next) {
      const start = this.#offset;
      this.#segment = segment;
      this.#offset = segment.length;
      // The memory of one that was read to its end may be gone.
      const isUnread = start < segment.length;
      if (isUnread) this.#append(segment.bytes.subarray(start, segment.length));
      if (segment.next !== undefined) this.#offset = 0;
    }
  }

  /** Moves the cursor to the log's end. */
  skipToEnd(): void {
    if (this.#log === undefined) return;
    this.#segment = this.#log.tail;
    this.#offset = this.#log.tail.length;
  }

  /** For the log: what is before it may go. */
  get needed(): number {
    const writing = this.#writingSegment;
    // One that was lent may be of another log, followed before.
    return writing === undefined || writing.lent ? this.#cursor : writing.start;
  }

  /** Called by the log, once a turn. */
  wake(): void {
    this.#watch();
    if (this.#unread > 0 || this.#filled > 0) this.#schedule();
  }

  /** Whether too much waits for a reader that still reads: whoever sends to it should wait for it. */
  get isBacklogged(): boolean {
    this.#watch();
    return this.#isFull && (this.#pace?.isReading(this.#now()) ?? false);
  }

  /** Whether this reader was seen to take bytes while too many waited. */
  get isProvenReader(): boolean {
    return this.#pace?.isProven ?? false;
  }

  /** Resolves when there is room again, at once if there is, or when the outbox has closed. */
  whenRoomy(): Promise<void> {
    this.#watch();
    if (!this.#isFull) return Promise.resolve();
    this.#roomy ??= Promise.withResolvers();
    return this.#roomy.promise;
  }

  /** Resolves when nothing waits any more, because it was written or because the outbox closed. */
  drain(): Promise<void> {
    if (this.#closed || this.pending === 0) return Promise.resolve();
    this.#drained ??= Promise.withResolvers();
    return this.#drained.promise;
  }

  /** Drops what waits and ignores what is sent from now on. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#lend();
    this.#log?.delete(this);
    this.#log = this.#segment = undefined;
    this.#countMemory(-this.#ownMemory);
    this.#options.memory?.delete(this);
    this.#filling = this.#spare = NOTHING;
    this.#filled = this.#inFlight = 0;
    this.#leaveFull();
    this.#settle();
  }

  /** Begins the next write. Called by `WriteScheduler`, once for each time it was asked. */
  flush(): void {
    this.#scheduled = false;
    if (this.#closed || this.#inFlight > 0) return;
    if (this.#filled > 0) this.#flushOwn();
    else this.#flushLog();
  }

  #flushOwn(): void {
    if (this.#unread > 0 && this.pending <= LARGEST_KEPT_BUFFER) this.copyUnread();
    const bytes = this.#filling.subarray(0, this.#filled);
    const cuts = this.#cuts;
    this.#filling = this.#spare;
    this.#filled = 0;
    this.#cuts = NO_CUTS;
    this.#spare = NOTHING;
    this.#begin(bytes, cuts, undefined);
  }

  #flushLog(): void {
    let segment = this.#segment;
    while (segment?.next !== undefined && this.#offset === segment.length) {
      segment = segment.next;
      this.#offset = 0;
    }
    this.#segment = segment;
    if (segment === undefined || this.#offset === segment.length) return;
    const bytes = bytesFrom(segment, this.#offset);
    this.#offset = segment.length;
    this.#begin(bytes, NO_CUTS, segment);
  }

  #begin(
    bytes: Uint8Array<ArrayBuffer>,
    cuts: readonly number[],
    segment: Segment | undefined,
  ): void {
    this.#writing = bytes;
    this.#writingCuts = cuts;
    this.#writingSegment = segment;
    this.#inFlight = bytes.length;
    this.#writeOn();
  }

  /** Writes on where the last write has ended. A promise and two handlers a write, no more. */
  #writeOn(): void {
    const { length } = this.#writing;
    const offset = length - this.#inFlight;
    const end = this.#writingCuts === NO_CUTS
      ? length
      : this.#writingCuts.find((cut) => cut > offset) ?? length;
    const isWhole = offset === 0 && end === length;
    const bytes = isWhole ? this.#writing : this.#writing.subarray(offset, end);
    this.#options.sink.write(bytes).then(this.#onWritten, this.#onError);
  }

  #onWritten = (count: number): void => {
    if (this.#closed) return;
    this.#inFlight -= count;
    this.#taken += count;
    if (this.#isFull) this.#note(count);
    if (this.#inFlight > 0) return this.#writeOn();
    if (this.#writingSegment === undefined) this.#keep(this.#writing.buffer);
    if (this.#lent > 0) this.#countMemory(-this.#lent);
    this.#lent = 0;
    this.#writing = NOTHING;
    this.#writingSegment = undefined;
    if (this.#filled > 0 || this.#unread > 0) this.#schedule();
    else this.#settle();
  };

  /** The reader of a full outbox took something. */
  #note(count: number): void {
    this.#pace?.took(count, this.#now());
    this.#watch();
  }

  #onError = (error: Error): void => this.#fail("write", `write failed: ${error.message}`);

  #keep(memory: ArrayBuffer): void {
    if (memory.byteLength <= LARGEST_KEPT_BUFFER) this.#spare = new Uint8Array(memory);
    else this.#countMemory(-memory.byteLength);
  }

  #schedule(): void {
    if (this.#scheduled || this.#inFlight > 0) return;
    this.#scheduled = true;
    this.#options.scheduler.add(this);
  }

  /** Bytes of the log that are for this socket and not in flight. */
  get #unread(): number {
    return this.#log === undefined ? 0 : this.#log.end - this.#cursor;
  }

  /** The log must leave the bytes in flight alone, and counts them no more; returns how many they are. */
  #lend(): number {
    if (this.#writingSegment === undefined || this.#lent > 0) return 0;
    this.#writingSegment.lent = true;
    return this.#lent = this.#writing.length;
  }

  /** Where in the log it reads on. */
  get #cursor(): number {
    return this.#segment === undefined ? 0 : this.#segment.start + this.#offset;
  }

  /** Copies `bytes` behind its own. */
  #append(bytes: Uint8Array): void {
    this.#reserve(this.#filled + bytes.length);
    this.#filling.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  #reserve(size: number): void {
    if (size <= this.#filling.length) return;
    const grown = new Uint8Array(Math.max(SMALLEST_BUFFER, this.#filling.length * 2, size));
    grown.set(this.#filling.subarray(0, this.#filled));
    this.#countMemory(grown.length - this.#filling.length);
    this.#filling = grown;
  }

  #countMemory(bytes: number): void {
    this.#ownMemory += bytes;
    this.#options.memory?.count(bytes);
  }

  /** Notes whether it is full, and fails when its reader has stopped. */
  #watch(): void {
    if (this.#closed) return;
    const waiting = this.pending;
    if (waiting <= this.#full) {
      if (this.#isFull) this.#leaveFull();
      return;
    }
    const now = this.#now();
    const pace = this.#pace ??= new ReaderPace(now);
    if (!this.#isFull) {
      this.#isFull = true;
      pace.restart(now);
    }
    const { limit } = this.#options;
    const idle = pace.idle(now);
    const isSlow = waiting > limit && idle > STOPPED_AFTER_MS ||
      waiting > HARD_LIMIT * limit && !pace.isReading(now);
    if (!isSlow) return;
    const seconds = (idle / 1000).toFixed(1);
    this.#fail("slow", `slow consumer: ${waiting} bytes wait, and none was taken for ${seconds} s`);
  }

  #leaveFull(): void {
    this.#isFull = false;
    this.#roomy?.resolve();
    this.#roomy = undefined;
  }

  /** Closes it as the fullest of all; `limit` in bytes is that of all together. */
  closeForMemory(limit: number): void {
    const waiting = `slow consumer: ${this.pending} bytes wait`;
    this.#fail("slow", `${waiting}, the most where all together may have ${limit}`);
  }

  #fail(kind: OutboxFailure["kind"], reason: string): void {
    if (this.#closed) return;
    this.close();
    this.#options.onFailure({ kind, reason });
  }

  #settle(): void {
    this.#drained?.resolve();
    this.#drained = undefined;
  }
}
