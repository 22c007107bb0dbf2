/**
 * The rules of accounts: reserved names, logging in and out, and several connections of one user.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Command, Order } from "../../lib/chat/command.ts";
import type { Delivery } from "../../lib/chat/event.ts";
import { Hub } from "../../lib/chat/hub.ts";
import type { User } from "../../lib/chat/user.ts";
import { from } from "../support/origin.ts";
import { eventLine } from "./stage.ts";

/** A hub whose connections are known by names of the test's choice. */
class Scene {
  hub = new Hub({ maxChannels: 10 });
  readonly #ids = new Map<string, number>();

  constructor(...accounts: readonly string[]) {
    this.hub.order({ type: "accounts", names: accounts });
  }

  connection(name: string): User {
    const known = this.hub.user(this.#ids.get(name) ?? 0);
    if (known !== undefined) return known;
    const user = this.hub.connect(from(name));
    this.#ids.set(name, user.id);
    return user;
  }

  do(name: string, command: Command): string[] {
    return this.lines(this.hub.apply(this.connection(name), command, 7));
  }

  irc(name: string, nick: string, account?: string): string[] {
    const who = { type: "register", nick, home: "irc", exact: true } as const;
    return this.do(name, account === undefined ? who : { ...who, account });
  }

  order(order: Order): string[] {
    return this.lines(this.hub.order(order, 7));
  }

  leave(name: string): string[] {
    return this.lines(this.hub.disconnect(this.connection(name), undefined, 7));
  }

  handle(name: string): string | undefined {
    return this.connection(name).as.person?.handle;
  }

  /** Takes a snapshot, and goes on with a hub that was restored from it. */
  restart(): void {
    const text = JSON.stringify(this.hub.snapshot());
    this.hub = Hub.restore(JSON.parse(text), { maxChannels: 10 });
    assertEquals(JSON.stringify(this.hub.snapshot()), text);
  }

  lines(deliveries: readonly Delivery[]): string[] {
    return deliveries.flatMap((delivery) => {
      switch (delivery.to) {
        case "user": {
          const { event } = delivery;
          const what = "by" in event
            ? `${event.type} ${"channel" in event ? event.channel : ""}`
            : eventLine(event);
          return [`${this.#nameOf(delivery.user)} < ${what.trim()}`];
        }
        case "peers":
          return [`peers: ${delivery.event.type} ${delivery.event.by.handle}`];
        case "connection":
          return [
            "joins" in delivery
              ? `${this.#nameOf(delivery.joins)} is ${this.#nameOf(delivery.joins.as)}`
              : `${this.#nameOf(delivery.ends)} ends`,
          ];
        default:
          return [];
      }
    });
  }

  #nameOf({ id }: User): string {
    return [...this.#ids].find(([, known]) => known === id)?.[0] ?? String(id);
  }
}

const alice = { type: "login", account: "alice" } as const;

Deno.test("accounts: a name that is one's is nobody else's, in any dialect", () => {
  const scene = new Scene("Alice");
  assertEquals(scene.irc("i", "alice"), ["i < refused nick_reserved alice"]);
  assertEquals(scene.irc("i", "ALICE"), ["i < refused nick_reserved ALICE"]);
  const chat1 = { type: "register", nick: "alice", home: "chat1", unique: true } as const;
  assertEquals(scene.do("c", chat1), ["c < refused nick_reserved alice"]);
  // What these are called is their own matter; others see a handle that is not the account's.
  scene.do("j", { type: "register", nick: "alice", home: "json16" });
  scene.do("k", { type: "register", nick: "alice", home: "cs168" });
  // Compatibility forms that read the same are the same.
  scene.do("l", { type: "register", nick: "ａlice", home: "cs168" });
  assertEquals(["j", "k", "l"].map((name) => scene.handle(name)), [
    "alice/2",
    "alice/3",
    "alice/4",
  ]);
  scene.irc("i", "bob");
  scene.do("i", { type: "register", nick: "alice", home: "irc", exact: true });
  assertEquals(scene.handle("i"), "bob");
  scene.do("j", { type: "register", nick: "Alice", home: "json16" });
  assertEquals(scene.handle("j")?.includes("/"), true);
});

Deno.test("accounts: nobody is called like a service", () => {
  const scene = new Scene();
  assertEquals(scene.irc("i", "nickserv"), ["i < refused nick_reserved nickserv"]);
  scene.do("j", { type: "register", nick: "ChanServ", home: "json16" });
  assertEquals(scene.handle("j"), "ChanServ/2");
});

Deno.test("accounts: who has logged in holds the nick, or any other", () => {
  const scene = new Scene("alice");
  assertEquals(scene.irc("i", "alice", "alice"), ["i < registered alice"]);
  assertEquals(scene.connection("i").person?.account, "alice");
  const other = new Scene("alice");
  other.irc("i", "netcat", "alice");
  assertEquals(other.handle("i"), "netcat");
  assertEquals(other.irc("g", "alice"), ["g < refused nick_reserved alice"]);
});

Deno.test("accounts: an account that is gone lets nobody in", () => {
  const scene = new Scene();
  scene.irc("i", "alice", "alice");
  assertEquals(scene.connection("i").person?.account, undefined);
  assertEquals(scene.do("i", alice), ["i < refused no_such_account alice"]);
});

Deno.test("accounts: a second connection is the same user, and learns where it is", () => {
  const scene = new Scene("alice");
  scene.irc("one", "alice", "alice");
  scene.do("one", { type: "join", channel: "x", make: true, claim: true });
  assertEquals(scene.irc("two", "whatever", "alice"), [
    "two is one",
    "one < registered alice",
    "one < resumed x",
  ]);
  assertEquals(scene.handle("two"), "alice");
  assertEquals(scene.hub.userCount, 1);
  // What the second one does, the user does.
  scene.do("two", { type: "join", channel: "y", make: true });
  assertEquals(scene.connection("one").memberships.size, 2);
  scene.do("two", { type: "register", nick: "alicia", home: "irc", exact: true });
  assertEquals(scene.handle("one"), "alicia");
});

for (const first of ["one", "two"]) {
  Deno.test(`accounts: the user leaves with the last connection, when ${first} goes first`, () => {
    const scene = new Scene("alice");
    const last = first === "one" ? "two" : "one";
    scene.irc("one", "alice", "alice");
    scene.irc("two", "alice", "alice");
    scene.do("one", { type: "join", channel: "x", make: true });
    assertEquals(scene.leave(first), []);
    scene.restart();
    assertEquals(scene.hub.holderOf("alice")?.memberships.size, 1);
    assertEquals(scene.do(last, { type: "quit" }), ["peers: quit alice"]);
    assertEquals(scene.hub.userCount, 0);
    assertEquals(scene.hub.channelNames, []);
    assertEquals(scene.leave(last), []);
  });
}

Deno.test("accounts: a user is away when all of its connections are", () => {
  const scene = new Scene("alice");
  scene.irc("one", "alice", "alice");
  scene.irc("two", "alice", "alice");
  assertEquals(scene.do("one", { type: "away", text: "tea" }), ["one < now_away true"]);
  assertEquals(scene.connection("one").as.away, undefined);
  assertEquals(scene.do("two", { type: "away", text: "bed" }), [
    "one < now_away true",
    "peers: away alice",
  ]);
  assertEquals(scene.connection("one").as.away, "bed");
  scene.restart();
  // A new connection is here.
  scene.irc("three", "alice", "alice");
  assertEquals(scene.connection("one").as.away, undefined);
  assertEquals(scene.leave("three"), ["peers: away alice"]);
  assertEquals(scene.connection("one").as.away, "bed");
  assertEquals(scene.do("two", { type: "away" }), ["one < now_away false", "peers: away alice"]);
});

Deno.test("accounts: logging in and out later is told to those who see the user", () => {
  const scene = new Scene("alice");
  scene.irc("i", "bob");
  assertEquals(scene.do("i", alice), ["i < logged_in alice", "peers: account_changed bob"]);
  assertEquals(scene.do("i", alice), ["i < logged_in alice"]);
  assertEquals(scene.do("i", { ...alice, rename: true }), [
    "i < logged_in alice",
    "peers: renamed bob",
  ]);
  assertEquals(scene.handle("i"), "alice");
  // The nick goes with the account.
  assertEquals(scene.do("i", { type: "logout" }), [
    "i < logged_out",
    "peers: account_changed alice",
    "peers: renamed alice",
    "i < notice alice belongs to an account: you are called Guest1 now",
  ]);
  assertEquals(scene.do("i", { type: "logout" }), []);
});

Deno.test("accounts: a further connection finds a user who has logged in later", () => {
  const scene = new Scene("alice");
  scene.irc("one", "bob");
  scene.do("one", alice);
  assertEquals(scene.irc("two", "alice", "alice")[0], "two is one");
  assertEquals(scene.handle("two"), "bob");
});

Deno.test("accounts: a name that becomes one's takes it from whoever holds it", () => {
  const scene = new Scene();
  scene.irc("i", "Alice");
  scene.do("j", { type: "register", nick: "bob", home: "chat1", unique: true });
  assertEquals(scene.order({ type: "account_added", name: "alice" }), [
    "peers: renamed Alice",
    "i < notice Alice belongs to an account: you are called Guest1 now",
  ]);
  assertEquals(scene.order({ type: "account_added", name: "bob" }), ["peers: renamed bob"]);
  assertEquals([scene.handle("j"), scene.connection("j").person?.nick], ["bob/2", "bob"]);
  assertEquals(scene.order({ type: "account_added", name: "ALICE" }), []);
});

Deno.test("accounts: who makes an account keeps its nick", () => {
  const scene = new Scene();
  scene.irc("i", "alice");
  const { id } = scene.connection("i");
  assertEquals(scene.order({ type: "account_added", name: "alice", keeps: id }), []);
  scene.do("i", alice);
  assertEquals([scene.handle("i"), scene.connection("i").person?.account], ["alice", "alice"]);
});

Deno.test("accounts: removing one logs its users out, and frees the name", () => {
  const scene = new Scene("alice", "bob");
  scene.irc("one", "alice", "alice");
  scene.irc("two", "alice", "alice");
  assertEquals(scene.order({ type: "accounts", names: ["bob", "carol"] }), [
    "one < logged_out",
    "peers: account_changed alice",
  ]);
  assertEquals(scene.handle("one"), "alice");
  scene.irc("three", "alice");
  assertEquals(scene.hub.userCount, 2);
  assertEquals(scene.hub.accountCount, 2);
});

Deno.test("accounts: a dead connection's user can be ended by its own account alone", () => {
  const scene = new Scene("alice", "bob");
  scene.irc("dead", "alice", "alice");
  scene.irc("i", "alice2");
  scene.irc("b", "bob", "bob");
  assertEquals(scene.do("i", { type: "ghost", nick: "alice" }), [
    "i < refused not_your_account alice",
  ]);
  scene.do("i", alice);
  assertEquals(scene.do("i", { type: "ghost", nick: "bob" }), ["i < refused not_your_account bob"]);
  assertEquals(scene.do("i", { type: "ghost", nick: "nobody" }), [
    "i < refused no_such_nick nobody",
  ]);
  assertEquals(scene.do("i", { type: "ghost", nick: "alice" }), [
    "dead < closing Ended by alice",
    "dead ends",
    "peers: renamed alice2",
  ]);
  assertEquals(scene.handle("i"), "alice");
});

Deno.test("accounts: an account has so many connections and no more", () => {
  const scene = new Scene("alice");
  for (let i = 0; i < 32; i++) scene.irc(`c${i}`, "alice", "alice");
  assertEquals(scene.irc("more", "alice", "alice").at(-1), "more ends");
  assertEquals(scene.hub.userCount, 1);
  assertEquals(scene.connection("c0").connections.size, 32);
});

Deno.test("accounts: a ban of the server holds for a further connection by its own address", () => {
  const scene = new Scene("alice");
  scene.irc("one", "alice", "alice");
  scene.irc("op", "op");
  scene.do("op", { type: "oper" });
  scene.do("op", { type: "ban_server", mask: "*!*@two", reason: "spam" });
  const origin = { network: "two", address: "two", host: "two" };
  const two = scene.hub.connect(origin);
  const said = scene.hub.apply(two, {
    type: "register",
    nick: "alice",
    home: "irc",
    exact: true,
    account: "alice",
  });
  assertEquals(said.at(-1), { to: "connection", ends: two, reason: "banned" });
  assertEquals(scene.connection("one").connections.size, 1);
});

Deno.test("accounts: a killed user loses all of its connections", () => {
  const scene = new Scene("alice");
  scene.irc("one", "alice", "alice");
  scene.irc("two", "alice", "alice");
  scene.irc("op", "op");
  scene.do("op", { type: "oper" });
  scene.do("op", { type: "kill", whom: "alice", reason: "spam" });
  assertEquals(scene.hub.userCount, 1);
  assertEquals(scene.do("two", { type: "list" }), []);
  assertEquals([...scene.leave("one"), ...scene.leave("two")], []);
  scene.restart();
});
