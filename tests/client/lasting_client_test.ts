/**
 * A client that stays: when it connects again, with which names and channels, and what becomes of what is typed.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { ConnectError } from "../../lib/client/chat_client.ts";
import { lookOf } from "../../lib/client/looks.ts";
import type { UiEnd } from "../../lib/client/ui_end.ts";
import type { Received } from "../../lib/protocol/protocol.ts";
import { people, person } from "../support/events.ts";
import { settle, within } from "../support/within.ts";
import { cs168, echo, json16, registered, Rig, say, SECOND } from "./lasting_rig.ts";

Deno.test("lasting: a connection that is lost is made again, with its channels and what was typed meanwhile", async () => {
  using rig = await Rig.online();
  rig.here.breaks("read failed: Connection reset by peer (os error 104)");
  assertEquals(await rig.hears(), ["waiting 1000: connection reset by the server"]);
  rig.types(say("one"));
  rig.types(say("two"));
  await rig.passes(SECOND);
  assertEquals(await rig.hears(), ["connecting", "entering"]);
  assertEquals(rig.here.sent, []);
  rig.here.says(registered("pat"));
  assertEquals(await rig.hears(), ["online", "registered"]);
  // The channel must be entered before anybody can speak there.
  assertEquals(rig.sent, ["join tea"]);
  rig.here.says({ type: "entered", channel: "tea" });
  await settle();
  assertEquals(rig.here.sent.slice(-2), ["tea> one", "tea> two"]);
  rig.here.says(echo("one"), echo("two"));
  assertEquals(await rig.hears(), [
    "*** You are in tea",
    "1 taken",
    "pat: one",
    "2 taken",
    "pat: two",
  ]);
});

Deno.test("lasting: the waits grow to a minute, and shrink after a good connection; chance shortens them", async () => {
  using rig = await Rig.online({ random: () => 0.5 });
  const refused = new ConnectError("h", 1, new Deno.errors.ConnectionRefused("refused"));
  rig.failures.push(...Array(8).fill(refused));
  rig.here.breaks();
  const waits: string[] = [];
  for (let i = 0; i < 300; i++) {
    waits.push(...(await rig.hears()).filter((each) => each.startsWith("waiting")));
    if (rig.connections.length > 1) break;
    await rig.passes(SECOND);
  }
  const starts = waits.filter((each, i) => i === 0 || ms(each) > ms(waits[i - 1] as string));
  assertEquals([...new Set(starts.map(ms))], [750, 1500, 3000, 6000, 12_000, 24_000, 45_000]);
  assert(waits.at(-1)?.endsWith("connection refused: nobody listens there"));
  rig.here.says(registered("pat"));
  await rig.passes(31 * SECOND);
  await rig.hears();
  rig.here.breaks();
  assertEquals((await rig.hears()).map(ms), [750]);
});

function ms(text: string): number {
  return Number(/\d+/.exec(text)?.[0]);
}

Deno.test("lasting: a server that accepts and resets at once does not shorten the waits", async () => {
  using rig = await Rig.online();
  const waits: number[] = [];
  for (let i = 0; i < 4; i++) {
    rig.here.breaks();
    const wait = ms((await rig.hears()).filter((each) => each.startsWith("waiting"))[0] as string);
    waits.push(wait);
    await rig.passes(wait);
    await rig.hears();
  }
  assertEquals(waits, [1000, 2000, 4000, 8000]);
});

Deno.test("lasting: what may have arrived is not sent again, and its user is told; the rest is", async () => {
  using rig = await Rig.online();
  rig.types(say("one"));
  await settle();
  rig.types(say("two"));
  await settle();
  rig.here.takes = rig.here.given - 1;
  rig.here.breaks("read failed: timed out");
  assertEquals(await rig.hears(), ["waiting 1000: read failed: timed out"]);
  await rig.passes(SECOND);
  rig.letsIn();
  assert((await rig.hears()).includes("1 unknown"));
  assertEquals(rig.here.sent.filter((each) => each.includes(">")), ["tea> two"]);
});

Deno.test("lasting: a channel that does not let its user in again is not asked for, and refuses what waits", async () => {
  using rig = await Rig.online();
  rig.here.breaks();
  await settle();
  rig.types(say("one"));
  await rig.passes(SECOND);
  rig.here.says(registered("pat"));
  await settle();
  rig.here.says({ type: "notice", text: "banned", channel: "tea", isAnswer: true });
  await settle();
  // The server has the last word.
  assertEquals(rig.sent.at(-1), "tea> one");
  rig.here.says({ type: "notice", text: "cannot send", channel: "tea", isAnswer: true });
  assert((await rig.hears()).includes("1 refused"));
  await rig.returns(2 * SECOND);
  rig.here.says(registered("pat"));
  await settle();
  assertEquals(rig.joins, []);
});

Deno.test("lasting: channels that were left, or from which the user was removed, stay left", async () => {
  using rig = await Rig.online();
  rig.types({ type: "join", channel: "den", key: "k" });
  rig.types({ type: "join", channel: "lake" });
  await settle();
  rig.here.says(
    { type: "entered", channel: "den" },
    { type: "entered", channel: "lake" },
    { type: "left", by: person("eve"), channel: "den" },
    { type: "removed", by: person("eve"), channel: "lake" },
  );
  await settle();
  rig.types({ type: "part", channel: "tea" });
  await rig.returns();
  rig.here.says(registered("pat"));
  await settle();
  assertEquals(rig.joins, ["join den"]);
});

Deno.test("lasting: a name that the old connection still holds is taken later", async () => {
  using rig = await Rig.online();
  const inUse: Received = { type: "refused", refusal: { code: "nick_in_use", nick: "pat" } };
  await rig.returns();
  rig.here.says(inUse);
  await settle();
  assertEquals(rig.sent, ["nick pat_"]);
  rig.here.says(registered("pat_"));
  await settle();
  assertEquals(rig.here.sent.includes("nick pat"), true);
  await rig.hears();
  rig.here.says(inUse);
  assertEquals(await rig.hears(), []);
  await rig.passes(20 * SECOND);
  assertEquals(rig.here.sent.filter((each) => each === "nick pat").length, 2);
  rig.here.says({ type: "renamed", by: person("pat_"), now: person("pat") });
  await rig.passes(60 * SECOND);
  assertEquals(rig.here.sent.filter((each) => each === "nick pat").length, 2);
});

Deno.test("lasting: where names cannot change, a name in use is waited for", async () => {
  using rig = new Rig({ look: lookOf({ name: "chat1" }) });
  await settle();
  rig.here.says(registered("pat"));
  await settle();
  await rig.returns();
  await rig.hears();
  rig.here.says({ type: "refused", refusal: { code: "nick_in_use", nick: "pat" } });
  assertEquals(await rig.hears(), ["waiting 2000: the name is still in use"]);
});

Deno.test("lasting: a wrong password or a ban is not tried for ever", async () => {
  const final: Received = {
    type: "notice",
    text: "Password incorrect",
    isAnswer: true,
    isFinal: true,
  };
  using first = new Rig();
  await settle();
  first.here.says(final);
  await settle();
  assertEquals(first.isOver, true);
  assertEquals(first.client.end, { by: "refusal", text: "*** Password incorrect" });
  const later = await Rig.online();
  later.here.breaks();
  await later.passes(SECOND);
  later.here.says(final);
  assertEquals((await later.hears()).at(-1), "off: *** Password incorrect");
  await later.passes(200 * SECOND);
  assertEquals([later.connections.length, later.isOver], [2, false]);
  later.client.close();
  await settle();
  assertEquals(later.isOver, true);
});

Deno.test("lasting: the first connection must come about, a lost one need not be the last", async () => {
  using rig = new Rig();
  using failed = new Rig();
  failed.failures.push(new ConnectError("h", 1, new Error("no")));
  const refused = new ConnectError("h", 1, new Deno.errors.ConnectionRefused("no"));
  using other = new Rig({ connect: () => Promise.reject(refused) });
  await settle();
  assertEquals([rig.isOver, other.isOver], [false, true]);
  assertEquals(other.client.end, { by: "unreachable", error: refused } as UiEnd);
  rig.client.close();
});

Deno.test("lasting: without reconnection a loss is the end, and a server that stops says so", async () => {
  using rig = await Rig.online({ reconnects: false });
  rig.here.breaks();
  await settle();
  assertEquals([rig.isOver, rig.client.end], [true, { by: "loss" }]);
  using other = await Rig.online({ reconnects: false });
  other.here.says({ type: "stopping" });
  await settle();
  assertEquals([other.isOver, other.client.end], [true, { by: "server" }]);
});

Deno.test("lasting: a server that does not let its user in, or does not accept, is given up", async () => {
  using rig = await Rig.online();
  await rig.returns();
  await rig.hears();
  await rig.passes(30 * SECOND);
  assertEquals((await rig.hears())[0], "waiting 2000: no answer to the registration");
  using never = new Rig({ connect: () => new Promise(() => {}) });
  await never.passes(20 * SECOND);
  assertEquals([never.isOver, never.client.end?.by], [true, "unreachable"]);
});

Deno.test("lasting: a server that answers no more is noticed after seconds, and given up after two minutes", async () => {
  using rig = await Rig.online();
  rig.here.answers("alive-1");
  assertEquals(await rig.hears(), ["lag 0"]);
  await rig.passes(30 * SECOND);
  assertEquals(rig.here.sent, ["? alive-2"]);
  await rig.passes(3 * SECOND);
  assertEquals(await rig.hears(), ["lag 3000 and more"]);
  rig.here.answers("alive-2");
  assertEquals(await rig.hears(), ["lag 3000"]);
  await rig.passes(200 * SECOND);
  const news = await rig.hears();
  assert(news.some((each) => /^waiting \d+: no answer for two minutes$/.test(each)), news.join());
});

Deno.test("lasting: a text that is not answered shows that the server is silent, where it cannot be asked", async () => {
  using rig = new Rig({ look: json16 });
  await settle();
  rig.here.probe = () => false;
  rig.here.says({ type: "joined", by: person("pat"), channel: "" });
  await settle();
  await rig.passes(100 * SECOND);
  await rig.hears();
  rig.types({ type: "say", text: "hello?" });
  await rig.passes(5 * SECOND);
  assertEquals((await rig.hears()).at(-1), "lag 4000 and more");
  rig.here.says({ type: "said", by: person("pat"), channel: "", text: "hello?" });
  assertEquals(await rig.hears(), ["1 taken", "pat: hello?"]);
});

Deno.test("lasting: without echo a probe behind the text confirms it, and the client shows it itself", async () => {
  using rig = new Rig({ channels: ["tea"] }, "probe");
  await settle();
  rig.letsIn();
  await settle();
  await rig.hears();
  rig.types(say("one"));
  await settle();
  assertEquals(rig.here.sent.slice(-2), ["tea> one", "? text-1"]);
  assertEquals(await rig.hears(), []);
  rig.here.answers("text-1");
  assertEquals(await rig.hears(), ["1 taken", "pat: one"]);
});

Deno.test("lasting: where nothing is ever confirmed, a text is there when the socket has it", async () => {
  using rig = new Rig({ look: cs168 }, "none");
  await settle();
  assertEquals(await rig.hears(), ["connecting", "entering", "online"]);
  rig.types({ type: "say", text: "one" });
  assertEquals(await rig.hears(), ["1 taken", "pat: one"]);
});

Deno.test("lasting: cs168 enters its channel again, also if it is gone; the notice of that is no news", async () => {
  using rig = new Rig({ look: cs168 }, "none");
  await settle();
  rig.types({ type: "create", channel: "tea" });
  await rig.returns();
  assertEquals(rig.sent, ["create tea", "join tea"]);
  await rig.hears();
  const notice: Received = {
    type: "notice",
    text: "Room tea already exists, so cannot be created.",
  };
  rig.here.says(notice);
  assertEquals(await rig.hears(), []);
  rig.here.says(notice);
  assertEquals((await rig.hears()).length, 1);
});

Deno.test("lasting: json16 enters its channel again, unless it is that of all", async () => {
  for (const channel of ["lobby", "den"]) {
    using rig = new Rig({ look: json16 });
    await settle();
    rig.here.says(
      { type: "joined", by: person("pat"), channel: "" },
      { type: "names", channel: "lobby", members: people(["pat"]) },
      { type: "entered", channel },
    );
    await settle();
    rig.here.breaks();
    await settle();
    rig.types({ type: "say", text: "hi" });
    await rig.passes(SECOND);
    rig.here.says({ type: "joined", by: person("pat"), channel: "" });
    await settle();
    assertEquals(rig.sent, channel === "lobby" ? ["> hi"] : ["join den"]);
    rig.here.says({ type: "entered", channel });
    await settle();
    assertEquals(rig.sent.at(-1), "> hi");
  }
});

Deno.test("lasting: commands without a connection are refused here, a channel is entered later", async () => {
  using rig = await Rig.online();
  rig.here.breaks();
  await rig.hears();
  rig.types({ type: "whois", nick: "eve" });
  rig.types({ type: "join", channel: "den" });
  assertEquals(await rig.hears(), [
    "*** Not connected; this was not sent",
    "*** Not connected; den will be entered later",
  ]);
  await rig.passes(SECOND);
  rig.here.says(registered("pat"));
  await settle();
  assertEquals(rig.joins, ["join tea", "join den"]);
});

Deno.test("lasting: leaving says whether everything was taken", async () => {
  using online = await Rig.online();
  assertEquals(await within("the end", online.client.leave()), true);
  assertEquals(online.here.sent, ["leave"]);
  await settle();
  assertEquals([online.isOver, online.client.end], [true, undefined]);
  using waiting = await Rig.online();
  waiting.here.breaks();
  await settle();
  waiting.types(say("one"));
  assertEquals(await within("the end", waiting.client.leave()), false);
  await settle();
  assertEquals([waiting.isOver, waiting.clock.timers], [true, 0]);
});

Deno.test("lasting: a text that is typed while the server lets its user in is sent, whichever comes first", async () => {
  for (let turns = 0; turns < 12; turns++) {
    using rig = new Rig({ channels: ["tea"] });
    await settle();
    const isTypedFirst = turns % 2 === 0;
    if (isTypedFirst) rig.types(say("one"));
    rig.letsIn();
    for (let i = 0; i < turns / 2; i++) await Promise.resolve();
    if (!isTypedFirst) rig.types(say("one"));
    await settle();
    assertEquals(rig.sent, ["join tea", "tea> one"]);
  }
});
