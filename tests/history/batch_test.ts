/**
 * Rows on their way to the database and back.
 *
 * @module
 */

import { assertEquals, assertStrictEquals } from "@std/assert";
import type { KeptEvent } from "../../lib/chat/history.ts";
import {
  Batch,
  type BatchData,
  type ReadPeople,
  type StoredRow,
  unpack,
  WIDTH,
} from "../../lib/history/batch.ts";
import type { Row } from "../../lib/history/contract.ts";
import { person } from "../support/events.ts";
import { dm, said, stampOf } from "./rows.ts";

const X = "#Tea 1 1";
const [by, to] = [person("ann"), person("bob")];
const tags = new Map([["+draft/react", "ok"], ["+x", ""]]);
const channel = "Tea";

const EVENTS: readonly KeptEvent[] = [
  { type: "said", by, channel, text: "hi" },
  {
    type: "said",
    by,
    channel,
    text: "hi",
    notice: true,
    tags,
    lines: [[{ text: "h" }], [{ text: "i" }]] as never,
  },
  { type: "emoted", by, channel, text: "waves" },
  { type: "dm", by, to, text: "hi", action: true },
  { type: "tagged", by, channel, tags },
  { type: "user_tagged", by, to, tags },
  { type: "joined", by, channel },
  { type: "left", by, channel },
  { type: "left", by, channel, reason: "bye" },
  { type: "kicked", by, channel, whom: to, reason: "spam" },
  { type: "topic_set", by, channel, text: "leaves" },
  { type: "renamed", by, now: to },
  { type: "quit", by, reason: "gone" },
  { type: "gap", lost: 3 },
] as readonly KeptEvent[];

function rowOf(event: KeptEvent, n = 0): Row {
  return { conversation: X, stamp: stampOf(n), event, author: "=ann", payer: "ann" };
}

/** The events of `data`, as they come back from the database. */
function eventsOf({ rows, people, places }: BatchData, read: ReadPeople = new Map()): KeptEvent[] {
  const personAt = (cell: unknown) => cell === null ? null : people[Number(cell) * 2 + 1] as string;
  return Array.from({ length: rows.length / WIDTH.rows }, (_, n) => {
    const [place, , , type, author, about, text, more] = rows.slice(n * WIDTH.rows);
    const stored = { type, by: personAt(author), about: personAt(about), text, more };
    return unpack(String(places[Number(place) * WIDTH.places]), stored as StoredRow, read);
  });
}

for (const event of EVENTS) {
  Deno.test(`batch: what comes back of ${JSON.stringify({ ...event, by: undefined })} is the same`, () => {
    const batch = new Batch();
    batch.add(rowOf(event));
    assertEquals(eventsOf(batch.take()), [event]);
  });
}

Deno.test("batch: a person of many rows is one object again", () => {
  const batch = new Batch();
  for (let n = 0; n < 2; n++) batch.add(rowOf({ type: "joined", by, channel }, n));
  const data = batch.take();
  assertEquals(data.people.length, 2);
  const [one, other] = eventsOf(data) as { by: unknown }[];
  assertStrictEquals(one?.by, other?.by);
});

Deno.test("batch: somebody who is spoken to and then speaks can be forgotten for what it said", () => {
  const batch = new Batch();
  const row = dm(0, "ann", "bob");
  const { event } = row;
  const bob = event.type === "dm" ? event.to : person("bob");
  batch.add(row);
  batch.add({
    ...said(1, X),
    event: { type: "said", by: bob, channel, text: "hi" },
    author: "=bob",
  });
  const { people } = batch.take();
  assertEquals(people.filter((_, i) => i % 2 === 0), ["=ann", "", "=bob"]);
});

Deno.test("batch: what was taken leaves nothing behind", () => {
  const batch = new Batch();
  const row = said(0, X, "hello");
  batch.add(row);
  batch.move(X, "=ann");
  batch.rename("#Old 1 1", "#New 1 1");
  assertEquals(batch.size, 3);
  const [first] = [batch.take(), batch.take()];
  assertEquals([batch.size, batch.units], [0, 0]);
  batch.add(row);
  assertEquals(batch.take().people, first?.people);
  // Somebody who is called otherwise by now, before what it said as who it was.
  batch.add(said(2, X, "hello", "annie"));
  batch.add({ ...row, author: "=annie" });
  const nicks = batch.take().people.filter((_, i) => i % 2 === 1).map((json) =>
    JSON.parse(json).nick
  );
  assertEquals(nicks, ["annie", "ann"]);
});

Deno.test("batch: it counts its texts, and what few events have", () => {
  const units = (event: KeptEvent) => {
    const batch = new Batch();
    batch.add(rowOf({ type: "joined", by, channel }));
    const before = batch.units;
    batch.add(rowOf(event, 1));
    return batch.units - before;
  };
  const said = { type: "said", by, channel, text: "x".repeat(1000) } as const;
  assertEquals(units(said), 1000);
  assertEquals(units({ ...said, tags: new Map([["+a", "y".repeat(500)]]) }) > 1500, true);
  const batch = new Batch();
  batch.add(rowOf({ type: "joined", by, channel }));
  // The person itself.
  assertEquals(batch.units, JSON.stringify(by).length);
});

Deno.test("batch: a renamed channel is found by its folded name", () => {
  const batch = new Batch();
  batch.add(said(0, X));
  batch.rename(X, "#Den 1 1");
  const { places, renames } = batch.take();
  assertEquals([places.slice(0, 2), renames], [["#Den 1 1", "den"], [X, "#Den 1 1", "den"]]);
});

Deno.test("batch: the two of a conversation stand in one order, whoever speaks", () => {
  const partiesOf = (...rows: readonly Row[]) => {
    const batch = new Batch();
    for (const row of rows) batch.add(row);
    return batch.take().places.slice(2);
  };
  const expected = ["=ann", "ann", "=bob", "bob"];
  assertEquals(partiesOf(dm(0, "ann", "bob")), expected);
  const { parties: [one, other] = [], ...row } = dm(0, "ann", "bob");
  if (one === undefined || other === undefined) throw new Error("A dm has two parties");
  assertEquals(partiesOf({ ...row, parties: [other, one] }), expected);
  // The newest names count.
  const later: Row = { ...row, stamp: stampOf(1), parties: [{ ...one, handle: "annie" }, other] };
  assertEquals(partiesOf(dm(0, "ann", "bob"), later), ["=ann", "annie", "=bob", "bob"]);
});
