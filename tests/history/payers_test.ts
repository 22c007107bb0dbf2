/**
 * Who pays for rows in memory. Whose go first is shown with the store, in `memory_store_test.ts`.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { costOf, Payers } from "../../lib/history/payers.ts";
import { said } from "./rows.ts";

const X = "#x 1 1";

Deno.test("payers: a network whose rows are gone is remembered no longer", () => {
  const payers = new Payers();
  payers.charge("ann", costOf(said(0, X, "a")));
  payers.charge("bob", costOf(said(1, X, "bb")));
  assertEquals([payers.size, payers.total], [2, 606]);
  payers.charge("ann", -302);
  assertEquals([payers.size, payers.total], [1, 304]);
  payers.clear();
  assertEquals([payers.size, payers.total], [0, 0]);
});
