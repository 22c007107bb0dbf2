/**
 * Spreads the writes of all outboxes over the turns of the event loop. Each outbox writes at most
 * once per turn, at its end, and at most `MAX_WRITES` outboxes write in one turn. While it works
 * through a long queue it lets the runtime read in between, so that new messages go out with the
 * writes that are left:
 *
 *   read ... | 64 writes | 64 writes | 39 | read | 64 writes | 64 | 39 | ..   (1000 in the queue)
 *
 * The runtime completes at most 128 ready operations per poll. Each write beyond these becomes a
 * pending operation, which costs several times as much.
 *
 * Replies are a queue of their own, and every other write is one of them: an answer of 20 bytes
 * does not wait until a message has been written to five thousand members. In both queues, each
 * address has a lane (`write_lane.ts`).
 *
 * @module
 */

import type { Poll } from "./self_pipe.ts";
import { type Flushable, type Lane, Waiting, WriteLane, type Writing } from "./write_lane.ts";

/**
 * The most writes that start in one turn. At a thousand receivers and without polls, 512 costs at
 * least three quarters of the throughput; 32 and 128 differ from 64 by no more than noise (20 %).
 */
export const MAX_WRITES = 64;

/**
 * The number of times that a queue of outboxes is interrupted for reading, approximately. At a
 * thousand receivers of one sender, 1 costs more than half of the throughput; 6 and 12 differ from
 * 3 by no more than noise (20 %). With ten senders, 6 takes 5 to 15 % more of the server's own
 * time: their messages are read singly.
 */
const POLLS = 3;

/**
 * The fewest writes between two polls. A poll costs as much as two writes, so in a channel of 12
 * members, polls after every second write would cost a quarter of the throughput; 12 and 48 differ
 * from 24 only by noise.
 */
export const LEAST_WRITES_BETWEEN_POLLS = 24;

/**
 * The largest factor by which polls become rarer while they find nothing to send. It does not
 * change the throughput beyond noise. With 1, when 60 users paste 100 lines at once on a busy
 * machine, readers overflow an outbox of 128 KiB in 12 of 22 runs; with 64, in 4 of 22.
 */
export const MOST_PATIENCE = 64;

/**
 * Milliseconds of writing after which sockets are read in any case. A request that arrives while a
 * long queue is written waits no longer than this; a poll costs about 1 % of it.
 */
export const LONGEST_WITHOUT_POLL_MS = 2;

/** Queues outboxes that have something to write, and logs that have followers to wake. */
export class WriteScheduler implements Writing {
  readonly #poll: Poll | undefined;
  readonly #now: () => number;
  readonly #replies = new Waiting();
  readonly #others = new Waiting();
  // The lane of outboxes without an address, whose number does not matter.
  readonly #none: Lane = { waiting: -Infinity };
  #logs: Flushable[] = [];
  #writesUntilPoll = 0;
  #polledAt = 0;
  // 1 while polls find something. Each poll that finds nothing doubles it.
  #patience = 1;
  #scheduled = false;

  /**
   * Makes a scheduler. With `poll`, it reads sockets while it works through a queue. The caller
   * closes `poll`.
   *
   * @param now the time in milliseconds, which is asked once a turn.
   */
  constructor(poll?: Poll, now: () => number = () => performance.now()) {
    this.#poll = poll;
    this.#now = now;
  }

  /** A lane for the outboxes of one address. It needs no end. */
  lane(): WriteLane {
    return new WriteLane(this.#add);
  }

  /** See `Writing.add`. */
  add(outbox: Flushable): void {
    this.#add(outbox, this.#none, false);
  }

  /** See `Writing.addReply`. */
  addReply(outbox: Flushable): void {
    this.#add(outbox, this.#none, true);
  }

  /**
   * Flushes `log` at the start of the next turn. The outboxes that it wakes can write in
   * that same turn.
   */
  addLog(log: Flushable): void {
    this.#logs.push(log);
    this.#schedule();
  }

  #add = (outbox: Flushable, lane: Lane, isReply: boolean): void => {
    (isReply ? this.#replies : this.#others).add(outbox, lane);
    this.#schedule();
  };

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // The runtime has just read sockets, or it would not have come here.
    if (this.#poll !== undefined) this.#polledAt = this.#now();
    setImmediate(this.#turn);
  }

  #polled = (): void => {
    this.#polledAt = this.#now();
    this.#patience = this.#logs.length > 0 ? 1 : Math.min(MOST_PATIENCE, 2 * this.#patience);
    this.#turn();
  };

  #turn = (): void => {
    // `#scheduled` is still true, so `add` schedules nothing; `#endTurn` does.
    try {
      for (let log; (log = this.#logs.shift()) !== undefined;) log.flush();
      this.#write();
    } finally {
      // An outbox that throws has had its turn. It must not stop the writes of the others.
      this.#endTurn();
    }
  };

  /** Begins the writes of one turn, of replies and others by turns. */
  #write(): void {
    this.#replies.begin();
    this.#others.begin();
    for (let admitted = this.#admitted(); admitted > 0; admitted--) {
      this.#writesUntilPoll--;
      const isReply = this.#replies.left > 0 && (this.#others.left === 0 || admitted % 2 === 0);
      (isReply ? this.#replies : this.#others).take().flush();
    }
  }

  get #waiting(): number {
    return this.#replies.length + this.#others.length;
  }

  /** Returns how many outboxes may write in this turn. */
  #admitted(): number {
    const waiting = this.#waiting;
    if (this.#poll === undefined) return Math.min(waiting, MAX_WRITES);
    if (this.#writesUntilPoll <= 0) {
      const spacing = Math.max(LEAST_WRITES_BETWEEN_POLLS, Math.ceil(waiting / POLLS));
      this.#writesUntilPoll = this.#patience * spacing;
    }
    return Math.min(waiting, MAX_WRITES, this.#writesUntilPoll);
  }

  #endTurn(): void {
    const waiting = this.#waiting;
    this.#scheduled = waiting > 0 || this.#logs.length > 0;
    if (!this.#scheduled) return;
    if (this.#poll === undefined || waiting === 0 || !this.#isPollDue()) setImmediate(this.#turn);
    else this.#poll.request(this.#polled);
  }

  #isPollDue(): boolean {
    return this.#writesUntilPoll <= 0 || this.#now() - this.#polledAt >= LONGEST_WITHOUT_POLL_MS;
  }
}

/** The scheduler of connections that were not given one, such as a client's. */
export const processScheduler: WriteScheduler = new WriteScheduler();
