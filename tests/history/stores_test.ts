/**
 * What every store of history promises, shown for each of them.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Anchor, Range } from "../../lib/chat/history.ts";
import { type HistoryStore, isMessage, type Row, type Slice } from "../../lib/history/contract.ts";
import { readRange } from "../../lib/history/range.ts";
import { person } from "../support/events.ts";
import { msgidPrefix } from "../../lib/chat/msgid.ts";
import { dm, idOf, joined, said, stampOf, textsOf } from "./rows.ts";
import { STORES } from "./stores.ts";

const X = "#x 1 1";
const ALL: Slice = { limit: 1000, take: "last", events: false };

/** Runs `body` with each kind of store, and closes it. */
function each(
  name: string,
  body: (store: HistoryStore) => Promise<void>,
  isSearchable = true,
): void {
  for (const { name: kind, open } of STORES) {
    Deno.test(`${kind}: ${name}`, async () => {
      const { store, dispose } = await open(isSearchable);
      try {
        await body(store);
      } finally {
        await store.close();
        await dispose();
      }
    });
  }
}

each("an unknown conversation is empty", async (store) => {
  assertEquals(await store.slice(X, ALL), []);
  assertEquals(await store.find(X, idOf(1)), undefined);
  assertEquals(await store.latest([X]), [undefined]);
  assertEquals(await store.directs("=ann", 10), []);
});

each("what is appended is read back as it was, in its order, and at once", async (store) => {
  const rows: Row[] = [
    said(0, X, "hé 😀 \u202etxt\u202c"),
    joined(1, X, "bob"),
    { ...said(2, X), event: { ...dm(0, "a", "b").event, type: "dm" } as Row["event"] },
    {
      ...said(3, X),
      event: {
        type: "said",
        by: { ...person("ann"), account: "ann", bot: true },
        channel: "x",
        text: "tagged",
        notice: true,
        tags: new Map([["+draft/reply", "1;2 3"], ["+x", ""]]),
      },
    },
    {
      ...said(4, X),
      event: {
        type: "modes_changed",
        channel: "x",
        changes: [{ mode: "flag", flag: "secret", set: true }],
      },
    },
  ];
  rows.forEach((row) => store.append(row));
  const kept = await store.slice(X, { ...ALL, events: true });
  assertEquals(
    kept.map(({ event, stamp: { time, msgid } }) => ({ event, stamp: { time, msgid } })),
    rows.map(({ event, stamp }) => ({ event, stamp })),
  );
  assertEquals((await store.find(X, idOf(3)))?.author, "=ann");
});

each("events are read by those who ask for them, and do not count for others", async (store) => {
  for (let n = 0; n < 20; n += 2) {
    store.append(said(n, X));
    store.append(joined(n + 1, X, `b${n}`));
  }
  assertEquals(textsOf(await store.slice(X, { ...ALL, limit: 2 })), ["text 16", "text 18"]);
  assertEquals(
    textsOf(await store.slice(X, { ...ALL, limit: 3, events: true })),
    ["+b16", "text 18", "+b18"],
  );
});

each("a page has no further row once its texts are long, from either end", async (store) => {
  for (let n = 0; n < 20; n += 2) {
    store.append(said(n, X, "x".repeat(100)));
    store.append(joined(n + 1, X, `b${n}`));
  }
  const page = async (slice: Partial<Slice>) =>
    (await store.slice(X, { ...ALL, ...slice })).map(({ stamp: { msgid } }) => msgid);
  const ids = (...numbers: number[]) => numbers.map(idOf);
  assertEquals(await page({ units: 250, take: "first" }), ids(0, 2, 4));
  assertEquals(await page({ units: 250 }), ids(14, 16, 18));
  // Behind the last message nothing is shown, because messages between would be missing.
  assertEquals(await page({ units: 250, take: "first", events: true }), ids(0, 1, 2, 3, 4));
  assertEquals(await page({ units: 250, events: true }), ids(14, 15, 16, 17, 18, 19));
  assertEquals(await page({ units: 1, limit: 5 }), ids(18));
  assertEquals((await page({ units: 1000 })).length, 10);
});

each("a search ends as well once what it has found is long", async (store) => {
  for (let n = 0; n < 10; n++) store.append(said(n, X, `${"x".repeat(93)} needle`));
  const found = async (take: Slice["take"]) =>
    (await store.search(X, "needle", { ...ALL, take, units: 150 }))
      .map(({ stamp: { msgid } }) => msgid);
  assertEquals(await found("first"), [idOf(0), idOf(1)]);
  assertEquals(await found("last"), [idOf(8), idOf(9)]);
});

