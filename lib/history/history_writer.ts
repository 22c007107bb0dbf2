/**
 * Writes batches of rows into the tables of the history: each whole or not at all.
 *
 * @module
 */

import { type Database, readRow } from "../data/plan.ts";
import { type BatchData, type Cell, MESSAGE_KIND, WIDTH } from "./batch.ts";
import { channelOfConversation, markerOfChannel } from "./conversation.ts";
import { wordsRow } from "./history_finder.ts";

/** The outcome of a batch. */
export type Written =
  | { readonly isWritten: true }
  /** With `isTransient`, it may be written later: the disk is full, read-only or locked. */
  | { readonly isWritten: false; readonly fault: string; readonly isTransient: boolean };

/**
 * SQLite's codes for what an operator can mend: busy, locked, read-only, I/O error, full,
 * cannot open.
 */
const TRANSIENT: ReadonlySet<number> = new Set([5, 6, 8, 10, 13, 14]);
/** People whose numbers are remembered. */
const MOST_PEOPLE = 10_000;
/** Conversations whose numbers are remembered. */
const MOST_PLACES = 10_000;

/** Writes batches by one connection to the database. */
export class HistoryWriter {
  readonly #database: Database;
  readonly #sql: ReturnType<typeof statementsOf>;
  #people = new Map<string, number>();
  #places = new Map<string, number>();
  // The numbers in these maps hold for this day and this version of the database.
  #day = 0;
  #version = 0;

  /** Prepares its statements. The tables are there. */
  constructor(database: Database) {
    this.#database = database;
    this.#sql = statementsOf(database);
  }

