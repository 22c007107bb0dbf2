/**
 * A bound on the bytes that wait for all readers of a server together. What many readers have in common
 * (a channel's log) counts once, as it is in memory once.
 *
 * @module
 */

/** A queue whose memory counts. */
export interface MemoryUser {
  /** Bytes that wait for its socket. */
  readonly pending: number;
  /** Closes the connection, for too much waits for all together. */
  closeForMemory(limit: number): void;
}

/** Closed together with the fullest, for they hold the same memory: those with this share of its bytes. */
const NEARLY_AS_FULL = 0.9;

/** Counts the memory of outboxes and logs; closes the fullest outboxes when it is too much. */
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

  /** Counts `user` among those that can be closed. */
  add(user: MemoryUser): void {
    this.#users.add(user);
  }

  /** The reverse of `add`. */
  delete(user: MemoryUser): void {
    this.#users.delete(user);
  }

  /** Bytes were allocated, or with a negative `bytes` freed. Closes nobody before the turn has ended. */
  count(bytes: number): void {
    this.#used += bytes;
    // What is freed closes nobody: `#enforce` itself looks again after those that it has closed.
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
    // Logs free what nobody reads any more in the next turn; only then can it be looked at again.
    this.#scheduled = true;
    setImmediate(() => setImmediate(this.#enforce));
  };
}
