/**
 * The always-on users of one server: restores those of the last run, writes down changes, and ends
 * those who have been absent for long.
 *
 * @module
 */

import type { Hub } from "../chat/hub.ts";
import type { Clock } from "../net/deadline.ts";
import { type AlwaysOnAtStart, AlwaysOnKeeper, type AlwaysOnPort } from "./always_on_keeper.ts";
import type { AlwaysOnChoices } from "./always_on_options.ts";
import type { Log } from "./log.ts";
import type { Sequencer } from "./sequencer.ts";

/** How the always-on users of a server are kept. */
export interface AlwaysOnSettings extends AlwaysOnChoices {
  /** Where they are kept; in memory alone when it is left out. */
  readonly port?: AlwaysOnPort;
  /** The users who were there when the last server ended. */
  readonly atStart?: AlwaysOnAtStart;
}

/** The parts of the server that they work with. */
export interface AlwaysOnWorld {
  /** The chat. */
  readonly hub: Hub;
  /** Its timer starts the search for users who have been absent for long. */
  readonly clock: Clock;
  /** Receives a line for each fault. */
  readonly log: Log;
}

/** Milliseconds between two searches for users who have been absent for long. */
const EXPIRE_EVERY_MS = 3_600_000;

/** The always-on users of one server. */
export class AlwaysOnUsers {
  /** Writes down what changes. */
  readonly keeper: AlwaysOnKeeper;
  readonly #settings: AlwaysOnSettings;
  readonly #world: AlwaysOnWorld;
  #forgetTimer: (() => void) | undefined;

  /** Begins without users. */
  constructor(settings: AlwaysOnSettings, world: AlwaysOnWorld) {
    this.#settings = settings;
    this.#world = world;
    const { hub, clock, log } = world;
    this.keeper = new AlwaysOnKeeper({
      source: hub,
      port: settings.port,
      clock,
      onFault: (error) => {
        const reason = error instanceof Error ? error.message : String(error);
        log.error("always-on users could not be kept", { reason });
      },
    });
  }

  /**
   * Restores the users of the last run. The hub MUST know the accounts and the registered channels.
   */
  begin(sequencer: Sequencer): void {
    const { atStart } = this.#settings;
    if (atStart !== undefined) sequencer.order({ type: "absent", ...atStart });
    this.#expire(sequencer);
  }

  /**
   * Takes over which accounts another process has made always on or ordinary. Rejects when the
   * database cannot be read.
   */
  takeOver(sequencer: Sequencer): Promise<void> {
    return this.keeper.takeOver((names) => sequencer.order({ type: "always_on", names }));
  }

  /** Writes down the last changes; resolves to false when that failed. */
  close(): Promise<boolean> {
    this.#forgetTimer?.();
    return this.keeper.close();
  }

  #expire(sequencer: Sequencer): void {
    const { expiryMs } = this.#settings;
    if (expiryMs === undefined) return;
    sequencer.order({ type: "expire_absent", ageMs: expiryMs });
    this.#forgetTimer = this.#world.clock.setTimer(
      () => this.#expire(sequencer),
      EXPIRE_EVERY_MS,
    );
  }
}
