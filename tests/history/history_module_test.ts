/**
 * The calls on the tables of a history: one row, the markers, what is taken back, and what goes with an account.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { makeMsgid } from "../../lib/chat/msgid.ts";
import { dm, idOf, joined, said, START } from "./rows.ts";
import { Tables } from "./tables.ts";

const X = "#x 1 1";

Deno.test("tables: a row is found by its id, be it a message or an event", () => {
  using tables = new Tables();
  tables.write(said(0, X), joined(1, X));
  assertEquals([0, 1, 2].map((n) => tables.calls.find(X, idOf(n))?.[0]), [
    idOf(0),
    idOf(1),
    undefined,
  ]);
  assertEquals(tables.calls.find("#y 1 1", idOf(0)), undefined);
});

Deno.test("tables: what is taken back is not counted, listed or found any more", () => {
  using tables = new Tables();
  tables.write(said(0, X, "word"), joined(1, X), dm(2, "ann", "bob"));
  tables.calls.remove(X, idOf(0));
  tables.calls.remove(X, idOf(1));
  tables.calls.remove(X, idOf(1));
  tables.calls.remove("#y 1 1", idOf(1));
  assertEquals([tables.kept(X), tables.found(X, "word"), tables.indexed], [[], [], 1]);
  assertEquals(tables.count("history_conversations", "messages = 0 AND events = 0"), 1);
  const { conversation } = dm(2, "ann", "bob");
  tables.calls.remove(conversation, idOf(2));
  // Of a conversation without messages, there is nothing to open.
  assertEquals(tables.calls.directs("=ann", 10), []);
});

Deno.test("tables: of very many read markers, those that were moved last are listed", () => {
  using tables = new Tables();
  for (let n = 0; n < 502; n++) tables.calls.mark("=ann", `#${n}`, n === 0 ? 1000 : n);
  const markers = tables.calls.markers("=ann");
  assertEquals([markers.length, markers[0], markers[1]?.[0], markers.at(-1)], [
    500,
    ["#0", 1000],
    "#501",
    ["#3", 3],
  ]);
});

Deno.test("tables: with an account goes what it has said, written and read", () => {
  using tables = new Tables();
  tables.write(said(0, X), said(1, X, "mine", "bob"), dm(2, "ann", "bob"), dm(3, "bob", "ann"));
  tables.write(dm(4, "zoe", "ann"), dm(5, "bob", "zoe"));
  for (const name of ["ann", "bob"]) tables.calls.mark(`=${name}`, "#x", 5);
  tables.database.exec("INSERT INTO history_members VALUES ('=ann', 1, NULL), ('=bob', 1, NULL)");
  tables.removeAccount("Ann");
  assertEquals(tables.kept(X), ["bob: mine"]);
  for (const table of ["history_markers", "history_members"]) {
    assertEquals([tables.count(table, "identity = '=ann'"), tables.count(table)], [0, 1], table);
  }
  for (const name of ["ann", "bob", "zoe"]) {
    const peers = tables.calls.directs(`=${name}`, 10).filter((_, i) => i % 4 === 1);
    assertEquals(peers, { ann: [], bob: ["=zoe"], zoe: ["=bob"] }[name]);
  }
});

Deno.test("tables: words are found whatever stands around them", () => {
  using tables = new Tables();
  tables.write(said(0, X, 'he says "tea" AND NOT milk'), said(1, X, "a b c d e f g h i j"));
  const found = (words: string) => tables.found(X, words).length;
  const questions = ['say"tea', '"tea"', "tea AND NOT", "tea -- !", "!! --", "NEAR(tea", "tea*"];
  assertEquals(questions.map(found), [0, 1, 1, 1, 0, 0, 1]);
  // More words than are looked for.
  assertEquals([found("a b c d e f g h i j zzz"), found("zzz a b c d e f g h i j")], [1, 0]);
});

Deno.test("tables: very many messages of one millisecond hide none of the next", () => {
  using tables = new Tables();
  const at = (time: number, counter: number) => ({ time, msgid: makeMsgid(time, counter, 7) });
  tables.write({ ...said(0, X, "tea"), stamp: at(START + 1, 904) });
  tables.write({ ...said(1, X, "milk"), stamp: at(START, 5000) });
  assertEquals(tables.found(X, "tea"), [at(START + 1, 904).msgid]);
});
