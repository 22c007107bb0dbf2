/**
 * A client that stays: what was missed while it was away.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Kept, Target } from "../../lib/chat/history.ts";
import type { HistoryCommand } from "../../lib/client/history_asks.ts";
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

/** The connection is lost, and pat is in #tea again, at a server that keeps a history. */
async function comesBack(rig: Rig, ms?: number): Promise<void> {
  await rig.returns(ms);
  rig.here.hasHistory = true;
  rig.letsIn();
  await rig.hears();
}

Deno.test("lasting: what was missed is shown, once and in its order, also what is said before the answer comes", async () => {
  using rig = await Rig.online();
  rig.here.says(saidBy("eve", "one", "mone"), saidBy("eve", "two", "mtwo"));
  await settle();
  await comesBack(rig);
  assertEquals(rig.sent, ["join tea", "history tea"]);
  rig.here.says(saidBy("eve", "five", "mfive"), saidBy("eve", "six", "msix"));
  assertEquals(await rig.hears(), []);
  rig.here.says(
    history(["eve", "one"], ["eve", "two"], ["bob", "three"], ["bob", "four"], ["eve", "five"]),
  );
  assertEquals(await rig.hears(), ["bob: three", "bob: four", "eve: five", "eve: six"]);
  rig.here.says(saidBy("eve", "seven"));
  assertEquals(await rig.hears(), ["eve: seven"]);
});

Deno.test("lasting: the history tells whether a text arrived behind which the connection broke", async () => {
  using rig = await Rig.online();
  rig.types(say("arrived"));
  rig.types(say("did not"));
  await settle();
  await comesBack(rig);
  rig.here.says(history(["eve", "one"], ["pat", "arrived"]));
  assertEquals(await rig.hears(), ["1 taken", "2 unknown", "eve: one", "pat: arrived"]);
  assertEquals(rig.sent, ["join tea", "history tea"]);
});

Deno.test("lasting: without an answer, or with a refusal, nothing is held back for long", async () => {
  for (const isRefused of [true, false]) {
    using rig = await Rig.online();
    await rig.returns();
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
  }
});

Deno.test("lasting: json16 asks for the history of its channel, and waits only for a server that has one", async () => {
  using rig = new Rig({ look: json16 });
  await settle();
  rig.here.hasHistory = true;
  const joined: Received = { type: "joined", by: person("pat"), channel: "" };
  const live = (text: string): Received => ({ type: "said", by: person("eve"), channel: "", text });
  rig.here.says(joined, live("one"));
  assertEquals((await rig.hears()).slice(-1), ["eve: one"]);
  assertEquals(rig.sent, ["history"]);
  rig.here.says(history(["eve", "zero"], ["eve", "one"]));
  // What was said since then is not said twice.
  assertEquals(await rig.hears(), ["past | eve: zero"]);
  await rig.returns();
  rig.here.hasHistory = true;
  rig.here.says(joined, live("three"));
  await rig.hears();
  rig.here.says(history(["eve", "one"], ["eve", "two"], ["eve", "three"]));
  assertEquals(await rig.hears(), ["eve: two", "eve: three"]);
});

/** pat in #tea, where the server keeps a history that it has not sent yet. */
async function entering(): Promise<Rig> {
  const rig = new Rig({ channels: ["tea"] });
  await settle();
  rig.here.hasHistory = true;
  rig.letsIn();
  await rig.hears();
  return rig;
}

function before(msgid: string, target: Target = { channel: "tea" }): HistoryCommand {
  return { type: "history", limit: 100, find: "before", anchor: { msgid }, target };
}

Deno.test("lasting: on entering for the first time, the last lines come in one piece, before what is said then", async () => {
  using rig = await entering();
  rig.here.says(saidBy("eve", "three", "mthree"), saidBy("eve", "four", "mfour"));
  assertEquals(await rig.hears(), []);
  rig.here.says(history(["bob", "one"], ["bob", "two"], ["eve", "three"]));
  assertEquals(await rig.hears(), ["past | bob: one | bob: two | eve: three", "eve: four"]);
});

Deno.test("lasting: what was missed is fetched page by page, back to what was seen, and a hole is named", async () => {
  using rig = await entering();
  rig.here.says(history(["bob", "seen"]));
  await comesBack(rig);
  rig.here.says(history(["bob", "five"], ["bob", "six"]));
  assertEquals(await rig.hears(), []);
  rig.here.says(saidBy("eve", "seven"));
  rig.here.says(history(["bob", "seen"], ["bob", "three"], ["bob", "four"]));
  assertEquals(await rig.hears(), [
    "bob: three",
    "bob: four",
    "bob: five",
    "bob: six",
    "eve: seven",
  ]);
  assertEquals(rig.sent, ["join tea", "history tea", "history tea before mfive"]);
  await comesBack(rig, 2 * SECOND);
  for (let page = 0; page < 10; page++) rig.here.says(history(["bob", `page ${9 - page}`]));
  const [hole, ...missed] = await rig.hears();
  assertEquals(hole, "*** Of what was missed, these are the last 10 messages");
  assertEquals([missed.length, missed[0], missed[9]], [10, "bob: page 0", "bob: page 9"]);
  assertEquals(rig.sent.length, 11);
});

Deno.test("lasting: a page that the user asks for, also from one user, late, refused, and when the connection breaks", async () => {
  using rig = await entering();
  rig.here.says(history(["bob", "nine"]));
  await rig.hears();
  rig.types(before("mnine"));
  rig.types(before("mdm", { user: "eve" }));
  assertEquals(rig.sent.slice(-2), ["history tea before mnine", "history eve before mdm"]);
  await rig.passes(10 * SECOND);
  assertEquals((await rig.hears()).filter((each) => !each.startsWith("lag")), [
    "no past: late",
    "no past: late",
  ]);
  const dm = { event: { type: "dm", by: person("eve"), to: person("pat"), text: "psst" } } as const;
  const kept = [{ ...dm, stamp: { time: 1, msgid: "m" } }];
  rig.here.says({ type: "history", name: "eve", isChannel: false, kept });
  rig.here.says(history(["bob", "eight"]));
  assertEquals(await rig.hears(), ["past | eve -> pat: psst", "past | bob: eight"]);
  rig.types(before("meight"));
  rig.types(before("mdm", { user: "eve" }));
  rig.here.says({ type: "history_refused", ask: before("", { user: "EVE" }), why: "failed" });
  assertEquals(await rig.hears(), ["no past: refused"]);
  rig.here.breaks();
  assertEquals((await rig.hears())[0], "no past: lost");
  rig.types(before("meight"));
  assertEquals((await rig.hears()).at(-1), "no past: refused");
});

Deno.test("lasting: an answer that comes too late still shows what was missed; a channel that was left is a new one", async () => {
  using rig = await entering();
  rig.here.says(history(["bob", "one"]));
  await rig.returns();
  rig.here.hasHistory = true;
  rig.letsIn();
  rig.here.says(saidBy("eve", "three", "mthree"));
  await rig.hears();
  await rig.passes(5 * SECOND);
  assert((await rig.hears()).includes("eve: three"));
  rig.here.says(history(["bob", "one"], ["bob", "two"], ["eve", "three"]));
  assertEquals(await rig.hears(), ["bob: two"]);
  rig.here.says({ type: "left", by: person("pat"), channel: "tea" });
  rig.here.says({ type: "entered", channel: "tea" });
  rig.here.says(history(["bob", "two"], ["eve", "three"]));
  assertEquals((await rig.hears()).slice(-1), ["past | bob: two | eve: three"]);
});
