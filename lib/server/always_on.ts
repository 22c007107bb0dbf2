/**
 * The always-on users of one server: puts back who was there, writes down what changes, and lets those go as whom nobody
 * has been connected for long.
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
  /** Where; in memory alone when it is left out. */
  readonly port?: AlwaysOnPort;
  /** Who was there when the last server ended. */
  readonly atStart?: AlwaysOnAtStart;
}

/** What they work with. */
export interface AlwaysOnWorld {
  /** The chat. */
  readonly hub: Hub;
  /** Tells when to look for old ones. */
  readonly clock: Clock;
  /** Receives a line for each fault. */
  readonly log: Log;
}

/** Milliseconds between two looks for users as whom nobody has been connected for long. */
const EXPIRE_EVERY_MS = 3_600_000;

/** The always-on users of one server. */
export class AlwaysOnUsers {
  /** Writes down what changes. */
  readonly keeper: AlwaysOnKeeper;
  readonly #settings: AlwaysOnSettings;
  readonly #world: AlwaysOnWorld;
  #forgetTimer: (() => void) | undefined;

  /** Nobody is there yet. */
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

  /** Puts back who was there. The accounts and the registered channels are known. */
  begin(sequencer: Sequencer): void {
    const { atStart } = this.#settings;
    if (atStart !== undefined) sequencer.order({ type: "absent", ...atStart });
    this.#expire(sequencer);
  }

  /** Takes over what another process has decided. Rejects when the database cannot be read. */
  takeOver(sequencer: Sequencer): Promise<void> {
    return this.keeper.takeOver((names) => sequencer.order({ type: "always_on", names }));
  }

  /** Writes down the last of it; resolves to false when that could not be done. */
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
