/**
 * A bound on the memory of all queues of a server together. Bytes that many readers share (a
 * channel's log) count once, because they are in memory once.
 *
 * Above the bound, the address that holds the most loses its fullest queues: five thousand
 * connections of one, each with little, must not make a slow reader of another the fullest of all.
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

/** Where queues and logs count their memory: all of them together, or those of one address. */
export interface MemoryCount {
  /** Counts allocated bytes; negative for freed ones. Closes nobody before the end of the turn. */
  count(bytes: number): void;
  /** Makes `user` one of those that may be closed. */
  add(user: MemoryUser): void;
  /** Undoes `add`. */
  delete(user: MemoryUser): void;
  /** Whether so much is in use that nobody should keep memory in which nothing waits. */
  readonly isTight: boolean;
}

/**
 * Queues with this share of the fullest one's bytes are closed with it: they hold the same
 * log's memory.
 */
const NEARLY_AS_FULL = 0.9;
/** Above this share of the limit memory is tight: what is left is for bytes that wait. */
const TIGHT = 0.5;

/** Counts the memory of outboxes and logs, and closes the fullest outboxes above the limit. */
export class OutboxMemory implements MemoryCount {
  readonly #limit: number;
  // Only holders that have users.
  readonly #holders = new Set<Holder>();
  // The holder of queues that belong to no address.
  readonly #rest: Holder = { users: new Set(), bytes: 0 };
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

  get isTight(): boolean {
    return this.#used > TIGHT * this.#limit;
  }

  /** The memory of one address's queues. It counts here as well, and needs no end. */
  ofAddress(): MemoryCount {
    const holder: Holder = { users: new Set(), bytes: 0 };
    const isTight = () => this.isTight;
    return {
      count: (bytes) => {
        holder.bytes += bytes;
        this.count(bytes);
      },
      add: (user) => this.#add(user, holder),
      delete: (user) => this.#delete(user, holder),
      get isTight() {
        return isTight();
      },
    };
  }

  add(user: MemoryUser): void {
    this.#add(user, this.#rest);
  }

  delete(user: MemoryUser): void {
    this.#delete(user, this.#rest);
  }

  count(bytes: number): void {
    this.#used += bytes;
    // Freeing needs no check: `#enforce` looks again by itself after it has closed some.
    if (bytes <= 0 || this.#used <= this.#limit || this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#enforce);
  }

  #add(user: MemoryUser, holder: Holder): void {
    holder.users.add(user);
    this.#holders.add(holder);
  }

  #delete(user: MemoryUser, holder: Holder): void {
    holder.users.delete(user);
    if (holder.users.size === 0) this.#holders.delete(holder);
  }

  #enforce = (): void => {
    this.#scheduled = false;
    if (this.#used <= this.#limit) return;
    const fullest = this.#fullest();
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

  /** The queues of whoever holds the most, the fullest first; those that are empty are left out. */
  #fullest(): readonly MemoryUser[] {
    let most: { readonly weight: number; readonly users: readonly MemoryUser[] } | undefined;
    for (const { users, bytes } of this.#holders) {
      const waiting = [...users].filter(({ pending }) => pending > 0)
        .sort((a, b) => b.pending - a.pending);
      // The bytes of a log belong to no single queue, so they count as much as the fullest queue.
      const weight = Math.max(waiting[0]?.pending ?? 0, waiting.length === 0 ? 0 : bytes);
      if (weight > (most?.weight ?? 0)) most = { weight, users: waiting };
    }
    return most?.users ?? [];
  }
}

/** The memory of one address, whose queues are closed together. */
interface Holder {
  readonly users: Set<MemoryUser>;
  /** Bytes that its queues have allocated; the bytes of logs are not among them. */
  bytes: number;
}
