/**
 * Ends connections whose peers have vanished: a client that has sent nothing for a while is asked
 * whether it is still there, and has some time to answer. Only protocols that can ask take part.
 *
 * @module
 */

import { type Clock, Deadlines } from "../net/deadline.ts";

/** A session, as this file needs it. */
export interface Quiet {
  /** Whether it does not read just now, so that its silence is the server's own doing. */
  readonly isBusy: boolean;
  /** Asks its peer whether it is there. */
  probe(): void;
  /** Ends it, and tells its user the reason. */
  expel(reason: string): void;
}

/** The times of one server. */
export interface SilenceLimits {
  /** Milliseconds of silence before a peer is asked. */
  readonly probeAfter: number;
  /** Milliseconds that it has to answer. */
  readonly probeTimeout: number;
}

/** Watches any number of connections with two timers. */
export class Silence {
  readonly #silent: Deadlines<Quiet>;
  readonly #asked: Deadlines<Quiet>;

  /** Starts with no session. */
  constructor({ probeAfter, probeTimeout }: SilenceLimits, clock: Clock) {
    const seconds = Math.round((probeAfter + probeTimeout) / 1000);
    this.#silent = new Deadlines(probeAfter, (quiet) => this.#ask(quiet), clock);
    this.#asked = new Deadlines(probeTimeout, (quiet) => {
      // Bytes that it has sent meanwhile may wait to be read.
      if (quiet.isBusy) this.noteRead(quiet);
      else quiet.expel(`Ping timeout: ${seconds} seconds`);
    }, clock);
  }

  /** Notes that `quiet` has sent something, which restarts its time. */
  noteRead(quiet: Quiet): void {
    this.#asked.delete(quiet);
    this.#silent.add(quiet);
  }

  /** Stops watching `quiet`, which has ended. */
  delete(quiet: Quiet): void {
    this.#silent.delete(quiet);
    this.#asked.delete(quiet);
  }

  /** Stops watching all of them. */
  close(): void {
    this.#silent.clear();
    this.#asked.clear();
  }

  #ask(quiet: Quiet): void {
    if (quiet.isBusy) return this.noteRead(quiet);
    quiet.probe();
    this.#asked.add(quiet);
  }
}
