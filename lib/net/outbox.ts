/**
 * The bytes that wait for one socket, written by one writer at a time: first the outbox's own
 * bytes, then the unread part of the log that it follows, straight from the log's memory.
 *
 *   send()                      ->  [ own bytes ]  -.
 *                                                    >-- one write per turn --> socket
 *   append() to the log         ->  [ log: cursor .. end ]
 *
 * Three things break this rule: bytes for this socket alone, a part of the log that is not for it,
 * and the end of following. Each of them first copies the unread part of the log into the own
 * bytes, which keeps the order.
 *
 * 1. MUST never block the sender, and never reorder.
 * 2. MUST give the socket one write per turn, not one per event, and bytes that are to arrive apart
 *    a write and a moment of their own.
 * 3. MUST finish a short write before anything else is written.
 * 4. MUST leave the bytes in flight untouched until their write has resolved: the runtime
 *    borrows them.
 * 5. MUST fail for a slow consumer, and only for one: too much waits, and for some time the socket
 *    has taken nothing of what earlier turns offered. A burst alone makes nobody slow.
 * 6. MUST catch what a write rejects with.
 *
 * @module
 */

import { NOTHING } from "../framing/frame.ts";
import { Backlog } from "./backlog.ts";
import { type BroadcastLog, bytesFrom, type Follower, type Segment } from "./broadcast_log.ts";
import type { MemoryUser } from "./outbox_memory.ts";
import type { OutboxFailure, OutboxOptions, Sink } from "./outbox_options.ts";
import { systemClock } from "./deadline.ts";
import { LARGEST_KEPT_BUFFER, NO_CUTS, OwnBytes } from "./own_bytes.ts";
import type { Writing } from "./write_lane.ts";

/**
 * Milliseconds before and after separate bytes: a peer that takes what one `recv` returns for one
 * message has read them by then, unless it is busy with something else.
 */
export const GAP_MS = 50;

/** Whether bytes are a write of their own, and perhaps also apart from others in time. */
export type Separation = boolean | "in time";

/** A bounded send queue with one writer. */
export class Outbox implements Follower, MemoryUser {
  // The state of a write stands in the outbox itself: with a thousand outboxes, each further object
  // that a write touches costs throughput.
  readonly #sink: Sink;
  readonly #scheduler: Writing;
  readonly #options: OutboxOptions;
  readonly #own: OwnBytes;
  readonly #backlog: Backlog;
  // The number of waiting bytes above which the backlog has to be updated.
  #watchAbove: number;
  // `#taken` when the backlog reported a slow consumer; `undefined` unless that waits to be
  // confirmed.
  #suspectAt: number | undefined;
  // The log that this outbox follows, and its cursor there: a segment and an offset in it.
  #log: BroadcastLog | undefined;
  #segment: Segment | undefined;
  #offset = 0;
  // The write under way: its bytes, where it must be cut, its segment (none for own bytes), and how
  // many bytes the socket has not taken yet.
  #writing = NOTHING;
  #writingCuts = NO_CUTS;
  #writingSegment: Segment | undefined;
  #inFlight = 0;
  // Bytes in flight that belong to a log which this outbox no longer follows.
  #lent = 0;
  #taken = 0;
  // Whether this outbox waits for its turn. One that waits and gets a reply is queued
  // again, as a reply.
  #queued: "no" | "yes" | "with a reply" = "no";
  #hasReply = false;
  // Whether separate bytes must also be apart in time, which depends on the peer's protocol.
  #keepsGaps = false;
  // Ends the gap before or after separate bytes; nothing is written meanwhile.
  #endGap: (() => void) | undefined;
  #closed = false;
  #drained: PromiseWithResolvers<void> | undefined;

  /** An empty outbox. */
  constructor(options: OutboxOptions) {
    this.#sink = options.sink;
    this.#scheduler = options.scheduler;
    this.#options = options;
    this.#own = new OwnBytes(options.memory);
    this.#backlog = new Backlog(options.limit, options.now ?? (() => performance.now()));
    this.#watchAbove = this.#backlog.concernedAbove;
    options.memory?.add(this);
  }

  /** Bytes that were sent and that the socket has not taken yet. */
  get pending(): number {
    return this.#own.length + this.#inFlight + this.#unread;
  }

  /** Bytes that the socket has taken so far; never falls. */
  get taken(): number {
    return this.#taken;
  }

