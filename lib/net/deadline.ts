/**
 * Time: the clock that everything in the server runs on, and deadlines that are all equally long, for as
 * many connections as there are, with one timer: what was added first expires first, so only the oldest
 * needs to be watched.
 *
 * A process that was stopped (SIGSTOP, a debugger, a suspended machine) finds its timers due and its
 * sockets unread when it goes on. No deadline expires before the sockets had their chance.
 *
 * @module
 */

/** Time and timers; tests put their own in place. */
export interface Clock {
  /** Milliseconds since some fixed moment; never runs backwards. */
  now(): number;
  /** Calls `callback` once, in `ms` milliseconds; what it returns forgets the timer. */
  setTimer(callback: () => void, ms: number): () => void;
}

/** The real time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer(callback, ms) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * A timer that is called more than this many milliseconds late says that the process did not run
 * meanwhile: a busy event loop is not nearly as late.
 */
export const STOPPED_MS = 1000;

/**
 * Turns of the event loop in which every socket that has bytes is read: the runtime learns of 1,024
 * sockets a turn, so these are enough for 16,000.
 */
export const READING_TURNS = 16;

/** Calls `callback` when the sockets had `turns` chances to be read; what it returns forgets that. */
export function afterReading(
  clock: Clock,
  callback: () => void,
  turns = READING_TURNS,
): () => void {
  let forgetTimer = () => {};
  const pass = () => {
    if (turns-- === 0) callback();
    // A timer, for the runtime looks at the sockets before each.
    else forgetTimer = clock.setTimer(pass, 0);
  };
  pass();
  return () => forgetTimer();
}

/**
 * Calls each item's `onExpire` when `timeout` milliseconds have passed since it was added, and the sockets
 * were read after that. When the process did not run for a while, every item has its whole time anew.
 */
export class Deadlines<Item> {
  readonly #timeout: number;
  readonly #onExpire: (item: Item) => void;
  readonly #clock: Clock;
  // A Map keeps the order of insertion: its first entry is the next to expire.
  readonly #expiry = new Map<Item, number>();
  #forgetTimer: (() => void) | undefined;

  /** `timeout` in milliseconds. */
  constructor(timeout: number, onExpire: (item: Item) => void, clock: Clock = systemClock) {
    this.#timeout = timeout;
    this.#onExpire = onExpire;
    this.#clock = clock;
  }

  /** Starts the deadline of `item`, anew if it had one. */
  add(item: Item): void {
    this.#expiry.delete(item);
    this.#expiry.set(item, this.#clock.now() + this.#timeout);
    this.#arm();
  }

  /** The deadline of `item`, if it has one, will not be called. */
  delete(item: Item): void {
    this.#expiry.delete(item);
    if (this.#expiry.size === 0) this.#disarm();
  }

  /** Forgets all of them. */
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

  /** Expires what was due at `moment`, before the sockets were read for the last time. */
  #expire(moment: number): void {
    this.#forgetTimer = undefined;
    for (const [item, expiry] of this.#expiry) {
      if (expiry > moment) break;
      this.#expiry.delete(item);
      this.#onExpire(item);
    }
    this.#arm();
  }
}
