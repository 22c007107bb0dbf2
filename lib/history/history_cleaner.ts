/**
 * Cleans the database in small steps, so that nothing else waits for long. It removes rows that are too old or too many,
 * then the rows of users who are to be forgotten, and at last everything that no row refers to any more.
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

/**
 * Makes the call that does one step; it returns whether more is to be done at once. `onRemoved` is called when the number of
 * a conversation means nothing any more. Nobody remembers the numbers of people who are removed: they were forgotten, or
 * not seen for days.
 */
export function cleanerOf(
  database: Database,
  onRemoved: () => void,
): (limits: CleanLimits) => boolean {
  const next = database.prepare(
    "SELECT id, messages, events FROM history_conversations WHERE id > ? ORDER BY id LIMIT ?",
  );
  const old = database.prepare(
    `SELECT msgid FROM history_rows WHERE conversation = ? AND kind = ? AND msgid < ?
     ORDER BY msgid LIMIT ?`,
  );
  const first = database.prepare(
    "SELECT msgid FROM history_rows WHERE conversation = ? AND kind = ? ORDER BY msgid LIMIT ?",
  );
  const forgotten = database.prepare(
    "SELECT id, identity, person FROM history_people WHERE is_forgotten = 1",
  );
  const byForgotten = database.prepare(
    `SELECT msgid FROM history_rows WHERE conversation = ? AND kind = ?
     AND by IN (SELECT id FROM history_people WHERE is_forgotten = 1) LIMIT ?`,
  );
  const remove = database.prepare(
    "DELETE FROM history_rows WHERE conversation = ? AND kind = ? AND msgid = ?",
  );
  const removeWords = database.prepare("DELETE FROM history_words WHERE rowid = ?");
  const count = database.prepare(
    "UPDATE history_conversations SET messages = messages - ?, events = events - ? WHERE id = ?",
  );
  const isOrphan = database.prepare(
    "SELECT id FROM history_conversations WHERE id = ? AND key GLOB 'forgotten *'",
  );
  const empty = database.prepare(
    `DELETE FROM history_conversations WHERE id = ? AND messages <= 0 AND events <= 0
     AND ifnull(last, '') < ?`,
  );
  const members = database.prepare("DELETE FROM history_members WHERE conversation = ?");
  const people = database.prepare(
    "DELETE FROM history_people WHERE id IN (SELECT id FROM history_people WHERE day < ? LIMIT ?)",
  );
  // Another process may have cleaned as well: by now the number may be somebody else's.
  const gone = database.prepare(
    "DELETE FROM history_people WHERE id = ? AND identity = ? AND person = ? AND is_forgotten = 1",
  );
  let position = 0;
  // Users who were forgotten before this pass began: at its end nothing of theirs is left.
  let leaving: readonly (readonly [id: number, identity: string, person: string])[] = [];

  /** Removes up to `most` rows of one kind; returns how many. */
  const removeRows = (
    id: number,
    kind: number,
    rows: Iterable<Record<string, unknown>>,
  ): number => {
    let removed = 0;
    for (const { msgid } of rows) {
      removed += Number(remove.run(id, kind, msgid as string).changes);
      if (kind === 0) removeWords.run(wordsRow(msgid as string));
    }
    if (removed > 0) count.run(kind === 0 ? removed : 0, kind === 0 ? 0 : removed, id);
    return removed;
  };

  const cleanOne = (
    { id, messages, events }: { id: number; messages: number; events: number },
    { from, rows }: CleanLimits,
    most: number,
  ): number => {
    let removed = 0;
    const room = () => most - removed;
    const all = readRow(isOrphan, id) !== undefined;
    for (const [kind, size] of [[0, messages], [1, events]] as const) {
      if (size <= 0) continue;
      const aged = removeRows(id, kind, old.all(id, kind, from, room()));
      removed += aged;
      const surplus = all ? size : size - aged - rows;
      if (surplus > 0 && room() > 0) {
        removed += removeRows(id, kind, first.all(id, kind, Math.min(surplus, room())));
      }
      if (leaving.length > 0 && room() > 0) {
        removed += removeRows(id, kind, byForgotten.all(id, kind, room()));
      }
    }
    return removed;
  };

  return (limits) => {
    database.exec("BEGIN IMMEDIATE");
    try {
      if (position === 0) {
        leaving = forgotten.all().map(({ id, identity, person }) =>
          [Number(id), String(identity), String(person)] as const
        );
      }
      let room = STEP_ROWS;
      const found = next.all(position, STEP_CONVERSATIONS) as unknown as {
        id: number;
        messages: number;
        events: number;
      }[];
      for (const conversation of found) {
        room -= cleanOne(conversation, limits, room);
        if (room <= 0) break;
        // Nothing is left of it, and its last message is too old to be asked for.
        if (Number(empty.run(conversation.id, limits.from).changes) > 0) {
          members.run(conversation.id);
          onRemoved();
        }
        position = conversation.id;
      }
      const isEnd = room > 0 && found.length < STEP_CONVERSATIONS;
      if (isEnd) {
        for (const each of leaving) gone.run(...each);
        people.run(limits.day, STEP_ROWS);
        position = 0;
      }
      database.exec("COMMIT");
      return !isEnd;
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      position = 0;
      throw error;
    }
  };
}
