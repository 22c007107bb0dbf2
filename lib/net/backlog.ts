/**
 * Decides what a long queue for one reader means: those who send to it should wait (back pressure),
 * or it is a slow consumer and must go. Time decides, because a burst alone makes nobody slow.
 *
 *   0 ........ 0.75 limit ........ limit .............. 4 limit ........ bytes that wait
 *   |  roomy   |  full: senders wait while the reader still reads
 *                                  | slow, if it took nothing for `STOPPED_AFTER_MS`
 *                                                       | slow, unless it still reads
 *
 * @module
 */

import { ReaderPace, STOPPED_AFTER_MS } from "./reader_pace.ts";

/** Senders are slowed down above this share of the limit. */
const FULL = 0.75;
/** The multiple of the limit that only a reader that still reads may have waiting. */
const HARD_LIMIT = 4;

/** The backlog of one outbox. */
export class Backlog {
  readonly #limit: number;
  readonly #full: number;
  readonly #now: () => number;
  #isFull = false;
  // Made when it is full for the first time.
  #pace: ReaderPace | undefined;
  #roomy: PromiseWithResolvers<void> | undefined;

  /** `limit` in bytes; `now` in milliseconds, asked only while the backlog is full. */
  constructor(limit: number, now: () => number) {
    this.#limit = limit;
    this.#full = FULL * limit;
    this.#now = now;
  }

  /**
   * Notes that `waiting` bytes wait. Returns a reason for the log when the reader is a slow
   * consumer.
   */
  note(waiting: number): string | undefined {
    if (waiting <= this.#full) {
      if (this.#isFull) this.end();
      return undefined;
    }
    const now = this.#now();
    const pace = this.#pace ??= new ReaderPace(now);
    if (!this.#isFull) {
      this.#isFull = true;
      pace.restart(now);
    }
    const idle = pace.idle(now);
    const isSlow = waiting > this.#limit && idle > STOPPED_AFTER_MS ||
      waiting > HARD_LIMIT * this.#limit && !pace.isReading(now);
    if (!isSlow) return undefined;
    const seconds = (idle / 1000).toFixed(1);
    return `slow consumer: ${waiting} bytes wait, and none was taken for ${seconds} s`;
  }

  /**
   * The number of waiting bytes up to which `note` is a no-op; below 0 while the backlog is full.
   */
  get concernedAbove(): number {
    return this.#isFull ? -1 : this.#full;
  }

  /** Whether the backlog is full and its reader still reads. */
  get isWorthWaiting(): boolean {
    return this.#isFull && (this.#pace?.isReading(this.#now()) ?? false);
  }

  /** Whether the reader was seen to take bytes while the backlog was full. */
  get isProvenReader(): boolean {
    return this.#pace?.isProven ?? false;
  }

  /** The reader took `count` bytes. Call only while the backlog is full. */
  took(count: number): void {
    this.#pace?.took(count, this.#now());
  }

  /** Resolves when the backlog is no longer full, at once if it is not. */
  whenRoomy(): Promise<void> {
    if (!this.#isFull) return Promise.resolve();
    this.#roomy ??= Promise.withResolvers();
    return this.#roomy.promise;
  }

  /** Lets all who wait go on. */
  end(): void {
    this.#isFull = false;
    this.#roomy?.resolve();
    this.#roomy = undefined;
  }
}
