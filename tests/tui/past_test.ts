/**
 * Older lines above those that are shown, from the server's history.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { HistoryCommand } from "../../lib/client/history_asks.ts";
import type { Past } from "../../lib/client/past.ts";
import type { Received } from "../../lib/protocol/protocol.ts";
import { people, person } from "../support/events.ts";
import { type Asked, inTea, NOON, sentOf, Stage } from "./stage.ts";

const PAGE_UP = "\x1b[5~", PAGE_DOWN = "\x1b[6~", ESCAPE = "\x1b";
const MINUTE = 60_000;

/** Message number `i`, a minute after the one before. */
function said(i: number, isReplayed = true): Received {
  const stamp = {
    time: NOON + (i - 100) * MINUTE,
    msgid: `m${i}`,
    ...(isReplayed && { isReplayed: true as const }),
  };
  return { type: "said", by: person("eve"), channel: "tea", text: `line ${i}`, stamp };
}

function page(from: number, to: number, ask?: HistoryCommand): Past {
  const events = Array.from({ length: to - from + 1 }, (_, i) => said(from + i));
  const oldest = events.length === 0 ? {} : { oldest: { msgid: `m${from}` } };
  return {
    type: "past",
    target: { channel: "tea" },
    events,
    oldest: undefined,
    ...oldest,
    ...(ask !== undefined && { ask }),
  };
}

/** The questions among `asked`. */
const asks = (asked: readonly Asked[]) => sentOf("history", asked);

function before(msgid: string): HistoryCommand {
  const anchor = { msgid };
  return { type: "history", limit: 100, find: "before", anchor, target: { channel: "tea" } };
}

/** pat in #tea on IRC, at a screen of 40 x 6, with the lines 91 to 100 of its history. */
function reading(): Stage {
  const stage = inTea({ rows: 6 }, ["pat", "eve"]);
  stage.learns(page(91, 100));
  return stage;
}

Deno.test("past: the last lines stand above the entrance; the top asks for more, and the reader's place stays", async () => {
  using stage = reading();
  assertEquals(await stage.shows(), [
    "eve: line 98",
    "eve: line 99",
    "eve: line 100",
    "*** You are in tea",
    "*** In tea: pat, eve",
    "pat> ▏",
  ]);
  assertEquals(asks(stage.types(PAGE_UP)), []);
  assertEquals(asks(stage.types(PAGE_UP)), []);
  const [ask] = asks(stage.types(PAGE_UP));
  assertEquals(ask, before("m91"));
  const top = ["eve: line 91", "eve: line 92", "eve: line 93", "eve: line 94"];
  assertEquals((await stage.shows()).slice(0, 4), top);
  // Once is enough; the row above all lines says that it is under way.
  assertEquals(asks(stage.types(PAGE_UP + PAGE_UP)), []);
  assertEquals((await stage.shows())[0], "-- loading older lines ..");
  stage.learns(page(81, 90, ask));
  assertEquals((await stage.shows()).slice(0, 3), ["eve: line 90", ...top.slice(0, 2)]);
  stage.types(PAGE_UP);
  assertEquals((await stage.shows()).slice(0, 3), [87, 88, 89].map((i) => `eve: line ${i}`));
  const [next] = asks(stage.types(PAGE_UP + PAGE_UP + PAGE_UP));
  assertEquals(next, before("m81"));
  stage.learns(page(81, 80, next));
  assertEquals((await stage.shows()).slice(0, 2), [
    "-- beginning of the history, 2 Jan 2030",
    "eve: line 81",
  ]);
  assertEquals(asks(stage.types(PAGE_UP)), []);
  stage.types(ESCAPE);
  assertEquals((await stage.shows()).slice(-2), ["*** In tea: pat, eve", "pat> ▏"]);
});

Deno.test("past: no line twice and none out of order, whatever pages overlap, come twice or come too late", async () => {
  using stage = reading();
  const [first] = asks(stage.types(PAGE_UP + PAGE_UP + PAGE_UP)) as [HistoryCommand];
  stage.learns({ type: "no_past", ask: first, why: "late" });
  stage.types(PAGE_UP);
  assertEquals((await stage.shows())[0], "-- loading older lines ..");
  const [second] = [stage.model.buffers.current.past.ask] as [HistoryCommand];
  stage.learns({ type: "no_past", ask: second, why: "late" });
  assertEquals((await stage.shows())[0], "-- no answer: PageUp asks again");
  // Both answers come in the end, one of them twice, and the server begins its pages one line too low.
  stage.learns(page(88, 92, first), page(88, 92, second), page(88, 92, second));
  stage.hears(said(101, false));
  assertEquals(
    stage.lines.filter((text) => text.startsWith("eve")),
    Array.from({ length: 14 }, (_, i) => `eve: line ${88 + i}`),
  );
  assertEquals(asks(stage.types(PAGE_UP + PAGE_UP)), [before("m88")]);
});

