/**
 * The order of writes: outboxes wait in the order in which they asked, but of an address for
 * which many wait, those beyond the first `FEW_WRITES` wait in a queue of their own. Both queues
 * write by turns.
 *
 *   of A: a a a, of B: b, of C: c c c c c ..      few    a a a b c c c .. \
 *                                                                          > a c a c a c b c c c ..
 *                                                 many   c c c c c c c .. /
 *
 * A channel with thousands of members of one address costs thousands of writes for each line.
 * Without lanes, whatever is to be written to others would wait behind them.
 *
 * @module
 */

/** Anything that can have a turn: an outbox, or a log that wakes its outboxes. */
export interface Flushable {
  /** Starts one write, or wakes the outboxes that will. */
  flush(): void;
}

/** Where outboxes ask for their turn to write: the scheduler itself, or a lane of it. */
export interface Writing {
  /** Queues `outbox`. An outbox that is added during a turn may write in the next one. */
  add(outbox: Flushable): void;
  /** The same for an outbox with a reply, which does not wait for what many receive. */
  addReply(outbox: Flushable): void;
}

/**
 * Waiting outboxes of one address that wait among those of all others. As many as write in a
 * turn: what is written to an address with few readers waits two or three turns for each
 * address with many.
 */
export const FEW_WRITES = 64;

/**
 * Writes of one queue in a row, before the other queue has its turn. Members that wait behind each
 * other mostly have the same part of a log to write, and share one view of it. If the queues took
 * single turns, each member would make a view of its own.
 */
const RUN = 16;

// Places of those that were taken, before the others move up.
const COMPACT_AT = 1024;

/**
 * Waiting outboxes, each with the lane that it is counted in. It allocates nothing unless more wait
 * than ever before.
 */
class Queue {
  // An outbox and its lane, by turns.
  #items: unknown[] = [];
  #next = 0;
  #end = 0;

  /** The number of outboxes. */
  get length(): number {
    return (this.#end - this.#next) / 2;
  }

  /** The number of places for outboxes and lanes, used or not. */
  get places(): number {
    return this.#items.length;
  }

  add(outbox: Flushable, lane: Lane): void {
    this.#items[this.#end++] = outbox;
    this.#items[this.#end++] = lane;
  }

  /** Removes and returns the first, which its lane counts no more. There must be one. */
  take(): Flushable {
    const outbox = this.#items[this.#next++] as Flushable;
    (this.#items[this.#next++] as Lane).waiting--;
    if (this.#next === this.#end) this.#next = this.#end = 0;
    else if (this.#next >= COMPACT_AT) this.#compact();
    return outbox;
  }

  /** Under constant load a queue is never empty. */
  #compact(): void {
    this.#items.splice(0, this.#next);
    this.#end -= this.#next;
    this.#next = 0;
  }
}

/** How many outboxes of an address wait for one kind of turn. */
export interface Lane {
  /** Those that wait. */
  waiting: number;
}

/** Outboxes that wait for one kind of turn. */
export class Waiting {
  readonly #few = new Queue();
  readonly #many = new Queue();
  // Counts writes: from 0 on, `#few` has its turn; from `RUN` on, `#many`.
  #run = 0;
  // How many still wait of those that waited when the turn began.
  #fewLeft = 0;
  #manyLeft = 0;

  /** How many wait. */
  get length(): number {
    return this.#few.length + this.#many.length;
  }

  /** How many of those that waited at `begin` still do. */
  get left(): number {
    return this.#fewLeft + this.#manyLeft;
  }

  /** The places that are held for them, used or not. */
  get places(): number {
    return this.#few.places + this.#many.places;
  }

  /** Adds `outbox`, which `lane` counts. */
  add(outbox: Flushable, lane: Lane): void {
    (++lane.waiting > FEW_WRITES ? this.#many : this.#few).add(outbox, lane);
  }

  #next(): void {
    this.#run = this.#run === 2 * RUN - 1 ? 0 : this.#run + 1;
  }

  /** Begins a turn, in which those that are added from now on do not write. */
  begin(): void {
    this.#fewLeft = this.#few.length;
    this.#manyLeft = this.#many.length;
  }

  /** Removes and returns the next of those that waited at `begin`. One must be `left`. */
  take(): Flushable {
    if (this.#manyLeft > 0 && (this.#fewLeft === 0 || this.#run >= RUN)) {
      this.#manyLeft--;
      this.#next();
      return this.#many.take();
    }
    this.#fewLeft--;
    this.#next();
    return this.#few.take();
  }
}

/** What waits for writes to one address. */
export class WriteLane implements Writing {
  readonly #replies: Lane = { waiting: 0 };
  readonly #others: Lane = { waiting: 0 };
  readonly #add: AddToLane;

  /** Empty; `add` hands an outbox over to the scheduler. Call `WriteScheduler.lane` to make one. */
  constructor(add: AddToLane) {
    this.#add = add;
  }

  /** See `Writing.add`. */
  add(outbox: Flushable): void {
    this.#add(outbox, this.#others, false);
  }

  /** See `Writing.addReply`. */
  addReply(outbox: Flushable): void {
    this.#add(outbox, this.#replies, true);
  }
}

/** Hands an outbox of a lane over to the scheduler. */
export type AddToLane = (outbox: Flushable, lane: Lane, isReply: boolean) => void;
