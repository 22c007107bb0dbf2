/**
 * The always-on accounts in the database, what is kept of their users, and of the channels that
 * only such users keep. An account that goes takes its row with it.
 *
 * @module
 */

import { type Database, type DataModule, type OpenModule, readRow } from "../data/plan.ts";
import { foldAccount } from "./account_record.ts";
import { versionOf } from "./account_module.ts";

/** The tables. The version counts when an account becomes always on or an ordinary one. */
export const ALWAYS_ON_TABLES = `
  CREATE TABLE always_on (
    account TEXT PRIMARY KEY REFERENCES accounts (folded) ON DELETE CASCADE,
    user TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE held_channels (
    name TEXT PRIMARY KEY,
    settings TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  INSERT INTO versions VALUES ('always_on', 0);
  CREATE TRIGGER always_on_added AFTER INSERT ON always_on BEGIN
    UPDATE versions SET version = version + 1 WHERE module = 'always_on';
  END;
  CREATE TRIGGER always_on_removed AFTER DELETE ON always_on BEGIN
    UPDATE versions SET version = version + 1 WHERE module = 'always_on';
  END;
`;

/** What has changed of one account. */
export interface AlwaysOnChange {
  /** The account. */
  readonly account: string;
  /** Whether it is always on from now on; left out when that has not changed. */
  readonly isAlwaysOn?: boolean;
  /** What is kept of its user, as JSON; null while there is none. */
  readonly user: string | null;
}

/**
 * What has changed of a channel: what is kept of it, as JSON, or null when it is kept no longer.
 */
export type HeldChange = readonly [name: string, settings: string | null];

/** Everything that is kept. */
export interface AlwaysOnRecords {
  /** The accounts, and as JSON their users. */
  readonly accounts: readonly { readonly account: string; readonly user: string | null }[];
  /** The channels, as JSON. */
  readonly channels: readonly string[];
}

/** What the server may call. */
export type AlwaysOnCalls = {
  readonly all: () => AlwaysOnRecords;
  /** The accounts that are always on. */
  readonly names: () => readonly string[];
  /**
   * Writes changes, all of them or none. Those of accounts that are gone, or no longer always on,
   * are ignored.
   */
  readonly write: (accounts: readonly AlwaysOnChange[], channels: readonly HeldChange[]) => void;
  /** Makes an account always on or an ordinary one; false when it was so already. */
  readonly set: (account: string, isOn: boolean) => boolean;
};

/**
 * The always-on accounts, as a module of the database. Joins and quits are written often: a loss of
 * power may take the last moments of them, as of the history.
 */
export const ALWAYS_ON: DataModule = { name: "always_on", durable: false, open };

function open(database: Database): OpenModule {
  return { calls: alwaysOnCalls(database), version: versionOf(database, "always_on") };
}

/** The calls on an open database. The operator's commands make them without a thread. */
export function alwaysOnCalls(database: Database): AlwaysOnCalls {
  const all = database.prepare(`
    SELECT name, user FROM always_on JOIN accounts ON accounts.folded = account ORDER BY account`);
  const channels = database.prepare("SELECT settings FROM held_channels ORDER BY name");
  const isAccount = database.prepare("SELECT 1 FROM accounts WHERE folded = ?");
  const add = database.prepare("INSERT INTO always_on VALUES (?, NULL) ON CONFLICT DO NOTHING");
  const remove = database.prepare("DELETE FROM always_on WHERE account = ?");
  const update = database.prepare("UPDATE always_on SET user = ? WHERE account = ?");
  const hold = database.prepare(
    "INSERT INTO held_channels VALUES (?, ?) ON CONFLICT DO UPDATE SET settings = excluded.settings",
  );
  const drop = database.prepare("DELETE FROM held_channels WHERE name = ?");
  const set = (account: string, isOn: boolean) => {
    const key = foldAccount(account);
    if (!isOn) return remove.run(key).changes === 1;
    return readRow(isAccount, key) !== undefined && add.run(key).changes === 1;
  };
  return {
    all: () => ({
      accounts: all.all().map(({ name, user }) => ({
        account: String(name),
        user: user as string | null,
      })),
      channels: channels.all().map(({ settings }) => String(settings)),
    }),
    names: () => all.all().map(({ name }) => String(name)),
    write: (changes, held) => {
      database.exec("BEGIN IMMEDIATE");
      try {
        for (const { account, isAlwaysOn, user } of changes) {
          if (isAlwaysOn !== undefined) set(account, isAlwaysOn);
          update.run(user, foldAccount(account));
        }
        for (const [name, settings] of held) {
          if (settings === null) drop.run(name);
          else hold.run(name, settings);
        }
        database.exec("COMMIT");
      } catch (error) {
        if (database.isTransaction) database.exec("ROLLBACK");
        throw error;
      }
    },
    set,
  };
}
