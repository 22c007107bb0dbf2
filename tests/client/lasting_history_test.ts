/**
 * A client that stays: what was missed while it was away.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Kept } from "../../lib/chat/history.ts";
import type { Received } from "../../lib/protocol/protocol.ts";
import { person } from "../support/events.ts";
import { settle } from "../support/within.ts";
import { json16, registered, Rig, say, SECOND } from "./lasting_rig.ts";

function history(...said: [nick: string, text: string][]): Received {
  const kept: Kept[] = said.map(([nick, text], i) => ({
    event: { type: "said", by: person(nick), channel: "tea", text },
    stamp: { time: 1000 * i, msgid: `m${text}` },
  }));
  return { type: "history", name: "tea", isChannel: true, kept };
}

function saidBy(nick: string, text: string, msgid?: string): Received {
  const stamp = msgid === undefined ? {} : { stamp: { msgid } };
  return { type: "said", by: person(nick), channel: "tea", text, ...stamp };
}

Deno.test("lasting: what was missed is shown, once and in its order, also what is said before the answer comes", async () => {
  const rig = await Rig.online();
  rig.here.says(saidBy("eve", "one", "mone"), saidBy("eve", "two", "mtwo"));
  await settle();
  rig.here.breaks();
  await rig.passes(SECOND);
  rig.here.hasHistory = true;
  rig.here.says(registered("pat"), { type: "entered", channel: "tea" });
  await rig.hears();
  assertEquals(rig.sent, ["join tea", "history tea"]);
  rig.here.says(saidBy("eve", "five", "mfive"), saidBy("eve", "six", "msix"));
  assertEquals(await rig.hears(), []);
  rig.here.says(
    history(["eve", "one"], ["eve", "two"], ["bob", "three"], ["bob", "four"], ["eve", "five"]),
  );
  assertEquals(await rig.hears(), ["bob: three", "bob: four", "eve: five", "eve: six"]);
  rig.here.says(saidBy("eve", "seven"));
  assertEquals(await rig.hears(), ["eve: seven"]);
  rig.client.close();
});

Deno.test("lasting: the history tells whether a text arrived behind which the connection broke", async () => {
  const rig = await Rig.online();
  rig.types(say("arrived"));
  rig.types(say("did not"));
  await settle();
  rig.here.breaks();
  await rig.passes(SECOND);
  rig.here.hasHistory = true;
  rig.here.says(registered("pat"), { type: "entered", channel: "tea" });
  await rig.hears();
  rig.here.says(history(["eve", "one"], ["pat", "arrived"]));
  assertEquals(await rig.hears(), ["1 taken", "2 unknown", "eve: one", "pat: arrived"]);
  assertEquals(rig.sent, ["join tea", "history tea"]);
  rig.client.close();
});

Deno.test("lasting: without an answer, or with a refusal, nothing is held back for long", async () => {
  for (const isRefused of [true, false]) {
    const rig = await Rig.online();
    rig.here.breaks();
    await rig.passes(SECOND);
    rig.here.hasHistory = true;
    rig.here.says(registered("pat"), { type: "entered", channel: "tea" }, saidBy("eve", "one"));
    await rig.hears();
    if (isRefused) {
      const ask = { type: "history", limit: 1, find: "latest" } as const;
      rig.here.says({ type: "history_refused", ask, why: "failed" });
    } else {
      await rig.passes(5 * SECOND);
    }
    assert((await rig.hears()).includes("eve: one"));
    rig.client.close();
  }
});

Deno.test("lasting: json16 asks for the history of its channel, and waits only for a server that has one", async () => {
  const rig = new Rig({ look: json16 });
  await settle();
  rig.here.hasHistory = true;
  const joined: Received = { type: "joined", by: person("pat"), channel: "" };
  const live = (text: string): Received => ({ type: "said", by: person("eve"), channel: "", text });
  rig.here.says(joined, live("one"));
  assertEquals((await rig.hears()).slice(-1), ["eve: one"]);
  assertEquals(rig.sent, ["history"]);
  rig.here.says(history(["eve", "zero"], ["eve", "one"]));
  assertEquals(await rig.hears(), []);
  rig.here.breaks();
  await rig.passes(SECOND);
  rig.here.hasHistory = true;
  rig.here.says(joined, live("three"));
  await rig.hears();
  rig.here.says(history(["eve", "one"], ["eve", "two"], ["eve", "three"]));
  assertEquals(await rig.hears(), ["eve: two", "eve: three"]);
  rig.client.close();
});
