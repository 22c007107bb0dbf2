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
}

/** The accounts of a database. */
export function databaseAccounts(port: DataPort<AccountCalls>): AccountStore {
  return {
    names: () => port.call("names"),
    find: (name) => port.call("find", name),
    add: (record) => port.call("add", record),
    rekey: (name, keys) => port.call("rekey", name, keys),
    remove: (name) => port.call("remove", name),
  };
}
