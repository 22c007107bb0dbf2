/**
 * What a store in memory keeps when it is full: the last of each conversation, and of those who fill it least; and the
 * queues and markers that it is made of.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Kept } from "../../lib/chat/history.ts";
import type { Row } from "../../lib/history/contract.ts";
import { Markers } from "../../lib/history/markers.ts";
import { MemoryStore } from "../../lib/history/memory_store.ts";
import { RowQueue } from "../../lib/history/row_queue.ts";
import { dm, idOf, joined, said, textsOf } from "./rows.ts";

const X = "#x 1 1";
const ALL = { limit: 1000, take: "last", events: true } as const;

Deno.test("a conversation keeps its last messages, and as many events besides", async () => {
  const store = new MemoryStore({ rows: 3, bytes: 1_000_000 });
  store.append(joined(0, X, "early"));
  for (let n = 1; n <= 10; n++) store.append(said(n, X));
  for (let n = 11; n <= 15; n++) store.append(joined(n, X, `b${n}`));
  assertEquals(textsOf(await store.slice(X, ALL)), [
    "text 8",
    "text 9",
    "text 10",
    "+b13",
    "+b14",
    "+b15",
  ]);
});

Deno.test("whoever fills the memory loses its own oldest rows, wherever it spoke", async () => {
  const store = new MemoryStore({ rows: 1000, bytes: 100_000 });
  store.append(said(0, X, "the oldest of all", "quiet"));
  for (let n = 1; n < 1000; n++) {
    const before = store.bytes;
    store.append(said(n, `#spam 1 ${n % 50}`, "x".repeat(500), "loud"));
    // Much is freed at once, so that it is looked for rarely.
    const most = store.bytes <= before ? 15 / 16 * 100_000 : 100_000;
    assert(store.bytes <= most, `${store.bytes} bytes after row ${n}`);
  }
  assertEquals(textsOf(await store.slice(X, ALL)), ["the oldest of all"]);
  const last = await store.slice(`#spam 1 ${999 % 50}`, ALL);
  assertEquals(last.at(-1)?.event.type, "said");
});

Deno.test("a conversation without rows is forgotten, and nobody pays for it any more", async () => {
  const store = new MemoryStore({ rows: 1000, bytes: 3000 });
  store.append(dm(0, "ann", "bob"));
  for (let n = 1; n < 100; n++) store.append(dm(n, "ann", `c${n}`));
  assert((await store.directs("=ann", 1000)).length < 10);
  assertEquals(await store.directs("=bob", 10), []);
  store.forget("=ann");
  assertEquals(store.bytes, 0);
});

Deno.test("property: the memory is never more than its limit, and its count is that of its rows", async () => {
  const step = fc.record({
    by: fc.constantFrom("a", "b", "c"),
    where: fc.constantFrom("#x 1 1", "#y 1 2", "#z 1 3"),
    length: fc.nat(400),
    does: fc.constantFrom("say", "say", "say", "join", "dm", "forget"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
      const store = new MemoryStore({ rows: 5, bytes: 6_000 });
      for (const [n, { by, where, length, does }] of steps.entries()) {
        if (does === "forget") store.forget(`=${by}`);
        else if (does === "join") store.append(joined(n, where, by));
        else if (does === "dm") store.append(dm(n, by, "d", "x".repeat(length)));
        else store.append(said(n, where, "x".repeat(length), by));
        assert(store.bytes <= 6_000);
      }
      for (const by of ["a", "b", "c", "d"]) store.forget(`=${by}`);
      assertEquals(store.bytes, 0);
      assertEquals(await store.slice("#x 1 1", ALL), []);
    }),
    { numRuns: 100 },
  );
});

Deno.test("payers with the same amount share what is freed, the oldest rows first", async () => {
  const store = new MemoryStore({ rows: 1000, bytes: 100_000 });
  const names = Array.from({ length: 20 }, (_, i) => `n${i}`);
  let n = 0;
  for (let round = 0; round < 40; round++) {
    for (const by of names) store.append(said(n++, `#x 1 ${n % 7}`, `text ${n}`, by));
  }
  const rows: Kept[] = [];
  for (let i = 0; i < 7; i++) rows.push(...await store.slice(`#x 1 ${i}`, ALL));
  const kept = rows.map(({ stamp }) => stamp.msgid).sort();
  // What is left is nearly the newest of all, and everybody has some of it.
  assert(kept.length > 200);
  const counts = names.map((name) =>
    rows.filter(({ event }) => event.type === "said" && event.by.handle === name).length
  );
  assert(Math.max(...counts) - Math.min(...counts) <= 2, `${counts}`);
  assert((kept[0] as string) >= idOf(n - kept.length - 2 * names.length));
});

Deno.test("of two who hold the same, the one who spoke first loses no more than the other", async () => {
  const store = new MemoryStore({ rows: 1000, bytes: 100_000 });
  store.append(said(0, X, "the oldest of all", "quiet"));
  let n = 1;
  while (store.bytes < 50_000) store.append(said(n++, X, "a text", "first"));
  for (let before = 0; store.bytes > before;) {
    before = store.bytes;
    store.append(said(n++, X, "a text", "second"));
  }
  const by = (await store.slice(X, ALL)).map(({ event }) => "by" in event && event.by?.handle);
  const [quiet, first, second] = ["quiet", "first", "second"].map((one) =>
    by.filter((each) => each === one).length
  ) as [number, number, number];
  assertEquals(quiet, 1);
  assert(Math.abs(first - second) <= 2, `${first} and ${second} of ${n} rows`);
});

Deno.test("a store full of payers who hold one row each loses only what must go", async () => {
  const store = new MemoryStore({ rows: 1000, bytes: 100_000 });
  let n = 0;
  while (store.bytes < 99_000) store.append(said(n++, X, "a text", `payer ${n}`));
  for (const end = n + 8; n < end;) store.append(said(n++, X, "a text", `payer ${n}`));
  const kept = await store.slice(X, ALL);
  assert(kept.length > 0.9 * n, `${kept.length} of ${n}`);
  assertEquals(kept.at(-1)?.stamp.msgid, idOf(n - 1));
  assertEquals(kept[0]?.stamp.msgid, idOf(n - kept.length));
});

Deno.test("property: a queue holds what an array would", () => {
  const step = fc.constantFrom("push", "push", "push", "shift", "shift", "filter");
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const costOf = (row: Row) => 1 + row.stamp.time % 7;
    const queue = new RowQueue(costOf);
    let model: Row[] = [];
    for (const [n, does] of steps.entries()) {
      if (does === "push") {
        const row = said(n, "#x 1 1", undefined, `payer ${n % 3}`);
        assertEquals(queue.push(row), costOf(row));
        model.push(row);
      } else if (does === "filter") {
        const isKept = ({ stamp }: Row) => stamp.time % 2 === 0;
        queue.filter(isKept);
        model = model.filter(isKept);
      } else if (model.length > 0) {
        queue.shift();
        model.shift();
      }
      const [first] = model;
      if (first !== undefined) {
        assertEquals([queue.firstCost, queue.firstPayer], [costOf(first), first.payer]);
      }
      assertEquals(queue.length, model.length);
      assertEquals(queue.last, model.at(-1));
    }
    assertEquals(queue.rows, model);
  }));
});

Deno.test("a user who marks without end loses its own oldest markers", () => {
  const markers = new Markers();
  markers.set("=bob", "#x", 1);
  for (let n = 0; n < 600; n++) {
    markers.set("=ann", `#${n}`, n + 1);
    assertEquals(markers.set("=ann", "#again", n === 0 ? 9 : 1), 9, "marked last, so it stays");
  }
  assertEquals(markers.get("=ann", "#100"), undefined);
  assertEquals(markers.get("=ann", "#101"), 102);
  assertEquals(markers.get("=bob", "#x"), 1);
});

Deno.test("of users without end, those stay who marked last", () => {
  const markers = new Markers();
  markers.set("=ann", "#x", 1);
  markers.set("=bob", "#x", 1);
  markers.set("=bob", "#y", 1);
  markers.set("=ann", "#x", 2);
  for (let n = 0; n < 99_999; n++) markers.set(`=${n}`, "#x", 1);
  assertEquals([markers.all("=bob"), markers.all("=0").length], [[], 1]);
  assertEquals(markers.get("=ann", "#x"), 2);
  markers.set("=cat", "#x", 1);
  assertEquals(markers.get("=ann", "#x"), undefined);
});

Deno.test("users without an account, however many, take no marker of an account", () => {
  const markers = new Markers();
  markers.set("=ann", "#x", 1);
  markers.set("~1.0", "#x", 1);
  for (let n = 1; n <= 400; n++) {
    for (let i = 0; i < 500; i++) markers.set(`~1.${n}`, `#${i}`, 1);
  }
  assertEquals([markers.get("=ann", "#x"), markers.get("~1.0", "#x")], [1, undefined]);
  assertEquals(markers.all("~1.400").length, 500);
});
