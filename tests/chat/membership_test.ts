/**
 * The rules of entering and leaving channels.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Command } from "../../lib/chat/command.ts";
import { Hub } from "../../lib/chat/hub.ts";
import { Scene } from "./scene.ts";

type Join = Extract<Command, { type: "join" }>;

const create = (channel: string): Command => ({ type: "create", channel });
/** As cs168 joins. */
const move = (channel: string): Join => ({ type: "join", channel, exclusive: true });
/** As json16 joins. */
const moveOrMake = (channel: string): Join => ({ ...move(channel), make: true });
/** As IRC joins. */
const join = (channel: string): Join => ({ type: "join", channel, make: true });
const part = (channel?: string, reason?: string): Command => ({
  type: "part",
  ...(channel === undefined ? {} : { channel }),
  ...(reason === undefined ? {} : { reason }),
});
const list: Command = { type: "list" };

Deno.test("hub: a join goes to the members first, then to the user who enters", () => {
  const hub = new Hub({ maxChannels: 10 });
  const [alice, bob] = [hub.connect(), hub.connect()];
  hub.apply(alice, { type: "register", nick: "alice", home: "cs168" });
  hub.apply(bob, { type: "register", nick: "bob", home: "cs168" });
  hub.apply(alice, create("x"));
  const by = bob.person;
  const [channel] = alice.memberships.keys();
  assertEquals(
    hub.apply(bob, move("x")),
    [
      { to: "members", entered: bob, channel },
      { to: "channel", channel, actor: bob, event: { type: "joined", by, channel: "x" } },
      { to: "user", user: bob, event: { type: "entered", channel: "x" } },
    ] as ReturnType<Hub["apply"]>,
  );
});

Deno.test("hub: leaving ends the membership first, so nobody leaves twice or hears it themselves", () => {
  const hub = new Hub({ maxChannels: 10 });
  const user = hub.connect();
  hub.apply(user, { type: "register", nick: "alice", home: "cs168" });
  hub.apply(user, create("x"));
  const [channel] = user.memberships.keys();
  const by = user.person;
  const event = { type: "left", by, channel: "x", reason: "supper" };
  assertEquals(
    hub.apply(user, part("x", "supper")),
    [
      { to: "members", exited: user, channel },
      { to: "channel", channel, actor: user, event },
    ] as ReturnType<Hub["apply"]>,
  );
});

Deno.test("hub: create makes a channel that stays, leaves the others and enters it", () => {
  const scene = new Scene(["alice", "bob"]);
  assertEquals(scene.do("alice", create("x")), ["alice < entered x"]);
  scene.do("bob", move("x"));
  assertEquals(scene.do("bob", create("y")), ["alice < left bob x", "bob < entered y"]);
  assertEquals(scene.places("bob"), ["y"]);
  scene.leave("bob");
  assertEquals(scene.do("alice", list), ["alice < channels x,y"]);
  assertEquals(scene.do("alice", move("y")), ["alice < entered y"]);
});

Deno.test("hub: create of a channel that exists is refused, with members or without", () => {
  const scene = new Scene(["alice", "bob"]);
  scene.do("alice", create("x"));
  assertEquals(scene.do("bob", create("x")), ["bob < refused channel_exists x"]);
  scene.do("alice", create("y"));
  assertEquals(scene.do("alice", create("x")), ["alice < refused channel_exists x"]);
  assertEquals(scene.places("alice"), ["y"]);
});

Deno.test("hub: a missing name is refused with its verb", () => {
  const scene = new Scene(["alice"]);
  assertEquals(scene.do("alice", move("")), ["alice < refused channel_name_missing join"]);
  assertEquals(scene.do("alice", join("")), ["alice < refused channel_name_missing join"]);
  assertEquals(scene.do("alice", create("")), ["alice < refused channel_name_missing create"]);
  assertEquals(scene.hub.channelNames, []);
});