Deno.test("past: refused, lost and left; an emptied screen begins anew", async () => {
  using stage = reading();
  const [ask] = asks(stage.types(PAGE_UP + PAGE_UP + PAGE_UP)) as [HistoryCommand];
  stage.types(PAGE_UP);
  stage.learns({ type: "no_past", ask, why: "refused" });
  assertEquals((await stage.shows())[0], "-- the server has no older lines");
  stage.links({ phase: "waiting", why: "no answer", ms: 1000 });
  assertEquals(asks(stage.types(PAGE_UP)), []);
  assertEquals((await stage.shows())[0], "-- not connected: older lines come later");
  stage.links({ phase: "online" });
  assertEquals(asks(stage.types(PAGE_UP)), []);
  assertEquals((await stage.shows())[0], "-- older lines: /join tea first");
  stage.hears({ type: "entered", channel: "tea" });
  const [old] = asks(stage.types(PAGE_UP));
  assertEquals(old, before("m91"));
  stage.types(ESCAPE);
  stage.types("/clear\r");
  stage.learns(page(81, 90, old));
  assertEquals(await stage.shows(), ["pat> ▏"]);
  const [latest] = asks(stage.types(PAGE_UP));
  assertEquals(latest?.find, "latest");
  stage.learns(page(99, 100, latest));
  assertEquals(await stage.shows(), ["eve: line 99", "eve: line 100", "pat> ▏"]);
  stage.hears({ type: "left", by: person("pat"), channel: "tea" });
  stage.types("/part\r");
  // Its buffer is gone: nothing of it is shown anywhere else.
  stage.hears({ type: "left", by: person("pat"), channel: "tea" });
  stage.learns(page(81, 90));
  assertEquals((await stage.shows()).filter((row) => row.startsWith("eve")), []);
});

Deno.test("past: a private conversation begins with what was said there", async () => {
  using stage = reading();
  const [ask] = asks(stage.types("/query eve\r"));
  assertEquals([ask?.find, ask?.target], ["latest", { user: "eve" }]);
  const stamp = { time: NOON, msgid: "d1", isReplayed: true } as const;
  const dm = { type: "dm", by: person("eve"), to: person("pat"), text: "psst", stamp } as const;
  stage.learns({
    type: "past",
    target: { user: "eve" },
    events: [dm],
    oldest: { msgid: "d1" },
    ...(ask && { ask }),
  });
  assertEquals(await stage.shows(), ["eve -> pat: psst", "pat> ▏"]);
});

Deno.test("past: json16 asks for its channel alone; lines that have no id are not shown twice", async () => {
  using stage = new Stage({ rows: 6 });
  const here = (event: Received): Received => ({ ...event, channel: "" } as Received);
  stage.hears({ type: "joined", by: person("pat"), channel: "" });
  stage.hears({ type: "names", channel: "tea", members: people(["pat"]) });
  const live = (i: number): Received => {
    const { stamp: _, ...event } = said(i);
    return here(event);
  };
  stage.learns({ ...page(8, 9), events: [said(8), said(9)].map(here) });
  stage.hears(live(10));
  stage.types("/clear\r");
  stage.hears(live(11), live(12));
  const [ask] = asks(stage.types(PAGE_UP));
  assertEquals(ask, { type: "history", limit: 100, find: "latest" });
  stage.learns({ ...page(9, 12, ask), events: [9, 10, 11, 12].map((i) => here(said(i))) });
  assertEquals(await stage.shows(), [
    ...[9, 10, 11, 12].map((i) => `eve: line ${i}`),
    "pat> ▏",
  ]);
  stage.hears({ type: "entered", channel: "den" });
  assertEquals(asks(stage.types(PAGE_UP + PAGE_UP)), []);
  assertEquals((await stage.shows())[0], "-- older lines: /join tea first");
});

Deno.test("past: after a lost connection a row stands above what was missed, and it counts elsewhere", async () => {
  using stage = reading();
  stage.links({ phase: "waiting", why: "no answer", ms: 1000 });
  stage.links({ phase: "online" });
  stage.hears({ type: "entered", channel: "tea" }, said(101), said(102));
  assertEquals((await stage.shows()).slice(-5), [
    "*** You are in tea",
    `-- new ${"-".repeat(33)}`,
    "eve: line 101",
    "eve: line 102",
    "pat> ▏",
  ]);
  stage.types("\x1b1");
  stage.hears(said(103));
  assertEquals((await stage.status()).includes("[2:1]"), true);
  stage.types(PAGE_DOWN);
});

