/**
 * The history in the database. Each call runs in the thread of the database. Rows of one
 * conversation stand together, in the order of their msgids, messages apart from events: a page is
 * one walk along the table, however much there is.
 *
 * @module
 */

import { type Database, type DataModule, inLists, type OpenModule, readRow } from "../data/plan.ts";
import type { BatchData, Cell, StoredRow } from "./batch.ts";
import { type CleanLimits, HistoryCleaner } from "./history_cleaner.ts";
import { finderOf, type WordSlice } from "./history_finder.ts";
import { HistoryWriter, type Written } from "./history_writer.ts";
import { MAX_TARGETS } from "./markers.ts";
import { type PageLimits, takePage } from "./page.ts";

/** The tables of the history, which come behind those of the accounts. */
export const HISTORY_TABLES = `
  CREATE TABLE history_conversations (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    name TEXT,
    one TEXT, one_handle TEXT,
    other TEXT, other_handle TEXT,
    messages INTEGER NOT NULL DEFAULT 0,
    events INTEGER NOT NULL DEFAULT 0,
    last TEXT
  ) STRICT;
  CREATE INDEX history_of_one ON history_conversations (one) WHERE one IS NOT NULL;
  CREATE INDEX history_of_other ON history_conversations (other) WHERE other IS NOT NULL;
  CREATE TABLE history_people (
    id INTEGER PRIMARY KEY,
    identity TEXT NOT NULL,
    person TEXT NOT NULL,
    is_forgotten INTEGER NOT NULL DEFAULT 0,
    day INTEGER NOT NULL,
    UNIQUE (identity, person, is_forgotten)
  ) STRICT;
  CREATE TABLE history_rows (
    conversation INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    msgid TEXT NOT NULL,
    type INTEGER NOT NULL,
    by INTEGER,
    about INTEGER,
    text TEXT,
    more TEXT,
    PRIMARY KEY (conversation, kind, msgid)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE history_members (
    identity TEXT NOT NULL,
    conversation INTEGER NOT NULL,
    until TEXT,
    PRIMARY KEY (identity, conversation)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX history_members_of ON history_members (conversation);
  CREATE TABLE history_markers (
    identity TEXT NOT NULL,
    target TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (identity, target)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER history_forgets AFTER DELETE ON accounts BEGIN
    UPDATE OR REPLACE history_people SET is_forgotten = 1 WHERE identity = '=' || OLD.folded;
    UPDATE history_conversations SET key = 'forgotten ' || id,
      one = NULL, one_handle = NULL, other = NULL, other_handle = NULL
      WHERE one = '=' || OLD.folded OR other = '=' || OLD.folded;
    DELETE FROM history_markers WHERE identity = '=' || OLD.folded;
    DELETE FROM history_members WHERE identity = '=' || OLD.folded;
  END;
  CREATE VIRTUAL TABLE history_words USING fts5 (place, text, content = '', contentless_delete = 1);
`;

/** A slice, as a message of a thread. */
export interface StoredSlice extends WordSlice, PageLimits {
  /** The id of the conversation. */
  readonly key: string;
  /** 0 for messages alone, 1 for events as well. */
  readonly kinds: 0 | 1;
}

/** What the server may call. Lists of rows are flat: msgid, type, by, about, text, more. */
export type HistoryCalls = {
  /** The highest msgid; "" when nothing is kept. */
  readonly newest: () => string;
  /** Writes a batch whole, or nothing of it. */
  readonly write: (batch: BatchData, isSearchable: boolean, day: number) => Written;
  readonly slice: (slice: StoredSlice) => readonly Cell[];
  /** One row, and the identity of its author. */
  readonly find: (key: string, msgid: string) => readonly Cell[] | undefined;
  readonly latest: (keys: readonly string[]) => readonly (string | null)[];
  /** Flat: key, identity, handle, last. */
  readonly directs: (identity: string, limit: number) => readonly string[];
  /**
   * Earlier conversations of the channel called `name` in which `identity` was. Flat: key, until.
   */
  readonly earlier: (identity: string, name: string) => readonly (string | null)[];
  readonly marker: (identity: string, target: string) => number | undefined;
  readonly markers: (identity: string) => readonly (readonly [string, number])[];
  readonly mark: (identity: string, target: string, at: number) => number;
  readonly remove: (key: string, msgid: string) => void;
  readonly forget: (identity: string) => void;
  /** One small step of cleaning; true when more is to be done at once. */
  readonly clean: (limits: CleanLimits) => boolean;
  /** The messages of a slice that have all the words. */
  readonly search: (words: string, slice: StoredSlice) => readonly Cell[];
};

