/**
 * The server's clock, and deadlines of equal length for any number of connections with one timer:
 * the one that was added first expires first, so only the oldest is watched.
 *
 * A process that was stopped (SIGSTOP, a debugger, a suspended machine) continues with timers that
 * are due and sockets that are unread. Here no deadline expires before the sockets were read.
 *
 * @module
 */

/** Time and timers; tests inject their own. */
export interface Clock {
  /** Milliseconds since a fixed moment; never falls. */
  now(): number;
  /** Calls `callback` once, in `ms` milliseconds. Returns a function that cancels the call. */
  setTimer(callback: () => void, ms: number): () => void;
}

/** The real clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer(callback, ms) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * A timer that is more than this many milliseconds late shows that the process was stopped: a busy
 * event loop is not nearly as late.
 */
export const STOPPED_MS = 1000;

/**
 * Turns of the event loop in which every socket with bytes is read. The runtime learns of 1,024
 * sockets per turn, so 16 turns are enough for 16,000.
 */
export const READING_TURNS = 16;

/**
 * Items that expire at a time; the sockets are read before the next ones do. Ending a connection
 * takes up to 0.2 ms.
 */
const EXPIRIES_AT_ONCE = 8;

/**
 * Calls `callback` after the sockets were read in `turns` turns. Returns a function that
 * cancels the call.
 */
export function afterReading(
  clock: Clock,
  callback: () => void,
  turns = READING_TURNS,
): () => void {
  let forgetTimer = () => {};
  const pass = () => {
    if (turns-- === 0) callback();
    // A timer, because the runtime polls the sockets before each of them.
    else forgetTimer = clock.setTimer(pass, 0);
  };
  pass();
  return () => forgetTimer();
}

/**
 * Calls `onExpire` with each item `timeout` milliseconds after it was added, once the sockets were
 * read. When the process was stopped, every item gets its whole time again.
 */
export class Deadlines<Item> {
  readonly #timeout: number;
  readonly #onExpire: (item: Item) => void;
  readonly #clock: Clock;
  // A Map keeps the order of insertion, so its first entry is the next to expire.
  readonly #expiry = new Map<Item, number>();
  #forgetTimer: (() => void) | undefined;

  /** `timeout` in milliseconds. */
  constructor(timeout: number, onExpire: (item: Item) => void, clock: Clock = systemClock) {
    this.#timeout = timeout;
    this.#onExpire = onExpire;
    this.#clock = clock;
  }

  /** Starts the deadline of `item`, or starts it again. */
  add(item: Item): void {
    this.#expiry.delete(item);
    this.#expiry.set(item, this.#clock.now() + this.#timeout);
    this.#arm();
  }

  /** Cancels the deadline of `item`, if it has one. */
  delete(item: Item): void {
    this.#expiry.delete(item);
    if (this.#expiry.size === 0) this.#disarm();
  }

  /** Cancels all deadlines. */
  clear(): void {
    this.#expiry.clear();
    this.#disarm();
  }

  #arm(): void {
    if (this.#forgetTimer !== undefined) return;
    const first = this.#expiry.values().next();
    if (first.done) return;
    const due = first.value;
    const wait = Math.max(0, due - this.#clock.now());
    this.#forgetTimer = this.#clock.setTimer(() => this.#look(due), wait);
  }

  #disarm(): void {
    this.#forgetTimer?.();
    this.#forgetTimer = undefined;
  }

  #look(due: number): void {
    this.#forgetTimer = undefined;
    const now = this.#clock.now();
    if (now - due > STOPPED_MS) {
      for (const item of this.#expiry.keys()) this.#expiry.set(item, now + this.#timeout);
      this.#arm();
    } else {
      this.#forgetTimer = afterReading(this.#clock, () => this.#expire(now));
    }
  }

  /** Expires the items that were due at `moment`, before the sockets were read. */
  #expire(moment: number): void {
    this.#forgetTimer = undefined;
    let count = 0;
    for (const [item, expiry] of this.#expiry) {
      if (expiry > moment) break;
      if (count++ === EXPIRIES_AT_ONCE) {
        this.#forgetTimer = this.#clock.setTimer(() => this.#expire(moment), 1);
        return;
      }
      this.#expiry.delete(item);
      this.#onExpire(item);
    }
    this.#arm();
  }
}
