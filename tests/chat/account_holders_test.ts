/**
 * Who is logged in to an account, and which nicks it keeps for itself: nobody is taken for a user who has logged out,
 * left, or never was there.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Accounts } from "../../lib/chat/accounts.ts";
import { handleBase } from "../../lib/chat/handles.ts";
import { Hub } from "../../lib/chat/hub.ts";
import type { User } from "../../lib/chat/user.ts";

/** A hub with the account alice. */
function makeHub(): Hub {
  const hub = new Hub({ maxChannels: 10 });
  hub.order({ type: "accounts", names: ["alice"] });
  return hub;
}

/** A user called `nick` who has given alice's password, or what it became. */
function enterAsAlice(hub: Hub, nick: string): User {
  const user = hub.connect();
  hub.apply(user, { type: "register", nick, home: "irc", exact: true, account: "alice" });
  return user;
}

Deno.test("account holders: the first who connected stands first, and who leaves is gone", () => {
  const hub = makeHub();
  const [first, second, third] = [hub.connect(), hub.connect(), hub.connect()];
  const accounts = new Accounts();
  for (const user of [third, first, second]) accounts.enter(user, "Alice");
  assertEquals(accounts.usersOf("alice"), [first, second, third]);
  accounts.leave(first, "ALICE");
  assertEquals(accounts.usersOf("alice"), [second, third]);
  for (const user of [second, third]) accounts.leave(user, "alice");
  assertEquals(accounts.usersOf("alice"), []);
});

Deno.test("account holders: a nick is reserved under the handle that it would get", () => {
  const accounts = new Accounts();
  const nick = "al ice";
  const base = handleBase(nick);
  accounts.add(base);
  assertEquals([base === nick, accounts.isReservedFrom(nick, undefined)], [false, true]);
  assertEquals(accounts.isReservedFrom(nick, base.toUpperCase()), false);
});

Deno.test("account holders: a connection of the account is another one of who is logged in", () => {
  const hub = makeHub();
  const user = enterAsAlice(hub, "alice");
  assertEquals(enterAsAlice(hub, "second").as, user);
});

Deno.test("account holders: it is no connection of who has logged out", () => {
  const hub = makeHub();
  const user = enterAsAlice(hub, "alice");
  hub.apply(user, { type: "logout" });
  const next = enterAsAlice(hub, "second");
  assertEquals([next.as === user, next.as.person?.handle], [false, "second"]);
});

Deno.test("account holders: it is no connection of who has left", () => {
  const hub = makeHub();
  const user = enterAsAlice(hub, "alice");
  hub.disconnect(user);
  const next = enterAsAlice(hub, "alice");
  assertEquals([next.as === user, next.as.person?.handle], [false, "alice"]);
});

Deno.test("renaming: a user who registers again is of the dialect in which it does", () => {
  const hub = new Hub({ maxChannels: 10 });
  const user = hub.connect();
  hub.apply(user, { type: "register", nick: "ann", home: "json16" });
  hub.apply(user, { type: "register", nick: "ben", home: "cs168" });
  assertEquals([user.person?.nick, user.person?.home], ["ben", "cs168"]);
});
