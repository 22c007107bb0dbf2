/**
 * The rules of registered channels: whose they are, who has what there for good, and what is kept.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Channel } from "../../lib/chat/channel.ts";
import {
  MAX_ENTITLED,
  type Registration,
  rightsByAccount,
  withEntitled,
} from "../../lib/chat/channel_registration.ts";
import { person } from "../support/events.ts";
import type { Command } from "../../lib/chat/command.ts";
import { Hub } from "../../lib/chat/hub.ts";
import type { ChannelChange } from "../../lib/chat/modes.ts";
import type { Right } from "../../lib/chat/rights.ts";
import { flag, list, right } from "./stage.ts";
import { Town } from "./town.ts";

const ACCOUNTS = ["alice", "bob", "carol"];
const tea = { channel: "tea", fold: true } as const;
const part: Command = { type: "part", ...tea };
const register: Command = { type: "register_channel", ...tea };
const modes = (...changes: ChannelChange[]): Command => ({ type: "modes", ...tea, changes });
const mode = (name: Right, whom: string, set = true) => modes(right(name, whom, set));
const login = (account: string): Command => ({ type: "login", account });
const logout: Command = { type: "logout" };

/** A town in which users are called like their accounts, and alice has registered the channel `tea`. */
function withTea(...others: string[]): Town {
  const town = new Town(ACCOUNTS, { maxChannels: 50 });
  enter(town, "alice");
  town.do("alice", register);
  for (const name of others) enter(town, name);
  return town;
}

/** Lets users enter the chat, logged in where they have an account, and the channel. */
function enter(town: Town, ...names: string[]): void {
  for (const name of names) {
    town.enter(name, name, ACCOUNTS.includes(name) ? name : undefined);
    town.join(name, "tea");
  }
}

/** The signs of `names` in the channel: founder `~`, operator `@`, voice `+`. */
function signs(town: Town, ...names: string[]): string {
  return names.map((name) => `${town.places(town.handle(name) ?? "")[0]}`.slice(0, -3)).join(" ");
}

Deno.test("registered channels: an operator with an account makes it its own", () => {
  const town = new Town(ACCOUNTS);
  enter(town, "ann", "bob");
  town.expect("ann", register, "ann < refused need_account");
  town.do("ann", login("alice"));
  town.expect("bob", register, "bob < refused not_operator tea");
  town.do("ann", register);
  assertEquals(signs(town, "ann", "bob"), "~ ");
  town.expect("ann", register, "ann < refused channel_registered tea");
  assertEquals(town.registered("tea")?.registration?.founder, "alice");
});

Deno.test("registered channels: whoever has a right there, and an account, keeps it", () => {
  const town = new Town(ACCOUNTS);
  enter(town, "alice", "bob", "guest");
  for (const name of ["bob", "guest"]) town.do("alice", mode("voice", name));
  town.do("alice", register);
  assertEquals(town.registered("tea")?.registration?.rights, [["bob", "voice"]]);
});

Deno.test("registered channels: nobody gets the lobby, nor a channel that it does not rule", () => {
  const town = new Town(ACCOUNTS);
  town.enter("alice", "alice", "alice");
  town.join("alice", "lobby");
  const lobby: Command = { type: "register_channel", channel: "lobby", fold: true };
  town.expect("alice", lobby, "alice < refused not_operator lobby");
  town.do("alice", { type: "oper" });
  town.expect("alice", lobby, "alice < refused not_operator lobby");
  town.expect("alice", register, "alice < refused no_such_channel tea");
  // One that a course user made has no operator: it takes one of the server.
  town.do("pat", { type: "register", nick: "pat", home: "cs168" });
  town.do("pat", { type: "create", channel: "tea" });
  enter(town, "bob");
  town.expect("bob", register, "bob < refused not_operator tea");
  town.join("alice", "tea");
  assertEquals(town.do("alice", register).at(-1), "alice < channel_registered tea alice");
});

