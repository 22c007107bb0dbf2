/**
 * The rules of accounts: reserved names, logging in and out, and several connections of one user.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Accounts } from "../../lib/chat/accounts.ts";
import type { Command } from "../../lib/chat/command.ts";
import { MAX_CONNECTIONS } from "../../lib/chat/connection_rules.ts";
import { handleBase } from "../../lib/chat/handles.ts";
import { Town } from "./town.ts";

const alice = { type: "login", account: "alice" } as const;
const nick = (nick: string): Command => ({ type: "register", nick, home: "irc", exact: true });
const from = (home: string, nick: string): Command => ({ type: "register", nick, home });

/** A town in which each of `names` is a connection of alice's. */
function withAlice(...names: string[]): Town {
  const town = new Town(["alice", "bob"]);
  for (const name of names) town.enter(name, "alice", "alice");
  return town;
}

Deno.test("accounts: the first who connected stands first, and who leaves is gone", () => {
  const { hub } = new Town();
  const [first, second, third] = [hub.connect(), hub.connect(), hub.connect()];
  const accounts = new Accounts();
  for (const user of [third, first, second]) accounts.enter(user, "Alice");
  assertEquals(accounts.usersOf("alice"), [first, second, third]);
  accounts.leave(first, "ALICE");
  assertEquals(accounts.usersOf("alice"), [second, third]);
  for (const user of [second, third]) accounts.leave(user, "alice");
  assertEquals(accounts.usersOf("alice"), []);
});

Deno.test("accounts: a nick is reserved under the handle that it would get", () => {
  const accounts = new Accounts();
  const base = handleBase("al ice");
  accounts.add(base);
  assertEquals([base === "al ice", accounts.isReservedFrom("al ice", undefined)], [false, true]);
  assertEquals(accounts.isReservedFrom("al ice", base.toUpperCase()), false);
});

Deno.test("accounts: what looks like an account's name is reserved, in any script and any case", () => {
  const accounts = new Accounts();
  for (const name of ["alice", "Боб", "сор"]) accounts.add(name);
  const isReserved = (nick: string, account?: string) => accounts.isReservedFrom(nick, account);
  // Cyrillic and Greek letters among the Latin ones, capitals of another script, and Latin for Cyrillic.
  const alike = ["\u0430lice", "ALI\u0421E", "\u03b1lic\u0435", "боб", "БОБ", "cop", "C\u043eP"];
  for (const nick of alike) assertEquals([nick, isReserved(nick)], [nick, true]);
  for (const nick of ["N\u0456ckServ", "\u0421hanS\u0435rv"]) assertEquals(isReserved(nick), true);
  for (const nick of ["alica", "бобр", "al\u00edce", "anna"]) assertEquals(isReserved(nick), false);
  // Whoever has one of the names may write it otherwise; that of another account stays its own.
  assertEquals([isReserved("БОБ", "боб"), isReserved("Боб", "alice")], [false, true]);
  accounts.add("боб");
  assertEquals([isReserved("боб", "Боб"), isReserved("БОБ", "Боб")], [true, false]);
  accounts.add("\u0430lice");
  assertEquals([isReserved("ALICE", "\u0430lice"), isReserved("\u0430LICE", "Alice")], [
    true,
    true,
  ]);
  for (const name of ["Боб", "alice", "\u0430lice"]) assertEquals(accounts.delete(name), true);
  assertEquals([isReserved("БОБ"), isReserved("\u0430lice")], [true, false]);
  accounts.delete("боб");
  assertEquals([isReserved("БОБ"), isReserved("Боб")], [false, false]);
});

Deno.test("accounts: a user of any dialect gets another handle for a name that looks like an account's", () => {
  const town = new Town(["alice"]);
  assertEquals(town.enter("i", "\u0430lice"), ["i < refused nick_reserved \u0430lice"]);
  const chat1 = { ...from("chat1", "\u0430lice"), unique: true } as Command;
  town.expect("c", chat1, "c < refused nick_reserved \u0430lice");
  town.do("j", from("json16", "\u0430lice"));
  assertEquals(town.handle("j"), "\u0430lice/2");
});

