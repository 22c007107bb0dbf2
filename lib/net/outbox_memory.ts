/**
 * A bound on the memory of all queues of a server together. Bytes that many readers share (a channel's log)
 * count once, because they are in memory once.
 *
 * @module
 */

/** A queue whose memory counts. */
export interface MemoryUser {
  /** Bytes that wait for its socket. */
  readonly pending: number;
  /** Closes the connection, because all queues together hold more than `limit` bytes. */
  closeForMemory(limit: number): void;
}

/** Queues with this share of the fullest one's bytes are closed with it: they hold the same log's memory. */
const NEARLY_AS_FULL = 0.9;

/** Counts the memory of outboxes and logs, and closes the fullest outboxes above the limit. */
export class OutboxMemory {
  readonly #limit: number;
  readonly #users = new Set<MemoryUser>();
  #used = 0;
  #scheduled = false;

  /** `limit` in bytes. */
  constructor(limit: number = Infinity) {
    this.#limit = limit;
  }

  /** Bytes of memory in use. */
  get used(): number {
    return this.#used;
  }

  /** Makes `user` one of those that may be closed. */
  add(user: MemoryUser): void {
    this.#users.add(user);
  }

  /** Undoes `add`. */
  delete(user: MemoryUser): void {
    this.#users.delete(user);
  }

  /** Counts allocated bytes; negative for freed ones. Closes nobody before the end of the turn. */
  count(bytes: number): void {
    this.#used += bytes;
    // Freeing needs no check: `#enforce` looks again by itself after it has closed some.
    if (bytes <= 0 || this.#used <= this.#limit || this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#enforce);
  }

  #enforce = (): void => {
    this.#scheduled = false;
    if (this.#used <= this.#limit) return;
    const fullest = [...this.#users].filter((user) => user.pending > 0)
      .sort((a, b) => b.pending - a.pending);
    const least = NEARLY_AS_FULL * (fullest[0]?.pending ?? Infinity);
    for (const user of fullest) {
      if (user.pending < least || this.#used <= this.#limit) break;
      user.closeForMemory(this.#limit);
    }
    if (fullest.length === 0) return;
    // Logs free what nobody needs in the next turn, so the next look must come after that.
    this.#scheduled = true;
    setImmediate(() => setImmediate(this.#enforce));
  };
}