each(
  "an account has so many markers and no more, and those of a connection are kept like others",
  async (store) => {
    for (let n = 0; n < 520; n++) await store.mark("=ann", `#${n}`, n + 1);
    await store.mark("~1.7", "#x", 5);
    assertEquals((await store.markers("=ann")).length, 500);
    const marks = ["#0", "#19", "#20", "#519"].map((target) => store.marker("=ann", target));
    assertEquals(await Promise.all(marks), [undefined, undefined, 21, 520]);
    assertEquals(await store.mark("~1.7", "#x", 3), 5);
    assertEquals(await store.marker("~1.7", "#x"), 5);
  },
);

each("a conversation goes on under another name, with its members and markers", async (store) => {
  const [x, y] = ["#x 1 1", "#y 1 1"];
  store.enter(x, "=ann");
  store.enter(x, "=bob");
  store.leave(x, "=bob", idOf(1));
  await store.mark("=ann", "#x", 5);
  await store.mark("=cat", "#x", 7);
  store.append(said(0, x, "zero"));
  await store.slice(x, ALL);
  store.append(said(1, x, "one"));
  store.rename(x, y);
  store.append(said(2, y, "two"));
  store.append(said(3, "#x 9 2", "in the next x"));
  assertEquals(textsOf(await store.slice(y, ALL)), ["zero", "one", "two"]);
  assertEquals(await store.slice(x, ALL), []);
  const [first] = await store.slice(y, ALL);
  assertEquals(first?.event.type === "said" && first.event.channel, "y");
  assertEquals((await store.find(y, idOf(0)))?.conversation, y);
  assertEquals(await store.earlier("=ann", "y"), [{ conversation: y }]);
  assertEquals(await store.earlier("=bob", "Y"), [{ conversation: y, until: idOf(1) }]);
  assertEquals(await store.earlier("=ann", "x"), []);
  assertEquals(await store.marker("=ann", "#y"), 5);
  assertEquals(await store.marker("=cat", "#y"), undefined, "was never in it");
  store.rename(y, x);
  store.append(said(4, x, "four"));
  store.rename(x, y);
  store.rename(y, "#z 1 1");
  assertEquals(textsOf(await store.slice("#z 1 1", ALL)), ["zero", "one", "two", "four"]);
  assertEquals(textsOf(await store.slice("#x 9 2", ALL)), ["in the next x"]);
  await store.remove("#z 1 1", idOf(0));
  assertEquals(textsOf(await store.slice("#z 1 1", ALL)), ["one", "two", "four"]);
  store.rename("#none 1 1", "#nothing 1 1");
  assertEquals(await store.slice("#nothing 1 1", ALL), []);
});

each("conversations are kept apart", async (store) => {
  store.append(said(0, X, "in x"));
  store.append(said(1, "#x 1 2", "in the next x"));
  store.append(dm(2, "ann", "bob", "to bob"));
  store.append(dm(3, "bob", "ann", "to ann"));
  store.append(dm(4, "bob", "cat", "to cat"));
  assertEquals(textsOf(await store.slice(X, ALL)), ["in x"]);
  assertEquals(textsOf(await store.slice("#x 1 2", ALL)), ["in the next x"]);
  assertEquals(textsOf(await store.slice("@=ann =bob", ALL)), ["to bob", "to ann"]);
  assertEquals(textsOf(await store.slice("@=ann =cat", ALL)), []);
});

each("a user's conversations come with the other's name, the latest first", async (store) => {
  store.append(dm(0, "ann", "bob"));
  store.append(dm(3, "cat", "ann"));
  store.append(dm(6, "bob", "cat"));
  store.append(dm(9, "ann", "ann"));
  store.append(dm(12, "ann", "bob"));
  const directs = await store.directs("=ann", 10);
  assertEquals(directs.map(({ peer, last }) => [peer.identity, peer.handle, last]), [
    ["=bob", "bob", idOf(12)],
    ["=ann", "ann", idOf(9)],
    ["=cat", "cat", idOf(3)],
  ]);
  assertEquals((await store.directs("=ann", 1)).length, 1);
  assertEquals(await store.latest([X, "@=ann =bob", "@=bob =cat"]), [undefined, idOf(12), idOf(6)]);
});