Deno.test("registered channels: everything about it outlives the server", () => {
  const town = withTea("bob", "guest");
  town.do("alice", mode("operator", "bob"));
  town.do("alice", mode("operator", "guest"));
  town.do("bob", { type: "topic", ...tea, text: "leaves" });
  const settings = modes(
    flag("secret"),
    { mode: "key", key: "k" },
    { mode: "limit", limit: 9 },
    list("ban", "eve!*@*"),
  );
  town.do("bob", settings);
  town.restart();
  assertEquals(town.hub.channelNames, ["tea"]);
  enter(town, "alice", "bob");
  const [channel] = town.user("alice").memberships.keys();
  assertEquals([channel?.topic?.text, channel?.key, channel?.limit], ["leaves", "k", 9]);
  assertEquals([channel?.flags.has("secret"), channel?.lists.ban.size], [true, 1]);
  // A right without an account was for that connection.
  town.enter("guest");
  town.do("guest", { type: "join", ...tea, key: "k" });
  assertEquals(signs(town, "alice", "bob", "guest"), "~ @ ");
});

Deno.test("registered channels: one that is the lobby by now, or whose founder is gone, does not come back", () => {
  const kept = withTea().registered("tea");
  for (const [lobby, accounts] of [["tea", ACCOUNTS], ["lobby", ["bob"]]] as const) {
    const hub = new Hub({ maxChannels: 50, lobby });
    hub.order({ type: "accounts", names: accounts });
    hub.order({ type: "channels", channels: kept === undefined ? [] : [kept] });
    assertEquals(hub.channelNames, []);
  }
});

Deno.test("registered channels: it stays when nobody is in it, and nobody else gets it then", () => {
  const town = withTea();
  town.do("alice", part);
  assertEquals(town.hub.channelNames, ["tea"]);
  enter(town, "eve");
  assertEquals(signs(town, "eve"), "");
  town.do("eve", part);
  for (let i = 0; i < 60; i++) town.do("eve", { type: "create", channel: `c${i}` });
  assertEquals(town.hub.channelNames.includes("tea"), true);
});

Deno.test("registered channels: nobody locks its founder out", () => {
  const town = withTea("bob");
  town.do("alice", mode("operator", "bob"));
  town.do("alice", part);
  const doors = modes(list("ban", "*!*@*"), flag("invite_only"), { mode: "key", key: "k" });
  town.do("bob", doors);
  assertEquals(town.join("alice", "tea")[0], "tea: joined alice tea");
  assertEquals(signs(town, "alice"), "~");
  const demote = mode("founder", "alice", false);
  town.expect("bob", demote, "bob < refused not_operator tea");
  town.do("alice", mode("operator", "bob", false));
  town.do("bob", part);
  assertEquals(town.join("bob", "tea"), ["bob < refused banned tea"]);
});

Deno.test("registered channels: a right by account comes with logging in, goes with logging out, and can be claimed", () => {
  const town = withTea("bob", "carol");
  town.do("alice", mode("voice", "bob"));
  town.do("bob", logout);
  assertEquals(signs(town, "bob"), "");
  town.do("bob", login("bob"));
  assertEquals(signs(town, "bob"), "+");
  town.do("alice", mode("founder", "alice", false));
  assertEquals(signs(town, "alice"), "");
  const claim: Command = { type: "claim_rights", ...tea };
  town.do("alice", claim);
  assertEquals(signs(town, "alice"), "~");
  town.expect("carol", claim, "carol < refused not_operator tea");
  town.do("alice", logout);
  assertEquals(signs(town, "alice"), "");
  town.do("bob", login("alice"));
  assertEquals(signs(town, "bob"), "~");
});