Deno.test("hub: join of what does not exist is refused and changes nothing", () => {
  const scene = new Scene(["alice", "bob"]);
  scene.do("alice", create("x"));
  scene.do("bob", move("x"));
  assertEquals(scene.do("bob", move("y")), ["bob < refused no_such_channel y"]);
  assertEquals(scene.do("bob", { type: "say", text: "hi" }), ["alice < said bob x hi"]);
  const long = "x".repeat(190);
  assertEquals(scene.do("bob", move(long)), [`bob < refused no_such_channel ${long}`]);
  // The lobby is like any other until the first user of a dialect that enters it at registration.
  assertEquals(scene.do("bob", move("lobby")), ["bob < refused no_such_channel lobby"]);
  assertEquals(scene.hub.channelNames, ["x"]);
});

Deno.test("hub: an exclusive join leaves all other channels first, in the order of entering", () => {
  const scene = new Scene(["alice", "bob", "carol", "dave"]);
  for (const [name, channel] of [["bob", "x"], ["carol", "y"], ["dave", "z"]] as const) {
    scene.do(name, create(channel));
  }
  scene.do("alice", join("y"));
  scene.do("alice", join("x"));
  assertEquals(scene.do("alice", move("z")), [
    "carol < left alice y",
    "bob < left alice x",
    "dave < joined alice z",
    "alice < entered z",
  ]);
});

Deno.test("hub: an exclusive join of one's own channel leaves it and enters it", () => {
  const scene = new Scene(["alice", "bob"]);
  scene.do("alice", create("x"));
  scene.do("bob", move("x"));
  assertEquals(scene.do("alice", move("x")), [
    "bob < left alice x",
    "bob < joined alice x",
    "alice < entered x",
  ]);
  assertEquals(scene.do("bob", { type: "names" }), ["bob < names x bob,alice"]);
});

Deno.test("hub: a transient channel survives that its only member joins it again", () => {
  const scene = new Scene(["alice", "bob"]);
  scene.do("bob", join("first"));
  scene.do("alice", moveOrMake("x"));
  scene.do("bob", join("last"));
  assertEquals(scene.do("alice", moveOrMake("x")), ["alice < entered x"]);
  assertEquals(scene.hub.channelNames, ["first", "x", "last"]);
});

Deno.test("hub: a transient channel goes with its last member, however that one goes", () => {
  const ways: ((scene: Scene) => void)[] = [
    (scene) => scene.do("alice", part("x")),
    (scene) => scene.do("alice", moveOrMake("other")),
    (scene) => scene.do("alice", create("other")),
    (scene) => scene.do("alice", { type: "quit" }),
    (scene) => scene.leave("alice"),
  ];
  for (const go of ways) {
    const scene = new Scene(["alice", "bob"]);
    scene.do("alice", join("x"));
    scene.do("bob", join("x"));
    scene.do("bob", part("x"));
    assertEquals(scene.hub.channelNames, ["x"]);
    go(scene);
    assertEquals(scene.hub.channelNames.includes("x"), false, `${go}`);
    assertEquals(scene.do("bob", move("x")), ["bob < refused no_such_channel x"]);
  }
});

Deno.test("hub: a join that is not exclusive adds a channel; again it is a no-op", () => {
  const scene = new Scene(["alice", "bob"]);
  scene.do("bob", join("x"));
  assertEquals(scene.do("alice", join("x")), ["bob < joined alice x", "alice < entered x"]);
  assertEquals(scene.do("alice", join("y")), ["alice < entered y"]);
  assertEquals(scene.do("alice", join("x")), []);
  assertEquals(scene.places("alice"), ["x", "y"]);
});

