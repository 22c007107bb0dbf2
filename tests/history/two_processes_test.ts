/**
 * The history while another process, such as the operator's `history prune`, changes the same database: numbers that one
 * of them remembers may mean something else by now.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { idOf, said } from "./rows.ts";
import { DAY, Tables } from "./tables.ts";

const [X, Y] = ["#x 1 1", "#y 2 2"];

Deno.test("history: what is pruned while a batch waits for the lock puts nothing into another conversation", () => {
  using tables = new Tables();
  const operator = tables.other();
  tables.write(said(0, X, "old"));
  tables.beforeTransaction = () => {
    while (operator.clean({ from: idOf(100), rows: 100, day: DAY + 1 }));
  };
  tables.write(said(100, X, "of x"), said(101, Y, "of y", "bob"));
  assertEquals([tables.kept(X), tables.kept(Y)], [["ann: of x"], ["bob: of y"]]);
});

for (const newcomer of ["bob", "ann"]) {
  Deno.test(`history: when two cleaners forget ann at once, the ${newcomer} who comes then keeps its name`, () => {
    using tables = new Tables();
    const operator = tables.other();
    // More than one step removes.
    tables.write(...Array.from({ length: 600 }, (_, n) => said(n, n === 0 ? X : Y)));
    tables.calls.forget("=ann");
    const limits = { from: "", rows: 10_000, day: 0 };
    assertEquals(tables.calls.clean(limits), true);
    while (operator.clean(limits));
    // SQLite gives the number of the first ann to this one.
    tables.write(said(700, Y, "here", newcomer));
    tables.clean(limits);
    assertEquals(tables.kept(Y), [`${newcomer}: here`]);
  });
}
