/**
 * The lines of an export.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { KeptEvent } from "../../lib/chat/history.ts";
import type { Row } from "../../lib/history/contract.ts";
import { formatKept, readChannel } from "../../lib/history/history_export.ts";
import { person } from "../support/events.ts";
import { said, stampOf } from "./rows.ts";
import { Tables } from "./tables.ts";

const X = "#Tea 1 1";
const [by, to] = [person("ann"), person("bob")];
const channel = "Tea";
const tags = new Map([["+draft/react", "ok"]]);

const EVENTS = [
  [{ type: "said", by, channel, text: "\x02hi\x02" }, "<ann> hi"],
  [{ type: "said", by, channel, text: "two\nlines\r", notice: true }, "-ann- two lines "],
  [{ type: "emoted", by, channel, text: "waves" }, "* ann waves"],
  [{ type: "dm", by, to, text: "hi" }, "<ann> hi"],
  [{ type: "joined", by, channel }, "*** ann has joined"],
  [{ type: "left", by, channel }, "*** ann has left"],
  [{ type: "left", by, channel, reason: "bye" }, "*** ann has left (bye)"],
  [{ type: "quit", by, reason: "gone" }, "*** ann has quit (gone)"],
  [{ type: "kicked", by, channel, whom: to, reason: "spam" }, "*** bob was removed by ann (spam)"],
  [{ type: "renamed", by, now: to }, "*** ann is called bob now"],
  [{ type: "topic_set", by, channel, text: "leaves" }, "*** ann set the topic: leaves"],
  [
    { type: "modes_changed", channel, changes: [{ mode: "moderated" }, { mode: "key" }] },
    "*** the server changed modes: moderated, key",
  ],
  [{ type: "tagged", by, channel, tags }, "*** ann sent tags: +draft/react"],
  [{ type: "gap", lost: 3 }, "*** 3 messages are missing here"],
] as unknown as readonly (readonly [KeptEvent, string])[];

Deno.test("export: every event is a line that people can read, and one of JSON", () => {
  using tables = new Tables();
  const rows = EVENTS.map(([event], n): Row => ({
    conversation: X,
    stamp: stampOf(n),
    event,
    author: "=ann",
    payer: "ann",
  }));
  tables.write(...rows);
  const kept = [...readChannel(tables.database, "TEA")];
  // Without the time, which all of them have.
  assertEquals(
    [...formatKept(kept, "text")].map((line) => line.slice(20)),
    EVENTS.map(([, line]) => line),
  );
  const parsed = [...formatKept(kept, "jsonl")].map((line) => JSON.parse(line));
  assertEquals(parsed.map(({ type }) => type), EVENTS.map(([{ type }]) => type));
  assertEquals(parsed.find(({ type }) => type === "tagged").tags, { "+draft/react": "ok" });
});

Deno.test("export: channels of one name come in the order of their making", () => {
  using tables = new Tables();
  tables.write(said(0, "#TEA 1 1"), said(1, "#den 2 2"), said(2, X), said(3, "#TEA 1 1"));
  const texts = [...readChannel(tables.database, "tea")].map(({ event }) =>
    "text" in event && event.text
  );
  assertEquals(texts, ["text 0", "text 3", "text 2"]);
});

Deno.test("export: what somebody said who is forgotten is not in it, also before it is cleaned away", () => {
  using tables = new Tables();
  tables.write(said(0, X), said(1, X, "mine", "bob"));
  tables.calls.forget("=ann");
  const kept = readChannel(tables.database, "tea");
  assertEquals([...formatKept(kept, "text")].map((line) => line.slice(20)), ["<bob> mine"]);
});
