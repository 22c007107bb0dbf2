/**
 * A client that stays: what its user wants of the connection, when it is given up, and searches of the server's history.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { InsecureError } from "../../lib/client/trust.ts";
import type { Received } from "../../lib/protocol/protocol.ts";
import { person } from "../support/events.ts";
import { settle } from "../support/within.ts";
import { echo, Rig, say, SECOND } from "./lasting_rig.ts";

const BANNED = { type: "notice", text: "You are banned", isAnswer: true, isFinal: true } as const;

/** A client that was let in, then lost its connection, and now is in no other. */
async function lost(): Promise<Rig> {
  const rig = await Rig.online();
  rig.here.breaks();
  await rig.hears();
  return rig;
}

Deno.test("lasting: reconnect ends a wait, brings back what was given up, and replaces a connection", async () => {
  using rig = await lost();
  assertEquals(rig.connections.length, 1);
  rig.client.reconnect();
  await settle();
  assertEquals(rig.connections.length, 2);
  rig.here.says(BANNED);
  assertEquals((await rig.hears()).at(-1), "off: *** You are banned");
  await rig.passes(600 * SECOND);
  assertEquals(rig.connections.length, 2);
  rig.types(say("kept"));
  rig.client.reconnect();
  await settle();
  assertEquals(rig.connections.length, 3);
  rig.letsIn();
  await rig.hears();
  assertEquals(rig.sent, ["join tea", "tea> kept"]);
  rig.here.says(echo("kept"));
  rig.client.reconnect();
  rig.client.reconnect();
  await settle();
  assertEquals(rig.connections.length, 4);
  assert(rig.connections[2]?.sent.includes("leave"));
  rig.letsIn();
  assertEquals((await rig.hears()).slice(-3), [
    "online",
    "registered",
    "*** You are in tea",
  ]);
});

Deno.test("lasting: disconnect leaves the server for as long as its user wants, also from within a wait", async () => {
  using rig = await Rig.online();
  rig.client.disconnect();
  await rig.passes(600 * SECOND);
  assertEquals((await rig.hears()).at(-1), "off: you have left the server");
  assertEquals(rig.connections.length, 1);
  assert(rig.here.sent.includes("leave"));
  rig.client.disconnect();
  assertEquals(await rig.hears(), []);
  rig.client.reconnect();
  await settle();
  rig.here.breaks();
  await settle();
  rig.client.disconnect();
  await rig.passes(600 * SECOND);
  assertEquals((await rig.hears()).at(-1), "off: you have left the server");
  assertEquals(rig.connections.length, 2);
  rig.client.close();
  await settle();
  assert(rig.isOver);
});

Deno.test("lasting: a bad certificate is not tried for ever, and a server that is starting is", async () => {
  using rig = await lost();
  rig.failures.push(new InsecureError("it refuses TLS", false), new InsecureError("expired", true));
  await rig.passes(SECOND);
  assertEquals((await rig.hears()).at(-1), "waiting 2000: it refuses TLS");
  await rig.passes(600 * SECOND);
  assertEquals((await rig.hears()).at(-1), "off: expired");
  rig.client.reconnect();
  await settle();
  rig.letsIn();
  assertEquals((await rig.hears()).slice(-3), [
    "online",
    "registered",
    "*** You are in tea",
  ]);
});

Deno.test("lasting: leaving the client ends it in any state", async () => {
  using rig = await Rig.online();
  rig.client.disconnect();
  await rig.hears();
  assertEquals(await rig.client.leave(), true);
  await settle();
  assert(rig.isOver);
});

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
