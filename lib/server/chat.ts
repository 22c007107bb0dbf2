/**
 * The chat of one server: the hub, its only owner, and the parts that keep and deliver what
 * comes of it.
 *
 *   Command --> sequencer --> hub --Delivery[]--> dispatch         to users
 *                                      '--------> keeper, recorder to the database
 *
 * @module
 */

import type { Accounts } from "../accounts/accounts.ts";
import { Hub } from "../chat/hub.ts";
import type { Clock } from "../net/deadline.ts";
import type { OutboxMemory } from "../net/outbox_memory.ts";
import type { WriteScheduler } from "../net/write_scheduler.ts";
import { defaultAccountSettings, makeAccounts, makeKeeper } from "./account_settings.ts";
import { AlwaysOnUsers } from "./always_on.ts";
import { Dispatch } from "./dispatch.ts";
import { type HistoryParts, historyParts } from "./history.ts";
import type { Limits } from "./limits.ts";
import { Sequencer } from "./sequencer.ts";
import type { ServeOptions } from "./serve_options.ts";

/** The parts of the server that its chat works with. */
export interface ChatWorld {
  /** The limits of the server. */
  readonly limits: Limits;
  /** The clock of throttles and timers. */
  readonly clock: Clock;
  /** The scheduler of all connections. */
  readonly scheduler: WriteScheduler;
  /** Counts what waits for all connections. */
  readonly memory: OutboxMemory;
}

/** The chat of one server. */
export class Chat {
  /** All users and channels. Only the sequencer changes it. */
  readonly hub: Hub;
  /** Delivers to users. */
  readonly dispatch: Dispatch;
  /** Applies commands. */
  readonly sequencer: Sequencer;
  /** Checks passwords, and makes and removes accounts. */
  readonly accounts: Accounts;
  /** Answers questions about the history; empty where none is kept. */
  readonly desk: NonNullable<HistoryParts["desk"]> | Record<never, never>;
  readonly #alwaysOn: AlwaysOnUsers;
  readonly #store: ServeOptions["history"];

  /**
   * Begins with the accounts, channels and always-on users that `options` has from the last run.
   */
  constructor(options: ServeOptions, { limits, clock, scheduler, memory }: ChatWorld) {
    const { lobby, log } = options;
    const settings = { ...defaultAccountSettings(), ...options.accounts };
    const alwaysOn = settings.alwaysOn.limits;
    const hub = this.hub = new Hub({ ...limits, alwaysOn, ...(lobby !== undefined && { lobby }) });
    this.dispatch = new Dispatch({ scheduler, memory, clock });
    this.#store = options.history;
    const { recorder, desk = {} } = historyParts(hub, this.#store, limits.historyPage, log);
    this.desk = desk;
    const world = { hub, clock, log };
    this.#alwaysOn = new AlwaysOnUsers({ ...settings.alwaysOn, ...settings.alwaysOnKept }, world);
    const keeper = makeKeeper(settings, this.#alwaysOn.keeper, log);
    const sequencer = new Sequencer({ hub, dispatch: this.dispatch, keeper, ...recorder });
    this.sequencer = sequencer;
    sequencer.order({ type: "accounts", names: settings.names });
    sequencer.order({ type: "channels", channels: settings.channels });
    this.#alwaysOn.begin(sequencer);
    this.accounts = makeAccounts(settings, { ...world, sequencer });
  }

  /** Takes over which accounts there are when another process has changed them. */
  setAccounts(names: readonly string[]): void {
    this.accounts.keepOnly(names);
    this.sequencer.order({ type: "accounts", names });
  }

  /** Takes over which accounts are always on when another process has changed that. */
  takeAlwaysOn(): Promise<void> {
    return this.#alwaysOn.takeOver(this.sequencer);
  }

  /**
   * Ends every wait for readers, and writes down what is kept. No command may come any more.
   * Never rejects.
   */
  async close(): Promise<void> {
    this.dispatch.close();
    await this.#alwaysOn.close();
    await this.sequencer.areChannelsKept();
    await this.#store?.close();
  }
}
