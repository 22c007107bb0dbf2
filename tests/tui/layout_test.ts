/**
 * One line as rows: addresses that stay whole, aligned nicks, folds, and days.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { textWidth } from "../../lib/terminal/width.ts";
import { layoutLine, type LineLayout } from "../../lib/tui/layout.ts";
import { answerLines, eventLines, type Line } from "../../lib/tui/lines.ts";
import { Scrollback } from "../../lib/tui/scrollback.ts";
import { lookOf } from "../../lib/client/looks.ts";
import { person } from "../support/events.ts";
import { NOON, textsOf } from "./stage.ts";

const look = lookOf({ name: "irc" });

function said(nick: string, text: string, at = NOON): Line {
  const event = { type: "said", by: person(nick), channel: "", text } as const;
  return eventLines(event, look, at)[0] as Line;
}

function rows(line: Line, layout: Partial<LineLayout> = {}): string[] {
  const all = layoutLine(line, { columns: 40, times: false, ...layout });
  return all.map((row) => row.map(({ text }) => text).join(""));
}

const LONG = `http://x.org/${"abcdefghij".repeat(6)}`;

Deno.test("layout: an address longer than a row begins at the edge, and is in one piece", () => {
  assertEquals(rows(said("pat", `see ${LONG} and more`)), [
    "pat: see",
    LONG.slice(0, 40),
    LONG.slice(40),
    "     and more",
  ]);
  assertEquals(rows(said("pat", LONG), { times: true }), [
    "12:34 pat: ",
    LONG.slice(0, 40),
    LONG.slice(40),
  ]);
});

Deno.test("layout: all rows of an address lead to all of it, also when parts of it are formatted", () => {
  const line = said(
    "pat",
    `see http://x.org/${"abcdefghij".repeat(3)}\x02${"abcdefghij".repeat(3)}`,
  );
  const linked = layoutLine(line, { columns: 40, times: false }).slice(1);
  assertEquals(linked.length, 2);
  for (const span of linked.flat()) assertEquals(span.link, LONG);
});

Deno.test("layout: a shorter address goes to the next row whole", () => {
  assertEquals(rows(said("pat", "have a look at http://x.org/abcdefghij")), [
    "pat: have a look at",
    "     http://x.org/abcdefghij",
  ]);
});

Deno.test("layout: what was said hangs behind the nick, also where times are shown", () => {
  const line = said("pat", "the quick brown fox jumps");
  assertEquals(rows(line, { columns: 30 }), ["pat: the quick brown fox jumps"]);
  assertEquals(rows(line, { columns: 30, times: true }), [
    "12:34 pat: the quick brown fox",
    "           jumps",
  ]);
});

Deno.test("layout: aligned nicks end in one column, where the screen is wide enough", () => {
  const lines = [said("pat", "hi"), said("christopher", "hello"), said("a".repeat(20), "oh")];
  const all = [...lines, ...answerLines("*** chris has joined", NOON)];
  assertEquals(all.flatMap((line) => rows(line, { columns: 60, align: true, times: true })), [
    "12:34            pat: hi",
    "12:34    christopher: hello",
    `12:34 ${"a".repeat(20)}: oh`,
    "12:34             *** chris has joined",
  ]);
  assertEquals(rows(lines[0] as Line, { columns: 59, align: true }), ["pat: hi"]);
});

Deno.test("layout: a message longer than the fold ends with a mark that counts the rest", () => {
  const line = said("pat", Array.from({ length: 9 }, (_, i) => `row ${i + 1}`).join("\n"));
  assertEquals(rows(line, { fold: 4 }), [
    "pat: row 1",
    "     row 2",
    "     row 3",
    "  .. 6 more rows, F3 shows them",
  ]);
  assertEquals(rows(line, { columns: 12, fold: 3 }).at(-1), "  .. 7 more…");
  assertEquals(rows(line, { fold: 9 }).length, 9);
  assertEquals(rows(line).length, 9);
});

Deno.test("layout: no row is wider than the screen, and nothing of the text is lost", () => {
  const word = fc.constantFrom(
    "漢字",
    "a",
    "longer",
    LONG,
    "http://x.org",
    "\x02b\x02",
    "👩‍👩‍👧",
    "\n",
  );
  const layouts = fc.record({
    columns: fc.integer({ min: 8, max: 90 }),
    times: fc.boolean(),
    align: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(word), layouts, (words, layout) => {
      const line = said("pat", words.join(" "));
      const all = rows(line, layout);
      for (const row of all) assert(textWidth(row) <= layout.columns, JSON.stringify(row));
      const squeeze = (text: string) => text.replace(/\s|12:34/g, "");
      assertEquals(squeeze(all.join("")), squeeze(line.text));
    }),
    { numRuns: 500 },
  );
});

Deno.test("days: a line names the day wherever it changes", () => {
  const lines = new Scrollback();
  const evening = new Date(2030, 0, 2, 23, 59).getTime();
  for (const at of [evening, evening + 30_000]) lines.push(said("pat", "late", at));
  assertEquals(textsOf(lines), ["pat: late", "pat: late"]);
  lines.push(said("pat", "early", evening + 60_000));
  lines.push(said("pat", "years", new Date(2032, 1, 29).getTime()));
  assertEquals(textsOf(lines).slice(2), [
    "-- Thursday, 3 January 2030",
    "pat: early",
    "-- Sunday, 29 February 2032",
    "pat: years",
  ]);
});
