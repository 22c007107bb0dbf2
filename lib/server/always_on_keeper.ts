/**
 * Writes down always-on users as the chat says. All that has changed within a moment is one
 * transaction, so that joins and quits cost the disk the same, however many there are. It writes
 * the state at that time.
 *
 *   sequencer --Delivery "store"--> keeper --100 ms--> one write of all changes --> database
 *
 * @module
 */

import { foldAccount } from "../accounts/account_record.ts";
import type { AlwaysOnCalls, AlwaysOnChange, HeldChange } from "../accounts/always_on_module.ts";
import type { KeptUser } from "../chat/always_on.ts";
import type { Delivery } from "../chat/event.ts";
import type { KeptChannel } from "../chat/snapshot.ts";
import type { DataPort } from "../data/client.ts";
import type { Clock } from "../net/deadline.ts";

/** Where always-on users are kept. */
export type AlwaysOnPort = DataPort<AlwaysOnCalls>;

/** The part of the chat that a keeper asks when it writes. */
export interface AlwaysOnSource {
  /** The accounts that are always on. */
  readonly alwaysOn: readonly string[];
  /** What is to be kept of an account's user. */
  keptUser(account: string): KeptUser | undefined;
  /** What is to be kept of a channel. */
  heldChannel(name: string): KeptChannel | undefined;
}

/** The settings of a keeper. */
export interface AlwaysOnKeeperOptions {
  /** The chat. */
  readonly source: AlwaysOnSource;
  /** Where it is written; in memory alone when it is left out. */
  readonly port: AlwaysOnPort | undefined;
  /** Waits between writes. */
  readonly clock: Clock;
  /** Receives why something could not be written. */
  readonly onFault: (error: unknown) => void;
}

/** Milliseconds that a change waits for others: what a crash may cost. */
const BATCH_MS = 100;
/** Milliseconds before a write that has failed is tried again. */
const RETRY_MS = 5_000;

/** Writes what has changed. */
export class AlwaysOnKeeper {
  readonly #options: AlwaysOnKeeperOptions;
  #changed: Changed = nothing();
  // The changes that are being written.
  #taken: Changed = nothing();
  #writing: Promise<boolean> | undefined;
  #forgetTimer: (() => void) | undefined;
  #isFailing = false;

  /** Begins with nothing to write. */
  constructor(options: AlwaysOnKeeperOptions) {
    this.#options = options;
  }

  /** Notes what has changed. */
  note(delivery: Extract<Delivery, { account: string } | { held: string }>): void {
    if (this.#options.port === undefined) return;
    const { accounts, held } = this.#changed;
    if ("held" in delivery) held.add(delivery.held);
    else {
      const account = foldAccount(delivery.account);
      accounts.set(account, delivery.isAlwaysOn ?? accounts.get(account));
    }
    const wait = this.#isFailing ? RETRY_MS : BATCH_MS;
    this.#forgetTimer ??= this.#options.clock.setTimer(() => void this.settled(), wait);
  }

  /** Writes what has changed so far; resolves to false when that failed. Never rejects. */
  async settled(): Promise<boolean> {
    // The write under way may be older than the changes so far.
    await this.#writing;
    const { port } = this.#options;
    if (port !== undefined && this.#writing === undefined) {
      if (this.#changed.accounts.size + this.#changed.held.size === 0) return true;
      this.#writing = this.#write(port).finally(() => this.#writing = undefined);
    }
    return await (this.#writing ?? true);
  }

  /** Writes everything once more at the end of the server, when all users become absent. */
  close(): Promise<boolean> {
    for (const account of this.#options.source.alwaysOn) this.note({ to: "store", account });
    return this.settled();
  }

  /**
   * Calls `take` with the accounts that are always on: those of the database, corrected by what
   * this server has decided and not written yet. Rejects when the database cannot be read.
   */
  async takeOver(take: (names: readonly string[]) => void): Promise<void> {
    const { port } = this.#options;
    if (port === undefined) return;
    const names = new Map((await port.call("names")).map((name) => [foldAccount(name), name]));
    // The thread answers in order, so a write that it received before the question has
    // ended by now.
    for (const { accounts } of [this.#taken, this.#changed]) {
      for (const [account, isAlwaysOn] of accounts) {
        if (isAlwaysOn === true) names.set(account, names.get(account) ?? account);
        if (isAlwaysOn === false) names.delete(account);
      }
    }
    // No decision can come between.
    take([...names.values()]);
  }

  async #write(port: AlwaysOnPort): Promise<boolean> {
    this.#forgetTimer?.();
    this.#forgetTimer = undefined;
    const { source } = this.#options;
    const { accounts, held } = this.#taken = this.#changed;
    this.#changed = nothing();
    const changes = Array.from(accounts, ([account, isAlwaysOn]): AlwaysOnChange => ({
      account,
      ...(isAlwaysOn !== undefined && { isAlwaysOn }),
      user: jsonOf(source.keptUser(account)),
    }));
    const channels = Array.from(held, (name): HeldChange => {
      const channel = source.heldChannel(name);
      // The address of its maker is not kept.
      return [name, jsonOf(channel && { ...channel, made: { ...channel.made, origin: "" } })];
    });
    try {
      await port.call("write", changes, channels);
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.#options.onFault(error);
      this.#isFailing = true;
      for (const [account, was] of accounts) {
        // A later decision counts.
        const isAlwaysOn = this.#changed.accounts.get(account) ?? was;
        this.note({ to: "store", account, ...(isAlwaysOn !== undefined && { isAlwaysOn }) });
      }
      for (const name of held) this.note({ to: "store", held: name });
    }
    this.#taken = nothing();
    return !this.#isFailing;
  }
}

/** Changes that are to be written. */
interface Changed {
  /** Folded names, with what was decided since the last write. */
  readonly accounts: Map<string, boolean | undefined>;
  /** Names of channels. */
  readonly held: Set<string>;
}

function nothing(): Changed {
  return { accounts: new Map(), held: new Set() };
}

function jsonOf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

/** The state of the last run, which the chat receives at the start. */
export interface AlwaysOnAtStart {
  /** The accounts. */
  readonly names: readonly string[];
  /** Their users who were there. */
  readonly users: readonly KeptUser[];
  /** The channels that only they keep. */
  readonly channels: readonly KeptChannel[];
}

/** Reads the always-on users of a database. */
export async function readAlwaysOn(port: AlwaysOnPort): Promise<AlwaysOnAtStart> {
  const { accounts, channels } = await port.call("all");
  return {
    names: accounts.map(({ account }) => account),
    users: accounts.flatMap(({ user }) => user === null ? [] : [JSON.parse(user) as KeptUser]),
    channels: channels.map((settings) => JSON.parse(settings) as KeptChannel),
  };
}