each("the last name of the other user is the one that counts", async (store) => {
  store.append(dm(0, "ann", "bob"));
  const row = dm(1, "ann", "bob");
  const [self, other] = row.parties as NonNullable<Row["parties"]>;
  store.append({ ...row, parties: [self, { ...other, handle: "Robert" }] });
  assertEquals((await store.directs("=ann", 10)).map(({ peer }) => peer.handle), ["Robert"]);
});

each("what was removed is read no more, and the rest is", async (store) => {
  [0, 1, 2].forEach((n) => store.append(said(n, X)));
  await store.remove(X, idOf(1));
  await store.remove(X, idOf(9));
  await store.remove("#y 1 1", idOf(0));
  assertEquals(textsOf(await store.slice(X, ALL)), ["text 0", "text 2"]);
  assertEquals(await store.find(X, idOf(1)), undefined);
});

each("an account that is forgotten has said nothing and spoken to nobody", async (store) => {
  store.append(said(0, X, "by ann", "ann"));
  store.append(said(1, X, "by bob", "bob"));
  store.append(dm(2, "ann", "bob"));
  store.append(dm(3, "bob", "ann"));
  store.append(dm(4, "bob", "cat", "to cat"));
  await store.forget("=ann");
  assertEquals(textsOf(await store.slice(X, ALL)), ["by bob"]);
  assertEquals(await store.slice("@=ann =bob", ALL), []);
  assertEquals(await store.directs("=ann", 10), []);
  assertEquals((await store.directs("=bob", 10)).map(({ peer }) => peer.handle), ["cat"]);
  // Whoever has the name next begins anew.
  store.append(said(5, X, "by another ann", "ann"));
  store.append(dm(6, "ann", "bob", "hello"));
  assertEquals(textsOf(await store.slice(X, ALL)), ["by bob", "by another ann"]);
  assertEquals(textsOf(await store.slice("@=ann =bob", ALL)), ["hello"]);
});

/** What a range must give: written as the specification words it, over a list. */
function expected(rows: readonly Row[], range: Range, limit: number): Row[] {
  const place = (anchor: Anchor, row: Row) => {
    if ("at" in anchor) return Math.sign(row.stamp.time - anchor.at);
    return row.stamp.msgid < anchor.msgid ? -1 : row.stamp.msgid > anchor.msgid ? 1 : 0;
  };
  const before = (anchor: Anchor) => rows.filter((row) => place(anchor, row) < 0);
  const after = (anchor: Anchor) => rows.filter((row) => place(anchor, row) > 0);
  const notBefore = (anchor: Anchor) => rows.filter((row) => place(anchor, row) >= 0);
  switch (range.find) {
    case "latest":
      return (range.after === undefined ? [...rows] : after(range.after)).slice(-limit);
    case "before":
      return before(range.anchor).slice(-limit);
    case "after":
      return after(range.anchor).slice(0, limit);
    case "between": {
      const low = (row: Row) => place(range.end, row) < 0 && place(range.anchor, row) > 0;
      const high = (row: Row) => place(range.end, row) > 0 && place(range.anchor, row) < 0;
      const forwards = rows.filter(low).slice(0, limit);
      return forwards.length > 0 ? forwards : rows.filter(high).slice(-limit);
    }
    case "around": {
      const [left, right] = [before(range.anchor), notBefore(range.anchor)];
      const most = Math.max(Math.ceil(limit / 2), limit - left.length);
      const second = right.slice(0, most);
      return [...left.slice(left.length - Math.min(left.length, limit - second.length)), ...second];
    }
  }
}

const anchor: fc.Arbitrary<Anchor> = fc.oneof(
  fc.nat(60).map((n) => ({ msgid: idOf(n) })),
  fc.nat(22).map((n) => ({ at: stampOf(3 * n).time })),
);
const range: fc.Arbitrary<Range> = fc.oneof(
  fc.record({ find: fc.constant("latest" as const), after: anchor }),
  fc.constant({ find: "latest" as const }),
  fc.record({ find: fc.constantFrom("before", "after", "around"), anchor }),
  fc.record({ find: fc.constant("between" as const), anchor, end: anchor }),
) as fc.Arbitrary<Range>;

