/**
 * A client that stays: searches of the server's history.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Received } from "../../lib/protocol/protocol.ts";
import { person } from "../support/events.ts";
import { Rig, SECOND } from "./lasting_rig.ts";

function found(...texts: string[]): Received {
  return {
    type: "found",
    kept: texts.map((text, i) => ({
      event: { type: "said", by: person("eve"), channel: "tea", text },
      stamp: { time: i, msgid: `m${i}` },
    })),
  };
}

function search(words: string) {
  return { type: "search", words, limit: 5 } as const;
}

const REFUSED: Received = { type: "search_refused", ask: search(""), why: "failed" };

Deno.test("lasting: what a search has found belongs to it, in the order of the questions; refused ones find nothing", async () => {
  using rig = await Rig.online();
  rig.types(search("one"));
  assertEquals(await rig.hears(), ["one: not searched"]);
  rig.here.canSearch = true;
  rig.types(search("one"));
  rig.types(search("two"));
  rig.types(search("three"));
  assertEquals(rig.sent, ["search", "search", "search"]);
  rig.here.says(found("one day", "one cup"), REFUSED, found());
  assertEquals(await rig.hears(), [
    "one: eve: one day | eve: one cup",
    "two: not searched",
    "three: ",
  ]);
});

Deno.test("lasting: a search without an answer ends, also with its connection; a late answer is dropped", async () => {
  using rig = await Rig.online();
  rig.here.canSearch = true;
  rig.types(search("one"));
  await rig.passes(5 * SECOND);
  assertEquals((await rig.hears()).filter((each) => !each.startsWith("lag")), [
    "one: not searched",
  ]);
  // Such a server is not asked again, until it answers after all.
  rig.types(search("two"));
  assertEquals(await rig.hears(), ["two: not searched"]);
  assertEquals(rig.sent, ["search"]);
  rig.here.says(found("one"));
  assertEquals(await rig.hears(), []);
  rig.types(search("three"));
  rig.here.breaks();
  assertEquals((await rig.hears())[0], "three: not searched");
  rig.types(search("four"));
  assertEquals((await rig.hears()).at(-1), "four: not searched");
});
