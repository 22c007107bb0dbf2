/**
 * The stores that the suite runs over.
 *
 * @module
 */

import type { HistoryStore } from "../../lib/history/contract.ts";
import { MemoryStore } from "../../lib/history/memory_store.ts";

/** A store, and what frees what it stands on. */
export interface OpenedStore {
  readonly store: HistoryStore;
  readonly dispose: () => Promise<void>;
}

/** Every kind of store, empty. */
export const STORES: readonly { readonly name: string; open(): Promise<OpenedStore> }[] = [
  {
    name: "memory",
    open: () => Promise.resolve({ store: new MemoryStore(), dispose: () => Promise.resolve() }),
  },
];