Deno.test("past: a line for each day, and nobody's memory grows without an end", () => {
  using stage = reading();
  const day = 24 * 60;
  const [first, second] = [said(90 - day), said(91 - 2 * day)];
  const [ask] = asks(stage.types(PAGE_UP + PAGE_UP + PAGE_UP));
  stage.learns({ ...page(1, 0, ask), events: [second, first], oldest: { msgid: "x" } });
  assertEquals(
    stage.lines.slice(0, 5),
    [
      second,
      "-- Tuesday, 1 January 2030",
      first,
      "-- Wednesday, 2 January 2030",
      said(91),
    ].map((each) => typeof each === "string" ? each : "text" in each ? `eve: ${each.text}` : ""),
  );
  stage.model.buffers.current.lines.shrink(0);
  for (let i = 0; i < 100_000; i++) stage.hears(said(200 + i, false));
  stage.types("\x1b[1;5H");
  assertEquals(stage.model.buffers.current.past.state, "full");
});

Deno.test("past: Alt-N goes to the first of many new lines, and Esc to the last", async () => {
  using stage = reading();
  stage.types("\x1bn");
  assertEquals((await stage.shows()).at(-2), "*** In tea: pat, eve");
  stage.types("\x1b1");
  for (let i = 101; i <= 150; i++) stage.hears(said(i, false));
  stage.types("\x1b2");
  assertEquals((await stage.shows()).at(-2), "eve: line 150");
  stage.types("\x1bn");
  assertEquals((await stage.shows()).slice(0, 3), [
    `-- new ${"-".repeat(33)}`,
    "eve: line 101",
    "eve: line 102",
  ]);
  stage.types(ESCAPE);
  assertEquals((await stage.shows()).at(-2), "eve: line 150");
  stage.types("hm\r");
  // What comes while one looks further up is new as well.
  stage.types(PAGE_UP);
  for (let i = 151; i <= 180; i++) stage.hears(said(i, false));
  assertEquals((await stage.shows()).at(-2), "-- 30 new, Esc goes there --");
  stage.types("\x1bn");
  assertEquals((await stage.shows())[0], "eve: line 151");
});

/** What happens to a buffer, in any order. */
type Turn = "page up" | "answer" | "answer again" | "late" | "say" | "clear" | "lose" | "look down";

const TURNS: readonly Turn[] = [
  ...(["page up", "page up", "answer", "answer", "say"] as const),
  ...(["answer again", "late", "clear", "lose", "look down"] as const),
];

Deno.test("property: whatever comes when, no line is shown twice, and all are in order", () => {
  fc.assert(fc.property(fc.array(fc.constantFrom(...TURNS), { maxLength: 40 }), (turns) => {
    using stage = reading();
    const open: HistoryCommand[] = [];
    let last = 100;
    let answered: Past | undefined;
    const answer = (ask: HistoryCommand): Past => {
      const end = ask.find === "before" && "msgid" in ask.anchor
        ? Number(ask.anchor.msgid.slice(1)) - 1
        : last;
      return page(Math.max(1, end - 6), end, ask);
    };
    for (const turn of turns) {
      switch (turn) {
        case "page up":
          open.push(...asks(stage.types(PAGE_UP)));
          break;
        case "answer": {
          const ask = open.shift();
          if (ask !== undefined) stage.learns(answered = answer(ask));
          break;
        }
        case "answer again":
          if (answered !== undefined) stage.learns(answered);
          break;
        case "late":
          // The question stays open: the answer may still come.
          if (open[0] !== undefined) stage.learns({ type: "no_past", ask: open[0], why: "late" });
          break;
        case "say":
          stage.hears(said(++last, false));
          break;
        case "clear":
          stage.types(ESCAPE);
          stage.types("/clear\r");
          break;
        case "lose":
          for (const ask of open.splice(0)) stage.learns({ type: "no_past", ask, why: "lost" });
          break;
        case "look down":
          stage.types(PAGE_DOWN);
      }
      const { lines } = stage.model.buffers.current;
      const shown: number[] = [];
      for (let number = lines.start; number < lines.end; number++) {
        const { id } = lines.line(number);
        if (id !== undefined) shown.push(Number(id.slice(1)));
      }
      assertEquals(shown, shown.toSorted((a, b) => a - b));
      assertEquals(new Set(shown).size, shown.length);
      // Nothing between the first and the last one is missing.
      const [first = 0] = shown;
      if (shown.length > 0) assertEquals(shown.length, (shown.at(-1) as number) - first + 1);
      stage.draws();
    }
  }));
});
