/**
 * The history of a channel for its operator: every row that is kept, in lines of JSON or of text.
 *
 * @module
 */

import { stripFormatting } from "../chat/characters.ts";
import { foldHandle } from "../chat/handles.ts";
import type { Kept, KeptEvent } from "../chat/history.ts";
import { timeOfMsgid } from "../chat/msgid.ts";
import type { Database } from "../data/plan.ts";
import { type StoredRow, unpack } from "./batch.ts";

/** The forms of an export. */
export const EXPORT_FORMATS = ["jsonl", "text"] as const;

/** A form of an export. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/**
 * Everything that is kept of the channels called `name`, the oldest first; read as it is asked for.
 */
export function* readChannel(database: Database, name: string): Iterable<Kept> {
  const conversations = database.prepare(
    "SELECT id, key FROM history_conversations WHERE name = ? ORDER BY id",
  );
  const rows = database.prepare(
    `SELECT msgid, type, author.person AS by, whom.person AS about, text, more FROM history_rows
     LEFT JOIN history_people AS author ON author.id = by
     LEFT JOIN history_people AS whom ON whom.id = about
     WHERE conversation = ? AND (by IS NULL OR author.is_forgotten = 0) ORDER BY msgid`,
  );
  for (const { id, key } of conversations.all(foldHandle(name))) {
    for (const row of rows.iterate(id as number)) {
      const msgid = String(row["msgid"]);
      const event = unpack(String(key), row as unknown as StoredRow);
      yield { event, stamp: { time: timeOfMsgid(msgid), msgid } };
    }
  }
}

/** One line for each of `kept`. */
export function* formatKept(kept: Iterable<Kept>, format: ExportFormat): Iterable<string> {
  for (const each of kept) yield format === "jsonl" ? toJson(each) : toText(each);
}

function toJson({ event, stamp }: Kept): string {
  const { type, ...rest } = event;
  const time = new Date(stamp.time).toISOString();
  return JSON.stringify(
    { time, msgid: stamp.msgid, type, ...rest },
    (_key, value) => value instanceof Map ? Object.fromEntries(value) : value,
  );
}

function toText({ event, stamp }: Kept): string {
  const time = new Date(stamp.time).toISOString().slice(0, 19).replace("T", " ");
  return `${time} ${stripFormatting(wordsOf(event)).replace(/[\r\n]/g, " ")}`;
}

function wordsOf(event: KeptEvent): string {
  // An event of the server has no author in the database.
  const by = ("by" in event ? event.by?.handle : undefined) ?? "the server";
  const why = "reason" in event && event.reason !== undefined ? ` (${event.reason})` : "";
  switch (event.type) {
    case "said":
      return event.notice === true ? `-${by}- ${event.text}` : `<${by}> ${event.text}`;
    case "dm":
      return `<${by}> ${event.text}`;
    case "emoted":
      return `* ${by} ${event.text}`;
    case "joined":
      return `*** ${by} has joined`;
    case "left":
      return `*** ${by} has left${why}`;
    case "quit":
      return `*** ${by} has quit${why}`;
    case "kicked":
      return `*** ${event.whom.handle} was removed by ${by}${why}`;
    case "renamed":
      return `*** ${by} is called ${event.now.handle} now`;
    case "topic_set":
      return `*** ${by} set the topic: ${event.text}`;
    case "modes_changed":
      return `*** ${by} changed modes: ${event.changes.map(({ mode }) => mode).join(", ")}`;
    case "tagged":
    case "user_tagged":
      return `*** ${by} sent tags: ${[...event.tags.keys()].join(", ")}`;
    case "gap":
      return `*** ${event.lost} messages are missing here`;
  }
}
