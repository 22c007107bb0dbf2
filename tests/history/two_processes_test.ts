/**
 * The history while another process, such as the operator's `history prune`, changes the same database: numbers that one
 * of them remembers may mean something else by now.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { connect, openDatabase } from "../../lib/data/database.ts";
import type { Database } from "../../lib/data/plan.ts";
import { Batch } from "../../lib/history/batch.ts";
import type { Row } from "../../lib/history/contract.ts";
import { type HistoryCalls, historyCalls } from "../../lib/history/history_module.ts";
import { DATA_PLAN } from "../../lib/server/data_plan.ts";
import { Place } from "../data/plan.ts";
import { idOf, said } from "./rows.ts";

const [X, Y] = ["#x 1 1", "#y 2 2"];
const DAY = 20_000;

/** A database that a server and an operator have open. */
class Shared implements Disposable {
  readonly #place = new Place();
  readonly #open: Database[] = [];
  readonly operator: HistoryCalls;
  readonly server: HistoryCalls;
  /** What the operator does while the server waits to write. */
  meanwhile: () => void = () => {};

  constructor() {
    openDatabase(this.#place.file("parlance.db"), DATA_PLAN);
    this.operator = historyCalls(this.#connect());
    this.server = historyCalls(this.#overtaken(this.#connect()));
  }

  /** Writes `rows`, as the server does. */
  write(...rows: readonly Row[]): void {
    const batch = new Batch();
    for (const row of rows) batch.add(row);
    assertEquals(this.server.write(batch.take(), true, DAY), { isWritten: true });
  }

  /** What is kept of `key`: the author and the text of each message. */
  kept(key: string): string[] {
    const slice = { key, from: "", to: "~", limit: 5000, isLast: false, kinds: 1 } as const;
    const cells = this.server.slice(slice);
    return Array.from({ length: cells.length / 6 }, (_, n) => {
      const [, , by, , text] = cells.slice(6 * n);
      return `${by === null ? by : JSON.parse(String(by)).handle}: ${text}`;
    });
  }

  #connect(): Database {
    const database = connect(this.#place.file("parlance.db"), { durable: false });
    this.#open.push(database);
    return database;
  }

  /** Its transactions begin when the operator's have ended. */
  #overtaken(database: Database): Database {
    const prepare = (sql: string) => {
      const statement = database.prepare(sql);
      if (sql !== "BEGIN IMMEDIATE") return statement;
      const run = () => {
        this.meanwhile();
        return statement.run();
      };
      return { run };
    };
    const exec = (sql: string) => database.exec(sql);
    return { prepare, exec, isTransaction: false } as unknown as Database;
  }

  [Symbol.dispose](): void {
    for (const database of this.#open) database.close();
    this.#place[Symbol.dispose]();
  }
}

Deno.test("history: what is pruned while a batch waits for the lock puts nothing into another conversation", () => {
  using shared = new Shared();
  shared.write(said(0, X, "old"));
  shared.meanwhile = () => {
    while (shared.operator.clean({ from: idOf(100), rows: 100, day: DAY + 1 }));
  };
  shared.write(said(100, X, "of x"), said(101, Y, "of y", "bob"));
  assertEquals([shared.kept(X), shared.kept(Y)], [["ann: of x"], ["bob: of y"]]);
});

Deno.test("history: whoever is forgotten by two cleaners at once takes nobody's name along", () => {
  using shared = new Shared();
  // More than one step removes.
  shared.write(...Array.from({ length: 600 }, (_, n) => said(n, n === 0 ? X : Y)));
  shared.server.forget("=ann");
  const limits = { from: "", rows: 10_000, day: 0 };
  assertEquals(shared.server.clean(limits), true);
  while (shared.operator.clean(limits));
  // SQLite gives the number of ann to bob.
  shared.write(said(700, Y, "here", "bob"));
  while (shared.server.clean(limits));
  assertEquals(shared.kept(Y), ["bob: here"]);
});