/** The history, as a module of the database. A loss of power may take its last moments. */
export const HISTORY: DataModule = { name: "history", durable: false, open };

/** Cells of a row as it is read. */
export const READ_WIDTH = 6;

const COLUMNS = "msgid, type, author.person, whom.person, text, more";
const JOINS = `LEFT JOIN history_people AS author ON author.id = by
  LEFT JOIN history_people AS whom ON whom.id = about`;

function open(database: Database): OpenModule {
  return { calls: historyCalls(database) };
}

/** The calls on an open database. The operator's commands make them without a thread. */
export function historyCalls(database: Database): HistoryCalls {
  const idOf = database.prepare("SELECT id FROM history_conversations WHERE key = ?");
  const newest = database.prepare("SELECT max(last) AS last FROM history_conversations");
  const last = database.prepare(
    `SELECT msgid FROM history_rows WHERE conversation = ? AND kind = 0
     ORDER BY msgid DESC LIMIT 1`,
  );
  const reading = (columns: string, order: "ASC" | "DESC") =>
    inLists(database.prepare(
      `SELECT ${columns} FROM history_rows ${JOINS}
       WHERE conversation = ? AND kind = ? AND msgid >= ? AND msgid < ?
         AND (by IS NULL OR author.is_forgotten = 0)
       ORDER BY msgid ${order} LIMIT ?`,
    ));
  const forwards = reading(COLUMNS, "ASC");
  const backwards = reading(COLUMNS, "DESC");
  const withAuthor = reading(`${COLUMNS}, ifnull(author.identity, '')`, "ASC");
  const directs = database.prepare(
    `SELECT key, last, CASE one WHEN ?1 THEN other ELSE one END AS identity,
       CASE one WHEN ?1 THEN other_handle ELSE one_handle END AS handle
     FROM history_conversations WHERE (one = ?1 OR other = ?1) AND messages > 0
     ORDER BY last DESC LIMIT ?2`,
  );
  const earlier = database.prepare(
    `SELECT key, until FROM history_members
     JOIN history_conversations ON history_conversations.id = conversation
     WHERE identity = ? AND name = ? ORDER BY conversation DESC LIMIT 50`,
  );
  const marker = database.prepare(
    "SELECT at FROM history_markers WHERE identity = ? AND target = ?",
  );
  const markers = database.prepare(
    "SELECT target, at FROM history_markers WHERE identity = ? ORDER BY at DESC LIMIT ?",
  );
  const mark = database.prepare(
    `INSERT INTO history_markers VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET at = max(at, excluded.at) RETURNING at`,
  );
  const trim = database.prepare(
    `DELETE FROM history_markers WHERE identity = ?1 AND target IN (
       SELECT target FROM history_markers WHERE identity = ?1 ORDER BY at DESC LIMIT -1 OFFSET ?2
     )`,
  );
  const remove = database.prepare(
    "DELETE FROM history_rows WHERE conversation = ? AND kind = ? AND msgid = ?",
  );
  const count = database.prepare(
    `UPDATE history_conversations SET messages = messages - ?, events = events - ? WHERE id = ?`,
  );

  const conversationOf = (key: string) => readRow(idOf, key)?.["id"] as number | undefined;

  const readKind = (id: number, kind: number, slice: StoredSlice) => {
    const { from, to, limit, isLast } = slice;
    const rows = (isLast ? backwards : forwards).iterate(id, kind, from, to, limit);
    return takePage(rows, slice, unitsOfCells);
  };

  const finder = finderOf(database);
  const writer = new HistoryWriter(database);
  const cleaner = new HistoryCleaner(database, () => writer.reset());
  const forget = forgetterOf(database);
  return {
    newest: () => String(readRow(newest)?.["last"] ?? ""),
    write: (batch, isSearchable, day) => writer.write(batch, isSearchable, day),
    slice: (slice) => {
      const id = conversationOf(slice.key);
      if (id === undefined) return [];
      const messages = readKind(id, 0, slice);
      const events = slice.kinds === 1 ? readKind(id, 1, slice) : [];
      const rows = events.length === 0 ? messages : merged(messages, events, slice);
      return inOrder(rows, slice).flat();
    },
    find: (key, msgid) => {
      const id = conversationOf(key);
      if (id === undefined) return undefined;
      for (const kind of [0, 1]) {
        const [row] = withAuthor.all(id, kind, msgid, `${msgid}!`, 1);
        if (row !== undefined) return row;
      }
      return undefined;
    },
    latest: (keys) =>
      keys.map((key) => {
        const id = conversationOf(key);
        return id === undefined ? null : readRow(last, id)?.["msgid"] as string ?? null;
      }),
    directs: (identity, limit) =>
      directs.all(identity, limit).flatMap((row) => [
        String(row["key"]),
        String(row["identity"]),
        String(row["handle"]),
        String(row["last"]),
      ]),
    earlier: (identity, name) =>
      earlier.all(identity, name).flatMap(({ key, until }) => [
        String(key),
        until as string | null,
      ]),
    marker: (identity, target) => readRow(marker, identity, target)?.["at"] as number | undefined,
    markers: (identity) =>
      markers.all(identity, MAX_TARGETS).map(({ target, at }) =>
        [String(target), Number(at)] as const
      ),
    mark: (identity, target, at) => {
      const latest = Number(readRow(mark, identity, target, at)?.["at"]);
      trim.run(identity, MAX_TARGETS);
      return latest;
    },
    remove: (key, msgid) => {
      const id = conversationOf(key);
      if (id === undefined) return;
      const isMessage = Number(remove.run(id, 0, msgid).changes);
      const isEvent = isMessage > 0 ? 0 : Number(remove.run(id, 1, msgid).changes);
      count.run(isMessage, isEvent, id);
      finder.remove(msgid);
    },
    forget: (identity) => {
      forget(identity);
      writer.reset();
    },
    clean: (limits) => cleaner.step(limits),
    search: (words, slice) => {
      const id = conversationOf(slice.key);
      if (id === undefined) return [];
      const msgids = finder.search(id, words, slice);
      const found = inOrder(msgids, slice).values()
        .flatMap((msgid) => forwards.all(id, 0, msgid, `${msgid}!`, 1));
      return inOrder(takePage(found, slice, unitsOfCells), slice).flat();
    },
  };
}