Deno.test("accounts: a name that is one's is nobody else's, in any dialect", () => {
  const town = new Town(["Alice"]);
  assertEquals(town.enter("i", "alice"), ["i < refused nick_reserved alice"]);
  assertEquals(town.enter("i", "ALICE"), ["i < refused nick_reserved ALICE"]);
  const chat1 = { ...from("chat1", "alice"), unique: true } as Command;
  town.expect("c", chat1, "c < refused nick_reserved alice");
  // What these are called is their own matter; others see a handle that is not the account's.
  town.do("j", from("json16", "alice"));
  town.do("k", from("cs168", "alice"));
  // Compatibility forms that read the same are the same.
  town.do("l", from("cs168", "ａlice"));
  const handles = ["j", "k", "l"].map((name) => town.handle(name));
  assertEquals(handles, ["alice/2", "alice/3", "alice/4"]);
  town.enter("i", "bob");
  town.do("i", nick("alice"));
  assertEquals(town.handle("i"), "bob");
  town.do("j", from("json16", "Alice"));
  assertEquals(town.handle("j")?.includes("/"), true);
});

Deno.test("accounts: nobody is called like a service", () => {
  const town = new Town();
  assertEquals(town.enter("i", "nickserv"), ["i < refused nick_reserved nickserv"]);
  town.do("j", from("json16", "ChanServ"));
  assertEquals(town.handle("j"), "ChanServ/2");
});

Deno.test("accounts: who has logged in holds the nick, or any other; an account that is gone lets nobody in", () => {
  assertEquals(new Town().enter("i", "alice", "alice"), ["i < registered alice"]);
  const other = new Town();
  other.enter("i", "netcat", "alice");
  assertEquals([other.handle("i"), other.connection("i").person?.account], ["netcat", "alice"]);
  assertEquals(other.enter("g", "alice"), ["g < refused nick_reserved alice"]);
  const none = new Town([]);
  none.enter("i", "alice", "alice");
  assertEquals(none.connection("i").person?.account, undefined);
  none.expect("i", alice, "i < refused no_such_account alice");
});

Deno.test("accounts: a second connection is the same user, and learns where it is", () => {
  const town = withAlice("one");
  town.join("one", "x");
  assertEquals(town.enter("two", "whatever", "alice"), [
    "two is one",
    "one < registered alice",
    "one < resumed x",
  ]);
  assertEquals([town.handle("two"), town.hub.userCount], ["alice", 1]);
  // What the second one does, the user does.
  town.join("two", "y");
  assertEquals(town.connection("one").memberships.size, 2);
  town.do("two", nick("alicia"));
  assertEquals(town.handle("one"), "alicia");
});

Deno.test("accounts: it is no connection of one who has logged out, or left", () => {
  for (
    const end of [
      (town: Town) => town.do("one", { type: "logout" }),
      (town: Town) => town.leave("one"),
    ]
  ) {
    const town = withAlice("one");
    end(town);
    town.enter("two", "second", "alice");
    assertEquals([town.connection("two").as.id, town.handle("two")], [2, "second"]);
  }
});

for (const [first, last] of [["one", "two"], ["two", "one"]] as const) {
  Deno.test(`accounts: the user leaves with the last connection, when ${first} goes first`, () => {
    const town = withAlice("one", "two");
    town.join("one", "x");
    assertEquals(town.leave(first), []);
    town.restore();
    assertEquals(town.hub.holderOf("alice")?.memberships.size, 1);
    const gone = town.connection(last);
    town.expect(last, { type: "quit" }, "peers: quit alice");
    assertEquals([town.hub.userCount, town.hub.channelNames], [0, []]);
    assertEquals(town.hub.disconnect(gone), []);
  });
}

Deno.test("accounts: a user is away when all of its connections are", () => {
  const town = withAlice("one", "two");
  const away = () => town.connection("one").as.away;
  town.expect("one", { type: "away", text: "tea" }, "one < now_away true");
  assertEquals(away(), undefined);
  town.expect("two", { type: "away", text: "bed" }, [
    "one < now_away true",
    "peers: away alice bed",
  ]);
  assertEquals(away(), "bed");
  town.restore();
  // A new connection is here.
  town.enter("three", "alice", "alice");
  assertEquals(away(), undefined);
  assertEquals(town.leave("three"), ["peers: away alice bed"]);
  assertEquals(away(), "bed");
  town.expect("two", { type: "away" }, ["one < now_away false", "peers: away alice"]);
});

