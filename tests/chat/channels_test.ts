/**
 * Room for all: the table of channels is bounded, one network has a share of it, and what has been empty for
 * longest goes first (PROTOCOLS, section 6).
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { LIST_NAMES, type ListName } from "../../lib/chat/channel.ts";
import { Channels } from "../../lib/chat/channels.ts";
import type { Command } from "../../lib/chat/command.ts";
import type { HubOptions } from "../../lib/chat/hub.ts";
import { MAX_ENTRIES_BY_ORIGIN, MAX_LIST_ENTRIES } from "../../lib/chat/mask_list.ts";
import { Scene } from "./scene.ts";

const create = (channel: string): Command => ({ type: "create", channel });
const join = (channel: string): Command => ({ type: "join", channel, make: true });
const visit = (channel: string): Command => ({ type: "join", channel });
const part = (channel: string): Command => ({ type: "part", channel });

/** eve and mallory of one network, alice of another. */
function networks(options: Partial<HubOptions>): Scene {
  const scene = new Scene([], options);
  scene.arrive("eve", { origin: "10.0.0.1" });
  scene.arrive("mallory", { origin: "10.0.0.1" });
  scene.arrive("alice", { origin: "10.0.0.2" });
  return scene;
}

Deno.test("channels: a full table drops the one that has been empty for longest", () => {
  const scene = new Scene(["alice", "bob"], { maxChannels: 4 });
  // All stay; x was made first, but w was left first.
  for (const channel of ["x", "w", "y"]) scene.do("alice", create(channel));
  scene.do("bob", visit("x"));
  scene.do("bob", create("z"));
  assertEquals(scene.hub.channelNames, ["x", "w", "y", "z"]);
  // Empty since: w, then x. With members: y (alice), z (bob).
  scene.do("alice", join("new"));
  assertEquals(scene.hub.channelNames, ["x", "y", "z", "new"]);
  scene.do("alice", join("newer"));
  assertEquals(scene.hub.channelNames, ["y", "z", "new", "newer"]);
  scene.expect("alice", join("newest"), "alice < refused too_many_channels 4");
  scene.expect("bob", visit("w"), "bob < refused no_such_channel w");
});

Deno.test("channels: one that was opened is empty until somebody enters", () => {
  const limits = {
    maxChannels: 2,
    maxChannelNameBytes: 99,
    maxMadeByOrigin: 2,
    maxEmptyByOrigin: 1,
  };
  const channels = new Channels(limits, "lobby");
  const channel = channels.open("x", { origin: "net", transient: false, at: 0 });
  assertEquals([...channels.empty], [channel]);
  assertEquals(channels.refuse("y", "net"), { code: "too_many_channels_made", limit: 1 });
});

Deno.test("channels: the lobby is never dropped and never refused", () => {
  const scene = new Scene([], { maxChannels: 2 });
  scene.arrive("pat", { lobby: true });
  scene.do("pat", part("lobby"));
  scene.do("pat", join("x"));
  scene.expect("pat", join("y"), "pat < refused too_many_channels 2");
  assertEquals(scene.hub.channelNames, ["lobby", "x"]);
  const full = new Scene(["bob"], { maxChannels: 1 });
  full.do("bob", create("x"));
  full.expect("bob", { type: "join" }, "bob < entered lobby");
});

Deno.test("channels: the lobby takes no room from others, also not from empty ones", () => {
  const scene = new Scene(["bob"], { maxChannels: 1 });
  scene.do("bob", create("x"));
  scene.do("bob", part("x"));
  scene.expect("bob", { type: "join" }, "bob < entered lobby");
  assertEquals(scene.hub.channelNames, ["x", "lobby"]);
});

Deno.test("channels: their names have a limit together, and empty ones make room", () => {
  const scene = new Scene(["alice", "bob"], { maxChannelNameBytes: 10 });
  scene.do("alice", create("é".repeat(2)));
  scene.do("alice", create("123456"));
  scene.expect("bob", join("7"), "bob < entered 7");
  assertEquals(scene.hub.channelNames, ["123456", "7"]);
  scene.expect("bob", join("8901"), "bob < refused too_many_channels 2");
  scene.expect("bob", join("890"), "bob < entered 890");
  // Two go for one long name, and none of them if that is not enough.
  const other = new Scene(["alice"], { maxChannelNameBytes: 10 });
  for (const name of ["aaa", "bbb", "ccc"]) other.do("alice", create(name));
  other.expect("alice", create("d".repeat(8)), "alice < refused too_many_channels 3");
  assertEquals(other.hub.channelNames, ["aaa", "bbb", "ccc"]);
  other.expect("alice", create("d".repeat(7)), "alice < entered ddddddd");
  assertEquals(other.hub.channelNames, ["ccc", "ddddddd"]);
});