/** Turns rows from the order of reading into that of the msgids, or back. */
function inOrder<Value>(values: Value[], { isLast }: StoredSlice): Value[] {
  return isLast ? values.reverse() : values;
}

/**
 * Merges both lists in the order of reading, up to the row that fills the page: behind the last row
 * of a list, further rows of its kind may exist.
 */
function merged(messages: Cell[][], events: Cell[][], slice: StoredSlice): Cell[][] {
  const before = slice.isLast ? 1 : -1;
  // The msgid stands first.
  const all = [...messages, ...events].sort(([one], [other]) =>
    String(one) < String(other) ? before : -before
  );
  return takePage(all, slice, unitsOfCells);
}

function unitsOfCells([, , , , text]: readonly Cell[]): number {
  return typeof text === "string" ? text.length : 0;
}

/** Hides at once all messages of a user; the cleaner removes them in small steps. */
function forgetterOf(database: Database): (identity: string) => void {
  const hide = database.prepare(
    `UPDATE OR REPLACE history_people SET is_forgotten = 1 WHERE identity = ?`,
  );
  const orphan = database.prepare(
    `UPDATE history_conversations SET key = 'forgotten ' || id,
       one = NULL, one_handle = NULL, other = NULL, other_handle = NULL
     WHERE one = ?1 OR other = ?1`,
  );
  const markers = database.prepare("DELETE FROM history_markers WHERE identity = ?");
  const members = database.prepare("DELETE FROM history_members WHERE identity = ?");
  return (identity) => {
    hide.run(identity);
    orphan.run(identity);
    markers.run(identity);
    members.run(identity);
  };
}

/** A row of a flat list that was read, which begins at `at`. */
export function storedRow(cells: readonly Cell[], at: number): StoredRow & { msgid: string } {
  const [msgid, type, by, about, text, more] = cells.slice(at, at + READ_WIDTH);
  return { msgid, type, by, about, text, more } as StoredRow & { msgid: string };
}
