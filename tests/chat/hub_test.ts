/**
 * The rules of the chat, one by one (PROTOCOLS, sections 1 and 5).
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Channel } from "../../lib/chat/channel.ts";
import type { Command } from "../../lib/chat/command.ts";
import { Hub } from "../../lib/chat/hub.ts";
import { Scene } from "./scene.ts";

const list: Command = { type: "list" };
const create = (channel: string): Command => ({ type: "create", channel });
const join = (channel: string): Command => ({ type: "join", channel });
const say = (text: string): Command => ({ type: "say", text });

Deno.test("registering is told to the user alone", () => {
  const hub = new Hub({ maxChannels: 10 });
  const user = hub.connect();
  const event = { type: "registered", nick: "alice" } as const;
  assertEquals(hub.apply(user, { type: "register", nick: "alice" }), [{ to: "user", user, event }]);
  assertEquals(hub.channelNames, []);
});

Deno.test("registering with the lobby enters it, and makes it if it is missing, even past the limit", () => {
  const hub = new Hub({ maxChannels: 0, lobby: "foyer" });
  const [alice, bob] = [hub.connect(), hub.connect()];
  hub.apply(alice, { type: "register", nick: "alice", lobby: true });
  const deliveries = hub.apply(bob, { type: "register", nick: "bob", lobby: true });
  assertEquals(hub.channelNames, ["foyer"]);
  assertEquals(deliveries, [
    { to: "user", user: bob, event: { type: "registered", nick: "bob" } },
    {
      to: "channel",
      channel: alice.channel as Channel,
      actor: bob,
      event: { type: "joined", nick: "bob", channel: "foyer" },
    },
  ]);
  assertEquals(bob.channel, alice.channel);
});

Deno.test("a unique nick is refused while anybody holds it, and free again when nobody does", () => {
  const scene = new Scene(["alice", "sam"]);
  const late = scene.hub.connect();
  const register: Command = { type: "register", nick: "sam", unique: true };
  const [refused] = scene.hub.apply(late, register);
  assertEquals(refused?.event, { type: "refused", refusal: { code: "nick_in_use", nick: "sam" } });
  assertEquals(late.nick, undefined);
  scene.leave("sam");
  assertEquals(scene.hub.apply(late, register)[0]?.event.type, "registered");
  assertEquals(late.nick, "sam");
});

Deno.test("registering again renames: the old nick leaves, the new one joins", () => {
  const scene = new Scene(["alice", "bob"]);
  scene.do("alice", create("x"));
  scene.do("bob", join("x"));
  const rename: Command = { type: "register", nick: "robert" };
  assertEquals(scene.do("bob", rename), ["alice < left bob x", "alice < joined robert x"]);
  assertEquals(scene.do("bob", say("hi")), ["alice < said robert x hi"]);
  const dm: Command = { type: "dm", to: "bob", text: "hi" };
  assertEquals(scene.do("alice", dm), ["alice < refused no_such_nick bob"]);
});

Deno.test("a dm goes to the one who holds the nick, and to its sender", () => {
  const scene = new Scene(["alice", "bob"]);
  const dm = (to: string): Command => ({ type: "dm", to, text: "psst" });
  assertEquals(scene.do("alice", dm("bob")), [
    "bob < dm alice bob psst",
    "alice < dm alice bob psst",
  ]);
  assertEquals(scene.do("alice", dm("alice")), ["alice < dm alice alice psst"]);
  assertEquals(scene.do("alice", dm("carol")), ["alice < refused no_such_nick carol"]);
  scene.hub.apply(scene.hub.connect(), { type: "register", nick: "bob" });
  assertEquals(scene.do("alice", dm("bob")), ["alice < refused ambiguous_nick bob"]);
});

Deno.test("an emote goes where chat goes", () => {
  const scene = new Scene(["alice", "bob"]);
  const emote: Command = { type: "emote", text: "waves" };
  assertEquals(scene.do("alice", emote), ["alice < refused not_in_channel"]);
  scene.do("alice", create("x"));
  scene.do("bob", join("x"));
  assertEquals(scene.do("alice", emote), ["bob < emoted alice x waves"]);
});

Deno.test("names lists the channel's members in the order of entering", () => {
  const scene = new Scene(["alice", "bob", "carol"]);
  assertEquals(scene.do("alice", { type: "names" }), ["alice < refused not_in_channel"]);
  scene.do("carol", create("x"));
  scene.do("alice", join("x"));
  assertEquals(scene.do("alice", { type: "names" }), ["alice < names x carol,alice"]);
});

Deno.test("part goes to the lobby, which is made if it is missing", () => {
  const scene = new Scene(["alice", "bob"]);
  scene.do("alice", create("x"));
  scene.do("bob", join("x"));
  assertEquals(scene.do("bob", { type: "part" }), ["alice < left bob x"]);
  assertEquals(scene.user("bob").channel?.name, "lobby");
});

Deno.test("join with make creates what is missing, within the limits", () => {
  const scene = new Scene(["alice"], 1);
  const make = (channel: string): Command => ({ type: "join", channel, make: true });
  assertEquals(scene.do("alice", make("x".repeat(129))), [
    "alice < refused channel_name_too_long 128",
  ]);
  assertEquals(scene.do("alice", make("x")), []);
  assertEquals(scene.do("alice", make("y")), ["alice < refused too_many_channels 1"]);
  assertEquals(scene.do("alice", make("x")), []);
  assertEquals(scene.hub.channelNames, ["x"]);
});

Deno.test("who enters by its own wish is told so, after everybody else", () => {
  const hub = new Hub({ maxChannels: 10 });
  const user = hub.connect();
  hub.apply(user, { type: "register", nick: "alice" });
  const wishes: Command[] = [create("x"), join("x"), { type: "part" }];
  for (const wish of wishes) {
    const told = hub.apply(user, wish).at(-1);
    const channel = user.channel?.name as string;
    assertEquals(told, { to: "user", user, event: { type: "entered", channel } });
  }
});

Deno.test("quit is the same as disconnecting", () => {
  const scene = new Scene(["alice", "bob"]);
  scene.do("alice", create("x"));
  scene.do("bob", join("x"));
  assertEquals(scene.do("bob", { type: "quit" }), ["alice < left bob x"]);
  assertEquals(scene.leave("bob"), []);
});

Deno.test("before registration everything is ignored", () => {
  const scene = new Scene(["alice"]);
  scene.do("alice", create("x"));
  const stranger = scene.hub.connect();
  for (const command of [list, create("y"), join("x"), say("hi")]) {
    assertEquals(scene.hub.apply(stranger, command), []);
  }
  assertEquals(scene.hub.channelNames, ["x"]);
  assertEquals(scene.hub.disconnect(stranger), []);
});

Deno.test("chat goes to the others in the channel, not to its sender and not to other channels", () => {
  const scene = new Scene(["alice", "bob", "carol", "dave"]);
  scene.do("alice", create("x"));
  scene.do("bob", join("x"));
  scene.do("carol", join("x"));
  scene.do("dave", create("y"));
  assertEquals(scene.do("bob", say("hi")), ["alice < said bob x hi", "carol < said bob x hi"]);
});

Deno.test("chat outside any channel is refused", () => {
  const scene = new Scene(["alice"]);
  assertEquals(scene.do("alice", say("hi")), ["alice < refused not_in_channel"]);
});

Deno.test("list names all channels in the order of their creation", () => {
  const scene = new Scene(["alice", "bob"]);
  assertEquals(scene.do("alice", list), ["alice < channels "]);
  for (const channel of ["zebra", "ape", "10", "9"]) scene.do("alice", create(channel));
  assertEquals(scene.do("bob", list), ["bob < channels zebra,ape,10,9"]);
});

Deno.test("create makes a channel, leaves the current one and enters the new one", () => {
  const scene = new Scene(["alice", "bob"]);
  scene.do("alice", create("x"));
  scene.do("bob", join("x"));
  assertEquals(scene.do("bob", create("y")), ["alice < left bob x"]);
  assertEquals(scene.user("bob").channel?.name, "y");
});

Deno.test("create of an existing channel is refused, also when it has no members", () => {
  const scene = new Scene(["alice", "bob"]);
  scene.do("alice", create("x"));
  assertEquals(scene.do("bob", create("x")), ["bob < refused channel_exists x"]);
  scene.do("alice", create("y"));
  assertEquals(scene.do("alice", create("x")), ["alice < refused channel_exists x"]);
  assertEquals(scene.user("alice").channel?.name, "y");
});

Deno.test("join enters an existing channel: its members are told, the one who enters is not", () => {
  const scene = new Scene(["alice", "bob"]);
  scene.do("alice", create("x"));
  assertEquals(scene.do("bob", join("x")), ["alice < joined bob x"]);
});

Deno.test("join of a channel that does not exist is refused and changes nothing", () => {
  const scene = new Scene(["alice", "bob"]);
  scene.do("alice", create("x"));
  scene.do("bob", join("x"));
  assertEquals(scene.do("bob", join("y")), ["bob < refused no_such_channel y"]);
  assertEquals(scene.do("bob", say("still here")), ["alice < said bob x still here"]);
});

Deno.test("names that are missing are refused, each with its verb", () => {
  const scene = new Scene(["alice"]);
  assertEquals(scene.do("alice", join("")), ["alice < refused channel_name_missing join"]);
  assertEquals(scene.do("alice", create("")), ["alice < refused channel_name_missing create"]);
  assertEquals(scene.hub.channelNames, []);
});

Deno.test("an unknown command is refused with its word", () => {
  const scene = new Scene(["alice"]);
  const refusal = { code: "unknown_command", word: "/nick" } as const;
  assertEquals(scene.do("alice", { type: "invalid", refusal }), [
    "alice < refused unknown_command /nick",
  ]);
});

Deno.test("switching is told as left in the old channel, then joined in the new one", () => {
  const scene = new Scene(["alice", "bob", "carol"]);
  scene.do("alice", create("x"));
  scene.do("bob", create("y"));
  scene.do("carol", join("x"));
  assertEquals(scene.do("carol", join("y")), ["alice < left carol x", "bob < joined carol y"]);
});

Deno.test("joining the channel that one is in is told as left, then joined", () => {
  const scene = new Scene(["alice", "bob"]);
  scene.do("alice", create("x"));
  scene.do("bob", join("x"));
  assertEquals(scene.do("bob", join("x")), ["alice < left bob x", "alice < joined bob x"]);
  assertEquals(scene.do("alice", say("hi")), ["bob < said alice x hi"]);
});

Deno.test("disconnecting is told once, and ends all commands of that user", () => {
  const scene = new Scene(["alice", "bob"]);
  scene.do("alice", create("x"));
  scene.do("bob", join("x"));
  assertEquals(scene.leave("bob"), ["alice < left bob x"]);
  assertEquals(scene.leave("bob"), []);
  assertEquals(scene.do("bob", join("x")), []);
  assertEquals(scene.hub.userCount, 1);
});

Deno.test("a channel once created stays: listed, joinable, not creatable", () => {
  const scene = new Scene(["alice", "bob"]);
  scene.do("alice", create("x"));
  scene.leave("alice");
  assertEquals(scene.do("bob", list), ["bob < channels x"]);
  assertEquals(scene.do("bob", create("x")), ["bob < refused channel_exists x"]);
  assertEquals(scene.do("bob", join("x")), []);
  assertEquals(scene.user("bob").channel?.name, "x");
});

Deno.test("two users may hold the same nick and stay two", () => {
  const hub = new Hub({ maxChannels: 10 });
  const [first, second] = [hub.connect(), hub.connect()];
  hub.apply(first, { type: "register", nick: "sam" });
  hub.apply(second, { type: "register", nick: "sam" });
  hub.apply(first, create("x"));
  hub.apply(second, join("x"));
  hub.disconnect(first);
  assertEquals(second.channel?.members, new Set([second]));
});

Deno.test("a channel name has at most 128 bytes of UTF-8", () => {
  const scene = new Scene(["alice"]);
  const refused = ["alice < refused channel_name_too_long 128"];
  assertEquals(scene.do("alice", create("x".repeat(128))), []);
  assertEquals(scene.do("alice", create("x".repeat(129))), refused);
  assertEquals(scene.do("alice", create("é".repeat(64))), []);
  assertEquals(scene.do("alice", create("é".repeat(64) + "x")), refused);
  assertEquals(scene.do("alice", create("😀".repeat(32))), []);
  assertEquals(scene.do("alice", create("😀".repeat(33))), refused);
  assertEquals(scene.hub.channelNames.length, 3);
});

Deno.test("joining a name that is too long to exist is refused as any that does not exist", () => {
  const scene = new Scene(["alice"]);
  const name = "x".repeat(190);
  assertEquals(scene.do("alice", join(name)), [`alice < refused no_such_channel ${name}`]);
});

Deno.test("one channel more than the limit is refused", () => {
  const scene = new Scene(["alice"], 2);
  scene.do("alice", create("x"));
  scene.do("alice", create("y"));
  assertEquals(scene.do("alice", create("z")), ["alice < refused too_many_channels 2"]);
  assertEquals(scene.do("alice", join("x")), []);
});
