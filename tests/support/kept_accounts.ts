/**
 * A database on the disk with two accounts, Alice and bob, for tests of what is kept beside accounts.
 *
 * @module
 */

import { accountCalls } from "../../lib/accounts/account_module.ts";
import { connect, openDatabase } from "../../lib/data/database.ts";
import type { Database } from "../../lib/data/plan.ts";
import { DATA_PLAN } from "../../lib/server/data_plan.ts";
import { Place } from "../data/plan.ts";

const KEYS = {
  salt: new Uint8Array(16),
  iterations: 4096,
  storedKey: new Uint8Array(32),
  serverKey: new Uint8Array(32),
};

/** The database; it is gone at the end of the test. */
export class KeptAccounts implements Disposable {
  readonly #place = new Place();
  /** A connection to it. */
  readonly database: Database = this.#open();
  /** The calls of its accounts. */
  readonly accounts: ReturnType<typeof accountCalls> = accountCalls(this.database);

  /** Makes it. */
  constructor() {
    for (const name of ["Alice", "bob"]) this.accounts.add({ ...KEYS, name, registeredAt: 1 });
  }

  #open(): Database {
    const path = this.#place.file("parlance.db");
    openDatabase(path, DATA_PLAN);
    return connect(path, { durable: true });
  }

  [Symbol.dispose](): void {
    this.database.close();
    this.#place[Symbol.dispose]();
  }
}
