/**
 * Writing batches into the tables of a history: whole, once, and under the right numbers.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Batch } from "../../lib/history/batch.ts";
import type { Row } from "../../lib/history/contract.ts";
import { person } from "../support/events.ts";
import { dm, idOf, joined, said, stampOf } from "./rows.ts";
import { DAY, Tables } from "./tables.ts";

const [X, Y] = ["#x 1 1", "#y 2 2"];

function writtenBy(tables: Tables, fill: (batch: Batch) => void) {
  const batch = new Batch();
  fill(batch);
  return tables.calls.write(batch.take(), true, DAY);
}

Deno.test("writing: a row that is there already is not written and counted twice", () => {
  using tables = new Tables();
  tables.write(said(0, X), joined(1, X));
  tables.write(said(0, X), joined(1, X), said(2, X));
  assertEquals(tables.kept(X), ["ann: text 0", "ann: null", "ann: text 2"]);
  const counted = tables.count("history_conversations", "messages = 2 AND events = 1");
  assertEquals([counted, tables.indexed], [1, 2]);
});

Deno.test("writing: only texts of messages are indexed, and only if the operator wants that", () => {
  using tables = new Tables();
  const by = person("ann");
  const of = { conversation: X, author: "=ann", payer: "ann" };
  const topic = { type: "topic_set", by, channel: "x", text: "words" } as const;
  const gap = { type: "gap", lost: 1 } as const;
  tables.write({ ...of, event: topic, stamp: stampOf(0) }, {
    ...of,
    event: gap,
    stamp: stampOf(1),
  });
  assertEquals(tables.indexed, 0);
  tables.writeOn(DAY, false, said(2, X, "words"));
  assertEquals(tables.indexed, 0);
  tables.write(said(3, X, "words"));
  assertEquals([tables.indexed, tables.found(X, "words")], [1, [idOf(3)]]);
});

Deno.test("writing: what fails leaves nothing behind, also no number of what it has made", () => {
  using tables = new Tables();
  tables.write(said(0, X));
  tables.database.exec(`
    CREATE TRIGGER broken BEFORE INSERT ON history_rows WHEN NEW.text = 'wrong'
    BEGIN SELECT raise(ABORT, 'a bad sector'); END`);
  const outcome = writtenBy(tables, (batch) => {
    batch.add(said(1, Y, "in vain", "bob"));
    batch.add(said(2, Y, "wrong"));
  });
  assertEquals(outcome, { isWritten: false, fault: "a bad sector", isTransient: false });
  assertEquals([tables.kept(Y), tables.count("history_people")], [[], 1]);
  tables.write(said(2, "#z 3 3", "first", "carol"), said(3, Y, "anew", "bob"));
  assertEquals([tables.kept(Y), tables.kept("#z 3 3")], [["bob: anew"], ["carol: first"]]);
});

for (
  const [errcode, isTransient] of [[5, true], [517, true], [13, true], [11, false], [
    undefined,
    false,
  ]]
) {
  Deno.test(`writing: a failure with the code ${errcode} may ${isTransient ? "" : "not "}pass`, () => {
    using tables = new Tables();
    tables.beforeTransaction = () => {
      throw Object.assign(new Error("no luck"), errcode === undefined ? {} : { errcode });
    };
    const outcome = writtenBy(tables, (batch) => batch.add(said(0, X)));
    assertEquals(outcome, { isWritten: false, fault: "no luck", isTransient } as typeof outcome);
  });
}

Deno.test("writing: two users are shown by the names that they had last", () => {
  using tables = new Tables();
  tables.write(dm(0, "ann", "bob"));
  const key = dm(0, "ann", "bob").conversation;
  const later: Row = {
    ...dm(1, "bob", "ann"),
    // The other order: whose identity it is counts.
    parties: [{ identity: "=bob", handle: "bobby" }, { identity: "=ann", handle: "annie" }],
  };
  tables.write(later);
  assertEquals(tables.calls.directs("=ann", 5), [key, "=bob", "bobby", idOf(1)]);
  assertEquals(tables.calls.directs("=bob", 5), [key, "=ann", "annie", idOf(1)]);
});

Deno.test("writing: a channel with another name keeps its past, and its old name begins anew", () => {
  using tables = new Tables();
  tables.write(said(0, X));
  const [to, name] = ["#Xanadu 1 1", "xanadu"];
  writtenBy(tables, (batch) => batch.rename(X, to));
  tables.write(said(1, X, "another"), said(2, to, "the same"));
  assertEquals(tables.kept(to), ["ann: text 0", "ann: the same"]);
  assertEquals(tables.kept(X), ["ann: another"]);
  assertEquals(tables.count("history_conversations", `name = '${name}'`), 1);
  // A name that stands for something already is left alone.
  assertEquals(writtenBy(tables, (batch) => batch.rename(X, to)), { isWritten: true });
  assertEquals([tables.kept(X), tables.kept(to).length], [["ann: another"], 2]);
});

Deno.test("writing: in one batch, what was said before and after a renaming stands together", () => {
  using tables = new Tables();
  writtenBy(tables, (batch) => {
    batch.add(said(0, X));
    batch.rename(X, "#Den 1 1");
    batch.add(said(1, "#Den 1 1"));
  });
  assertEquals([tables.kept(X), tables.kept("#Den 1 1")], [[], ["ann: text 0", "ann: text 1"]]);
  assertEquals(tables.count("history_conversations", "name = 'den'"), 1);
});