  /** Writes a batch. `day` counts days since 1970: people of long ago are cleaned away. */
  write(batch: BatchData, isSearchable: boolean, day: number): Written {
    const { begin, commit, rollback, version } = this.#sql;
    try {
      begin.run();
      // Another connection or process may have removed the row of a number, and SQLite reuses
      // numbers. Inside of the transaction nobody can; before it, this connection may have waited
      // for just that.
      const seen = Number(readRow(version)?.["data_version"]);
      if (day !== this.#day || seen !== this.#version) this.reset();
      [this.#day, this.#version] = [day, seen];
      this.#writeAll(batch, isSearchable);
      commit.run();
      return { isWritten: true };
    } catch (error) {
      if (this.#database.isTransaction) rollback.run();
      // Their numbers may have been rolled back.
      this.reset();
      const { errcode, message } = error as { errcode?: number; message?: string };
      // The lower byte is the primary code.
      const isTransient = errcode !== undefined && TRANSIENT.has(errcode & 0xff);
      return { isWritten: false, fault: message ?? String(error), isTransient };
    }
  }

  /** MUST be called when the numbers of people have changed. */
  reset(): void {
    this.#people = new Map();
    this.#places = new Map();
  }

  #writeAll({ renames, people, places, rows, moves }: BatchData, isSearchable: boolean): void {
    for (const [from, to, name] of groupsOf(renames, WIDTH.renames)) {
      this.#rename(from as string, to as string, name as string);
    }
    const authors = groupsOf(people, WIDTH.people).map(([identity, json]) =>
      this.#idOfPerson(identity as string, json as string)
    );
    const conversations = groupsOf(places, WIDTH.places).map((cells) => this.#idOfPlace(cells));
    this.#writeRows(rows, authors, conversations, isSearchable);
    for (const [at, identity, until] of groupsOf(moves, WIDTH.moves)) {
      const conversation = conversations[at as number] as number;
      this.#sql.move.run(identity as string, conversation, until as string | null);
    }
  }

  /** Read markers of the old name hold for the new one. */
  #rename(from: string, to: string, name: string): void {
    const { rename, read } = this.#sql;
    rename.run(from, to, name);
    this.#places.delete(from);
    read.run(markerOfChannel(channelOfConversation(from) ?? ""), markerOfChannel(name), to);
  }

  #idOfPerson(identity: string, json: string): number {
    const key = `${identity} ${json}`;
    let id = this.#people.get(key);
    if (id === undefined) {
      id = Number(readRow(this.#sql.person, identity, json, this.#day)?.["id"]);
      if (this.#people.size >= MOST_PEOPLE) this.#people = new Map();
      this.#people.set(key, id);
    }
    return id;
  }

  /** The names of two users may have changed; that of a channel is in its key. */
  #idOfPlace(cells: (string | null)[]): number {
    const key = cells[0] as string;
    let id = cells[2] === null ? this.#places.get(key) : undefined;
    if (id === undefined) {
      id = Number(readRow(this.#sql.place, ...cells)?.["id"]);
      if (this.#places.size >= MOST_PLACES) this.#places = new Map();
      this.#places.set(key, id);
    }
    return id;
  }

  /** Rows name people and conversations by their places in the lists. */
  #writeRows(
    rows: readonly Cell[],
    people: readonly number[],
    places: readonly number[],
    isSearchable: boolean,
  ): void {
    const { row, words, count } = this.#sql;
    const tallies = places.map(() => ({ messages: 0, events: 0, last: "" }));
    const personAt = (cell: Cell) => cell === null ? null : people[cell as number] as number;
    for (const cells of groupsOf(rows, WIDTH.rows)) {
      const [at, kind, msgid, type, by, about, text, more] = cells as RowCells;
      const id = places[at] as number;
      const { changes } = row.run(id, kind, msgid, type, personAt(by), personAt(about), text, more);
      const tally = tallies[at] as typeof tallies[number];
      if (changes === 0) continue;
      tally[kind === MESSAGE_KIND ? "messages" : "events"]++;
      if (msgid > tally.last) tally.last = msgid;
      if (!isSearchable || kind !== MESSAGE_KIND || text === null) continue;
      words.run(wordsRow(msgid), `c${id}`, text);
    }
    for (const [at, { messages, events, last }] of tallies.entries()) {
      if (messages + events > 0) count.run(messages, events, last, places[at] as number);
    }
  }
}

/** The cells of a row, as the head of `batch.ts` draws them. */
type RowCells = [
  at: number,
  kind: number,
  msgid: string,
  type: number,
  by: Cell,
  about: Cell,
  text: Cell,
  more: Cell,
];

function statementsOf(database: Database) {
  return {
    begin: database.prepare("BEGIN IMMEDIATE"),
    commit: database.prepare("COMMIT"),
    rollback: database.prepare("ROLLBACK"),
    version: database.prepare("PRAGMA data_version"),
    person: database.prepare(
      `INSERT INTO history_people (identity, person, day) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET day = excluded.day RETURNING id`,
    ),
    place: database.prepare(
      `INSERT INTO history_conversations (key, name, one, one_handle, other, other_handle)
       VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET
         one_handle = ifnull(excluded.one_handle, one_handle),
         other_handle = ifnull(excluded.other_handle, other_handle)
       RETURNING id`,
    ),
    row: database.prepare("INSERT OR IGNORE INTO history_rows VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
    words: database.prepare(
      "INSERT OR REPLACE INTO history_words (rowid, place, text) VALUES (?, ?, ?)",
    ),
    count: database.prepare(
      `UPDATE history_conversations SET messages = messages + ?, events = events + ?,
         last = max(ifnull(last, ''), ?) WHERE id = ?`,
    ),
    move: database.prepare(
      `INSERT INTO history_members VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET until = excluded.until`,
    ),
    rename: database.prepare(
      "UPDATE OR IGNORE history_conversations SET key = ?2, name = ?3 WHERE key = ?1",
    ),
    read: database.prepare(
      `INSERT INTO history_markers SELECT history_members.identity, ?2, at
       FROM history_conversations
       JOIN history_members ON conversation = history_conversations.id
       JOIN history_markers ON history_markers.identity = history_members.identity AND target = ?1
       WHERE key = ?3 ON CONFLICT DO UPDATE SET at = max(at, excluded.at)`,
    ),
  };
}

/** `cells` in groups of `width`. */
function groupsOf<Kind>(cells: readonly Kind[], width: number): Kind[][] {
  const groups: Kind[][] = [];
  for (let at = 0; at < cells.length; at += width) groups.push(cells.slice(at, at + width));
  return groups;
}
