/**
 * Opens the database: looks at its header before SQLite touches it, and brings its tables up to
 * date.
 *
 *   header of the file   bytes 0-15 "SQLite format 3\0" · 40-43 raised by every change of the tables ·
 *                        60-63 version of the schema · 68-71 whose file it is
 *
 * 1. MUST change nothing in a file that is damaged, newer than this program, or another program's.
 * 2. MUST apply each migration whole or not at all.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { DataError, faultOf } from "./data_error.ts";
import type { Database, DataPlan } from "./plan.ts";

/** Says in the header that a file is ours: "Parl". */
const APPLICATION_ID = 0x5061726c;
const MAGIC = "SQLite format 3\0";
const HEADER_BYTES = 100;
/** Milliseconds to wait for another process that is writing. */
const BUSY_MS = 5_000;
/** A file of at most this size is checked whole when it is opened: that takes some 0.1 s. */
const CHECKED_BYTES = 64 * 1024 * 1024;

const FOREIGN = "it belongs to another program";

/** How a connection to the database writes. */
export interface OpenOptions {
  /** As in `DataModule`. */
  readonly durable: boolean;
}

/**
 * Opens the database at `path`, or makes it, and applies the migrations that are missing.
 *
 * @throws {DataError} when the file cannot be used; it is then as it was.
 */
export function openDatabase(path: string, plan: DataPlan): void {
  const size = checkHeader(path, plan);
  // Mode 600 from the beginning: SQLite gives its other files the mode of this one.
  if (size === undefined) {
    Deno.openSync(path, { createNew: true, write: true, mode: 0o600 }).close();
  }
  const database = connect(path, { durable: true });
  try {
    if (size !== undefined && size <= CHECKED_BYTES) checkWhole(path, database);
    migrate(path, database, plan);
  } finally {
    database.close();
  }
}

/**
 * A connection to a database that `openDatabase` has opened once.
 *
 * @throws {DataError} when the file cannot be used.
 */
export function connect(path: string, { durable }: OpenOptions): Database {
  try {
    const database = new DatabaseSync(path);
    database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    database.exec("PRAGMA journal_mode = WAL");
    database.exec(`PRAGMA synchronous = ${durable ? "FULL" : "NORMAL"}`);
    database.exec("PRAGMA foreign_keys = ON");
    // Deleted bytes are overwritten, so that the keys of a deleted account are gone.
    database.exec("PRAGMA secure_delete = ON");
    return database;
  } catch (error) {
    throw unusable(path, faultOf(error));
  }
}

/**
 * Returns the size of the file; `undefined` when there is none. An empty one is as good as none.
 *
 * @throws {DataError} when its header shows that it cannot be used.
 */
export function checkHeader(path: string, plan: DataPlan): number | undefined {
  let header: Uint8Array;
  let size: number;
  try {
    using file = Deno.openSync(path);
    size = file.statSync().size;
    header = new Uint8Array(Math.min(HEADER_BYTES, size));
    for (let at = 0; at < header.length;) at += file.readSync(header.subarray(at)) ?? HEADER_BYTES;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw unusable(path, faultOf(error));
  }
  if (size === 0) return 0;
  const view = new DataView(header.buffer);
  const isDatabase = header.length === HEADER_BYTES &&
    new TextDecoder().decode(header.subarray(0, MAGIC.length)) === MAGIC;
  if (!isDatabase) throw unusable(path, "it is damaged, or no database; put it aside");
  checkVersion(path, view.getUint32(68), view.getUint32(60), plan);
  // Most programs write neither. What has tables and is not ours is theirs.
  if (view.getUint32(68) === 0 && view.getUint32(40) !== 0) throw unusable(path, FOREIGN);
  return size;
}

function checkVersion(path: string, owner: number, version: number, plan: DataPlan): void {
  // SQLite has not written them before the first migration is whole.
  if (owner === 0 && version === 0) return;
  if (owner !== APPLICATION_ID) throw unusable(path, FOREIGN);
  const known = plan.migrations.length;
  if (version <= known) return;
  throw unusable(
    path,
    `a newer version of this program has used it (schema ${version}, this one knows ${known}); ` +
      "install that version again",
  );
}

function checkWhole(path: string, database: Database): void {
  let verdict: unknown;
  try {
    verdict = Object.values(database.prepare("PRAGMA quick_check(1)").get() ?? {})[0];
  } catch (error) {
    verdict = faultOf(error);
  }
  if (verdict !== "ok") throw unusable(path, `it is damaged: ${verdict}; put it aside`);
}

function migrate(path: string, database: Database, plan: DataPlan): void {
  try {
    // Again in here: the header may be older than the log beside it, and another process
    // may be at it.
    database.exec("BEGIN IMMEDIATE");
    const version = numberOf(database, "PRAGMA user_version");
    const owner = numberOf(database, "PRAGMA application_id");
    checkVersion(path, owner, version, plan);
    const hasTables = numberOf(database, "SELECT count(*) FROM sqlite_schema") > 0;
    if (owner === 0 && hasTables) throw unusable(path, FOREIGN);
    for (const script of plan.migrations.slice(version)) database.exec(script);
    if (version < plan.migrations.length) {
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      database.exec(`PRAGMA user_version = ${plan.migrations.length}`);
    }
    database.exec("COMMIT");
  } catch (error) {
    // The transaction is not committed, so the database stays as it was.
    if (error instanceof DataError) throw error;
    throw unusable(path, faultOf(error));
  }
}

/** The first value of the first row of a query, which is a number. */
export function numberOf(database: Database, query: string): number {
  return Number(Object.values(database.prepare(query).get() ?? {})[0] ?? 0);
}

function unusable(path: string, why: string): DataError {
  return new DataError(`Cannot use the database "${path}": ${why}`);
}
