/**
 * Cleans the database in small steps, so that nothing else waits for long. It removes rows that are
 * too old or too many, then the rows of users who are to be forgotten, and at last everything that
 * no row refers to any more.
 *
 * @module
 */

import { type Database, readRow } from "../data/plan.ts";
import { wordsRow } from "./history_finder.ts";

/** The bounds of what is kept. */
export interface CleanLimits {
  /** The lowest msgid that is kept. */
  readonly from: string;
  /** Messages of one conversation, and as many events. */
  readonly rows: number;
  /** Days since 1970: people who were last seen before are removed. */
  readonly day: number;
}

/** Rows that one step removes. */
const STEP_ROWS = 500;
/** Conversations that one step looks at. */
const STEP_CONVERSATIONS = 100;

/** A conversation, and how much is kept of it. */
interface Counted {
  readonly id: number;
  readonly messages: number;
  readonly events: number;
}

/** Cleans by one connection to the database, in passes over all conversations. */
export class HistoryCleaner {
  readonly #database: Database;
  readonly #sql: ReturnType<typeof statementsOf>;
  readonly #onRemoved: () => void;
  #position = 0;
  // Users who were forgotten before this pass began: at its end nothing of theirs is left.
  #leaving: readonly (readonly [id: number, identity: string, person: string])[] = [];

  /**
   * Prepares its statements. `onRemoved` is called when the number of a conversation means nothing
   * any more. Nobody remembers the numbers of people who are removed: they were forgotten, or not
   * seen for days.
   */
  constructor(database: Database, onRemoved: () => void) {
    this.#database = database;
    this.#sql = statementsOf(database);
    this.#onRemoved = onRemoved;
  }

  /** Does one step of a pass; returns whether more is to be done at once. */
  step(limits: CleanLimits): boolean {
    const { begin, commit, rollback } = this.#sql;
    begin.run();
    try {
      const isEnd = this.#goOn(limits);
      commit.run();
      return !isEnd;
    } catch (error) {
      if (this.#database.isTransaction) rollback.run();
      this.#position = 0;
      throw error;
    }
  }

  /** Returns whether this was the end of the pass. */
  #goOn(limits: CleanLimits): boolean {
    const { next, forgotten, empty, members, gone, people } = this.#sql;
    if (this.#position === 0) {
      this.#leaving = forgotten.all().map(({ id, identity, person }) =>
        [Number(id), String(identity), String(person)] as const
      );
    }
    let room = STEP_ROWS;
    const found = next.all(this.#position, STEP_CONVERSATIONS) as unknown as Counted[];
    for (const conversation of found) {
      room -= this.#cleanOne(conversation, limits, room);
      if (room <= 0) return false;
      // Nothing is left of it, and its last message is too old to be asked for.
      if (Number(empty.run(conversation.id, limits.from).changes) > 0) {
        members.run(conversation.id);
        this.#onRemoved();
      }
      this.#position = conversation.id;
    }
    if (found.length === STEP_CONVERSATIONS) return false;
    for (const each of this.#leaving) gone.run(...each);
    people.run(limits.day, STEP_ROWS);
    this.#position = 0;
    return true;
  }

  /** Removes up to `most` rows of a conversation; returns how many. */
  #cleanOne({ id, messages, events }: Counted, { from, rows }: CleanLimits, most: number): number {
    const { isOrphan, old, first, byForgotten } = this.#sql;
    let removed = 0;
    const room = () => most - removed;
    const all = readRow(isOrphan, id) !== undefined;
    for (const [kind, size] of [[0, messages], [1, events]] as const) {
      if (size <= 0) continue;
      const aged = this.#remove(id, kind, old.all(id, kind, from, room()));
      removed += aged;
      const surplus = all ? size : size - aged - rows;
      if (surplus > 0 && room() > 0) {
        removed += this.#remove(id, kind, first.all(id, kind, Math.min(surplus, room())));
      }
      if (this.#leaving.length > 0 && room() > 0) {
        removed += this.#remove(id, kind, byForgotten.all(id, kind, room()));
      }
    }
    return removed;
  }

  /** Removes rows of one kind; returns how many there were. */
  #remove(id: number, kind: number, rows: Iterable<Record<string, unknown>>): number {
    const { remove, removeWords, count } = this.#sql;
    let removed = 0;
    for (const { msgid } of rows) {
      removed += Number(remove.run(id, kind, msgid as string).changes);
      if (kind === 0) removeWords.run(wordsRow(msgid as string));
    }
    if (removed > 0) count.run(kind === 0 ? removed : 0, kind === 0 ? 0 : removed, id);
    return removed;
  }
}

function statementsOf(database: Database) {
  return {
    begin: database.prepare("BEGIN IMMEDIATE"),
    commit: database.prepare("COMMIT"),
    rollback: database.prepare("ROLLBACK"),
    next: database.prepare(
      "SELECT id, messages, events FROM history_conversations WHERE id > ? ORDER BY id LIMIT ?",
    ),
    old: database.prepare(
      `SELECT msgid FROM history_rows WHERE conversation = ? AND kind = ? AND msgid < ?
       ORDER BY msgid LIMIT ?`,
    ),
    first: database.prepare(
      "SELECT msgid FROM history_rows WHERE conversation = ? AND kind = ? ORDER BY msgid LIMIT ?",
    ),
    forgotten: database.prepare(
      "SELECT id, identity, person FROM history_people WHERE is_forgotten = 1",
    ),
    byForgotten: database.prepare(
      `SELECT msgid FROM history_rows WHERE conversation = ? AND kind = ?
       AND by IN (SELECT id FROM history_people WHERE is_forgotten = 1) LIMIT ?`,
    ),
    remove: database.prepare(
      "DELETE FROM history_rows WHERE conversation = ? AND kind = ? AND msgid = ?",
    ),
    removeWords: database.prepare("DELETE FROM history_words WHERE rowid = ?"),
    count: database.prepare(
      "UPDATE history_conversations SET messages = messages - ?, events = events - ? WHERE id = ?",
    ),
    isOrphan: database.prepare(
      "SELECT id FROM history_conversations WHERE id = ? AND key GLOB 'forgotten *'",
    ),
    empty: database.prepare(
      `DELETE FROM history_conversations WHERE id = ? AND messages <= 0 AND events <= 0
       AND ifnull(last, '') < ?`,
    ),
    members: database.prepare("DELETE FROM history_members WHERE conversation = ?"),
    people: database.prepare(
      "DELETE FROM history_people WHERE id IN (SELECT id FROM history_people WHERE day < ? LIMIT ?)",
    ),
    // Another process may have cleaned as well: by now the number may be somebody else's.
    gone: database.prepare(
      "DELETE FROM history_people WHERE id = ? AND identity = ? AND person = ? AND is_forgotten = 1",
    ),
  };
}
