/**
 * Runs work of the runtime's own threads in the turns of the networks that cause it: a network with
 * much work waits for its own pieces, and for at most one piece of each other network.
 *
 * 1. MUST give a network one place at a time, however many there are.
 * 2. MUST bound what waits.
 *
 * @module
 */

/** Pieces of one network that may wait: some twenty seconds of derivations. */
const MAX_WAITING = 1_000;

/** Gives places to networks, one after the other. */
export class NetworkTurns {
  readonly #places: number;
  readonly #maxWaiting: number;
  // What waits, by network; the one whose turn is next stands first.
  readonly #waiting = new Map<string, (() => void)[]>();
  // Networks whose work is running.
  readonly #busy = new Set<string>();

  /** Makes `places` for work; at most `maxWaiting` pieces of one network may wait. */
  constructor(places: number, maxWaiting: number = MAX_WAITING) {
    this.#places = places;
    this.#maxWaiting = maxWaiting;
  }

  /**
   * Runs `task` when it is the turn of `network`.
   *
   * @throws {Error} when too many of them wait, or what `task` throws.
   */
  async run<Result>(network: string, task: () => Promise<Result>): Promise<Result> {
    await this.#turnOf(network);
    try {
      return await task();
    } finally {
      this.#busy.delete(network);
      this.#goBehind(network);
      this.#giveTurns();
    }
  }

  #turnOf(network: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(network) ?? [];
    if (waiting.length >= this.#maxWaiting) throw new Error("Too many tries of this network wait");
    waiting.push(resolve);
    this.#waiting.set(network, waiting);
    this.#giveTurns();
    return promise;
  }

  /** Puts a network that has had its turn behind all others. */
  #goBehind(network: string): void {
    const waiting = this.#waiting.get(network);
    if (waiting === undefined) return;
    this.#waiting.delete(network);
    if (waiting.length > 0) this.#waiting.set(network, waiting);
  }

  #giveTurns(): void {
    for (const [network, waiting] of this.#waiting) {
      if (this.#busy.size >= this.#places) return;
      if (this.#busy.has(network)) continue;
      const begin = waiting.shift();
      if (begin === undefined) continue;
      this.#busy.add(network);
      begin();
    }
  }
}
