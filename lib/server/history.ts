/**
 * The history of a server as its operator wants it: in the database, in memory, or none.
 *
 * @module
 */

import type { Hub } from "../chat/hub.ts";
import type { HistoryStore } from "../history/contract.ts";
import { HISTORY, type HistoryCalls } from "../history/history_module.ts";
import { MEMORY_LIMITS, MemoryStore } from "../history/memory_store.ts";
import { Recorder } from "../history/recorder.ts";
import { SqliteStore } from "../history/sqlite_store.ts";
import type { ServerData } from "./data.ts";
import { HistoryDesk } from "./history_desk.ts";
import { DATABASE_ROWS, type HistorySettings } from "./history_options.ts";
import type { Log } from "./log.ts";

/**
 * Opens the history. `onTrouble` receives what the operator should know.
 *
 * @throws {HistoryError} when the database cannot be read.
 */
export async function openHistory(
  settings: HistorySettings | undefined,
  data: ServerData | undefined,
  onTrouble: (text: string) => void,
): Promise<HistoryStore | undefined> {
  if (settings === undefined) return undefined;
  const { ageMs, rows, isSearchable } = settings;
  if (data === undefined) {
    const limits = { ...MEMORY_LIMITS, ...(rows !== undefined && { rows }) };
    return new MemoryStore(limits, isSearchable);
  }
  const port = data.client.port<HistoryCalls>(HISTORY.name);
  return await SqliteStore.open({
    port,
    ageMs,
    rows: rows ?? DATABASE_ROWS,
    isSearchable,
    onTrouble,
  });
}

/** The parts of a history: one for the sequencer, and one for the sessions. */
export interface HistoryParts {
  /** Writes it, with the highest id of the last run. */
  readonly recorder?: { readonly recorder: Recorder; readonly newest?: string };
  /** Reads it. */
  readonly desk?: { readonly history: HistoryDesk };
}

/**
 * Makes the parts that write and read `store`, if there is one; `limit` is the most events
 * in one answer.
 */
export function historyParts(
  hub: Hub,
  store: HistoryStore | undefined,
  limit: number,
  log: Log,
): HistoryParts {
  if (store === undefined) return {};
  const { lobby } = hub;
  const { newest } = store;
  // Users without an account are not recognised in another run of the server.
  const run = crypto.randomUUID();
  const onFault = (error: Error) => log.warning("the history", { reason: error.message });
  return {
    recorder: {
      recorder: new Recorder({ store, lobby, run }),
      ...(newest !== undefined && { newest }),
    },
    desk: { history: new HistoryDesk({ hub, store, run, limit, onFault }) },
  };
}
