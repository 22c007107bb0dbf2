/**
 * Where accounts are kept: in memory, or in the database.
 *
 * @module
 */

import type { DataPort } from "../data/client.ts";
import type { ScramKeys } from "../sasl/scram.ts";
import type { AccountCalls } from "./account_module.ts";
import { type AccountRecord, foldAccount } from "./account_record.ts";

/** Keeps accounts. Every call may reject: a disk may be full. What has resolved is kept. */
export interface AccountStore {
  /** The names of all accounts. */
  names(): Promise<readonly string[]>;
  /** The account called `name`, without regard to case. */
  find(name: string): Promise<AccountRecord | undefined>;
  /** Adds an account; false when its name is taken. */
  add(record: AccountRecord): Promise<boolean>;
  /** Replaces an account's keys; false when there is none. */
  rekey(name: string, keys: ScramKeys): Promise<boolean>;
  /** Removes an account; false when there is none. */
  remove(name: string): Promise<boolean>;
  /** Whether `know` was called with these, and not with many others of the account since. */
  knows(name: string, network: string): Promise<boolean>;
  /** Notes that an account was entered from `network`, a keyed hash. */
  know(name: string, network: string): Promise<void>;
}

/** Keeps accounts until the process ends. */
export class MemoryAccounts implements AccountStore {
  readonly #records = new Map<string, AccountRecord>();

  names(): Promise<readonly string[]> {
    return Promise.resolve(Array.from(this.#records.values(), ({ name }) => name));
  }

  find(name: string): Promise<AccountRecord | undefined> {
    return Promise.resolve(this.#records.get(foldAccount(name)));
  }

  add(record: AccountRecord): Promise<boolean> {
    const key = foldAccount(record.name);
    if (this.#records.has(key)) return Promise.resolve(false);
    this.#records.set(key, record);
    return Promise.resolve(true);
  }

  rekey(name: string, keys: ScramKeys): Promise<boolean> {
    const record = this.#records.get(foldAccount(name));
    if (record === undefined) return Promise.resolve(false);
    this.#records.set(foldAccount(name), { ...record, ...keys });
    return Promise.resolve(true);
  }

  remove(name: string): Promise<boolean> {
    return Promise.resolve(this.#records.delete(foldAccount(name)));
  }

  // What is known in memory alone, `Accounts` remembers itself.
  knows(): Promise<boolean> {
    return Promise.resolve(false);
  }

  know(): Promise<void> {
    return Promise.resolve();
  }
}

/** The accounts after changes by other processes. */
export interface AccountsNow {
  /** The names of all accounts. */
  readonly names: readonly string[];
  /** Those that were removed and made anew since the last reading: they are other accounts now. */
  readonly replaced: readonly string[];
}

/** The accounts of a database. */
export class DatabaseAccounts implements AccountStore {
  readonly #port: DataPort<AccountCalls>;
  // When each account was registered, by its folded name: two of one name were not registered at
  // the same time.
  #registered = new Map<string, number>();

  /** Calls the module of the accounts. */
  constructor(port: DataPort<AccountCalls>) {
    this.#port = port;
  }

  async names(): Promise<readonly string[]> {
    return (await this.read()).names;
  }

  /** Reads the names, and compares the accounts with those of the last reading. */
  async read(): Promise<AccountsNow> {
    const accounts = await this.#port.call("all");
    const before = this.#registered;
    this.#registered = new Map(accounts.map(([name, at]) => [foldAccount(name), at]));
    return {
      names: accounts.map(([name]) => name),
      replaced: accounts.filter(([name, at]) => (before.get(foldAccount(name)) ?? at) !== at)
        .map(([name]) => name),
    };
  }

  find(name: string): Promise<AccountRecord | undefined> {
    return this.#port.call("find", name);
  }

  async add(record: AccountRecord): Promise<boolean> {
    const isAdded = await this.#port.call("add", record);
    if (isAdded) this.#registered.set(foldAccount(record.name), record.registeredAt);
    return isAdded;
  }

  rekey(name: string, keys: ScramKeys): Promise<boolean> {
    return this.#port.call("rekey", name, keys);
  }

  async remove(name: string): Promise<boolean> {
    const isRemoved = await this.#port.call("remove", name);
    if (isRemoved) this.#registered.delete(foldAccount(name));
    return isRemoved;
  }

  knows(name: string, network: string): Promise<boolean> {
    return this.#port.call("knows", name, network);
  }

  know(name: string, network: string): Promise<void> {
    return this.#port.call("know", name, network);
  }
}
