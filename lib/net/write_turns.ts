/**
 * Spreads the writes of all outboxes over the turns of the event loop: each outbox writes at most once
 * a turn, at its end, and at most `MAX_WRITES` of them begin in one turn.
 *
 * The runtime gives one poll a budget of ready operations (128); writes beyond it become pending ones
 * one by one, which at a thousand receivers costs two thirds of the throughput.
 *
 * @module
 */

/** Writes begun in one turn at most. */
export const MAX_WRITES = 64;

const COMPACT_AT = 1024;

/** What can be given a turn: an outbox, or a log that wakes its outboxes. */
export interface Flushable {
  /** Begins one write, or wakes those who will. */
  flush(): void;
}

/** A queue of outboxes that have something to write, and of logs that have followers to wake. */
export class WriteTurns {
  #logs: Flushable[] = [];
  #queue: Flushable[] = [];
  #next = 0;
  #scheduled = false;

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

  #turn = (): void => {
    this.#scheduled = false;
    try {
      for (let log; (log = this.#logs.shift()) !== undefined;) log.flush();
      const end = Math.min(this.#next + MAX_WRITES, this.#queue.length);
      while (this.#next < end) (this.#queue[this.#next++] as Flushable).flush();
    } finally {
      // One that throws has had its turn; the others, and every write to come, must not wait for ever.
      this.#endTurn();
    }
  };

  #endTurn(): void {
    // Under lasting load the queue is never empty, so what has had its turn is dropped now and then.
    if (this.#next >= COMPACT_AT || this.#next === this.#queue.length) {
      this.#queue.splice(0, this.#next);
      this.#next = 0;
    }
    if (this.#queue.length > 0 || this.#logs.length > 0) this.#schedule();
  }
}

/** All connections of a process share its event loop, so they share its turns. */
export const processTurns: WriteTurns = new WriteTurns();
