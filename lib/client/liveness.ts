/**
 * Whether the server still answers. From time to time it is asked, where the protocol has a question for that; an answer
 * that does not come, to a question or to a text, is reported each second, and given up after two minutes.
 *
 * @module
 */

import type { Clock } from "../net/deadline.ts";

/** What the watch needs of its client. */
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
/** An answer that is later than this is worth a word. */
const LATE_MS = 3000;
/** Without an answer for so long, the connection is dead. */
const DEAD_MS = 120_000;

/** The watch over one connection after the other. */
export class Liveness {
  readonly #clock: Clock;
  readonly #client: Watched;
  #probes = 0;
  #probedAt = 0;
  #heardAt = 0;
  // Since when a question, or a text, is without an answer.
  #asked: number | undefined;
  #waiting: number | undefined;
  #isLate = false;
  #forgetTimer = () => {};

  /** Watches nothing yet. */
  constructor(clock: Clock, client: Watched) {
    this.#clock = clock;
    this.#client = client;
  }

  /** A connection is up. */
  start(): void {
    this.stop();
    this.#heardAt = this.#clock.now();
    this.#probe();
    this.#forgetTimer = this.#clock.setTimer(this.#tick, SECOND_MS);
  }

  /** There is no connection to watch. */
  stop(): void {
    this.#forgetTimer();
    this.#asked = undefined;
    this.#waiting = undefined;
    this.#isLate = false;
  }

  /** Something came from the server. */
  heard(): void {
    this.#heardAt = this.#clock.now();
  }

  /** The server has answered the probe with `token`. */
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
    // What else comes shows that the server lives: its answer only takes long.
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
