/**
 * The accounts in the database. Each call runs in the thread of the database; a change is on the
 * disk when it returns.
 *
 * @module
 */

import { type Database, type DataModule, type OpenModule, readRow } from "../data/plan.ts";
import type { ScramKeys } from "../sasl/scram.ts";
import { type AccountRecord, foldAccount } from "./account_record.ts";

/** The tables of the accounts. */
export const ACCOUNT_TABLES = `
  CREATE TABLE versions (module TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE accounts (
    folded TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    salt BLOB NOT NULL,
    iterations INTEGER NOT NULL,
    stored_key BLOB NOT NULL,
    server_key BLOB NOT NULL,
    registered_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  INSERT INTO versions VALUES ('accounts', 0);
  CREATE TRIGGER account_added AFTER INSERT ON accounts BEGIN
    UPDATE versions SET version = version + 1 WHERE module = 'accounts';
  END;
  CREATE TRIGGER account_changed AFTER UPDATE ON accounts BEGIN
    UPDATE versions SET version = version + 1 WHERE module = 'accounts';
  END;
  CREATE TRIGGER account_removed AFTER DELETE ON accounts BEGIN
    UPDATE versions SET version = version + 1 WHERE module = 'accounts';
  END;
`;

/** The networks from which accounts were entered, as keyed hashes; a new password has others. */
export const NETWORK_TABLES = `
  CREATE TABLE account_networks (
    account TEXT NOT NULL REFERENCES accounts (folded) ON DELETE CASCADE,
    network TEXT NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (account, network)
  ) STRICT, WITHOUT ROWID;
`;

/** Networks of one account that are kept: those that were noted last. */
const MOST_NETWORKS = 8;

/** What the server may call. */
export type AccountCalls = {
  /** The names of all accounts, in the order of their folded forms. */
  readonly names: () => readonly string[];
  /** The names of all accounts, and when each was registered, in milliseconds of Unix time. */
  readonly all: () => readonly (readonly [name: string, registeredAt: number])[];
  /** The account called `name`, without regard to case. */
  readonly find: (name: string) => AccountRecord | undefined;
  /** Adds an account; false when its name is taken. */
  readonly add: (record: AccountRecord) => boolean;
  /** Replaces the keys of an account; false when there is none. */
  readonly rekey: (name: string, keys: ScramKeys) => boolean;
  /** Removes an account and all that belongs to it; false when there is none. */
  readonly remove: (name: string) => boolean;
  /** Whether an account was entered from `network`, a keyed hash. */
  readonly knows: (name: string, network: string) => boolean;
  /** Notes that it was. */
  readonly know: (name: string, network: string) => void;
  /** The secret called `name`; `fresh` becomes it when there is none yet. */
  readonly secret: (name: string, fresh: Uint8Array) => Uint8Array;
};

/** The accounts, as a module of the database. */
export const ACCOUNTS: DataModule = { name: "accounts", durable: true, open };

function open(database: Database): OpenModule {
  return { calls: accountCalls(database), version: versionOf(database, "accounts") };
}

/** Reads the version of a module; its triggers raise it. */
export function versionOf(database: Database, module: string): () => number {
  const read = database.prepare("SELECT version FROM versions WHERE module = ?");
  return () => Number(readRow(read, module)?.["version"] ?? 0);
}

/** The calls on an open database. The operator's commands make them without a thread. */
export function accountCalls(database: Database): AccountCalls {
  const names = database.prepare("SELECT name FROM accounts ORDER BY folded");
  const all = database.prepare("SELECT name, registered_at AS at FROM accounts ORDER BY folded");
  const find = database.prepare("SELECT * FROM accounts WHERE folded = ?");
  const add = database.prepare(
    "INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const rekey = database.prepare(
    "UPDATE accounts SET salt = ?, iterations = ?, stored_key = ?, server_key = ? WHERE folded = ?",
  );
  const remove = database.prepare("DELETE FROM accounts WHERE folded = ?");
  const knows = database.prepare(
    "SELECT place FROM account_networks WHERE account = ? AND network = ?",
  );
  const know = database.prepare(
    `INSERT INTO account_networks SELECT folded, ?2,
       (SELECT ifnull(max(place), 0) + 1 FROM account_networks WHERE account = ?1)
     FROM accounts WHERE folded = ?1 ON CONFLICT DO UPDATE SET place = excluded.place`,
  );
  const forget = database.prepare(
    `DELETE FROM account_networks WHERE account = ?1 AND network NOT IN (
       SELECT network FROM account_networks WHERE account = ?1 ORDER BY place DESC LIMIT ?2)`,
  );
  const keep = database.prepare("INSERT INTO secrets VALUES (?, ?) ON CONFLICT DO NOTHING");
  const secret = database.prepare("SELECT value FROM secrets WHERE name = ?");
  return {
    names: () => names.all().map(({ name }) => String(name)),
    all: () => all.all().map(({ name, at }) => [String(name), Number(at)] as const),
    find: (name) => {
      const row = readRow(find, foldAccount(name));
      return row && {
        name: String(row["name"]),
        salt: row["salt"] as Uint8Array,
        iterations: Number(row["iterations"]),
        storedKey: row["stored_key"] as Uint8Array,
        serverKey: row["server_key"] as Uint8Array,
        registeredAt: Number(row["registered_at"]),
      };
    },
    add: ({ name, salt, iterations, storedKey, serverKey, registeredAt }) =>
      add.run(foldAccount(name), name, salt, iterations, storedKey, serverKey, registeredAt)
        .changes === 1,
    rekey: (name, { salt, iterations, storedKey, serverKey }) =>
      rekey.run(salt, iterations, storedKey, serverKey, foldAccount(name)).changes === 1,
    remove: (name) => remove.run(foldAccount(name)).changes === 1,
    knows: (name, network) => readRow(knows, foldAccount(name), network) !== undefined,
    know: (name, network) => {
      know.run(foldAccount(name), network);
      forget.run(foldAccount(name), MOST_NETWORKS);
    },
    secret: (name, fresh) => {
      keep.run(name, fresh);
      return readRow(secret, name)?.["value"] as Uint8Array;
    },
  };
}
