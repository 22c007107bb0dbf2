/**
 * The state as a picture: rows, wrapping, marks, colours.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { cs168 } from "../../lib/protocol/cs168.ts";
import { nickStyle } from "../../lib/tui/colors.ts";
import { Stage } from "./stage.ts";
import { people, person } from "../support/events.ts";

const PAGE_UP = "\x1b[5~", PAGE_DOWN = "\x1b[6~", F2 = "\x1bOQ";
const WHEEL_UP = "\x1b[<64;1;1M", WHEEL_DOWN = "\x1b[<65;1;1M";

Deno.test("view: a conversation", async () => {
  using stage = new Stage();
  stage.hears(
    { type: "joined", by: person("pat"), channel: "" },
    { type: "said", by: person("pat"), channel: "", text: "hello" },
    { type: "joined", by: person("chris"), channel: "" },
    { type: "emoted", by: person("pat"), channel: "", text: "goes out" },
    { type: "left", by: person("chris"), channel: "" },
  );
  stage.types("on my w");
  assertEquals(await stage.shows(), [
    "*** pat has joined the chat",
    "pat: hello",
    "*** chris has joined the chat",
    "[pat goes out]",
    "*** chris has left the chat",
    "pat> on my w▏",
  ]);
});

Deno.test("view: long lines hang under what was said", async () => {
  using stage = new Stage({ columns: 24, rows: 12 });
  stage.says("pat", "the quick brown fox jumps over it");
  stage.hears({ type: "notice", text: "a notice that does not fit into one row" });
  stage.hears({
    type: "emoted",
    by: person("pat"),
    channel: "",
    text: "goes out and comes in again",
  });
  assertEquals(await stage.shows(), [
    "pat: the quick brown fox",
    "     jumps over it",
    "*** a notice that does",
    "    not fit into one row",
    "[pat goes out and comes",
    "  in again]",
    "pat> ▏",
  ]);
});

Deno.test("view: a nick that takes too much of the row has nothing hung under it", async () => {
  using stage = new Stage({ columns: 24 });
  stage.says("christopher", "one two three four five");
  assertEquals(await stage.shows(), ["christopher: one two", "  three four five", "pat> ▏"]);
});

Deno.test("view: a line break cannot forge somebody else's line", async () => {
  using stage = new Stage({ protocol: cs168 });
  stage.says("eve", "hi\n[pat] I am evil");
  assertEquals(await stage.shows(), ["[eve] hi", "      [pat] I am evil", "pat> ▏"]);
});

Deno.test("view: wide characters", async () => {
  using stage = new Stage({ columns: 20 });
  stage.says("pat", "日本語のテキストは折り返す");
  stage.says("chris", "🇸🇪 👨‍👩‍👧‍👦 e\u0301");
  stage.types("寿司👨‍👩‍👧‍👦🇸🇪e\u0301x\x1b[D");
  assertEquals(await stage.shows(), [
    "pat: 日本語のテキス",
    "     トは折り返す",
    "chris: 🇸🇪 👨‍👩‍👧‍👦 e\u0301",
    "pat> 寿司👨‍👩‍👧‍👦🇸🇪e\u0301▏x",
  ]);
});

Deno.test("view: the input wraps, and shows the rows around the cursor", async () => {
  using stage = new Stage({ columns: 10, rows: 7 });
  stage.says("chris", "hi");
  stage.types("12345");
  assertEquals(await stage.shows(), ["chris: hi", "pat> 12345", "▏"]);
  stage.types("678901234");
  assertEquals(await stage.shows(), ["chris: hi", "pat> 12345", "678901234▏"]);
  // It takes a third of the screen at most.
  stage.types("567890");
  assertEquals(await stage.shows(), ["chris: hi", "6789012345", "67890▏"]);
  stage.types("\x01");
  assertEquals(await stage.shows(), ["chris: hi", "pat> ▏12345", "6789012345"]);
});

Deno.test("view: scrolled back, with what is new", async () => {
  using stage = new Stage({ rows: 6 });
  stage.saysLines(9);
  stage.types(PAGE_UP);
  assertEquals(await stage.shows(), [
    "chris: line 3",
    "chris: line 4",
    "chris: line 5",
    "chris: line 6",
    "-- looking back, Esc goes to the end --",
    "pat> ▏",
  ]);
  stage.saysLines(2, 10);
  const back = await stage.shows();
  assertEquals(back.slice(-3), ["chris: line 6", "-- 2 new, Esc goes there --", "pat> ▏"]);
  stage.types(PAGE_DOWN);
  assertEquals((await stage.shows()).slice(-3), [
    "chris: line 9",
    "-- 2 new, Esc goes there --",
    "pat> ▏",
  ]);
  stage.types(WHEEL_UP + WHEEL_DOWN + WHEEL_DOWN);
  const end = [
    "chris: line 7",
    "chris: line 8",
    "chris: line 9",
    "chris: line 10",
    "chris: line 11",
  ];
  assertEquals(await stage.shows(), [...end, "pat> ▏"]);
});

Deno.test("view: the question before a pasted block is sent", async () => {
  using stage = new Stage();
  stage.types("see: ");
  stage.pastes("one\rtwo\rthree\r");
  assertEquals(await stage.shows(), ["Send 3 lines? y/n/e(dit) ▏ see: one"]);
  stage.types("n");
  assertEquals(await stage.shows(), ["pat> see: ▏"]);
});

Deno.test("view: a draft of several lines, and what a search has found", async () => {
  using stage = new Stage({ columns: 30, rows: 9 });
  stage.types("alpha beta\r");
  stage.learns({ type: "settled", id: 1, outcome: "taken" });
  stage.types("one\x1b\r漢\x1b\rthree");
  assertEquals(await stage.shows(), ["pat> one", "漢", "three▏"]);
  stage.types("\x1b[A\x1b[A");
  assertEquals(await stage.shows(), ["pat> o▏ne", "漢", "three"]);
  stage.types("\x12et");
  assertEquals(await stage.shows(), ["(search: et) alpha b▏eta"]);
  stage.types("x");
  assertEquals(await stage.shows(), ["(not found: etx) alpha b▏eta"]);
  stage.types("\x12 a query that is longer than this");
  assertEquals((await stage.shows()).slice(0, 1), ["…is longer than this) alpha b▏e"]);
  stage.types("\x07");
  assertEquals(await stage.shows(), ["pat> o▏ne", "漢", "three"]);
});

Deno.test("view: on a tiny screen the line moves sideways, and the cursor is always there", async () => {
  using stage = new Stage({ columns: 10, rows: 3 });
  stage.types("hell");
  assertEquals((await stage.shows()).at(-1), "pat> hell▏");
  stage.types("o");
  assertEquals((await stage.shows()).at(-1), "at> hello▏");
  stage.types(" 漢字 and\x1b\rmore");
  assertEquals((await stage.shows()).at(-1), " and␊more▏");
  stage.types("\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D");
  assertEquals((await stage.shows()).at(-1), "lo 漢字 a▏n");
  stage.types("\x1b<\x1b[A\x01");
  assertEquals((await stage.shows()).at(-1), "pat> ▏hello");
});

Deno.test("view: a full row in front of a line break keeps the cursor in its row", async () => {
  using stage = new Stage({ columns: 10, rows: 9 });
  stage.types("abcde\x1b\rf\x1b[A\x05");
  assertEquals(await stage.shows(), ["pat> abcd▏e", "f"]);
});

Deno.test("view: another size keeps what is being read", async () => {
  using stage = new Stage({ columns: 40, rows: 8 });
  stage.saysLines(20);
  stage.says("chris", "the quick brown fox jumps over it");
  await stage.shows();
  stage.resizes(24, 5);
  assertEquals(await stage.shows(), [
    "chris: line 19",
    "chris: line 20",
    "chris: the quick brown",
    "       fox jumps over it",
    "pat> ▏",
  ]);
  stage.types(PAGE_UP);
  assertEquals((await stage.shows()).at(-3), "chris: line 20");
  stage.resizes(40, 8);
  assertEquals((await stage.shows()).at(-3), "chris: line 20");
});

Deno.test("view: a screen too small for anything still works", async () => {
  for (const [columns, rows] of [[1, 1], [2, 1], [5, 2], [1, 9]] as const) {
    using stage = new Stage({ columns, rows });
    stage.saysLines(3);
    stage.types(`hello${PAGE_UP}${F2}\t`);
    stage.pastes("a\nb");
    await stage.shows();
    stage.types("y");
    await stage.shows();
    assertEquals(stage.typed, "");
  }
});

Deno.test("view: nicks have colours of their own, the rest has not", async () => {
  using stage = new Stage();
  stage.says("pat", "chris and zoe");
  stage.hears({ type: "joined", by: person("zoe"), channel: "" });
  const plain = { color: undefined, bold: false, dim: false, inverse: false };
  const pat = await stage.look("pat: ");
  assertEquals(typeof pat.color, "number");
  assertEquals(await stage.look("chris and"), plain);
  assertEquals(await stage.look("*** zoe"), { ...plain, dim: true });
  assertEquals(typeof (await stage.look("zoe has")).color, "number");
  assertEquals(await stage.look("pat>"), { ...plain, bold: true });
  stage.hears({ type: "dm", by: person("zoe"), to: person("pat"), text: "psst" });
  stage.types("\x1b2");
  assertEquals((await stage.look("pat: psst")).color, pat.color);
});

Deno.test("view: the colour of a nick never changes", () => {
  // A change of these changes the colours that every user knows.
  assertEquals(["pat", "chris", "zoe", "日本"].map(nickStyle), [2, 0, 9, 6]);
});

Deno.test("view: NO_COLOR leaves no colour", async () => {
  using stage = new Stage({ colors: false });
  stage.says("pat", "hi");
  stage.hears({ type: "names", channel: "lobby", members: people(["pat", "chris"]) });
  assertEquals((await stage.look("pat: hi")).color, undefined);
  // deno-lint-ignore no-control-regex
  assertEquals(stage.written.match(/\x1b\[(?!1m|7m|m)[;0-9]*m/), null);
  assertStringIncludes(stage.written, "*** In lobby: pat, chris");
});

Deno.test("view: control characters do not reach the terminal", async () => {
  using stage = new Stage();
  stage.hears({
    type: "said",
    by: person("e\x1b[31mve"),
    channel: "",
    text: "a\x1b]0;t\x07b\x9b1mc\td",
  });
  stage.hears({ type: "notice", text: "one\r\ntwo\x00\x7f" });
  assertEquals(await stage.shows(), [
    "e␛[31mve: a␛]0;t␇b�1mc d",
    "*** one",
    "two␀␡",
    "pat> ▏",
  ]);
});

Deno.test("view: commands as typed, where the server does not send them back", async () => {
  using stage = new Stage({ protocol: cs168 });
  stage.types("/join lobby\r");
  stage.types(" \r");
  assertEquals(await stage.shows(), ["/join lobby", "pat> ▏"]);
});
