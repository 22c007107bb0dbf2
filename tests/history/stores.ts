/**
 * The stores that the suite runs over.
 *
 * @module
 */

import type { HistoryStore } from "../../lib/history/contract.ts";
import { DataClient } from "../../lib/data/client.ts";
import { HISTORY, type HistoryCalls } from "../../lib/history/history_module.ts";
import { MEMORY_LIMITS, MemoryStore } from "../../lib/history/memory_store.ts";
import { SqliteStore } from "../../lib/history/sqlite_store.ts";
import { DATA_THREAD_MODULE } from "../support/data_thread.ts";
import { START } from "./rows.ts";

/** A store, and what frees what it stands on. */
export interface OpenedStore {
  readonly store: HistoryStore;
  readonly dispose: () => Promise<void>;
}

/** A kind of store. */
export interface StoreKind {
  readonly name: string;
  /** Opens an empty one, that can be searched unless it is said that it cannot. */
  open(isSearchable?: boolean): Promise<OpenedStore>;
}

/** Every kind of store. */
export const STORES: readonly StoreKind[] = [
  {
    name: "memory",
    open: (isSearchable = true) =>
      Promise.resolve({
        store: new MemoryStore(MEMORY_LIMITS, isSearchable),
        dispose: () => Promise.resolve(),
      }),
  },
  {
    name: "sqlite",
    open: async (isSearchable = true) => {
      const path = await Deno.makeTempDir({ prefix: "parlance-history-" });
      const client = await DataClient.open({ thread: DATA_THREAD_MODULE, path: `${path}/test.db` });
      const store = await SqliteStore.open({
        port: client.port<HistoryCalls>(HISTORY.name),
        ageMs: 7 * DAY_MS,
        rows: 100_000,
        isSearchable,
        now: () => START,
      });
      const dispose = async () => {
        await client.close();
        await Deno.remove(path, { recursive: true });
      };
      return { store, dispose };
    },
  },
];

const DAY_MS = 86_400_000;
