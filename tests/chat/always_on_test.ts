/**
 * The rules of accounts that are always on.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { ABSENT_TEXT } from "../../lib/chat/always_on.ts";
import type { Order } from "../../lib/chat/command.ts";
import { alwaysOn, Town, townWithAlice } from "./town.ts";

Deno.test("always on: with its last connection a user goes away, and stays", () => {
  const town = townWithAlice();
  const phone = town.connection("phone");
  assertEquals(town.leave("phone"), [`peers: away alice ${ABSENT_TEXT}`]);
  assertEquals(town.places("alice"), ["@x", "@y"]);
  assertEquals(town.hub.channelNames, ["x", "y"]);
  assertEquals(town.take(town.hub.disconnect(phone)), []);
  town.restore();
  town.expect("b", { type: "dm", to: "alice", text: "hi" }, [
    "phone < dm bob alice hi",
    "b < dm_sent bob alice hi",
    `b < is_away alice ${ABSENT_TEXT}`,
  ]);
  // Nothing in the chat tells it from somebody who has only walked away.
  const [whois] = town.do("b", { type: "whois", nick: "alice" });
  assert(whois?.includes(ABSENT_TEXT), whois);
  assertEquals(town.do("b", { type: "present", nicks: ["alice"] }).length, 1);
});

Deno.test("always on: the next connection is the user again, from where that one comes", () => {
  const town = townWithAlice();
  town.leave("phone");
  town.time = 5000;
  assertEquals(town.enter("laptop", "whatever", "alice"), [
    "laptop is phone",
    "phone < registered alice",
    "phone < resumed x",
    "phone < resumed y",
    "phone < came_back 1000",
    "peers: host_changed alice alice",
    "peers: realname_changed",
    "peers: away alice",
  ]);
  const { origin, person, absentSince } = town.user("alice");
  assertEquals(
    [origin.network, person?.host, person?.username, person?.realname, absentSince],
    ["laptop.ip", "laptop.ip", "~laptop", "of laptop", undefined],
  );
  // From the same place nobody learns anything but that it is back.
  town.leave("laptop");
  assertEquals(town.enter("laptop", "alice", "alice").slice(-1), ["peers: away alice"]);
  assertEquals(
    town.enter("phone", "alice", "alice").filter((line) => line.startsWith("peers")),
    [],
  );
});

Deno.test("always on: QUIT ends one connection, and its own word stays", () => {
  const town = townWithAlice();
  town.enter("laptop", "alice", "alice");
  town.do("laptop", { type: "away", text: "lunch" });
  town.expect("phone", { type: "quit", reason: "bye" }, "peers: away alice lunch");
  town.expect("laptop", { type: "quit" }, []);
  assertEquals(town.user("alice").away, "lunch");
  town.expect("laptop", { type: "quit" }, []);
});

Deno.test("always on: who is not there is no operator of the server, and watches nobody", () => {
  const town = townWithAlice();
  town.do("phone", { type: "oper" });
  town.do("phone", { type: "watch", nicks: ["carol"] });
  town.do("phone", { type: "user_modes", set: ["invisible", "bot"], clear: [] });
  town.leave("phone");
  assertEquals([...town.user("alice").modes], ["invisible", "bot"]);
  assertEquals(town.enter("c", "carol").length, 1);
  const [counts] = town.do("b", { type: "counts" });
  assertEquals(counts, "b < counts 2 1 0 0 2 3");
});

Deno.test("always on: who has another nick is called like its account when it goes", () => {
  const town = townWithAlice();
  town.do("phone", { type: "register", nick: "alice_work", home: "irc", exact: true });
  assertEquals(town.leave("phone").slice(-1), ["peers: renamed alice_work alice"]);
  assertEquals(town.places("alice"), ["@x", "@y"]);
});

Deno.test("always on: it outlives the server, with its channels and all that guards them", () => {
  const town = townWithAlice();
  town.do("phone", { type: "topic", channel: "x", text: "tea" });
  const changes = [
    { mode: "key", key: "k" },
    { mode: "flag", flag: "secret", set: true },
    { mode: "list", list: "ban", mask: "eve!*@*", set: true },
  ] as const;
  town.do("phone", { type: "modes", channel: "x", changes });
  town.join("phone", "lobby");
  const { made } = [...town.user("alice").memberships.keys()][0] ?? {};
  const { registeredAt } = town.user("alice");
  town.restart();
  assertEquals(town.places("alice"), ["@x", "@y", "lobby"]);
  const [channel] = town.user("alice").memberships.keys();
  assertEquals([channel?.topic?.text, channel?.key, channel?.flags.has("secret")], [
    "tea",
    "k",
    true,
  ]);
  // The same conversation, of which the address of who made it is no part.
  assertEquals({ ...channel?.made, origin: "phone.ip" }, made);
  assertEquals(town.user("alice").registeredAt, registeredAt);
  assertEquals(town.user("alice").away, ABSENT_TEXT);
  assertEquals(town.user("alice").origin.address, "");
  // One more server later it is as old.
  town.time = 9000;
  const since = town.user("alice").absentSince;
  town.restart();
  assertEquals([town.user("alice").absentSince, since], [1000, 1000]);
  assertEquals(town.enter("e", "eve"), ["e < registered eve"]);
  assertEquals(town.join("e", "x"), ["e < refused banned x"]);
  assertEquals(town.enter("f", "alice"), ["f < refused nick_reserved alice"]);
  town.enter("laptop", "alice", "alice");
  assertEquals(town.places("alice"), ["@x", "@y", "lobby"]);
  assertEquals(town.user("alice").origin.address, "at-laptop.ip");
});

Deno.test("always on: what was left or lost before the server ended stays so", () => {
  const town = townWithAlice();
  town.do("phone", { type: "part", channel: "y" });
  town.do("phone", {
    type: "modes",
    channel: "x",
    changes: [{ mode: "right", right: "operator", whom: "bob", set: true }],
  });
  town.leave("phone");
  town.do("b", { type: "kick", channel: "x", whom: "alice" });
  assertEquals([town.places("alice"), town.held], [[], []]);
  town.restart();
  assertEquals(town.places("alice"), []);
  assertEquals(town.hub.channelNames, []);
});

Deno.test("always on: a channel that is renamed comes back under its new name", () => {
  const town = townWithAlice();
  town.time = 100_000;
  town.do("phone", { type: "rename_channel", channel: "x", to: "z" });
  assertEquals(town.held, ["y", "z"]);
  town.leave("phone");
  town.restart();
  assertEquals(town.places("alice"), ["@z", "@y"]);
});

Deno.test("always on: a registered channel is kept by itself", () => {
  const town = townWithAlice();
  town.do("phone", { type: "register_channel", channel: "x" });
  assertEquals(town.held, ["y"]);
  town.do("phone", { type: "away", text: "tea" });
  town.restart();
  assertEquals(town.places("alice"), ["~x", "@y"]);
  assertEquals(town.user("alice").away, "tea");
  // Should a database have both, the registered one is it.
  const [registered] = town.user("alice").memberships.keys();
  const held = { name: "x", made: { origin: "", transient: true, at: 1, serial: 1 }, flags: [] };
  const channels = [{ ...held, lists: { ban: [], exception: [], invite: [] } }];
  town.order({ type: "absent", names: [], users: [], channels });
  assertEquals(town.hub.placeOf(town.user("alice"), { channel: "x" }), registered);
  // What is so already is no news to anybody.
  assertEquals(town.order({ type: "always_on", names: ["alice"] }), []);
  town.enter("phone", "alice", "alice");
  town.do("phone", { type: "drop_channel", channel: "x" });
  assertEquals(town.held, ["x", "y"]);
});

for (const how of ["kill", "ban_server"] as const) {
  Deno.test(`always on: ${how} ends an absent user, here and for the next server`, () => {
    const town = townWithAlice();
    town.leave("phone");
    town.do("b", { type: "oper" });
    town.do(
      "b",
      how === "kill"
        ? { type: "kill", whom: "alice", reason: "spam" }
        : { type: "ban_server", mask: "*!*@phone.ip", reason: "spam" },
    );
    assertEquals(town.hub.holderOf("alice"), undefined);
    assertEquals(town.held, []);
    town.restart();
    assertEquals(town.hub.holderOf("alice"), undefined);
    // The account is what it was: its next user stays again.
    town.enter("phone", "alice", "alice");
    town.expect("phone", alwaysOn(), "phone < always_on_is true");
  });
}

Deno.test("always on: who is killed while connected does not stay", () => {
  const town = townWithAlice();
  town.do("b", { type: "oper" });
  town.do("b", { type: "kill", whom: "alice", reason: "spam" });
  assertEquals(town.leave("phone"), []);
  assertEquals([town.hub.holderOf("alice"), town.kept("alice")], [undefined, undefined]);
  // Nor in no channel, where nobody learns that it has gone.
  const other = new Town();
  other.enter("phone", "alice", "alice");
  other.do("phone", alwaysOn(true));
  assertEquals(other.kept("alice")?.channels, []);
  other.enter("op");
  other.do("op", { type: "oper" });
  other.do("op", { type: "kill", whom: "alice", reason: "spam" });
  assertEquals(other.kept("alice"), undefined);
});

Deno.test("always on: whoever comes back is held against the bans of where it comes from", () => {
  const town = townWithAlice();
  town.leave("phone");
  town.do("b", { type: "oper" });
  town.do("b", { type: "ban_server", mask: "*!*@laptop.ip", reason: "spam" });
  assertEquals(town.enter("laptop", "alice", "alice").at(-1), "laptop ends");
  assertEquals(town.places("alice"), ["@x", "@y"]);
  town.do("b", { type: "ban_server", mask: "*!*@at-desk.ip", reason: "spam" });
  assertEquals(town.enter("desk", "alice", "alice").at(-1), "desk ends");
  town.enter("tablet", "alice", "alice");
  assertEquals(
    town.do("b", { type: "ban_server", mask: "*!*@tablet.ip", reason: "spam" }).slice(-1),
    ["phone ends"],
  );
  assertEquals(town.hub.holderOf("alice"), undefined);
});

Deno.test("connections: a ban of where one of them comes from ends that one", () => {
  const town = townWithAlice();
  town.enter("tablet", "alice", "alice");
  town.do("b", { type: "oper" });
  const ban = (mask: string) => town.do("b", { type: "ban_server", mask, reason: "spam" }).slice(1);
  assertEquals(ban("*!*@tablet.ip"), ["tablet < closing Banned: spam", "tablet ends"]);
  town.leave("tablet");
  assertEquals(town.user("alice").connections.size, 1);
  assertEquals(town.places("alice"), ["@x", "@y"]);
  // A ban of the user itself ends all of them.
  town.enter("desk", "alice", "alice");
  assertEquals(ban("alice!*@*").slice(-2), ["phone < closing Banned: spam", "phone ends"]);
  assertEquals(town.hub.holderOf("alice"), undefined);
});

Deno.test("connections: those of an operator of the server are not banned", () => {
  const town = townWithAlice();
  town.enter("tablet", "alice", "alice");
  for (const name of ["phone", "b"]) town.do(name, { type: "oper" });
  const ban = { type: "ban_server", mask: "*!*@tablet.ip", reason: "spam" } as const;
  assertEquals(town.do("b", ban).length, 1);
});

Deno.test("always on: without its account nobody stays", () => {
  const town = townWithAlice();
  town.leave("phone");
  assertEquals(town.order({ type: "account_removed", name: "alice" }), [
    "peers: quit alice Account removed",
  ]);
  assertEquals([town.hub.holderOf("alice"), town.hub.alwaysOn, town.held], [undefined, [], []]);
  const other = townWithAlice();
  other.do("phone", { type: "logout" });
  assertEquals(other.kept("alice"), undefined);
  assertEquals(other.leave("phone").slice(-1), ["peers: quit Guest1 gone"]);
});

Deno.test("always on: turned off while away, the user leaves", () => {
  const town = townWithAlice();
  town.leave("phone");
  assertEquals(town.order({ type: "always_on", names: ["Alice", "dora", "nobody"] }), []);
  assertEquals(town.order({ type: "always_on", names: ["dora"] }), [
    "peers: quit alice Always on no longer",
  ]);
  town.restart();
  assertEquals(town.hub.alwaysOn, ["dora"]);
  assertEquals(town.hub.holderOf("alice"), undefined);
});

Deno.test("always on: what is taken over from the database is not decided there once more", () => {
  const town = townWithAlice();
  const stored = (order: Order) =>
    town.hub.order(order, 1).filter((each) => each.to === "store" && "account" in each);
  // Turned off and on again since the last look, it has lost what was kept of its user.
  assertEquals(stored({ type: "always_on", names: ["alice"] }), [
    { to: "store", account: "alice" },
  ]);
  // The operator may have turned it on again by the time that this is written.
  assertEquals(stored({ type: "always_on", names: [] }), [{ to: "store", account: "alice" }]);
  stored({ type: "always_on", names: ["alice"] });
  // Nor is what its user says once more.
  const again = town.hub.apply(town.connection("phone"), alwaysOn(true));
  assertEquals(again.map(({ to }) => to), ["user"]);
  assertEquals(stored({ type: "account_removed", name: "alice" })[0], {
    to: "store",
    account: "alice",
  });
});

Deno.test("always on: turned off while here, the user leaves with its connection", () => {
  const town = townWithAlice();
  town.expect("phone", alwaysOn(false), "phone < always_on_is false");
  assertEquals([town.held, town.kept("alice")], [[], undefined]);
  assertEquals(town.leave("phone"), ["peers: quit alice gone"]);
  // Nor is it for the next server.
  town.restart();
  assertEquals(town.hub.alwaysOn, []);
});

Deno.test("always on: who was not seen for long is so no longer", () => {
  const town = townWithAlice();
  const age = { type: "expire_absent", ageMs: 10_000 } as const;
  town.time = 20_000;
  assertEquals(town.order(age), []);
  town.leave("phone");
  town.time = 30_000;
  assertEquals(town.order(age), []);
  // A crash does not make it older: it may have been here.
  town.time = 30_001;
  assertEquals(town.order(age), ["peers: quit alice Not seen for a long time"]);
  assertEquals([town.hub.alwaysOn, town.kept("alice")], [[], undefined]);
});

Deno.test("always on: who decides, and how many there may be", () => {
  const limits = (each: object) => ({
    alwaysOn: { isOpen: true, maxAccounts: 9, maxByHost: 9, ...each },
  });
  const asks = (options: object, host?: string) => {
    const town = new Town(undefined, options);
    town.enter("a", "alice", "alice", host);
    town.enter("b", "dora", "dora", host);
    town.enter("c", "carol");
    return ["c", "a", "b"].map((name) => town.do(name, alwaysOn(true))[0]);
  };
  assertEquals(asks(limits({ isOpen: false })), [
    "c < refused need_account",
    "a < refused always_on_closed",
    "b < refused always_on_closed",
  ]);
  assertEquals(asks(limits({ maxAccounts: 1 })).slice(1), [
    "a < always_on_is true",
    "b < refused too_many_always_on 1",
  ]);
  assertEquals(asks(limits({ maxByHost: 1 }), "school.ip").slice(1), [
    "a < always_on_is true",
    "b < refused too_many_always_on_here 1",
  ]);
  assertEquals(asks(limits({ maxByHost: 1 })).slice(1), [
    "a < always_on_is true",
    "b < always_on_is true",
  ]);
});

Deno.test("always on: a full table takes the channel that nobody has been connected to for longest", () => {
  const town = townWithAlice({ maxChannels: 3 });
  town.do("b", { type: "part", channel: "x" });
  town.leave("phone");
  town.join("b", "b1");
  assertEquals(town.join("b", "b2").length > 1, true);
  assertEquals([town.places("alice"), town.hub.channelNames, town.held], [
    ["@y"],
    ["y", "b1", "b2"],
    ["y"],
  ]);
  // Who is connected keeps its channel.
  town.enter("phone", "alice", "alice");
  assertEquals(town.join("b", "b3"), ["b < refused too_many_channels 3"]);
  town.restore();
  town.restart();
  assertEquals(town.places("alice"), ["@y"]);
});

Deno.test("always on: what a network leaves behind counts as empty channels of its own", () => {
  const town = townWithAlice({ maxEmptyByOrigin: 2 });
  town.do("b", { type: "part", channel: "x" });
  town.leave("phone");
  town.enter("c", "carol", undefined, "phone.ip");
  assertEquals(town.join("c", "z"), ["c < refused too_many_channels_made 2"]);
  assertEquals(town.join("b", "z").length > 1, true);
});
