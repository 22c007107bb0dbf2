/**
 * Shares the time of the event loop between addresses. A session's work runs at once while its
 * address has used little; else it waits for its turn, and between two turns the sockets are read:
 *
 *   read | light addresses, at once | turn: light, heavy, heavy (2 ms) | read | light | turn | ..
 *
 * Those who have used less come first, so a request of an address that asks for little is answered
 * within a few turns, whatever others have sent, and from however many addresses. An address that
 * is alone loses nothing: its turns follow each other.
 *
 * @module
 */

import { Pool } from "../accounts/gates.ts";
import type { Poll } from "../net/self_pipe.ts";
import { DialectCounts } from "./dialect_counts.ts";

/** Milliseconds of work after which the others have a turn. One command may take longer. */
export const SLICE_MS = 0.5;
/**
 * Milliseconds of work between two reads of the sockets. With 4, a request waited half as long
 * again in the first moments of an attack, when no code is optimised yet; at full load, the
 * difference is noise.
 */
export const TURN_MS = 2;
/** Milliseconds of work that an address may do at once, and after which it is heavy. */
export const LIGHT_MS = 2;
/**
 * The part of the time that an address may use and stay light. A user who speaks as fast as a full
 * channel can be written to uses less, because most of that time goes into writes. With a tenth,
 * such a speaker lost a third of its throughput.
 */
export const LIGHT_SHARE = 0.5;
/**
 * The bounds of the ranks in which light addresses wait, in milliseconds of recent work; lower
 * ranks come first. One rank would not do: twenty addresses that each have a millisecond of work
 * are all light.
 */
const RANK_MS = [0.25, 0.5, 1, LIGHT_MS];
/**
 * The part of the time that all addresses together may use before even a light one waits
 * for its turn.
 */
const FREE_SHARE = 0.75;

/**
 * Questions of one address that the history answers at once. Its thread answers one after the
 * other, so those of others wait for no more than these; the second one keeps it busy.
 */
const ASKS_AT_ONCE = 2;

/** Work of a session. It returns what the session must wait for before it goes on. */
export type SessionWork = () => Promise<void> | undefined;

/** Work returns this when it has lasted long enough, to go on at its next turn. */
export const NEXT_TURN: Promise<void> = Promise.resolve();

/** Recent use of the time: it grows with the work, and falls at a fixed rate. */
export class Use {
  readonly #rate: number;
  #ms = 0;
  #at = 0;

  /** Begins at 0; falls by `rate` milliseconds in each millisecond. */
  constructor(rate: number) {
    this.#rate = rate;
  }

  /** Milliseconds of recent work at the time `now`. */
  at(now: number): number {
    this.#ms = Math.max(0, this.#ms - (now - this.#at) * this.#rate);
    this.#at = now;
    return this.#ms;
  }

  /** Adds `ms` of work that ended at `now`. */
  add(ms: number, now: number): void {
    this.#ms = this.at(now) + ms;
  }
}

/** One address's share of the time. */
export class Share {
  /** Work of its sessions that waits, in the order of asking. */
  readonly waiting: (() => void)[] = [];
  /** Its recent use of the time. */
  readonly use: Use = new Use(LIGHT_SHARE);
  /** What its connections speak. */
  readonly dialects: DialectCounts = new DialectCounts();
  /** Runs what its sessions ask of the history. */
  readonly asks: Pool = new Pool(ASKS_AT_ONCE, Infinity);
  readonly #turns: FairTurns;

  /** A share that has not been used. */
  constructor(turns: FairTurns) {
    this.#turns = turns;
  }

  /**
   * Does `work` now, or when it is this address's turn.
   *
   * @returns what `work` returns, if it was done now; else a promise for the same. It rejects with
   *   what `work` throws.
   */
  run(work: SessionWork): Promise<void> | undefined {
    return this.#turns.run(this, work);
  }

  /**
   * Does the rest of work that has begun, like `run`, but before all other work that waits, so that
   * the memory that it holds is freed soon.
   */
  goOn(work: SessionWork): Promise<void> | undefined {
    return this.#turns.run(this, work, true);
  }

  /** Whether the work under way has lasted so long that it should return `NEXT_TURN`. */
  get isOver(): boolean {
    return this.#turns.isOver;
  }

