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

/** SQLite's codes for what an operator can mend: busy, locked, read-only, I/O error, full, cannot open. */
const TRANSIENT: ReadonlySet<number> = new Set([5, 6, 8, 10, 13, 14]);
/** People whose numbers are remembered. */
const MOST_PEOPLE = 10_000;
/** Conversations whose numbers are remembered. */
const MOST_PLACES = 10_000;

/** Makes the call that writes a batch. `day` counts days since 1970: people of long ago are cleaned away. */
export function writerOf(database: Database): {
  write(batch: BatchData, isSearchable: boolean, day: number): Written;
  /** MUST be called when the numbers of people have changed. */
  reset(): void;
} {
  const person = database.prepare(
    `INSERT INTO history_people (identity, person, day) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET day = excluded.day RETURNING id`,
  );
  const place = database.prepare(
    `INSERT INTO history_conversations (key, name, one, one_handle, other, other_handle)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET
       one_handle = ifnull(excluded.one_handle, one_handle),
       other_handle = ifnull(excluded.other_handle, other_handle)
     RETURNING id`,
  );
  const row = database.prepare(
    "INSERT OR IGNORE INTO history_rows VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const version = database.prepare("PRAGMA data_version");
  const words = database.prepare(
    "INSERT OR REPLACE INTO history_words (rowid, place, text) VALUES (?, ?, ?)",
  );
  const count = database.prepare(
    `UPDATE history_conversations SET messages = messages + ?, events = events + ?,
       last = max(ifnull(last, ''), ?) WHERE id = ?`,
  );
  const move = database.prepare(
    `INSERT INTO history_members VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET until = excluded.until`,
  );
  const rename = database.prepare(
    "UPDATE OR IGNORE history_conversations SET key = ?2, name = ?3 WHERE key = ?1",
  );
  const read = database.prepare(
    `INSERT INTO history_markers SELECT history_members.identity, ?2, at
     FROM history_conversations
     JOIN history_members ON conversation = history_conversations.id
     JOIN history_markers ON history_markers.identity = history_members.identity AND target = ?1
     WHERE key = ?3 ON CONFLICT DO UPDATE SET at = max(at, excluded.at)`,
  );
  const [begin, commit, rollback] = ["BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"].map((sql) =>
    database.prepare(sql)
  ) as [Prepared, Prepared, Prepared];
  type Prepared = ReturnType<Database["prepare"]>;
  let known = new Map<string, number>();
  let knownPlaces = new Map<string, number>();
  let knownDay = 0;
  let knownVersion = 0;

  const idOfPerson = (identity: string, json: string, day: number): number => {
    const key = `${identity} ${json}`;
    let id = known.get(key);
    if (id === undefined) {
      id = Number(readRow(person, identity, json, day)?.["id"]);
      if (known.size >= MOST_PEOPLE) known = new Map();
      known.set(key, id);
    }
    return id;
  };

  /** Read markers of the old name hold for the new one. */
  const renameTo = (from: string, to: string, name: string) => {
    rename.run(from, to, name);
    knownPlaces.delete(from);
    read.run(markerOfChannel(channelOfConversation(from) ?? ""), markerOfChannel(name), to);
  };

  /** The names of two users may have changed; that of a channel is in its key. */
  const idOfPlace = (cells: (string | null)[]): number => {
    const key = cells[0] as string;
    let id = cells[2] === null ? knownPlaces.get(key) : undefined;
    if (id === undefined) {
      id = Number(readRow(place, ...cells)?.["id"]);
      if (knownPlaces.size >= MOST_PLACES) knownPlaces = new Map();
      knownPlaces.set(key, id);
    }
    return id;
  };

  const writeAll = (batch: BatchData, isSearchable: boolean, day: number) => {
    for (const [from, to, name] of groups(batch.renames, WIDTH.renames)) {
      renameTo(from as string, to as string, name as string);
    }
    const people = groups<string>(batch.people, WIDTH.people).map(([identity, json]) =>
      idOfPerson(identity as string, json as string, day)
    );
    const places = groups(batch.places, WIDTH.places).map(idOfPlace);
    const tallies = places.map(() => ({ messages: 0, events: 0, last: "" }));
    const personAt = (cell: Cell) => cell === null ? null : people[cell as number] as number;
    for (const cells of groups(batch.rows, WIDTH.rows)) {
      const [at, kind, msgid, type, by, about, text, more] = cells as [
        number,
        number,
        string,
        number,
        Cell,
        Cell,
        Cell,
        Cell,
      ];
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
    for (const [at, identity, until] of groups(batch.moves, WIDTH.moves)) {
      move.run(identity as string, places[at as number] as number, until as string | null);
    }
  };

  const reset = () => {
    known = new Map();
    knownPlaces = new Map();
  };

  const write = (batch: BatchData, isSearchable: boolean, day: number): Written => {
    try {
      begin.run();
      // Another connection or process may have removed the row of a number, and SQLite reuses numbers. Inside of
      // the transaction nobody can; before it, this connection may have waited for just that.
      const seen = Number(readRow(version)?.["data_version"]);
      if (day !== knownDay || seen !== knownVersion) reset();
      [knownDay, knownVersion] = [day, seen];
      writeAll(batch, isSearchable, day);
      commit.run();
      return { isWritten: true };
    } catch (error) {
      if (database.isTransaction) rollback.run();
      // Their numbers may have been rolled back.
      reset();
      const { errcode, message } = error as { errcode?: number; message?: string };
      // The lower byte is the primary code.
      const isTransient = errcode !== undefined && TRANSIENT.has(errcode & 0xff);
      return { isWritten: false, fault: message ?? String(error), isTransient };
    }
  };
  return { write, reset };
}

/** `cells` in groups of `width`. */
function* groupsOf<Kind>(cells: readonly Kind[], width: number): Iterable<Kind[]> {
  for (let at = 0; at < cells.length; at += width) yield cells.slice(at, at + width);
}

function groups<Kind>(cells: readonly Kind[], width: number): Kind[][] {
  return [...groupsOf(cells, width)];
}
