/**
 * What the operators of a channel may do, and that nobody else may.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Command } from "../../lib/chat/command.ts";
import { Scene } from "./scene.ts";
import type { Right } from "../../lib/chat/rights.ts";
import { grant as grantIn } from "../support/origin.ts";

const join = (channel: string): Command => ({ type: "join", channel, make: true, claim: true });
const topic = (text: string): Command => ({ type: "topic", channel: "x", text });
const kick = (whom: string, reason?: string): Command => ({
  type: "kick",
  channel: "x",
  whom,
  ...(reason === undefined ? {} : { reason }),
});
const grant = (whom: string, right: Right = "operator", set = true): Command =>
  grantIn(whom, right, set, "x");

/** In x: olga, its operator, then bob and carol. Elsewhere: dave. */
function withOperator(): Scene {
  const scene = new Scene(["olga", "bob", "carol", "dave"]);
  for (const name of ["olga", "bob", "carol"]) scene.do(name, join("x"));
  scene.do("dave", join("y"));
  return scene;
}

const REQUESTS: readonly Command[] = [kick("carol"), grant("carol"), topic("tea")];

for (const request of REQUESTS) {
  Deno.test(`hub: ${request.type} takes the operator's right in this channel`, () => {
    const scene = withOperator();
    assertEquals(scene.do("bob", request), ["bob < refused not_operator x"]);
    assertEquals(scene.do("dave", request), ["dave < refused not_in_channel x"]);
    const { channel: _, ...anywhere } = request as Extract<Command, { type: "topic" }>;
    scene.do("dave", { type: "part" });
    assertEquals(scene.do("dave", anywhere), ["dave < refused not_in_channel"]);
    // A voice is no operator, and an operator elsewhere is none here.
    scene.do("olga", grant("bob", "voice"));
    assertEquals(scene.do("bob", request), ["bob < refused not_operator x"]);
    scene.do("dave", join("z"));
    scene.do("dave", join("x"));
    assertEquals(scene.do("dave", request), ["dave < refused not_operator x"]);
  });
}

for (const request of [kick, grant]) {
  Deno.test(`hub: ${request("x").type} of somebody who is not there is refused`, () => {
    const scene = withOperator();
    scene.arrive("dave2", { nick: "dave" });
    assertEquals(scene.do("olga", request("erin")), ["olga < refused no_such_nick erin"]);
    assertEquals(scene.do("olga", request("dave/2")), ["olga < refused not_a_member dave/2 x"]);
    assertEquals(scene.do("olga", request("dave")), [
      "olga < refused ambiguous_nick dave dave,dave/2",
    ]);
  });
}

Deno.test("hub: a kick ends the membership; the others and the removed user receive it", () => {
  const scene = withOperator();
  assertEquals(scene.do("olga", kick("bob", "noise")), [
    "carol < kicked olga bob x noise",
    "bob < removed olga x noise",
  ]);
  assertEquals(scene.places("bob"), []);
  assertEquals(scene.do("olga", kick("bob")), ["olga < refused not_a_member bob x"]);
  assertEquals(scene.do("olga", kick("CAROL")), ["carol < removed olga x"]);
});

Deno.test("hub: who was removed may come back, without the rights it had", () => {
  const scene = withOperator();
  scene.do("olga", grant("bob"));
  scene.do("olga", kick("bob"));
  assertEquals(scene.do("bob", join("x")).length, 3);
  assertEquals(scene.do("bob", topic("tea")), ["bob < refused not_operator x"]);
});

Deno.test("hub: a user of one channel who is removed goes back to the lobby", () => {
  const scene = withOperator();
  scene.arrive("pat", { home: "json16", lobby: true });
  scene.arrive("host", { home: "json16", lobby: true });
  scene.do("pat", { type: "join", channel: "x", exclusive: true });
  assertEquals(scene.do("olga", kick("pat")), [
    "bob < kicked olga pat x",
    "carol < kicked olga pat x",
    "pat < removed olga x",
    "host < joined pat lobby",
    "pat < entered lobby",
  ]);
  assertEquals(scene.places("pat"), ["lobby"]);
});

Deno.test("hub: a user who is in the lobby as well does not enter it again", () => {
  const scene = withOperator();
  scene.arrive("pat", { lobby: true });
  scene.do("pat", join("x"));
  assertEquals(scene.do("olga", kick("pat")).at(-1), "pat < removed olga x");
  assertEquals(scene.places("pat"), ["lobby"]);
});

