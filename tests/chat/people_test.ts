/**
 * Nicks and handles: handles are unique on the server, keep their holder, and are free again.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Connections } from "../../lib/chat/connections.ts";
import { foldHandle } from "../../lib/chat/handles.ts";
import { People } from "../../lib/chat/people.ts";
import { NO_ORIGIN, User } from "../../lib/chat/user.ts";

let ids = 0;

/** A new user of `people` called `nick`. */
function named(people: People, nick: string): User {
  const user = new User(++ids, NO_ORIGIN);
  people.add(user, nick, { home: "cs168", username: "", host: "", realname: "" });
  return user;
}

const handle = (user: User) => user.person?.handle;

Deno.test("property: the connections of a user are what a set would hold", () => {
  const step = fc.tuple(fc.constantFrom("add" as const, "delete"), fc.nat(3));
  fc.assert(fc.property(fc.array(step), (steps) => {
    const [connections, model] = [new Connections(0), new Set([0])];
    for (const [does, connection] of steps) {
      if (does === "add" && model.has(connection)) continue;
      connections[does](connection);
      model[does](connection);
      assertEquals([...connections], [...model]);
      assertEquals(connections.size, model.size);
      assertEquals(connections.only, model.size === 1 ? [...model][0] : undefined);
      for (let i = 0; i < 4; i++) assertEquals(connections.has(i), model.has(i));
    }
  }));
});

Deno.test("people: the first holder has the nick as its handle, the next ones have a number", () => {
  const people = new People();
  const users = Array.from({ length: 4 }, () => named(people, "carol"));
  assertEquals(users.map(handle), ["carol", "carol/2", "carol/3", "carol/4"]);
  assertEquals(users.map((user) => user.person?.nick), Array(4).fill("carol"));
});

Deno.test("people: handles are unique without regard to ASCII case", () => {
  const people = new People();
  assertEquals(["carol", "Carol", "CAROL"].map((nick) => handle(named(people, nick))), [
    "carol",
    "Carol/2",
    "CAROL/3",
  ]);
  // Other scripts have no case here: IRC compares bytes.
  assertEquals(["É", "é"].map((nick) => handle(named(people, nick))), ["É", "é"]);
});

Deno.test("people: nicks that read the same elsewhere have handles of their own", () => {
  const people = new People();
  assertEquals(["a b", "a_b", "a:b"].map((nick) => handle(named(people, nick))), [
    "a_b",
    "a_b/2",
    "a_b/3",
  ]);
});

Deno.test("people: a number passes to nobody else while anybody holds one of its base", () => {
  const people = new People();
  const [first, second] = [named(people, "carol"), named(people, "carol")];
  const third = named(people, "carol");
  people.delete(second);
  assertEquals(handle(named(people, "carol")), "carol/4");
  people.delete(first);
  assertEquals(handle(named(people, "carol")), "carol");
  assertEquals(handle(third), "carol/3");
});

Deno.test("people: numbers begin anew when nobody holds one", () => {
  const people = new People();
  named(people, "carol");
  const [second, third] = [named(people, "carol"), named(people, "Carol")];
  people.delete(second);
  people.delete(third);
  assertEquals(people.counters, []);
  assertEquals(handle(named(people, "carol")), "carol/2");
});

Deno.test("people: long nicks that differ at their end share one counter, and stay unique", () => {
  const people = new People();
  const nicks = Array.from({ length: 300 }, (_, i) => `${"n".repeat(26)}${i % 3}`);
  const handles = nicks.map((nick) => handle(named(people, nick)) as string);
  assertEquals(new Set(handles.map(foldHandle)).size, 300);
  assert(handles.every((each) => each.length <= 32));
});

Deno.test("people: the counter of long nicks goes with the last one who holds a number", () => {
  const people = new People();
  const users = Array.from({ length: 3 }, () => named(people, "n".repeat(32)));
  assertEquals(handle(users[1] as User), `${"n".repeat(26)}/2`);
  assertEquals(people.counters, [["n".repeat(26), 2, 4]]);
  for (const user of users) people.delete(user);
  assertEquals(people.counters, []);
});

Deno.test("people: a freed name is free in every way, and deleting twice is a no-op", () => {
  const people = new People();
  const user = named(people, "carol d");
  const other = new User(++ids, NO_ORIGIN);
  assert(people.isTaken("carol d", other));
  assert(people.isHandleTaken("CAROL_D", other));
  people.delete(user);
  people.delete(user);
  assertEquals(user.person, undefined);
  assert(!people.isTaken("carol d", other));
  assert(!people.isHandleTaken("carol_d", other));
  assertEquals(people.find("carol d"), {});
  assertEquals(people.byHandle("carol_d"), undefined);
});

Deno.test("people: a handle is found before somebody's nick that reads the same", () => {
  const people = new People();
  const holder = named(people, "carol d");
  const namesake = named(people, "carol_d");
  assertEquals(handle(namesake), "carol_d/2");
  assertEquals(people.find("carol_d"), { user: holder });
  assertEquals(people.find("carol d"), { user: holder });
  assertEquals(people.find("carol_d/2"), { user: namesake });
});

Deno.test("people: a nick with a slash cannot be asked for as somebody's number", () => {
  const people = new People();
  named(people, "carol");
  const forger = named(people, "carol/2");
  assertEquals(handle(forger), "carol_2");
  const second = named(people, "carol");
  assertEquals(handle(second), "carol/2");
  // Its own nick finds it, but the handle goes first.
  assertEquals(people.find("carol/2"), { user: second });
});

Deno.test("people: several who take another's handle for their nick do not hide that one", () => {
  const people = new People();
  const owner = named(people, "b:b");
  named(people, "b_b");
  assertEquals(people.find("b_b"), { user: owner });
  named(people, "b_b");
  assertEquals(people.find("b_b"), { handles: ["b_b", "b_b/2", "b_b/3"] });
  assertEquals(people.find("b_b/1"), { user: owner });
});

Deno.test("people: NICK/1 is the first holder, and only where no handle reads so", () => {
  const people = new People();
  const [first, second] = [named(people, "carol"), named(people, "carol")];
  assertEquals(people.find("carol"), { handles: ["carol", "carol/2"] });
  assertEquals(people.find("carol/1"), { user: first });
  assertEquals(people.find("CAROL/1"), { user: first });
  people.delete(second);
  assertEquals(people.find("carol"), { user: first });
  assertEquals(people.find("nobody/1"), {});
});