  /**
   * Appends a copy of `bytes`. With `separate` they go out in a write of their own, and "in time"
   * also `GAP_MS` apart from what was sent before and from what is sent after. They do not wait for
   * what other outboxes write to many readers. A no-op once the outbox is closed.
   */
  send(bytes: Uint8Array, separate: Separation = false): void {
    if (!this.#append(bytes)) return;
    if (separate !== false) this.#own.separate(this.#own.length - bytes.length);
    this.#keepsGaps ||= separate === "in time";
    this.#hasReply = true;
    this.#schedule();
  }

  /**
   * Appends a copy of `bytes`, which many readers receive: they wait for their turn like the
   * bytes of a log.
   */
  push(bytes: Uint8Array): void {
    if (this.#append(bytes)) this.#schedule();
  }

  /** Returns whether `bytes` wait now. */
  #append(bytes: Uint8Array): boolean {
    if (this.#closed || bytes.length === 0) return false;
    this.copyUnread();
    this.#own.append(bytes);
    this.#watch();
    return !this.#closed;
  }

  /** Follows `log` instead of the one before: what is appended to it from now on is sent. */
  follow(log: BroadcastLog): void {
    this.unfollow();
    if (this.#closed) return;
    this.#log = log;
    this.#segment = log.tail;
    this.#offset = log.tail.length;
    log.add(this);
  }

  /** Follows no log. What was appended before is still sent. */
  unfollow(): void {
    if (this.#log === undefined) return;
    this.copyUnread();
    const lent = this.#lend();
    this.#options.memory?.count(lent);
    this.#log?.delete(this);
    this.#log = this.#segment = undefined;
    if (this.#own.length > 0) this.#schedule();
  }

  /**
   * Copies the unread part of the log behind its own bytes, and moves the cursor to the log's end.
   */
  copyUnread(): void {
    for (let segment; (segment = this.#unreadSegment()) !== undefined;) {
      this.#own.append(segment.bytes.subarray(this.#offset, segment.length));
      this.#offset = segment.length;
    }
  }

  /** Moves the cursor to the log's end. */
  skipToEnd(): void {
    if (this.#log === undefined) return;
    this.#segment = this.#log.tail;
    this.#offset = this.#log.tail.length;
  }

  /** The position in the log before which this outbox needs nothing. */
  get needed(): number {
    const writing = this.#writingSegment;
    // A lent segment may belong to another log, followed before.
    return writing === undefined || writing.lent ? this.#cursor : writing.start;
  }

  /** Queues a write if there is anything to write. Called by the log, once a turn. */
  wake(): void {
    const waiting = this.pending;
    if (waiting > this.#watchAbove) this.#watch();
    // `#watch` may have closed it.
    if (waiting > this.#inFlight && !this.#closed) this.#schedule();
  }

  /** Whether too much waits for a reader that still reads: those who send to it should wait. */
  get isBacklogged(): boolean {
    this.#watch();
    return this.#backlog.isWorthWaiting;
  }

  /** Whether this reader was seen to take bytes while too many waited. */
  get isProvenReader(): boolean {
    return this.#backlog.isProvenReader;
  }

  /** Resolves when there is room again (at once if there is), or when the outbox has closed. */
  whenRoomy(): Promise<void> {
    this.#watch();
    return this.#backlog.whenRoomy();
  }

  /** Resolves when nothing waits any more, because it was written or because the outbox closed. */
  drain(): Promise<void> {
    if (this.#closed || this.pending === 0) return Promise.resolve();
    this.#drained ??= Promise.withResolvers();
    return this.#drained.promise;
  }

  /** Drops what waits; from now on `send` is a no-op. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#endGap?.();
    this.#options.memory?.count(-this.#lent);
    this.#lend();
    this.#log?.delete(this);
    this.#log = this.#segment = undefined;
    this.#own.clear();
    this.#options.memory?.delete(this);
    this.#inFlight = 0;
    this.#backlog.end();
    this.#settle();
  }

  /** Closes this outbox as the fullest of all; `limit` in bytes is that of all of them together. */
  closeForMemory(limit: number): void {
    const waiting = `slow consumer: ${this.pending} bytes wait`;
    this.#fail("slow", `${waiting}, the most of all outboxes, which together may have ${limit}`);
  }

  /**
   * Begins the next write, if there is anything to write. Called by `WriteScheduler`, once for each
   * time it was asked.
   */
  flush(): void {
    this.#queued = "no";
    if (this.#closed || this.#inFlight > 0 || this.#endGap !== undefined) return;
    this.#hasReply = false;
    if (this.#own.length > 0) this.#flushOwn();
    else this.#flushLog();
  }

  #flushOwn(): void {
    if (this.#unread > 0 && this.pending <= LARGEST_KEPT_BUFFER) this.copyUnread();
    const { cuts } = this.#own;
    this.#begin(this.#own.take(), cuts, undefined);
  }

  #flushLog(): void {
    const segment = this.#unreadSegment();
    if (segment === undefined) return;
    const bytes = bytesFrom(segment, this.#offset);
    this.#offset = segment.length;
    this.#begin(bytes, NO_CUTS, segment);
  }

  /**
   * Moves the cursor into the last segment that holds its position: the memory of those before may
   * be gone. Returns that segment, if it has unread bytes.
   */
  #unreadSegment(): Segment | undefined {
    let segment = this.#segment;
    while (segment?.next !== undefined && this.#cursor >= segment.next.start) {
      this.#offset = this.#cursor - segment.next.start;
      segment = this.#segment = segment.next;
    }
    return segment === undefined || this.#offset === segment.length ? undefined : segment;
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

  /** Continues where the last write ended. Each write costs one promise and no closure. */
  #writeOn(): void {
    const { length } = this.#writing;
    const offset = length - this.#inFlight;
    const end = this.#writingCuts === NO_CUTS
      ? length
      : this.#writingCuts.find((cut) => cut > offset) ?? length;
    const isWhole = offset === 0 && end === length;
    const bytes = isWhole ? this.#writing : this.#writing.subarray(offset, end);
    this.#sink.write(bytes).then(this.#onWritten, this.#onError);
  }

  #onWritten = (count: number): void => {
    if (this.#closed) return;
    this.#inFlight -= count;
    this.#taken += count;
    if (this.#watchAbove < 0) this.#note(count);
    const isGap = this.#keepsGaps &&
      this.#writingCuts.includes(this.#writing.length - this.#inFlight);
    if (isGap) this.#endGap = (this.#options.clock ?? systemClock).setTimer(this.#goOn, GAP_MS);
    if (this.#inFlight > 0) return isGap ? undefined : this.#writeOn();
    if (this.#writingSegment === undefined) this.#own.giveBack(this.#writing.buffer);
    if (this.#lent > 0) this.#options.memory?.count(-this.#lent);
    this.#lent = 0;
    this.#writing = NOTHING;
    this.#writingSegment = undefined;
    if (this.#own.length > 0 || this.#unread > 0) this.#schedule();
    else this.#settle();
  };

  /** Writes on after a gap. */
  #goOn = (): void => {
    this.#endGap = undefined;
    if (this.#inFlight > 0) this.#writeOn();
    else if (this.pending > 0) this.#schedule();
  };

  #onError = (error: Error): void => this.#fail("write", `write failed: ${error.message}`);

  #note(count: number): void {
    this.#backlog.took(count);
    this.#watch();
  }

  #schedule(): void {
    if (this.#inFlight > 0) return;
    const queue = this.#hasReply ? "with a reply" : "yes";
    if (this.#queued === queue || this.#queued === "with a reply") return;
    this.#queued = queue;
    if (this.#hasReply) this.#scheduler.addReply(this);
    else this.#scheduler.add(this);
  }

  /** Bytes of the log that are for this socket and not in flight. */
  get #unread(): number {
    return this.#log === undefined ? 0 : this.#log.end - this.#cursor;
  }

  /** The position in the log of the next byte to read. */
  get #cursor(): number {
    return this.#segment === undefined ? 0 : this.#segment.start + this.#offset;
  }

  /**
   * Takes the bytes in flight over from the log, which stops counting them. Returns how
   * many they are.
   */
  #lend(): number {
    if (this.#writingSegment === undefined || this.#lent > 0) return 0;
    this.#writingSegment.lent = true;
    return this.#lent = this.#writing.length;
  }

  /** Updates the backlog, and fails for a slow consumer. */
  #watch(): void {
    if (this.#closed) return;
    const reason = this.#backlog.note(this.pending);
    this.#watchAbove = this.#backlog.concernedAbove;
    if (reason === undefined || this.#suspectAt !== undefined) return;
    this.#suspectAt = this.#taken;
    const { confirm = (check) => check() } = this.#options;
    confirm(this.#confirmSlow);
  }

  /** Fails if the reader has still taken nothing since it was found to be slow. */
  #confirmSlow = (): void => {
    const hasTaken = this.#taken !== this.#suspectAt;
    this.#suspectAt = undefined;
    const reason = hasTaken || this.#closed ? undefined : this.#backlog.note(this.pending);
    if (reason !== undefined) this.#fail("slow", reason);
  };

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
