/**
 * The rules of speaking and asking: to a channel, to one user, and about channels.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Command } from "../../lib/chat/command.ts";
import { Scene } from "./scene.ts";

const join = (channel: string): Command => ({ type: "join", channel, make: true });
const dm = (to: string): Command => ({ type: "dm", to, text: "psst" });

/** alice and bob in x and y, carol in y, dave nowhere. */
function inTwoChannels(): Scene {
  const scene = new Scene(["alice", "bob", "carol", "dave"]);
  for (const name of ["alice", "bob"]) for (const x of ["x", "y"]) scene.do(name, join(x));
  scene.do("carol", join("y"));
  return scene;
}

Deno.test("hub: chat goes to the members of its channel, and to nobody else", () => {
  const scene = inTwoChannels();
  const say = (channel: string): Command => ({ type: "say", channel, text: "hi" });
  assertEquals(scene.do("alice", say("x")), ["bob < said alice x hi"]);
  assertEquals(scene.do("alice", say("y")), ["bob < said alice y hi", "carol < said alice y hi"]);
});

Deno.test("hub: chat that names no channel goes to the first that its sender is in", () => {
  const scene = inTwoChannels();
  assertEquals(scene.do("bob", { type: "say", text: "hi" }), ["alice < said bob x hi"]);
  scene.do("bob", { type: "part", channel: "x" });
  assertEquals(scene.do("bob", { type: "say", text: "hi" }), [
    "alice < said bob y hi",
    "carol < said bob y hi",
  ]);
});

Deno.test("hub: chat and emotes outside the channel are refused, naming what was named", () => {
  const scene = inTwoChannels();
  for (const type of ["say", "emote"] as const) {
    assertEquals(scene.do("dave", { type, text: "hi" }), ["dave < refused not_in_channel"]);
    for (const channel of ["x", "nosuch"]) {
      assertEquals(scene.do("carol", { type, channel, text: "hi" }), [
        `carol < refused not_in_channel ${channel}`,
      ]);
    }
  }
});

Deno.test("hub: a notice says that it is one, in a channel and to one user", () => {
  const scene = inTwoChannels();
  assertEquals(scene.do("alice", { type: "say", channel: "x", text: "hi", notice: true }), [
    "bob < said alice x hi true",
  ]);
  assertEquals(scene.do("alice", { ...dm("dave"), notice: true } as Command), [
    "dave < dm alice dave psst true",
    "alice < dm_sent alice dave psst true",
  ]);
});

Deno.test("hub: an emote goes where chat goes", () => {
  const scene = inTwoChannels();
  assertEquals(scene.do("alice", { type: "emote", text: "waves" }), ["bob < emoted alice x waves"]);
  assertEquals(scene.do("carol", { type: "emote", channel: "y", text: "waves" }), [
    "alice < emoted carol y waves",
    "bob < emoted carol y waves",
  ]);
});

Deno.test("hub: a dm reaches its receiver and its sender; to oneself it comes as both", () => {
  const scene = inTwoChannels();
  assertEquals(scene.do("dave", dm("alice")), [
    "alice < dm dave alice psst",
    "dave < dm_sent dave alice psst",
  ]);
  assertEquals(scene.do("dave", dm("dave")), [
    "dave < dm dave dave psst",
    "dave < dm_sent dave dave psst",
  ]);
  assertEquals(scene.do("dave", dm("erin")), ["dave < refused no_such_nick erin"]);
});

Deno.test("hub: a dm finds a user by its handle in any case, and by its nick as it is", () => {
  const scene = new Scene(["dave"]);
  scene.arrive("odd", { nick: "Carol D" });
  const found = ["odd < dm dave Carol_D psst", "dave < dm_sent dave Carol_D psst"];
  for (const name of ["Carol D", "Carol_D", "carol_d"]) {
    assertEquals(scene.do("dave", dm(name)), found);
  }
  assertEquals(scene.do("dave", dm("carol d")), ["dave < refused no_such_nick carol d"]);
});

Deno.test("hub: an ambiguous nick is refused with the handles of its holders", () => {
  const scene = new Scene(["dave"]);
  for (const name of ["one", "two", "three"]) scene.arrive(name, { nick: "carol" });
  assertEquals(scene.do("dave", dm("carol")), [
    "dave < refused ambiguous_nick carol carol,carol/2,carol/3",
  ]);
  assertEquals(scene.do("dave", dm("carol/2"))[0], "two < dm dave carol/2 psst");
  assertEquals(scene.do("dave", dm("CAROL/3"))[0], "three < dm dave carol/3 psst");
  // The first one's handle reads as the nick of all; this name is its own.
  assertEquals(scene.do("dave", dm("carol/1"))[0], "one < dm dave carol psst");
  assertEquals(scene.do("dave", dm("carol/4")), ["dave < refused no_such_nick carol/4"]);
  scene.leave("two");
  scene.leave("three");
  assertEquals(scene.do("dave", dm("carol"))[0], "one < dm dave carol psst");
});

Deno.test("hub: list names all channels in the order of their creation, in one array", () => {
  const scene = new Scene(["alice", "bob"]);
  assertEquals(scene.do("alice", { type: "list" }), ["alice < channels "]);
  for (const channel of ["zebra", "ape", "10", "9"]) scene.do("alice", { type: "create", channel });
  assertEquals(scene.do("bob", { type: "list" }), ["bob < channels zebra,ape,10,9"]);
  const { channelNames } = scene.hub;
  assertEquals(channelNames === scene.hub.channelNames, true);
  scene.do("bob", join("new"));
  assertEquals(channelNames === scene.hub.channelNames, false);
  assertEquals(channelNames, ["zebra", "ape", "10", "9"]);
});

Deno.test("hub: names lists a channel's members in the order of entering", () => {
  const scene = inTwoChannels();
  assertEquals(scene.do("carol", { type: "names" }), ["carol < names y alice,bob,carol"]);
  assertEquals(scene.do("bob", { type: "names", channel: "y" }), ["bob < names y alice,bob,carol"]);
  scene.do("alice", { type: "part", channel: "y" });
  scene.do("alice", join("y"));
  assertEquals(scene.do("carol", { type: "names" }), ["carol < names y bob,carol,alice"]);
  assertEquals(scene.do("dave", { type: "names" }), ["dave < refused not_in_channel"]);
  assertEquals(scene.do("carol", { type: "names", channel: "x" }), [
    "carol < refused not_in_channel x",
  ]);
});
