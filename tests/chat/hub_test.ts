/**
 * What the hub delivers, to the letter: to whom, in which order, and with what. Which commands have which consequences,
 * `hub_property_test.ts` compares with a plain model.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Command } from "../../lib/chat/command.ts";
import { Hub } from "../../lib/chat/hub.ts";
import type { User } from "../../lib/chat/user.ts";
import { from } from "../support/origin.ts";
import { Scene } from "./scene.ts";

type Deliveries = ReturnType<Hub["apply"]>;

const create = (channel: string): Command => ({ type: "create", channel });
const register = (nick: string): Command => ({ type: "register", nick, home: "cs168" });
const join = (channel: string): Command => ({ type: "join", channel, make: true });

/** A hub and its users, who are called so. */
function hubOf(...nicks: string[]): { hub: Hub; users: User[] } {
  const hub = new Hub({ maxChannels: 10 });
  const users = nicks.map((nick) => {
    const user = hub.connect();
    hub.apply(user, register(nick));
    return user;
  });
  return { hub, users };
}

Deno.test("hub: registration answers the user alone, with nick, handle and home", () => {
  const hub = new Hub({ maxChannels: 10 });
  const user = hub.connect(from("10.0.0.1"));
  assertEquals(user.person, undefined);
  const names = { nick: "Pat B", handle: "Pat_B", home: "cs168", username: "cs168" };
  const person = { ...names, host: "", realname: "" };
  assertEquals(hub.apply(user, register("Pat B")), [
    { to: "user", user, event: { type: "registered", person } },
  ]);
  assertEquals(user.person, person);
  assertEquals(hub.channelNames, [], "without the lobby, which it has not asked for");
});

Deno.test("hub: ids count up from 1, and origins are kept", () => {
  const hub = new Hub({ maxChannels: 10 });
  const users = [hub.connect(from("a")), hub.connect(from("b")), hub.connect()];
  assertEquals(users.map(({ id, origin }) => [id, origin.network]), [[1, "a"], [2, "b"], [3, ""]]);
  assertEquals([hub.user(2), hub.userCount], [users[1], 3]);
  hub.disconnect(hub.user(3) as User);
  assertEquals([hub.user(3), hub.userCount, hub.connect().id], [undefined, 2, 4]);
});

Deno.test("hub: a join goes to the members first, then to the user who enters", () => {
  const { hub, users: [alice, bob] } = hubOf("alice", "bob");
  hub.apply(alice as User, create("x"));
  const by = bob?.person;
  const [channel] = alice?.memberships.keys() ?? [];
  const move = { type: "join", channel: "x", exclusive: true } as const;
  assertEquals(hub.apply(bob as User, move), [
    { to: "members", entered: bob, channel },
    { to: "channel", channel, actor: bob, event: { type: "joined", by, channel: "x" } },
    { to: "user", user: bob, event: { type: "entered", channel: "x" } },
  ] as Deliveries);
});

Deno.test("hub: leaving ends the membership first, so nobody leaves twice or hears it themselves", () => {
  const { hub, users } = hubOf("alice");
  const user = users[0] as User;
  hub.apply(user, create("x"));
  const [channel] = user.memberships.keys();
  const event = { type: "left", by: user.person, channel: "x", reason: "supper" };
  assertEquals(hub.apply(user, { type: "part", channel: "x", reason: "supper" }), [
    { to: "members", exited: user, channel },
    { to: "channel", channel, actor: user, event },
  ] as Deliveries);
});

Deno.test("hub: the renamed user is the actor, and in no channel the only receiver", () => {
  const { hub, users } = hubOf("alice");
  const user = users[0] as User;
  const by = user.person;
  const deliveries = hub.apply(user, register("al"));
  const event = { type: "renamed", by, now: user.person };
  assertEquals(deliveries, [{ to: "peers", channels: [], actor: user, event }] as Deliveries);
  assertEquals(by?.nick, "alice");
  assertEquals(hub.disconnect(user), [], "and nobody learns that it quits");
});

Deno.test("hub: the lobby is made past all limits, at the registration and by a join without a name", () => {
  const scene = new Scene([], { maxChannels: 0, maxMadeByOrigin: 0, lobby: "foyer" });
  assertEquals(scene.arrive("alice", { lobby: true }), ["alice < registered alice"]);
  assertEquals(scene.hub.channelNames, ["foyer"]);
  assertEquals(scene.arrive("bob", { lobby: true }), [
    "bob < registered bob",
    "alice < joined bob foyer",
  ]);
  assertEquals(scene.places("bob"), ["foyer"]);
  const other = new Scene(["alice", "bob"], { lobby: "foyer", maxChannels: 1 });
  other.do("bob", create("x"));
  other.expect("alice", { type: "join", exclusive: true }, "alice < entered foyer");
  other.do("alice", { type: "join", channel: "x", exclusive: true });
  assertEquals(other.hub.channelNames, ["x", "foyer"], "The lobby stays");
});

Deno.test("hub: before registration everything is ignored but invalid requests and quit", () => {
  const scene = new Scene(["alice"]);
  scene.do("alice", join("x"));
  scene.connect("stranger");
  const commands: Command[] = [
    { type: "say", text: "hi" },
    { type: "emote", text: "waves" },
    { type: "dm", to: "alice", text: "hi" },
    create("y"),
    join("x"),
    { type: "part" },
    { type: "kick", channel: "x", whom: "alice" },
    { type: "modes", channel: "x", changes: [{ mode: "key", key: "k" }] },
    { type: "topic", channel: "x", text: "tea" },
    { type: "away", text: "supper" },
    { type: "list" },
    { type: "names", channel: "x" },
  ];
  for (const command of commands) assertEquals(scene.do("stranger", command), [], command.type);
  assertEquals(scene.hub.channelNames, ["x"]);
  const refusal = { code: "unknown_command", word: "/nick" } as const;
  for (const name of ["stranger", "alice"]) {
    const lines = scene.do(name, { type: "invalid", refusal });
    assertEquals(lines, [`${name} < refused unknown_command /nick`]);
  }
  scene.expect("stranger", { type: "quit" }, []);
  assertEquals(scene.hub.userCount, 1);
});

Deno.test("hub: a disconnection is a quit, once, and ends all commands of that user", () => {
  const scene = new Scene(["alice", "bob"]);
  for (const name of ["alice", "bob"]) scene.do(name, join("x"));
  assertEquals(scene.leave("bob"), ["alice < quit bob"]);
  assertEquals(scene.leave("bob"), []);
  const commands: Command[] = [{ type: "quit" }, join("x"), register("bobby"), { type: "list" }];
  for (const command of commands) scene.expect("bob", command, []);
  assertEquals(scene.hub.userCount, 1);
});

Deno.test("hub: a channel name has at most 128 bytes of UTF-8", () => {
  const scene = new Scene(["alice"]);
  for (
    const [name, longer] of [["x".repeat(128), "x"], ["é".repeat(64), "x"], ["😀".repeat(32), "é"]]
  ) {
    for (const make of [create, join]) {
      scene.expect("alice", make(`${name}${longer}`), "alice < refused channel_name_too_long 128");
    }
    scene.expect("alice", join(`${name}`), `alice < entered ${name}`);
  }
});
