/**
 * Spreads the writes of all outboxes over the turns of the event loop: each outbox writes at most once
 * a turn, at its end, and at most `MAX_WRITES` of them begin in one turn. What arrives while a long
 * queue is written is read in between, and goes out with the writes that are left:
 *
 *   read ... | 64 writes | 64 writes | 39 | read | 64 writes | 64 | 39 | read | ..    (1000 in the queue)
 *
 * The runtime gives one poll a budget of ready operations (128); writes beyond it become pending ones
 * one by one, which at a thousand receivers costs two thirds of the throughput.
 *
 * @module
 */

import type { SelfPipe } from "./self_pipe.ts";

/** Writes begun in one turn at most. */
export const MAX_WRITES = 64;

/** A queue of outboxes is interrupted for reading about so many times. */
export const POLLS = 6;

/** Writes between two polls at least: a poll costs as much as two of them, and each read as one. */
export const LEAST_WRITES_BETWEEN_POLLS = 24;

/** Polls that find nothing to be sent are made up to so many times more seldom. */
export const MOST_PATIENCE = 64;

const COMPACT_AT = 1024;

/** What can be given a turn: an outbox, or a log that wakes its outboxes. */
export interface Flushable {
  /** Begins one write, or wakes those who will. */
  flush(): void;
}

/** A queue of outboxes that have something to write, and of logs that have followers to wake. */
export class WriteScheduler {
  readonly #poll: Pick<SelfPipe, "request"> | undefined;
  #logs: Flushable[] = [];
  #queue: Flushable[] = [];
  #next = 0;
  #writesUntilPoll = 0;
  // 1 while polls find something; doubled by each that does not.
  #patience = 1;
  #scheduled = false;

  /** With `poll`, sockets are read while a queue is written; it stays the caller's to close. */
  constructor(poll?: Pick<SelfPipe, "request">) {
    this.#poll = poll;
  }

  /** Gives `outbox` a turn, behind those that asked before it; in the next turn, if asked in one. */
  add(outbox: Flushable): void {
    this.#queue.push(outbox);
    this.#schedule();
  }

  /** Flushes `log` at the beginning of the next turn: those it wakes get their turn in the same. */
  addLog(log: Flushable): void {
    this.#logs.push(log);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#turn);
  }

  #polled = (): void => {
    this.#patience = this.#logs.length > 0 ? 1 : Math.min(MOST_PATIENCE, 2 * this.#patience);
    this.#turn();
  };

  #turn = (): void => {
    // Still scheduled: who asks in this turn is seen to at its end.
    try {
      for (let log; (log = this.#logs.shift()) !== undefined;) log.flush();
      const end = this.#next + this.#admitted();
      while (this.#next < end) {
        this.#writesUntilPoll--;
        (this.#queue[this.#next++] as Flushable).flush();
      }
    } finally {
      // One that throws has had its turn; the others, and every write to come, must not wait for ever.
      this.#endTurn();
    }
  };

  /** How many may write in this turn. */
  #admitted(): number {
    const waiting = this.#queue.length - this.#next;
    if (this.#poll === undefined) return Math.min(waiting, MAX_WRITES);
    if (this.#writesUntilPoll <= 0) {
      const spacing = Math.max(LEAST_WRITES_BETWEEN_POLLS, Math.ceil(waiting / POLLS));
      this.#writesUntilPoll = this.#patience * spacing;
    }
    return Math.min(waiting, MAX_WRITES, this.#writesUntilPoll);
  }

  #endTurn(): void {
    // Under lasting load the queue is never empty, so what has had its turn is dropped now and then.
    if (this.#next >= COMPACT_AT || this.#next === this.#queue.length) {
      this.#queue.splice(0, this.#next);
      this.#next = 0;
    }
    this.#scheduled = this.#queue.length > 0 || this.#logs.length > 0;
    if (!this.#scheduled) return;
    if (this.#poll === undefined || this.#queue.length === 0 || this.#writesUntilPoll > 0) {
      setImmediate(this.#turn);
    } else {
      this.#poll.request(this.#polled);
    }
  }
}

/** For connections that nobody has given turns of their own: a client's. */
export const processScheduler: WriteScheduler = new WriteScheduler();
