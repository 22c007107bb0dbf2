/**
 * What the two threads send each other: requests to the thread of the database, reports from it.
 *
 * @module
 */

/** To the thread of the database. */
export type DataRequest =
  /**
   * The first one: open the database at `path`, and look for others' changes every `pollMs`
   * milliseconds.
   */
  | { readonly type: "open"; readonly path: string; readonly pollMs: number }
  | {
    readonly type: "call";
    readonly id: number;
    readonly module: string;
    readonly name: string;
    readonly args: readonly unknown[];
  }
  /** The last one. */
  | { readonly type: "close" };

/** From the thread of the database. */
export type DataReport =
  | { readonly type: "opened" }
  /** It could not be opened, for the reason `fault`. */
  | { readonly type: "refused"; readonly fault: string }
  | { readonly type: "returned"; readonly id: number; readonly value: unknown }
  | { readonly type: "failed"; readonly id: number; readonly fault: string }
  /** Another process has changed what a module keeps. */
  | { readonly type: "changed"; readonly module: string }
  | { readonly type: "closed" };

/** The name of the thread, by which a program knows that it runs in one. */
export const DATA_THREAD = "parlance-data";
