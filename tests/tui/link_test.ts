/**
 * A connection that is lost and comes back, as its user sees it.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { person } from "../support/events.ts";
import { inTea, type Stage } from "./stage.ts";

const LOST = { phase: "waiting", why: "connection reset by the server", ms: 4000 } as const;

function onIrc(): Stage {
  return inTea({ columns: 79 }, ["pat", "chris"]);
}

Deno.test("link: what is typed stands below, dim, until it is there; screen, draft and scrollback stay", async () => {
  using stage = onIrc();
  stage.types("one\r");
  const pending = await stage.look("… pat: one");
  assertEquals([pending.dim, pending.bold], [true, false]);
  stage.learns({ type: "settled", id: 1, outcome: "taken" });
  stage.hears({ type: "said", by: person("pat"), channel: "tea", text: "one" });
  stage.links(LOST);
  stage.types("two\rthree\rdraft");
  assertEquals(await stage.shows(), [
    "*** You are in tea",
    "*** In tea: pat, chris",
    "pat: one",
    "*** Not connected: connection reset by the server",
    "… pat: two",
    "… pat: three",
    "pat> draft▏",
  ]);
  assert(/^ 2 #tea \(not in it\) +reconnecting in 4 s irc h:1$/.test(await stage.status()));
  stage.links({ phase: "connecting" });
  assert((await stage.status()).includes(" connecting "));
  stage.links({ phase: "entering" });
  assert((await stage.status()).includes(" waiting for the server "));
  stage.links({ phase: "online" });
  stage.hears({ type: "entered", channel: "tea" });
  stage.learns({ type: "settled", id: 2, outcome: "taken" });
  stage.hears({ type: "said", by: person("pat"), channel: "tea", text: "two" });
  assertEquals((await stage.shows()).slice(-5), [
    "*** Connected again",
    "*** You are in tea",
    "pat: two",
    "… pat: three",
    "pat> draft▏",
  ]);
});

Deno.test("link: what may or may not have arrived, and what was refused, is told", async () => {
  using stage = onIrc();
  stage.types("one\rtwo\r");
  stage.learns(
    { type: "settled", id: 1, outcome: "unknown" },
    { type: "settled", id: 2, outcome: "refused" },
  );
  assertEquals((await stage.shows()).slice(-3), [
    "*** The connection broke, so it is not known whether this arrived: one",
    "*** Not delivered: two",
    "pat> ▏",
  ]);
});

Deno.test("link: the same failure is told once, and the loss in each channel", async () => {
  using stage = onIrc();
  stage.hears({ type: "entered", channel: "den" });
  for (let i = 0; i < 5; i++) {
    stage.links({ ...LOST, ms: 1000 });
    stage.links({ phase: "connecting" });
  }
  stage.links({ ...LOST, why: "unknown host" });
  assertEquals((await stage.shows()).slice(2), [
    "*** Not connected: connection reset by the server",
    "*** Not connected: unknown host",
    "pat> ▏",
  ]);
  stage.types("\x1b3");
  assertEquals((await stage.shows()).slice(-2), [
    "*** Not connected: connection reset by the server",
    "pat> ▏",
  ]);
  assert((await stage.status()).includes("#den (not in it)"));
});

Deno.test("link: a server that is slow, and one that says nothing", async () => {
  using stage = onIrc();
  stage.learns({ type: "lag", ms: 120, isOpen: false });
  assert((await stage.status()).endsWith("  irc h:1"));
  stage.learns({ type: "lag", ms: 1240, isOpen: false });
  assert((await stage.status()).endsWith(" lag 1.2 s irc h:1"));
  stage.learns({ type: "lag", ms: 12_000, isOpen: true });
  assert((await stage.status()).endsWith(" no answer for 12 s irc h:1"));
  stage.resizes(40, 9);
  assertEquals(await stage.status(), " 2 #tea (2)   no answer for 12 s irc h:1");
  stage.links({ phase: "off", why: "You are banned" });
  assert(/^ 2 #tea +off: \/reconnect irc h:1$/.test(await stage.status()));
  assertEquals((await stage.shows()).slice(-3), [
    "    banned",
    "*** /reconnect connects again",
    "pat> ▏",
  ]);
  assertEquals(stage.types("/reconnect\r"), [{ type: "reconnect" }]);
  stage.links({ phase: "online" });
  assertEquals((await stage.shows()).at(-2), "*** Connected again");
  assertEquals(stage.types("/disconnect\r"), [{ type: "disconnect" }]);
});

Deno.test("link: more pending texts than rows leave the latest, and the input", async () => {
  using stage = onIrc();
  stage.links(LOST);
  for (let i = 1; i <= 30; i++) stage.types(`text ${i}\r`);
  const rows = await stage.shows();
  assertEquals(rows.length, 8);
  assertEquals(rows.slice(-3), ["… pat: text 29", "… pat: text 30", "pat> ▏"]);
  stage.types("/msg chris psst\r");
  assertEquals((await stage.shows()).at(-2), "… pat -> chris: psst");
  stage.types("\x1b3");
  assertEquals(await stage.shows(), ["… pat -> chris: psst", "pat> ▏"]);
});
