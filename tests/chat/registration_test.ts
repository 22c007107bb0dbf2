/**
 * The rules of coming, changing one's name, being away, and going (PROTOCOLS, section 5).
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Command } from "../../lib/chat/command.ts";
import { Hub } from "../../lib/chat/hub.ts";
import { Scene } from "./scene.ts";
import { from } from "../support/origin.ts";

const join = (channel: string): Command => ({ type: "join", channel, make: true });
const rename = (nick: string, more: Partial<Command> = {}): Command =>
  ({ type: "register", nick, home: "cs168", ...more }) as Command;
const away = (text?: string): Command => ({
  type: "away",
  ...(text === undefined ? {} : { text }),
});

Deno.test("hub: registration answers the user alone, with nick, handle and home", () => {
  const hub = new Hub({ maxChannels: 10 });
  const user = hub.connect(from("10.0.0.1"));
  assertEquals(user.person, undefined);
  const person = {
    nick: "Pat B",
    handle: "Pat_B",
    home: "cs168",
    username: "cs168",
    host: "",
    realname: "",
  };
  assertEquals(hub.apply(user, { type: "register", nick: "Pat B", home: "cs168" }), [
    { to: "user", user, event: { type: "registered", person } },
  ]);
  assertEquals(user.person, person);
  assertEquals(hub.channelNames, []);
});

Deno.test("hub: ids count up from 1, and origins are kept", () => {
  const hub = new Hub({ maxChannels: 10 });
  const users = [hub.connect(from("a")), hub.connect(from("b")), hub.connect()];
  assertEquals(users.map(({ id, origin }) => [id, origin.network]), [[1, "a"], [2, "b"], [3, ""]]);
  assertEquals(hub.user(2), users[1]);
  assertEquals(hub.userCount, 3);
  hub.disconnect(hub.user(3) as (typeof users)[number]);
  assertEquals([hub.user(3), hub.userCount, hub.connect().id], [undefined, 2, 4]);
});

Deno.test("hub: registration with the lobby enters it, and makes it even past the limits", () => {
  const scene = new Scene([], { maxChannels: 0, maxMadeByOrigin: 0, lobby: "foyer" });
  assertEquals(scene.arrive("alice", { lobby: true }), ["alice < registered alice"]);
  assertEquals(scene.hub.channelNames, ["foyer"]);
  assertEquals(scene.arrive("bob", { lobby: true }), [
    "bob < registered bob",
    "alice < joined bob foyer",
  ]);
  assertEquals(scene.places("bob"), ["foyer"]);
});

Deno.test("hub: registration without the lobby does not make it", () => {
  const scene = new Scene(["alice"]);
  assertEquals(scene.places("alice"), []);
  assertEquals(scene.hub.channelNames, []);
});

Deno.test("hub: before registration everything is ignored but invalid requests and quit", () => {
  const scene = new Scene(["alice"]);
  scene.do("alice", join("x"));
  scene.connect("stranger");
  const commands: Command[] = [
    { type: "say", text: "hi" },
    { type: "emote", text: "waves" },
    { type: "dm", to: "alice", text: "hi" },
    { type: "create", channel: "y" },
    join("x"),
    { type: "part" },
    { type: "kick", channel: "x", whom: "alice" },
    { type: "modes", channel: "x", changes: [{ mode: "key", key: "k" }] },
    { type: "topic", channel: "x", text: "tea" },
    away("supper"),
    { type: "list" },
    { type: "names", channel: "x" },
  ];
  for (const command of commands) assertEquals(scene.do("stranger", command), [], command.type);
  assertEquals(scene.hub.channelNames, ["x"]);
  const refusal = { code: "invalid_registration" } as const;
  assertEquals(scene.do("stranger", { type: "invalid", refusal }), [
    "stranger < refused invalid_registration",
  ]);
  assertEquals(scene.do("stranger", { type: "quit" }), []);
  assertEquals(scene.hub.userCount, 1);
});

Deno.test("hub: an invalid request is refused as its protocol says", () => {
  const scene = new Scene(["alice"]);
  const refusal = { code: "unknown_command", word: "/nick" } as const;
  assertEquals(scene.do("alice", { type: "invalid", refusal }), [
    "alice < refused unknown_command /nick",
  ]);
});

Deno.test("hub: a unique nick is refused while somebody holds it, and free again afterwards", () => {
  const scene = new Scene(["sam"]);
  const refused = ["late < refused nick_in_use sam"];
  assertEquals(scene.arrive("late", { nick: "sam", unique: true }), refused);
  assertEquals(scene.user("late").person, undefined);
  scene.leave("sam");
  assertEquals(scene.do("late", rename("sam", { unique: true })), ["late < registered sam"]);
  // One's own nick is taken by nobody else.
  assertEquals(scene.do("late", rename("sam", { unique: true })), []);
});

Deno.test("hub: a unique nick is refused where it reads as somebody's handle, else not", () => {
  const scene = new Scene();
  scene.arrive("one", { nick: "carol d" });
  assertEquals(scene.handle("one"), "carol_d");
  assertEquals(scene.arrive("two", { nick: "carol_d", unique: true }), [
    "two < refused nick_in_use carol_d",
  ]);
  // CHAT/1.0 compares names as they are: in another case it is another name.
  scene.arrive("three", { nick: "Carol_d", unique: true });
  assertEquals(scene.handle("three"), "Carol_d/2");
});

Deno.test("hub: an exact nick is refused where it cannot be the handle, or is one in any case", () => {
  const scene = new Scene();
  scene.arrive("one", { nick: "Carol" });
  const exact = (nick: string) => scene.do("two", rename(nick, { home: "irc", exact: true }));
  scene.connect("two");
  for (const nick of ["", "a b", "carol/2", "#x", "7up", "-x", "x".repeat(33)]) {
    assertEquals(exact(nick), [`two < refused invalid_nick ${nick}`]);
  }
  for (const nick of ["Carol", "carol", "CAROL"]) {
    assertEquals(exact(nick), [`two < refused nick_in_use ${nick}`]);
  }
  assertEquals(exact("caro|"), ["two < registered caro|"]);
  // In another case of its own handle a user may show itself.
  assertEquals(exact("CARO|"), []);
  assertEquals(scene.handle("two"), "CARO|");
});

Deno.test("hub: a new nick reaches each peer once, whatever they share", () => {
  const scene = new Scene(["alice", "bob", "carol", "dave"]);
  for (const name of ["alice", "bob"]) for (const x of ["x", "y"]) scene.do(name, join(x));
  scene.do("carol", join("y"));
  scene.do("dave", join("z"));
  assertEquals(scene.do("alice", rename("al")), [
    "bob < renamed alice al",
    "carol < renamed alice al",
  ]);
  assertEquals(scene.places("alice"), ["x", "y"]);
  assertEquals(scene.do("alice", { type: "say", text: "hi" }), ["bob < said al x hi"]);
  const dm = (to: string): Command => ({ type: "dm", to, text: "psst" });
  assertEquals(scene.do("dave", dm("alice")), ["dave < refused no_such_nick alice"]);
  assertEquals(scene.do("dave", dm("al"))[0], "alice < dm dave al psst");
});

Deno.test("hub: the renamed user is the actor, and in no channel the only receiver", () => {
  const hub = new Hub({ maxChannels: 10 });
  const user = hub.connect();
  hub.apply(user, rename("alice"));
  const by = user.person;
  const deliveries = hub.apply(user, rename("al"));
  const now = user.person;
  assertEquals(
    deliveries,
    [
      { to: "peers", channels: [], actor: user, event: { type: "renamed", by, now } },
    ] as typeof deliveries,
  );
  assertEquals(by?.nick, "alice");
});

Deno.test("hub: the same nick again is no event, and a refused one changes nothing", () => {
  const scene = new Scene(["alice", "bob"]);
  scene.do("alice", join("x"));
  scene.do("bob", join("x"));
  assertEquals(scene.do("alice", rename("alice")), []);
  assertEquals(scene.do("alice", rename("bob", { unique: true })), [
    "alice < refused nick_in_use bob",
  ]);
  assertEquals(scene.handle("alice"), "alice");
  assertEquals(scene.do("bob", { type: "say", text: "hi" }), ["alice < said bob x hi"]);
});

Deno.test("hub: a second registration does not enter the lobby again", () => {
  const scene = new Scene();
  scene.arrive("pat", { lobby: true });
  scene.arrive("chris", { lobby: true });
  scene.do("pat", { type: "join", channel: "den", make: true, exclusive: true });
  assertEquals(scene.do("pat", rename("patty", { lobby: true })), []);
  assertEquals(scene.places("pat"), ["den"]);
});

Deno.test("hub: a quit reaches each peer once, with its reason, and ends all memberships", () => {
  const scene = new Scene(["alice", "bob", "carol", "dave"]);
  for (const name of ["alice", "bob"]) for (const x of ["x", "y"]) scene.do(name, join(x));
  scene.do("carol", join("y"));
  scene.do("dave", join("z"));
  assertEquals(scene.do("alice", { type: "quit", reason: "supper" }), [
    "bob < quit alice supper",
    "carol < quit alice supper",
  ]);
  assertEquals(scene.do("bob", { type: "names", channel: "x" }), ["bob < names x bob"]);
  assertEquals(scene.hub.userCount, 3);
});

Deno.test("hub: a disconnection is a quit, once, and ends all commands of that user", () => {
  const scene = new Scene(["alice", "bob"]);
  scene.do("alice", join("x"));
  scene.do("bob", join("x"));
  assertEquals(scene.leave("bob"), ["alice < quit bob"]);
  assertEquals(scene.leave("bob"), []);
  assertEquals(scene.do("bob", { type: "quit" }), []);
  for (const command of [join("x"), rename("bobby"), { type: "list" } as const]) {
    assertEquals(scene.do("bob", command), []);
  }
  assertEquals(scene.hub.userCount, 1);
  assertEquals(scene.do("alice", { type: "dm", to: "bob", text: "hi" }), [
    "alice < refused no_such_nick bob",
  ]);
});

Deno.test("hub: a user in no channel quits without an event", () => {
  const hub = new Hub({ maxChannels: 10 });
  const user = hub.connect();
  hub.apply(user, rename("alice"));
  assertEquals(hub.disconnect(user), []);
});

Deno.test("hub: being away, and being back, reaches each peer once, and only when it changes", () => {
  const scene = new Scene(["alice", "bob"]);
  for (const name of ["alice", "bob"]) for (const x of ["x", "y"]) scene.do(name, join(x));
  assertEquals(scene.do("alice", away()), ["alice < now_away false"]);
  assertEquals(scene.do("alice", away("supper")), [
    "alice < now_away true",
    "bob < away alice supper",
  ]);
  assertEquals(scene.user("alice").away, "supper");
  assertEquals(scene.do("alice", away("supper")), ["alice < now_away true"]);
  assertEquals(scene.do("alice", away("bed")), ["alice < now_away true", "bob < away alice bed"]);
  assertEquals(scene.do("alice", away()), ["alice < now_away false", "bob < away alice"]);
  assertEquals(scene.user("alice").away, undefined);
});