Deno.test("channels: one network has a share of the table, for all of its users together", () => {
  const scene = networks({ maxMadeByOrigin: 2 });
  scene.do("eve", { type: "join", channel: "a", make: true, claim: true });
  scene.do("mallory", create("b"));
  for (const name of ["eve", "mallory"]) {
    for (const make of [create, join]) {
      scene.expect(name, make("c"), `${name} < refused too_many_channels_made 2`);
    }
  }
  scene.expect("alice", create("c"), "alice < entered c");
  // What it may not make it may enter.
  assertEquals(scene.do("eve", visit("c")).length, 2);
  // For one that is gone it may make another, and no more.
  scene.do("eve", part("a"));
  scene.expect("eve", create("d"), ["alice < left eve c", "eve < entered d"]);
  scene.expect("eve", create("e"), "eve < refused too_many_channels_made 2");
});

Deno.test("channels: one network may have made fewer that nobody is in", () => {
  const scene = networks({ maxEmptyByOrigin: 2 });
  for (const name of ["a", "b", "c"]) scene.do("eve", create(name));
  // Empty: a and b.
  scene.expect("eve", create("d"), "eve < refused too_many_channels_made 2");
  scene.expect("mallory", join("d"), "mallory < refused too_many_channels_made 2");
  scene.expect("alice", create("d"), "alice < entered d");
  // Somebody in one of them makes room for another.
  scene.do("alice", visit("a"));
  scene.expect("mallory", join("e"), "mallory < entered e");
});

Deno.test("channels: what one network left behind keeps nobody else out", () => {
  const scene = networks({ maxChannels: 10 });
  for (let i = 0; i < 10; i++) scene.do("eve", create(`${i}`));
  scene.leave("eve");
  for (let i = 0; i < 10; i++) {
    scene.expect("alice", join(`mine${i}`), `alice < entered mine${i}`);
  }
});

Deno.test("channels: the lists of all that one network has made hold so many masks together, and no more", () => {
  const scene = networks({ maxChannels: 1000 });
  const masks = (channel: string, list: ListName, count: number, set = true): Command => {
    const changes = Array.from({ length: count }, (_, i) => ({
      mode: "list" as const,
      list,
      mask: `m${i}`,
      set,
    }));
    return { type: "modes", channel, changes };
  };
  const own = (channel: string): Command => ({ ...join(channel), claim: true } as Command);
  const perChannel = LIST_NAMES.length * MAX_LIST_ENTRIES;
  const full = Math.floor(MAX_ENTRIES_BY_ORIGIN / perChannel);
  for (let i = 0; i <= full; i++) {
    const who = i % 2 === 0 ? "eve" : "mallory";
    scene.do(who, own(`c${i}`));
    if (i === full) break;
    for (const list of LIST_NAMES) scene.do(who, masks(`c${i}`, list, MAX_LIST_ENTRIES));
  }
  const last = full % 2 === 0 ? "eve" : "mallory";
  assertEquals(MAX_ENTRIES_BY_ORIGIN - full * perChannel, MAX_LIST_ENTRIES);
  scene.expect(last, masks(`c${full}`, "ban", MAX_LIST_ENTRIES), []);
  const refusal = `${last} < refused list_full c${full} exception m0!*@* 0`;
  scene.expect(last, masks(`c${full}`, "exception", 1), refusal);
  // Another network has room, whoever is an operator there.
  scene.do("alice", own("mine"));
  scene.expect("alice", masks("mine", "ban", MAX_LIST_ENTRIES), []);
  // What is taken back makes room, and so does a channel that goes.
  scene.do("eve", masks("c0", "ban", 10, false));
  scene.expect(last, masks(`c${full}`, "invite", 10), []);
  scene.expect(last, masks(`c${full}`, "exception", 1), refusal);
  scene.do("mallory", { type: "quit" });
  assertEquals(scene.hub.channelNames.includes("c1"), false);
  scene.do("eve", own("new"));
  scene.expect("eve", masks("new", "ban", MAX_LIST_ENTRIES), []);
});