Deno.test("hub: a user may be in as many channels as it may, and leave one for another", () => {
  const scene = new Scene(["alice", "bob"], { maxJoined: 100, maxChannels: 200 });
  for (let i = 0; i < 100; i++) {
    assertEquals(scene.do("alice", join(`c${i}`)), [`alice < entered c${i}`]);
  }
  assertEquals(scene.do("alice", join("c100")), ["alice < refused too_many_joined c100 100"]);
  assertEquals(scene.hub.channelNames.length, 100);
  // Where one is already, one need not enter.
  assertEquals(scene.do("alice", join("c5")), []);
  scene.do("alice", part("c7"));
  assertEquals(scene.do("alice", join("c100")), ["alice < entered c100"]);
  scene.do("bob", join("c200"));
  assertEquals(scene.do("alice", join("c200")), ["alice < refused too_many_joined c200 100"]);
  // An exclusive join leaves the hundred.
  assertEquals(scene.do("alice", move("c200")).at(-1), "alice < entered c200");
  assertEquals(scene.places("alice"), ["c200"]);
});

Deno.test("hub: join without a channel is the lobby, which is made if it is missing", () => {
  const scene = new Scene(["alice", "bob"], { lobby: "foyer", maxChannels: 1 });
  scene.do("bob", create("x"));
  assertEquals(scene.do("alice", { type: "join", exclusive: true }), ["alice < entered foyer"]);
  scene.do("alice", move("x"));
  assertEquals(scene.hub.channelNames, ["x", "foyer"], "The lobby stays");
});

Deno.test("hub: the lobby that somebody makes by its name stays, too, and has no operator", () => {
  const scene = new Scene(["alice"]);
  scene.do("alice", { ...join("lobby"), claim: true });
  assertEquals(scene.do("alice", { type: "topic", text: "mine" }), [
    "alice < refused not_operator lobby",
  ]);
  scene.do("alice", part("lobby"));
  assertEquals(scene.hub.channelNames, ["lobby"]);
});

Deno.test("hub: only a user who makes a channel with a claim is its operator", () => {
  const scene = new Scene(["alice", "bob", "carol"]);
  scene.do("alice", { ...join("x"), claim: true });
  scene.do("bob", { ...join("x"), claim: true });
  scene.do("carol", join("y"));
  const topic = (channel: string): Command => ({ type: "topic", channel, text: "tea" });
  assertEquals(scene.do("alice", topic("x")), ["bob < topic_set alice x tea"]);
  assertEquals(scene.do("bob", topic("x")), ["bob < refused not_operator x"]);
  scene.do("bob", join("y"));
  // Nobody has claimed this one, so its topic is not locked.
  assertEquals(scene.do("carol", topic("y")), ["bob < topic_set carol y tea"]);
  scene.do("alice", part("x"));
  scene.do("alice", { ...join("x"), claim: true });
  assertEquals(scene.do("alice", topic("x")), ["alice < refused not_operator x"]);
});

Deno.test("hub: part leaves the channel that it names, or the first, for a reason", () => {
  const scene = new Scene(["alice", "bob"]);
  for (const name of ["alice", "bob"]) for (const x of ["x", "y", "z"]) scene.do(name, join(x));
  assertEquals(scene.do("alice", part("y")), ["bob < left alice y"]);
  assertEquals(scene.do("alice", part(undefined, "supper")), ["bob < left alice x supper"]);
  assertEquals(scene.places("alice"), ["z"]);
  assertEquals(scene.do("alice", part("x")), ["alice < refused not_in_channel x"]);
  assertEquals(scene.do("alice", part("nosuch")), ["alice < refused not_in_channel nosuch"]);
  scene.do("alice", part("z"));
  assertEquals(scene.do("alice", part()), ["alice < refused not_in_channel"]);
});

Deno.test("hub: a channel name has at most 128 bytes of UTF-8", () => {
  const scene = new Scene(["alice"]);
  const refused = ["alice < refused channel_name_too_long 128"];
  for (const make of [create, join, moveOrMake]) {
    for (
      const [name, longer] of [["x".repeat(128), "x"], ["é".repeat(64), "x"], [
        "😀".repeat(32),
        "é",
      ]]
    ) {
      assertEquals(scene.do("alice", make(`${name}${longer}`)), refused);
      const before = scene.hub.channelNames.includes(`${name}`);
      if (!before) assertEquals(scene.do("alice", make(`${name}`)), [`alice < entered ${name}`]);
      scene.do("alice", part(`${name}`));
    }
  }
});
