/**
 * Cleaning the tables of a history: what is removed, in which steps, and that nothing is left that a later number could
 * bring back to life.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { dm, idOf, joined, said } from "./rows.ts";
import { DAY, Tables } from "./tables.ts";

const [X, Y] = ["#x 1 1", "#y 2 2"];

Deno.test("cleaning: what is too old goes with its words, and what is then too much", () => {
  using tables = new Tables();
  tables.write(...Array.from({ length: 20 }, (_, n) => n % 2 === 0 ? said(n, X) : joined(n, X)));
  assertEquals(tables.indexed, 10);
  // Five messages and five events are too old; as many are no more than there may be.
  tables.clean({ from: idOf(10), rows: 5 });
  assertEquals([tables.count("history_rows"), tables.indexed], [10, 5]);
  tables.clean({ from: idOf(10), rows: 2 });
  assertEquals(tables.kept(X), ["ann: text 16", "ann: null", "ann: text 18", "ann: null"]);
  const counted = tables.count("history_conversations", "messages = 2 AND events = 2");
  assertEquals([counted, tables.indexed], [1, 2]);
});

Deno.test("cleaning: a pass reaches every conversation, and the next one begins anew", () => {
  using tables = new Tables();
  const keys = Array.from({ length: 250 }, (_, n) => `#x ${n} ${n}`);
  tables.write(...keys.map((key, n) => said(n, key)));
  const steps = tables.clean({ from: idOf(1000) });
  assertEquals([steps, tables.count("history_conversations")], [3, 0]);
  // A number of before may stand for another conversation now.
  tables.write(said(1, Y));
  tables.clean({ from: idOf(1000) });
  assertEquals(tables.count("history_rows"), 0);
});

Deno.test("cleaning: a conversation that is gone leaves no members to the next one of its number", () => {
  using tables = new Tables();
  tables.write(said(0, X), said(1, Y));
  tables.database.exec("INSERT INTO history_members VALUES ('=ann', 1, NULL), ('=ann', 2, NULL)");
  tables.clean({ from: idOf(1) });
  assertEquals(tables.count("history_conversations"), 1);
  assertEquals(tables.count("history_members", "conversation = 1"), 0);
  assertEquals(tables.count("history_members"), 1);
});

Deno.test("cleaning: whoever writes next writes into a conversation that is there", () => {
  using tables = new Tables();
  tables.write(said(0, X));
  tables.clean({ from: idOf(1) });
  tables.write(said(5, X, "anew"), said(6, Y, "elsewhere"));
  assertEquals([tables.kept(X), tables.kept(Y)], [["ann: anew"], ["ann: elsewhere"]]);
});

Deno.test("cleaning: people who were not seen for long go, and those of the last day stay", () => {
  using tables = new Tables();
  tables.writeOn(DAY - 2, true, said(0, X, "old", "ann"));
  tables.writeOn(DAY - 1, true, said(1, X, "newer", "bob"));
  tables.writeOn(DAY, true, said(2, X, "newest", "ann"));
  tables.writeOn(DAY, true, said(3, Y, "newest", "carol"));
  tables.clean({ day: DAY - 1 });
  assertEquals(tables.count("history_people"), 3);
  tables.clean({ from: idOf(2), day: DAY });
  assertEquals(tables.count("history_people"), 2);
  assertEquals(tables.kept(X), ["ann: newest"]);
});

Deno.test("cleaning: of whoever is forgotten nothing is left, and of the others all", () => {
  using tables = new Tables();
  tables.write(said(0, X), dm(1, "ann", "bob"), dm(2, "bob", "ann"), said(3, X, "mine", "bob"));
  tables.calls.forget("=ann");
  tables.clean();
  assertEquals(tables.kept(X), ["bob: mine"]);
  assertEquals(tables.count("history_rows"), 1);
  assertEquals(tables.count("history_people", "identity = '=ann'"), 0);
  assertEquals(tables.count("history_rows", "by NOT IN (SELECT id FROM history_people)"), 0);
});

Deno.test("cleaning: whoever is forgotten while a pass runs is removed by the next one, rows and all", () => {
  using tables = new Tables();
  tables.write(said(0, X), ...Array.from({ length: 1200 }, (_, n) => said(n + 1, Y, "old", "bob")));
  const limits = { from: "", rows: 100, day: 0 };
  assert(tables.calls.clean(limits));
  tables.calls.forget("=ann");
  while (tables.calls.clean(limits));
  const orphans = "by NOT IN (SELECT id FROM history_people)";
  assertEquals([tables.count("history_rows", orphans), tables.count("history_people")], [0, 2]);
  while (tables.calls.clean(limits));
  assertEquals([tables.count("history_rows", orphans), tables.count("history_people")], [0, 1]);
});

Deno.test("cleaning: a step that fails is undone, and its conversations are not passed over", () => {
  using tables = new Tables();
  tables.write(said(0, X), ...Array.from({ length: 600 }, (_, n) => said(n + 1, Y)));
  tables.calls.forget("=ann");
  tables.database.exec(`
    CREATE TRIGGER broken BEFORE DELETE ON history_rows WHEN OLD.conversation = 2
    BEGIN SELECT raise(ABORT, 'a bad sector'); END`);
  assertThrows(() => tables.clean(), Error, "a bad sector");
  assertEquals(tables.count("history_rows"), 601);
  tables.database.exec("DROP TRIGGER broken");
  tables.clean();
  assertEquals([tables.count("history_rows"), tables.count("history_people")], [0, 0]);
});