Deno.test("hub: the lobby to which one goes back is made if it is missing", () => {
  const scene = new Scene(["olga"], { lobby: "foyer", maxChannels: 2 });
  scene.arrive("pat", { lobby: true });
  scene.do("olga", join("x"));
  scene.do("pat", { type: "join", channel: "x", exclusive: true });
  // The table has room for nothing else; the lobby is always admitted.
  assertEquals(scene.do("olga", kick("pat")).at(-1), "pat < entered foyer");
  assertEquals(scene.hub.channelNames.includes("foyer"), true);
});

Deno.test("hub: a user removed from the lobby itself stays out", () => {
  const scene = new Scene();
  scene.arrive("pat", { lobby: true });
  scene.arrive("olga", { lobby: true });
  // The lobby belongs to the server's operators.
  scene.do("olga", { type: "oper" });
  assertEquals(scene.do("olga", { type: "kick", channel: "lobby", whom: "pat" }), [
    "pat < removed olga lobby",
  ]);
  assertEquals(scene.places("pat"), []);
});

Deno.test("hub: an operator may remove itself; a transient channel goes with it", () => {
  const scene = new Scene(["olga"]);
  scene.do("olga", join("x"));
  assertEquals(scene.do("olga", kick("olga")), ["olga < removed olga x"]);
  assertEquals(scene.hub.channelNames, []);
});

Deno.test("hub: a right is given and taken, once, and to nobody else", () => {
  const scene = withOperator();
  assertEquals(scene.do("olga", grant("bob")), [
    "bob < modes_changed olga x right operator bob true",
    "carol < modes_changed olga x right operator bob true",
  ]);
  assertEquals(scene.do("olga", grant("bob")), []);
  assertEquals(scene.do("carol", topic("tea")), ["carol < refused not_operator x"]);
  // A new operator has the full right, and may take it from the one who gave it.
  assertEquals(scene.do("bob", grant("olga", "operator", false)), [
    "olga < modes_changed bob x right operator olga false",
    "carol < modes_changed bob x right operator olga false",
  ]);
  assertEquals(scene.do("olga", topic("tea")), ["olga < refused not_operator x"]);
  assertEquals(scene.do("bob", grant("olga", "operator", false)), []);
});

Deno.test("hub: a voice is a right of its own", () => {
  const scene = withOperator();
  const [x] = scene.user("olga").memberships.keys();
  scene.do("olga", grant("bob", "voice"));
  assertEquals(x?.rightsOf(scene.user("bob")), { founder: false, operator: false, voice: true });
  scene.do("olga", grant("bob"));
  scene.do("olga", grant("bob", "voice", false));
  assertEquals(x?.rightsOf(scene.user("bob")), { founder: false, operator: true, voice: false });
});

Deno.test("hub: a topic is set, kept with its author and time, and removed by an empty one", () => {
  const scene = withOperator();
  const [x] = scene.user("olga").memberships.keys();
  assertEquals(scene.do("olga", topic(""), 5), []);
  assertEquals(scene.do("olga", topic("tea"), 7), [
    "bob < topic_set olga x tea",
    "carol < topic_set olga x tea",
  ]);
  assertEquals(x?.topic, { text: "tea", by: "olga!cs168@", at: 7 });
  assertEquals(scene.do("olga", topic("tea"), 8), []);
  assertEquals(x?.topic?.at, 7);
  assertEquals(scene.do("olga", topic(""), 9).length, 2);
  assertEquals(x?.topic, undefined);
});

Deno.test("hub: a topic's author is kept by its handle, which every dialect can show", () => {
  const scene = new Scene();
  scene.arrive("odd", { nick: "Olga: [x]" });
  scene.do("odd", join("x"));
  scene.do("odd", topic("tea"), 7);
  const [x] = scene.user("odd").memberships.keys();
  assertEquals(x?.topic, { text: "tea", by: "Olga___x_!cs168@", at: 7 });
});

Deno.test("hub: a topic that names no channel is that of the first", () => {
  const scene = withOperator();
  scene.do("olga", join("z"));
  assertEquals(scene.do("olga", { type: "topic", text: "tea" })[0], "bob < topic_set olga x tea");
});