each("property: every range is what the specification says of it", async (store) => {
  const rows: Row[] = [];
  for (let n = 0; n < 60; n += 2) {
    const row = n % 3 === 0 ? joined(n, X) : said(n, X);
    rows.push(row);
    store.append(row);
  }
  const asked = fc.tuple(range, fc.integer({ min: 1, max: 12 }), fc.boolean());
  await fc.assert(
    fc.asyncProperty(asked, async ([wanted, limit, events]) => {
      const kept = await readRange((slice) => store.slice(X, slice), wanted, { limit, events });
      const known = events ? rows : rows.filter(isMessage);
      assertEquals(
        kept.map(({ stamp }) => stamp.msgid),
        expected(known, wanted, limit).map(({ stamp }) => stamp.msgid),
      );
    }),
    { numRuns: 300 },
  );
});

each("a marker never goes back, and is forgotten with its account", async (store) => {
  assertEquals(await store.marker("=ann", "#x"), undefined);
  assertEquals(await store.mark("=ann", "#x", 5), 5);
  assertEquals(await store.mark("=ann", "#x", 3), 5);
  assertEquals(await store.mark("=ann", "#y", 3), 3);
  assertEquals(await store.mark("=ann", "#x", 8), 8);
  assertEquals(await store.marker("=ann", "#x"), 8);
  assertEquals(await store.marker("=bob", "#x"), undefined);
  await store.mark("=bob", "#x", 1);
  assertEquals([...await store.markers("=ann")].sort(), [["#x", 8], ["#y", 3]]);
  assertEquals(await store.markers("=cat"), []);
  await store.forget("=ann");
  assertEquals(await store.marker("=ann", "#x"), undefined);
  assertEquals(await store.marker("=bob", "#x"), 1);
});

each(
  "an account reads earlier channels of the same name in which it was, up to when it left",
  async (store) => {
    const [first, second, third] = ["#x 1 1", "#x 2 2", "#X 3 3"] as const;
    store.enter(first, "=ann");
    store.append(said(0, first));
    store.leave(first, "=ann", idOf(1));
    store.append(said(2, first));
    store.append(said(3, second));
    store.enter(second, "=bob");
    store.enter(third, "=ann");
    store.append(said(4, third, "by bob", "bob"));
    store.enter("#y 1 4", "=ann");
    store.append(said(5, "#y 1 4"));
    assertEquals(await store.earlier("=ann", "x"), [
      { conversation: third },
      { conversation: first, until: idOf(1) },
    ]);
    assertEquals(await store.earlier("=bob", "X"), [{ conversation: second }]);
    assertEquals(await store.earlier("=cat", "x"), []);
    store.enter(first, "=ann");
    assertEquals((await store.earlier("=ann", "X")).at(-1), { conversation: first });
    await store.forget("=ann");
    assertEquals(await store.earlier("=ann", "x"), []);
  },
);

each(
  "messages are found by all of their words, within bounds, in one conversation",
  async (store) => {
    const rows = [
      said(0, X, "The quick brown fox"),
      said(1, X, "a FOX, quick"),
      joined(2, X),
      said(3, X, "slow fox"),
      said(4, "#y 1 2", "quick fox"),
      said(5, X, "fox again"),
    ];
    rows.forEach((row) => store.append(row));
    const find = async (words: string, slice: Partial<Slice> = {}) =>
      (await store.search(X, words, { ...ALL, ...slice })).map(({ stamp }) => stamp.msgid);
    assertEquals(await find("Fox quick"), [idOf(0), idOf(1)]);
    assertEquals(await find("fox", { limit: 2 }), [idOf(3), idOf(5)]);
    assertEquals(await find("fox", { limit: 2, take: "first" }), [idOf(0), idOf(1)]);
    assertEquals(await find("fox", { to: idOf(1) }), [idOf(0)]);
    assertEquals(await find("fox", { from: `${idOf(1)}!` }), [idOf(3), idOf(5)]);
    assertEquals(await find("fox", { from: msgidPrefix(stampOf(3).time) }), [idOf(3), idOf(5)]);
    assertEquals(
      await find("fox", { to: `${msgidPrefix(stampOf(3).time)}~` }),
      [0, 1, 3, 5].map(idOf),
    );
    for (const nothing of ["", " ", "wolf", '" OR place : c2', "text : fox NOT"]) {
      assertEquals(await find(nothing), [], nothing);
    }
    await store.remove(X, idOf(0));
    assertEquals(await find("brown"), []);
  },
);

each("without search nothing is found", async (store) => {
  store.append(said(0, X, "word"));
  assertEquals(await store.search(X, "word", ALL), []);
}, false);
