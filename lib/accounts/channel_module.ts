/**
 * The registered channels in the database. With an account its channels go, and its rights in
 * others.
 *
 * @module
 */

import { type Database, type DataModule, type OpenModule, readRow } from "../data/plan.ts";
import { foldAccount } from "./account_record.ts";

/** The tables of the channels. */
export const CHANNEL_TABLES = `
  CREATE TABLE channels (
    name TEXT PRIMARY KEY,
    founder TEXT NOT NULL REFERENCES accounts (folded) ON DELETE CASCADE,
    registered_at INTEGER NOT NULL,
    settings TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX channels_of ON channels (founder);
  CREATE TABLE channel_rights (
    channel TEXT NOT NULL REFERENCES channels (name) ON DELETE CASCADE,
    account TEXT NOT NULL REFERENCES accounts (folded) ON DELETE CASCADE,
    right TEXT NOT NULL,
    PRIMARY KEY (channel, account)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX rights_of ON channel_rights (account);
`;

/** One registered channel. */
export interface ChannelRecord {
  /** Its name in the chat. */
  readonly name: string;
  /** The founder's account. */
  readonly founder: string;
  /** When it was registered, in milliseconds of Unix time. */
  readonly at: number;
  /** The rights of other accounts. */
  readonly rights: readonly (readonly [account: string, right: string])[];
  /** Everything else about it, as JSON. */
  readonly settings: string;
}

/** What the server may call. */
export type ChannelCalls = {
  /** All channels, in the order of their registration. */
  readonly all: () => readonly ChannelRecord[];
  /** Keeps a channel as it is now; false when its founder is no account any more. */
  readonly keep: (record: ChannelRecord) => boolean;
  /** Keeps it no longer. */
  readonly drop: (name: string) => void;
};

/** The registered channels, as a module of the database. */
export const CHANNELS: DataModule = { name: "channels", durable: true, open };

function open(database: Database): OpenModule {
  return { calls: channelCalls(database) };
}

/** The calls on an open database. */
export function channelCalls(database: Database): ChannelCalls {
  const all = database.prepare(`
    SELECT channels.name, accounts.name AS founder, channels.registered_at, settings
    FROM channels JOIN accounts ON accounts.folded = channels.founder
    ORDER BY channels.registered_at, channels.name`);
  const rightsOf = database.prepare(`
    SELECT account, right FROM channel_rights WHERE channel = ? ORDER BY account`);
  const isAccount = database.prepare("SELECT 1 FROM accounts WHERE folded = ?");
  const put = database.prepare(`
    INSERT INTO channels VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET founder = excluded.founder,
      registered_at = excluded.registered_at, settings = excluded.settings`);
  const clear = database.prepare("DELETE FROM channel_rights WHERE channel = ?");
  const give = database.prepare("INSERT INTO channel_rights VALUES (?, ?, ?)");
  const drop = database.prepare("DELETE FROM channels WHERE name = ?");
  const write = ({ name, founder, at, settings, rights }: ChannelRecord) => {
    put.run(name, foldAccount(founder), at, settings);
    clear.run(name);
    for (const [account, right] of rights) {
      const key = foldAccount(account);
      // It may have been removed by another process meanwhile.
      if (readRow(isAccount, key) !== undefined) give.run(name, key, right);
    }
  };
  return {
    all: () =>
      all.all().map((row) => ({
        name: String(row["name"]),
        founder: String(row["founder"]),
        at: Number(row["registered_at"]),
        settings: String(row["settings"]),
        rights: rightsOf.all(String(row["name"]))
          .map(({ account, right }) => [String(account), String(right)] as const),
      })),
    keep: (record) => {
      database.exec("BEGIN IMMEDIATE");
      try {
        const hasFounder = readRow(isAccount, foldAccount(record.founder)) !== undefined;
        if (hasFounder) write(record);
        database.exec("COMMIT");
        return hasFounder;
      } catch (error) {
        if (database.isTransaction) database.exec("ROLLBACK");
        throw error;
      }
    },
    drop: (name) => {
      drop.run(name);
    },
  };
}