Deno.test("registered channels: to drop it or to give it away is for its founder", () => {
  const town = withTea("bob");
  const drop: Command = { type: "drop_channel", ...tea };
  const give = (account: string): Command => ({ type: "channel_founder", ...tea, account });
  for (const command of [drop, give("bob")]) {
    town.expect("bob", command, "bob < refused not_founder tea");
  }
  const none = town.do("alice", give("nobody"));
  assertEquals(none, ["alice < refused no_such_account nobody"]);
  town.do("alice", give("bob"));
  assertEquals(signs(town, "alice", "bob"), "@ ~");
  town.expect("alice", drop, "alice < refused not_founder tea");
  town.do("bob", drop);
  assertEquals([signs(town, "alice", "bob"), town.registered("tea")], ["@ @", undefined]);
  town.expect("bob", drop, "bob < refused channel_not_registered tea");
  for (const name of ["alice", "bob"]) town.do(name, part);
  assertEquals(town.hub.channelNames, []);
});

Deno.test("registered channels: with an account its channels go, and its rights in others", () => {
  const town = withTea("bob");
  town.do("alice", mode("operator", "bob"));
  town.enter("carol", "carol", "carol");
  town.do("carol", { type: "join", channel: "den", make: true, claim: true });
  town.do("carol", { type: "register_channel", channel: "den" });
  town.order({ type: "account_removed", name: "bob" });
  assertEquals(town.registered("den")?.registration?.founder, "carol");
  assertEquals(signs(town, "bob"), "");
  assertEquals(town.registered("tea")?.registration?.rights, []);
  // Whoever has the name later has nothing of it.
  town.order({ type: "account_added", name: "bob" });
  town.do("bob", login("bob"));
  assertEquals(signs(town, "bob"), "");
  town.order({ type: "account_removed", name: "alice" });
  assertEquals(town.registered("tea"), undefined);
  // As in any channel, whoever rules it rules it until it leaves.
  assertEquals(signs(town, "alice"), "@");
});

Deno.test("registered channels: an account has so many and no more", () => {
  const town = new Town(ACCOUNTS, { maxChannels: 50 });
  town.enter("alice", "alice", "alice");
  for (let i = 0; i < 21; i++) {
    town.join("alice", `c${i}`);
    const lines = town.do("alice", { type: "register_channel", channel: `c${i}` });
    const registered = `alice < channel_registered c${i} alice`;
    assertEquals(lines.at(-1), i < 20 ? registered : "alice < refused too_many_registered 20");
  }
});

Deno.test("registered channels: who else has rights is for those who rule there", () => {
  const town = withTea("bob");
  town.do("alice", mode("voice", "bob"));
  const info: Command = { type: "channel_info", ...tea };
  town.expect("bob", info, "bob < channel_info_is tea alice 1000");
  town.expect("alice", info, "alice < channel_info_is tea alice 1000 [bob voice]");
  town.do("alice", modes(flag("secret")));
  town.enter("eve");
  town.expect("eve", info, "eve < refused channel_not_registered tea");
});

Deno.test("registered channels: a hundred accounts have rights, in any case of their letters", () => {
  let registration: Registration = { founder: "Ann", at: 0, rights: new Map() };
  for (let i = 0; i <= MAX_ENTITLED; i++) {
    registration = withEntitled(registration, `Name${i}`, "voice");
  }
  assertEquals(registration.rights.size, MAX_ENTITLED);
  const channel = { registration } as Channel;
  const rights = (account: string) => rightsByAccount(channel, { ...person("x"), account });
  assertEquals([rights("nAME0").voice, rights("nAME100").voice], [true, false]);
  assertEquals([rights("ANN").founder, rights("NAME0").founder], [true, false]);
});

Deno.test("registered channels: only users with an account enter one with +R", () => {
  const town = withTea();
  town.do("alice", modes(flag("accounts_only")));
  town.enter("eve");
  assertEquals(town.join("eve", "tea"), ["eve < refused need_account tea"]);
  town.do("eve", login("carol"));
  assertEquals(town.join("eve", "tea").length, 2);
});

Deno.test("registered channels: a snapshot has all of it", () => {
  const town = withTea("bob");
  town.do("alice", mode("operator", "bob"));
  town.restore();
  assertEquals(signs(town, "alice", "bob"), "~ @");
});
