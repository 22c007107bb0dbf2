/**
 * Accounts that are there before the server starts, written into its database as it would do it itself.
 *
 * @module
 */

import { accountCalls } from "../../lib/accounts/account_module.ts";
import { makeAccount } from "../../lib/accounts/accounts.ts";
import { alwaysOnCalls } from "../../lib/accounts/always_on_module.ts";
import { connect, openDatabase } from "../../lib/data/database.ts";
import { prepareDirectory } from "../../lib/data/directory.ts";
import { DATA_PLAN } from "../../lib/server/data_plan.ts";

/** The account of an honest user who is never there: nobody may log in to it, or be called like it. */
export const ABSENT = "keeper";
/** The account of all hostile users: they know its password, and its name begins with their mark. */
export const SHARED = { name: "hoard", password: "known-to-all-of-them" } as const;
/** The password of every honest account. */
export const PASSWORD = "nobody-guesses-this";

/** Adds these accounts to the directory `data`, and those of `alwaysOn`, which are always on. The server does not run yet. */
export async function addAccounts(data: string, alwaysOn: readonly string[] = []): Promise<void> {
  const path = prepareDirectory(data);
  openDatabase(path, DATA_PLAN);
  const database = connect(path, { durable: true });
  try {
    const accounts = accountCalls(database);
    const record = await makeAccount(ABSENT, PASSWORD);
    for (const name of [ABSENT, ...alwaysOn]) accounts.add({ ...record, name });
    accounts.add(await makeAccount(SHARED.name, SHARED.password));
    for (const name of alwaysOn) alwaysOnCalls(database).set(name, true);
  } finally {
    database.close();
  }
}
