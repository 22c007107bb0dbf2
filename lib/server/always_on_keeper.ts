/**
 * Keeps always-on users as the chat says: what has changed since the last moment is written in one transaction, so that
 * coming and going costs the disk the same however many do it. What is written is the state at that time.
 *
 *   sequencer --Delivery "store"--> keeper --100 ms--> one write of all that has changed --> database
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

/** What a keeper asks the chat for, when it writes. */
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
  // Is being written.
  #taken: Changed = nothing();
  #writing: Promise<boolean> | undefined;
  #forgetTimer: (() => void) | undefined;
  #isFailing = false;

  /** Has nothing to write yet. */
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

  /** Writes what has changed so far; resolves to false when that could not be done. Never rejects. */
  async settled(): Promise<boolean> {
    // What is being written may be older than what has changed so far.
    await this.#writing;
    const { port } = this.#options;
    if (port !== undefined && this.#writing === undefined) {
      if (this.#changed.accounts.size + this.#changed.held.size === 0) return true;
      this.#writing = this.#write(port).finally(() => this.#writing = undefined);
    }
    return await (this.#writing ?? true);
  }

  /** Writes everything once more, for the end of the server: since when nobody has been connected. */
  close(): Promise<boolean> {
    for (const account of this.#options.source.alwaysOn) this.note({ to: "store", account });
    return this.settled();
  }

  /**
   * Reads which accounts are always on, and calls `take` with that: as it stands in the database, but for what this server
   * has decided and not written yet. Rejects when the database cannot be read.
   */
  async takeOver(take: (names: readonly string[]) => void): Promise<void> {
    const { port } = this.#options;
    if (port === undefined) return;
    const names = new Map((await port.call("names")).map((name) => [foldAccount(name), name]));
    // The thread answers in order: a write that it had before the question has ended by now.
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
      // The address of who made it is nobody's business after that.
      return [name, jsonOf(channel && { ...channel, made: { ...channel.made, origin: "" } })];
    });
    try {
      await port.call("write", changes, channels);
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.#options.onFault(error);
      this.#isFailing = true;
      for (const [account, was] of accounts) {
        // What was decided since counts.
        const isAlwaysOn = this.#changed.accounts.get(account) ?? was;
        this.note({ to: "store", account, ...(isAlwaysOn !== undefined && { isAlwaysOn }) });
      }
      for (const name of held) this.note({ to: "store", held: name });
    }
    this.#taken = nothing();
    return !this.#isFailing;
  }
}

/** What is to be written. */
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

/** What the chat is told at the start. */
export interface AlwaysOnAtStart {
  /** The accounts. */
  readonly names: readonly string[];
  /** Their users who were there. */
  readonly users: readonly KeptUser[];
  /** The channels that only they keep. */
  readonly channels: readonly KeptChannel[];
}

/** Reads what a database has of always-on users. */
export async function readAlwaysOn(port: AlwaysOnPort): Promise<AlwaysOnAtStart> {
  const { accounts, channels } = await port.call("all");
  return {
    names: accounts.map(({ account }) => account),
    users: accounts.flatMap(({ user }) => user === null ? [] : [JSON.parse(user) as KeptUser]),
    channels: channels.map((settings) => JSON.parse(settings) as KeptChannel),
  };
}
