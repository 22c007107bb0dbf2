/**
 * The tables of a history, and the calls on them without a thread: for tests of what stands in the tables, and of two who
 * use them at once.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { accountCalls } from "../../lib/accounts/account_module.ts";
import { connect, numberOf, openDatabase } from "../../lib/data/database.ts";
import type { Database } from "../../lib/data/plan.ts";
import { Batch } from "../../lib/history/batch.ts";
import type { Row } from "../../lib/history/contract.ts";
import { type HistoryCalls, historyCalls } from "../../lib/history/history_module.ts";
import { DATA_PLAN } from "../../lib/server/data_plan.ts";
import { Place } from "../data/plan.ts";

/** The day on which tests write, unless they say otherwise. */
export const DAY = 20_000;

/** A database with the tables; it is gone at the end of the test. */
export class Tables implements Disposable {
  readonly #place = new Place();
  readonly #open: Database[] = [];
  /** The connection of the server. */
  readonly database: Database;
  /** The calls of the server. */
  readonly calls: HistoryCalls;
  /** Runs before each transaction of the server begins. */
  beforeTransaction: () => void = () => {};

  /** Makes it. */
  constructor() {
    openDatabase(this.#place.file("parlance.db"), DATA_PLAN);
    this.database = this.#connect();
    this.calls = historyCalls(this.#delayed(this.database));
  }

  /** The calls of another process. */
  other(): HistoryCalls {
    return historyCalls(this.#connect());
  }

  /** Writes `rows`, as the server does. */
  write(...rows: readonly Row[]): void {
    this.writeOn(DAY, true, ...rows);
  }

  /** The same on the day `day`, with or without an index of words. */
  writeOn(day: number, isSearchable: boolean, ...rows: readonly Row[]): void {
    const batch = new Batch();
    for (const row of rows) batch.add(row);
    assertEquals(this.calls.write(batch.take(), isSearchable, day), { isWritten: true });
  }

  /** Cleans with these limits until nothing is left to be cleaned; the number of steps. */
  clean(limits: Partial<Parameters<HistoryCalls["clean"]>[0]> = {}): number {
    const all = { from: "", rows: 1_000_000, day: 0, ...limits };
    for (let steps = 1;; steps++) if (!this.calls.clean(all)) return steps;
  }

  /** What is kept of `key`: the author and the text of each message. */
  kept(key: string): string[] {
    const slice = { key, from: "", to: "~", limit: 5000, isLast: false, kinds: 1 } as const;
    const cells = this.calls.slice(slice);
    return Array.from({ length: cells.length / 6 }, (_, n) => {
      const [, , by, , text] = cells.slice(6 * n);
      return `${by === null ? by : JSON.parse(String(by)).handle}: ${text}`;
    });
  }

  /** The msgids of messages of `key` that have all of `words`. */
  found(key: string, words: string): string[] {
    const slice = { key, from: "", to: "~", limit: 50, isLast: false, kinds: 0 } as const;
    const cells = this.calls.search(words, slice);
    return Array.from({ length: cells.length / 6 }, (_, n) => String(cells[6 * n]));
  }

  /** Rows of `table` that meet `condition`. */
  count(table: string, condition = "true"): number {
    return numberOf(this.database, `SELECT count(*) FROM ${table} WHERE ${condition}`);
  }

  /** Messages whose words are in the index. */
  get indexed(): number {
    return this.count("history_words_docsize");
  }

  /** Adds an account, and removes it again: its history is forgotten. */
  removeAccount(name: string): void {
    const accounts = accountCalls(this.database);
    const keys = {
      salt: new Uint8Array(),
      storedKey: new Uint8Array(),
      serverKey: new Uint8Array(),
    };
    accounts.add({ ...keys, iterations: 1, name, registeredAt: 1 });
    accounts.remove(name);
  }

  #connect(): Database {
    const database = connect(this.#place.file("parlance.db"), { durable: false });
    this.#open.push(database);
    return database;
  }

  #delayed(database: Database): Database {
    const begins = <Result>(sql: string, run: () => Result): Result => {
      if (sql === "BEGIN IMMEDIATE") this.beforeTransaction();
      return run();
    };
    const prepare = (sql: string) => {
      const statement = database.prepare(sql);
      return sql === "BEGIN IMMEDIATE"
        ? { run: () => begins(sql, () => statement.run()) }
        : statement;
    };
    const exec = (sql: string) => begins(sql, () => database.exec(sql));
    return {
      prepare,
      exec,
      get isTransaction() {
        return database.isTransaction;
      },
    } as unknown as Database;
  }

  [Symbol.dispose](): void {
    for (const database of this.#open) database.close();
    this.#place[Symbol.dispose]();
  }
}
