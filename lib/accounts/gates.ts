/**
 * How often accounts may be tried. A right password costs nothing, so a class behind one
 * address logs in as fast as the processor can check; a wrong one takes a token that comes back
 * after a while.
 *
 *   network      3 wrong tries, then one in 20 s
 *   account     30 wrong tries, then one a minute, of all networks together except those that have known
 *               its password; with a new password it has 30 again
 *
 * The second rule slows down guessing from many addresses. It locks nobody out of an account who
 * has been in it.
 *
 * @module
 */

/** How many wrong tries a key has. */
export interface GateLimits {
  /** Wrong tries at once. */
  readonly burst: number;
  /** Milliseconds until one more is allowed. */
  readonly everyMs: number;
}

/** The tries of one network. */
export const NETWORK_TRIES: GateLimits = { burst: 3, everyMs: 20_000 };
/** The tries of one account, from all networks together. */
export const ACCOUNT_TRIES: GateLimits = { burst: 30, everyMs: 60_000 };
/**
 * Derivations that one network may cause, by right or wrong passwords. A school can log in at once
 * after a restart, and a network that goes on without end gets a sixth of a core.
 */
export const NETWORK_DERIVATIONS: GateLimits = { burst: 1_000, everyMs: 100 };
/** How many accounts one network may make. */
export const NETWORK_ACCOUNTS: GateLimits = { burst: 30, everyMs: 120_000 };
/**
 * The most keys that are remembered. Beyond that, the one that was used longest ago is forgotten.
 */
const MAX_KEYS = 20_000;

/** How one key has been used. */
interface Gate {
  /** The tries that were left at the time `at`. */
  left: number;
  at: number;
  running: number;
  readonly waiting: (() => void)[];
}

/** Gates by key: an address, or an account. */
export class Gates {
  readonly #limits: GateLimits;
  readonly #now: () => number;
  readonly #gates = new Map<string, Gate>();

  /** `now` is in milliseconds. */
  constructor(limits: GateLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Number of keys that are remembered. */
  get size(): number {
    return this.#gates.size;
  }

  /**
   * Asks for a try, and waits while as many tries are running as may still fail.
   *
   * @returns a function that ends the try, called with whether it was a wrong one; `undefined` when
   *   there is no try
   * left.
   */
  async enter(key: string): Promise<((isWrong: boolean) => void) | undefined> {
    const gate = this.#gateOf(key);
    for (;;) {
      this.#refill(gate);
      if (gate.left - gate.running >= 1) break;
      if (gate.running === 0) return undefined;
      await new Promise<void>((resolve) => gate.waiting.push(resolve));
    }
    gate.running++;
    return (isWrong) => {
      gate.running--;
      if (isWrong) gate.left--;
      for (const wake of gate.waiting.splice(0)) wake();
    };
  }

  #gateOf(key: string): Gate {
    const known = this.#gates.get(key);
    // Keeps the gate that was used last at the end.
    this.#gates.delete(key);
    const gate = known ?? { left: this.#limits.burst, at: this.#now(), running: 0, waiting: [] };
    this.#gates.set(key, gate);
    if (this.#gates.size > MAX_KEYS) this.#forget();
    return gate;
  }

  #refill(gate: Gate): void {
    const { burst, everyMs } = this.#limits;
    const now = this.#now();
    gate.left = Math.min(burst, gate.left + (now - gate.at) / everyMs);
    gate.at = now;
  }

  #forget(): void {
    for (const [key, { running }] of this.#gates) {
      if (running > 0) continue;
      this.#gates.delete(key);
      return;
    }
  }
}

/**
 * Runs a bounded number of tasks at once. Others wait, up to a bound, beyond which they are
 * turned away.
 */
export class Pool {
  readonly #atOnce: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** Makes a pool that runs `atOnce` tasks; at most `maxWaiting` others may wait. */
  constructor(atOnce: number, maxWaiting: number) {
    this.#atOnce = atOnce;
    this.#maxWaiting = maxWaiting;
  }

  /** Runs `task` when there is room; `undefined` when too many wait. */
  async run<Result>(task: () => Promise<Result>): Promise<Result | undefined> {
    if (this.#running >= this.#atOnce) {
      if (this.#waiting.length >= this.#maxWaiting) return undefined;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running++;
    }
    try {
      return await task();
    } finally {
      // The next task that waits takes the place over.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
