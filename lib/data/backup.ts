/**
 * A copy of the database, consistent also while a server writes to it.
 *
 * @module
 */

import { backup } from "node:sqlite";
import { DataError, faultOf } from "./data_error.ts";
import type { Database } from "./plan.ts";

/** Pages that are copied in one step: all of them, so that no writer makes the copy begin again. */
const ALL_PAGES = 2 ** 30;

/**
 * Copies `database` to a new file, which only this user can read.
 *
 * @throws {DataError} when the file exists or cannot be written.
 */
export async function backUp(database: Database, file: string): Promise<void> {
  try {
    Deno.openSync(file, { createNew: true, write: true, mode: 0o600 }).close();
  } catch (error) {
    const why = error instanceof Deno.errors.AlreadyExists ? "it exists already" : faultOf(error);
    throw new DataError(`Cannot write the backup "${file}": ${why}`);
  }
  try {
    await backup(database, file, { rate: ALL_PAGES });
  } catch (error) {
    Deno.removeSync(file);
    throw new DataError(`Cannot write the backup "${file}": ${faultOf(error)}`);
  }
}
