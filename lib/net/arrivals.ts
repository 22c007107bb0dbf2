/**
 * Connections that the runtime has accepted and nobody has taken yet, by network:
 *
 *   A: a a a a a a ..
 *   B: b                  -->  a b c a c a a a ..
 *   C: c c
 *
 * 1. MUST hand them out by turns of their networks, so that nobody waits behind the thousands of
 *    another network.
 * 2. MUST bound how many wait: each has a file.
 *
 * @module
 */

/** How many may wait while there are few networks. */
const MOST_WAITING = 2048;
/** How many of a network may wait in any case, while there are fewer than `MOST_AT_ALL`. */
const LEAST_OF_NETWORK = 16;
/** How many may wait at all: as many as in the system's own queue before it. */
const MOST_AT_ALL = 4096;

/** A queue for each network. */
export class Arrivals<Conn> {
  readonly #queues = new Map<string, Conn[]>();
  #count = 0;

  /** All that wait. */
  get all(): Conn[] {
    return [...this.#queues.values()].flat();
  }

  /**
   * Adds `conn`. Returns false, and does not add it, when `network` has its share of all
   * places already.
   */
  add(conn: Conn, network: string): boolean {
    const queue = this.#queues.get(network) ?? [];
    const share = Math.max(LEAST_OF_NETWORK, MOST_WAITING / Math.max(1, this.#queues.size));
    if (queue.length >= share || this.#count >= MOST_AT_ALL) return false;
    queue.push(conn);
    this.#count++;
    if (queue.length === 1) this.#queues.set(network, queue);
    return true;
  }

  /** Removes and returns the next, if one waits. */
  take(): Conn | undefined {
    const [next] = this.#queues;
    if (next === undefined) return undefined;
    const [network, queue] = next;
    const conn = queue.shift();
    this.#count--;
    this.#queues.delete(network);
    if (queue.length > 0) this.#queues.set(network, queue);
    return conn;
  }
}