  /**
   * Repeats `work` until it returns `undefined`, each time as `run` does it.
   *
   * @returns `undefined` when it returned that at once. The promise rejects with what
   *   `work` throws.
   */
  repeat(work: SessionWork): Promise<void> | undefined {
    const now = this.#turns.freeAt(this);
    if (now === undefined) return this.#repeat(work);
    const wait = this.#turns.runNow(this, work, now);
    return wait && this.#repeat(work, wait);
  }

  async #repeat(work: SessionWork, first?: Promise<void>): Promise<void> {
    let isDone = false;
    const step = () => {
      const wait = work();
      isDone = wait === undefined;
      return wait;
    };
    await (first ?? this.run(step));
    while (!isDone) await this.run(step);
  }
}

/** Replacements of the system, for tests. */
export interface FairTurnsOptions {
  /** The time in milliseconds. */
  readonly now?: () => number;
  /** Calls back at the end of the event loop's turn. */
  readonly soon?: (turn: () => void) => void;
}

/** The turns of all addresses of a server. */
export class FairTurns {
  readonly #poll: Poll;
  readonly #now: () => number;
  readonly #soon: (turn: () => void) => void;
  readonly #all = new Use(FREE_SHARE);
  // Shares with waiting work, each in one of them, in the order of their turns: by `RANK_MS`, and
  // the heavy ones last.
  readonly #ranks: readonly Set<Share>[] = [...RANK_MS, Infinity].map(() => new Set());
  // The time at which the work under way began.
  #begin = 0;
  // Whether a turn is scheduled.
  #isAsked = false;

  /** The caller closes `poll`. */
  constructor(poll: Poll, options: FairTurnsOptions = {}) {
    this.#poll = poll;
    this.#now = options.now ?? (() => performance.now());
    this.#soon = options.soon ?? setImmediate;
  }

  /** See `Share.isOver`. */
  get isOver(): boolean {
    return this.#now() - this.#begin >= SLICE_MS;
  }

  /** The time, if a session of `share` may work now without waiting for its turn. */
  freeAt(share: Share): number | undefined {
    const now = this.#now();
    const isFree = share.waiting.length === 0 && share.use.at(now) < LIGHT_MS &&
      this.#all.at(now) < TURN_MS;
    return isFree ? now : undefined;
  }

  /** See `Share.run` and `Share.goOn`. */
  run(share: Share, work: SessionWork, goesOn = false): Promise<void> | undefined {
    const now = this.freeAt(share);
    if (now !== undefined) return this.runNow(share, work, now);
    return new Promise((resolve, reject) => {
      const turn = () => {
        try {
          resolve(this.runNow(share, work, this.#now()));
        } catch (error) {
          reject(error);
        }
      };
      if (goesOn) share.waiting.unshift(turn);
      else share.waiting.push(turn);
      if (share.waiting.length === 1) this.#queue(share);
      this.#begins();
    });
  }

  /** Does `work` at the time `begin`, which is now; `share` pays for its time. */
  runNow(share: Share, work: SessionWork, begin: number): Promise<void> | undefined {
    this.#begin = begin;
    try {
      return work();
    } finally {
      const end = this.#now();
      share.use.add(end - begin, end);
      this.#all.add(end - begin, end);
    }
  }

  #queue(share: Share): void {
    const use = share.use.at(this.#now());
    const rank = RANK_MS.findIndex((most) => use < most);
    this.#ranks.at(rank)?.add(share);
  }

  /**
   * Schedules the first turn for the end of this turn of the event loop, when all sessions that
   * were read have asked.
   */
  #begins(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#soon(this.#turn);
  }

  #turn = (): void => {
    const end = this.#now() + TURN_MS;
    for (const rank of this.#ranks) {
      // The heavier ranks get something as well, however many lighter addresses wait.
      do this.#give(rank); while (rank.size > 0 && this.#now() < end);
    }
    this.#isAsked = this.#ranks.some(({ size }) => size > 0);
    if (this.#isAsked) this.#poll.request(this.#turn);
  };

  /** Does one piece of work of the first of `shares`, which then becomes the last. */
  #give(shares: Set<Share>): void {
    const [share] = shares;
    if (share === undefined) return;
    shares.delete(share);
    // It catches what the work throws.
    share.waiting.shift()?.();
    if (share.waiting.length > 0) this.#queue(share);
  }
}
