/**
 * Reports changes of other processes in the database to the parts of the server that take them
 * over. Each change MUST reach its listener: also one that comes before it listens, and one that
 * cannot be read when it comes.
 *
 *   thread of the database --name of a module--> changes --> act, and after a failure once more
 *
 * @module
 */

import type { Clock } from "../net/deadline.ts";

/** Milliseconds before a change that could not be taken over is tried again. */
const RETRY_MS = 5_000;

/** Takes over what a module keeps now. It rejects when that cannot be read. */
export type TakeOver = () => Promise<void>;

/** The changes of one database. */
export class DataChanges {
  readonly #clock: Clock;
  readonly #listeners = new Map<string, TakeOver>();
  // Modules whose changes nobody has taken over.
  readonly #open = new Set<string>();
  #forgetTimer: (() => void) | undefined;
  #isClosed = false;

  /** `clock` waits after a failure. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes that another process has changed what the module called `module` keeps. */
  note(module: string): void {
    this.#open.add(module);
    void this.#run(module);
  }

  /** Calls `act` for each change of `module`, also for those that were noted before. */
  listen(module: string, act: TakeOver): void {
    this.#listeners.set(module, act);
    if (this.#open.has(module)) void this.#run(module);
  }

  /** Calls nothing from now on. */
  close(): void {
    this.#isClosed = true;
    this.#forgetTimer?.();
  }

  async #run(module: string): Promise<void> {
    const act = this.#listeners.get(module);
    if (act === undefined || this.#isClosed) return;
    // A change while this runs is a change of its own.
    this.#open.delete(module);
    try {
      await act();
    } catch {
      this.#open.add(module);
      if (!this.#isClosed) this.#forgetTimer ??= this.#clock.setTimer(this.#retry, RETRY_MS);
    }
  }

  #retry = (): void => {
    this.#forgetTimer = undefined;
    for (const module of [...this.#open]) void this.#run(module);
  };
}
