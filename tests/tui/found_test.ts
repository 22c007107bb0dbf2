/**
 * `/search`: what the server finds, and what stands above.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { SearchCommand } from "../../lib/client/searches.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import type { Received } from "../../lib/protocol/protocol.ts";
import { person } from "../support/events.ts";
import { type Asked, inTea, NOON, sentOf, Stage } from "./stage.ts";

const F4 = "\x1bOS", ALT = "\x1b", HOUR = 3_600_000;

/** The searches among `asked`. */
const searches = (asked: readonly Asked[]) => sentOf("search", asked);

function at(time: number): { stamp: { time: number; msgid: string; isReplayed: true } } {
  return { stamp: { time, msgid: `m${time}`, isReplayed: true } };
}

const FOUND: readonly Received[] = [
  {
    type: "said",
    by: person("eve"),
    channel: "den",
    text: "is there any Tea left, or did somebody drink it?",
    ...at(NOON - 400 * 24 * HOUR),
  },
  {
    type: "dm",
    by: person("eve"),
    to: person("pat"),
    text: "tea! tea for pat!",
    ...at(NOON - 20 * HOUR),
  },
  { type: "emoted", by: person("una"), channel: "tea", text: "has tea", ...at(NOON - HOUR) },
];

Deno.test("search: what the server finds is listed with its time and place, and the words stand out", async () => {
  using stage = inTea({ columns: 60 });
  const [ask] = searches(stage.types("/search -all  tea \r"));
  assertEquals(ask, { type: "search", words: "tea", limit: 50 });
  stage.learns({ type: "found", ask: ask as SearchCommand, events: FOUND });
  assertEquals(await stage.shows(), [
    "*** You are in tea",
    '*** 3 messages hold "tea":',
    "28 Nov 2028 12:34 #den eve: is there any Tea left, or did",
    "  somebody drink it?",
    "1 Jan 16:34 eve -> pat: tea! tea for pat!",
    "11:34 #tea [una has tea]",
    "pat> ▏",
  ]);
  assert((await stage.look("Tea left")).inverse);
  assert(!(await stage.look("left")).inverse);
  assert((await stage.look("28 Nov")).dim);
  // Nothing was counted, and nobody was called.
  assertEquals(stage.model.calls, 0);
  assertEquals(stage.model.buffers.mentions, undefined);
  stage.types(F4);
  assert((await stage.look("tea]")).inverse);
});

Deno.test("search: in the conversation on the screen alone, unless its user asks for all", () => {
  using stage = inTea({ columns: 60 });
  const targets = (typed: string) => searches(stage.types(typed)).map(({ target }) => target);
  assertEquals(targets("/search tea\r"), [{ channel: "tea" }]);
  stage.types("/query eve\r");
  assertEquals(targets("/search tea\r"), [{ user: "eve" }]);
  assertEquals(targets("/search -all tea\r"), [undefined]);
  stage.types(`${ALT}1`);
  assertEquals(targets("/search tea\r"), [undefined]);
  assertEquals(targets("/search -all\r"), []);
});

Deno.test("search: where the server finds nothing, or cannot search, the lines above are searched", async () => {
  for (const events of [undefined, []]) {
    using stage = inTea({ columns: 60 });
    for (let i = 1; i <= 40; i++) {
      stage.hears({ type: "said", by: person("eve"), channel: "tea", text: `line ${i}` });
    }
    const [ask] = searches(stage.types("/search line 7\r"));
    stage.learns({ type: "found", ask: ask as SearchCommand, events });
    assert((await stage.look("line 7")).inverse);
    const [other] = searches(stage.types("/search coffee\r"));
    stage.learns({ type: "found", ask: other as SearchCommand, events });
    assertEquals((await stage.shows()).at(-2), '*** No line above holds "coffee"');
  }
});

Deno.test("search: a dialect without a history asks nobody; neither does a search for the same again", async () => {
  using stage = new Stage({ protocol: cs168 });
  stage.says("eve", "tea");
  assertEquals(stage.types("/search tea\r"), []);
  assert((await stage.look("tea")).inverse);
  using other = inTea({ columns: 60 });
  assertEquals(other.types("/search\r"), []);
});
