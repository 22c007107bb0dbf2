/**
 * Whether the server still answers. From time to time it is asked, where the protocol has a
 * question for that; an answer that does not come, to a question or to a text, is reported each
 * second, and given up after two minutes.
 *
 * @module
 */

import type { Clock } from "../net/deadline.ts";

/** The part of the client that the watch uses. */
export interface Watched {
  /** Asks the server; false where there is no such question. */
  probe(token: string): boolean;
  /** Whether a text is under way that the server must answer. */
  isWaiting(): boolean;
  /** Tells how long an answer took, or how long it has not come. */
  report(ms: number, isOpen: boolean): void;
  /** Ends the connection. */
  giveUp(why: string): void;
}

const SECOND_MS = 1000;
/** The time from one question to the next. */
const PROBE_MS = 30_000;
/** Milliseconds after which a late answer is reported. */
const LATE_MS = 3000;
/** Milliseconds without an answer after which the connection counts as dead. */
const DEAD_MS = 120_000;

/** The watch over one connection after the other. */
export class Liveness {
  readonly #clock: Clock;
  readonly #client: Watched;
  #probes = 0;
  #probedAt = 0;
  #heardAt = 0;
  // The time since which a question, or a text, is without an answer.
  #asked: number | undefined;
  #waiting: number | undefined;
  #isLate = false;
  #forgetTimer = () => {};

  /** Begins without a connection. */
  constructor(clock: Clock, client: Watched) {
    this.#clock = clock;
    this.#client = client;
  }

  /** Starts to watch a connection. */
  start(): void {
    this.stop();
    this.#heardAt = this.#clock.now();
    this.#probe();
    this.#forgetTimer = this.#clock.setTimer(this.#tick, SECOND_MS);
  }

  /** Stops watching. */
  stop(): void {
    this.#forgetTimer();
    this.#asked = undefined;
    this.#waiting = undefined;
    this.#isLate = false;
  }

  /** Notes that something came from the server. */
  heard(): void {
    this.#heardAt = this.#clock.now();
  }

  /** Notes that the server has answered the probe with `token`. */
  answered(token: string): void {
    this.heard();
    if (this.#asked === undefined || token !== `alive-${this.#probes}`) return;
    this.#report(this.#clock.now() - this.#asked, false);
    this.#asked = undefined;
  }

  #probe(): void {
    this.#probedAt = this.#clock.now();
    if (this.#client.probe(`alive-${++this.#probes}`)) this.#asked = this.#probedAt;
  }

  readonly #tick = () => {
    const now = this.#clock.now();
    this.#forgetTimer = this.#clock.setTimer(this.#tick, SECOND_MS);
    if (this.#asked === undefined && now - this.#probedAt >= PROBE_MS) this.#probe();
    if (!this.#client.isWaiting()) this.#waiting = undefined;
    else this.#waiting ??= now;
    const since = Math.min(this.#asked ?? Infinity, this.#waiting ?? Infinity);
    // Other bytes show that the server lives, and its answer only takes long.
    const silence = now - Math.max(since, this.#heardAt);
    if (silence >= DEAD_MS) return this.#client.giveUp("no answer for two minutes");
    if (silence >= LATE_MS) this.#report(silence, true);
    else if (this.#isLate) this.#report(0, false);
  };

  #report(ms: number, isOpen: boolean): void {
    this.#isLate = isOpen;
    this.#client.report(ms, isOpen);
  }
}
