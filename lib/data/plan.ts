/**
 * The contract between the database and its modules, each of which keeps something in it: a module
 * has tables of its own, and calls that the server makes. The plan is the list of all modules.
 *
 * @module
 */

import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";

/** An open database, as `node:sqlite` has it. */
export type Database = DatabaseSync;

/**
 * The calls of a module: plain functions, which run one after the other in the thread of the
 * database. What they take and return must be data that a message can carry.
 */
// deno-lint-ignore no-explicit-any -- each call has parameters of its own
export type DataCalls = Readonly<Record<string, (...args: any[]) => unknown>>;

/** A module that is open. */
export interface OpenModule {
  /** What the server may call. */
  readonly calls: DataCalls;
  /**
   * A number that every change of the module's data raises, whichever process makes it. Left out
   * where no other process changes anything.
   */
  readonly version?: () => number;
}

/** A module: a part of the program that keeps something in the database. */
export interface DataModule {
  /** Its name in calls. */
  readonly name: string;
  /**
   * Whether what was written is safe from a loss of power as soon as a call returns
   * (synchronous=FULL). Without it, the last moments may be lost, and writing costs far less.
   */
  readonly durable: boolean;
  /** Prepares the module's statements. The tables are there. */
  open(database: Database): OpenModule;
}

/** Everything that is kept. */
export interface DataPlan {
  /**
   * SQL scripts that lead from an empty database to today's, one after the other. A script that has
   * been released is never changed; a new one is added at the end.
   */
  readonly migrations: readonly string[];
  /** The modules. */
  readonly modules: readonly DataModule[];
}

/** A prepared query whose rows are lists of values, in the order of its columns. */
export interface ListStatement {
  /** All rows that it finds. */
  all(...params: SQLInputValue[]): (string | number | null)[][];
  /** The same one by one, as they are asked for. */
  iterate(...params: SQLInputValue[]): Iterable<(string | number | null)[]>;
}

/**
 * Makes a prepared query give its rows as lists. A row that is an object with a name for each
 * column takes the runtime three times as long, and leaves far more to collect.
 */
export function inLists(statement: StatementSync): ListStatement {
  // The runtime has it (Node 24); its types do not know it yet.
  const { setReturnArrays } = statement as unknown as { setReturnArrays(isOn: boolean): void };
  setReturnArrays.call(statement, true);
  return statement as unknown as ListStatement;
}

/** The first row that a prepared query finds. */
export function readRow(
  statement: StatementSync,
  ...params: SQLInputValue[]
): Readonly<Record<string, unknown>> | undefined {
  return statement.get(...params);
}