Deno.test("accounts: logging in and out later is told to those who see the user", () => {
  const town = new Town();
  town.enter("i", "bob");
  town.expect("i", alice, ["i < logged_in alice", "peers: account_changed"]);
  town.expect("i", alice, "i < logged_in alice");
  // A further connection finds it under its nick.
  assertEquals(town.enter("two", "alice", "alice")[0], "two is i");
  assertEquals([town.handle("two"), town.leave("two")], ["bob", []]);
  const lines = town.do("i", { ...alice, rename: true });
  assertEquals(lines, ["i < logged_in alice", "peers: renamed bob alice"]);
  // The nick goes with the account.
  town.expect("i", { type: "logout" }, [
    "i < logged_out",
    "peers: account_changed",
    "peers: renamed alice Guest1",
    "i < notice alice belongs to an account: you are called Guest1 now",
  ]);
  town.expect("i", { type: "logout" }, []);
});

Deno.test("accounts: a name that becomes one's takes it from whoever holds it", () => {
  const town = new Town([]);
  town.enter("i", "Alice");
  town.do("j", { ...from("chat1", "bob"), unique: true } as Command);
  assertEquals(town.order({ type: "account_added", name: "alice" }), [
    "peers: renamed Alice Guest1",
    "i < notice Alice belongs to an account: you are called Guest1 now",
  ]);
  assertEquals(town.order({ type: "account_added", name: "bob" }), ["peers: renamed bob bob/2"]);
  assertEquals([town.handle("j"), town.connection("j").person?.nick], ["bob/2", "bob"]);
  assertEquals(town.order({ type: "account_added", name: "ALICE" }), []);
});

Deno.test("accounts: who makes an account keeps its nick", () => {
  const town = new Town([]);
  town.enter("alice");
  const { id } = town.connection("alice");
  assertEquals(town.order({ type: "account_added", name: "alice", keeps: id }), []);
  town.do("alice", alice);
  assertEquals([town.handle("alice"), town.user("alice").person?.account], ["alice", "alice"]);
});

Deno.test("accounts: removing one logs its users out, and frees the name", () => {
  const town = withAlice("one", "two");
  assertEquals(town.order({ type: "accounts", names: ["bob", "carol"] }), [
    "one < logged_out",
    "peers: account_changed",
  ]);
  assertEquals(town.handle("one"), "alice");
  town.enter("three", "alice");
  assertEquals([town.hub.userCount, town.hub.accountCount], [2, 2]);
});

Deno.test("accounts: a dead connection's user can be ended by its own account alone", () => {
  const town = withAlice("dead");
  town.enter("i", "alice2");
  town.enter("b", "bob", "bob");
  const ghost = (nick: string) => town.do("i", { type: "ghost", nick });
  assertEquals(ghost("alice"), ["i < refused not_your_account alice"]);
  town.do("i", alice);
  assertEquals(ghost("bob"), ["i < refused not_your_account bob"]);
  assertEquals(ghost("nobody"), ["i < refused no_such_nick nobody"]);
  assertEquals(ghost("alice"), [
    "dead < closing Ended by alice",
    "dead ends",
    "peers: renamed alice2 alice",
  ]);
});

Deno.test("accounts: an account has so many connections and no more", () => {
  const town = withAlice(...Array.from({ length: MAX_CONNECTIONS }, (_, i) => `c${i}`));
  assertEquals(town.enter("more", "alice", "alice").at(-1), "more ends");
  assertEquals([town.hub.userCount, town.user("alice").connections.size], [1, MAX_CONNECTIONS]);
});

Deno.test("accounts: bans and kills of the server hold for further connections: by each one's address, and for all", () => {
  const town = withAlice("one");
  town.enter("op");
  town.do("op", { type: "oper" });
  town.do("op", { type: "ban_server", mask: "*!*@two.ip", reason: "spam" });
  assertEquals(town.enter("two", "alice", "alice").at(-1), "two ends");
  // And by the username that it gives.
  town.do("op", { type: "ban_server", mask: "*!~four@*", reason: "spam" });
  assertEquals(town.enter("four", "alice", "alice").at(-1), "four ends");
  assertEquals(town.connection("one").connections.size, 1);
  town.enter("three", "alice", "alice");
  const connections = ["one", "three"].map((name) => town.connection(name));
  town.do("op", { type: "kill", whom: "alice", reason: "spam" });
  assertEquals(town.hub.userCount, 1);
  for (const each of connections) {
    assertEquals([...town.hub.apply(each, { type: "list" }), ...town.hub.disconnect(each)], []);
  }
  town.restore();
});

Deno.test("accounts: a user who registers again is of the dialect in which it does", () => {
  const town = new Town();
  town.do("i", from("json16", "ann"));
  town.do("i", from("cs168", "ben"));
  const { person } = town.connection("i");
  assertEquals([person?.nick, person?.home], ["ben", "cs168"]);
});
