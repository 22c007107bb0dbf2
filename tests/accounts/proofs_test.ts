/**
 * What was proved of an account, when the account is another one by now, or its password is.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { makeAccount, makeKeys } from "../../lib/accounts/accounts.ts";
import type { Login } from "../../lib/accounts/login.ts";
import { readClientFirst, ScramClient, type ScramServer } from "../../lib/sasl/scram.ts";
import { World } from "./world.ts";

/** An exchange up to the proof, which is not sent yet. */
async function begin(login: Login, name: string, password: string) {
  const client = new ScramClient(name, password);
  const exchange = await login.beginScram(readClientFirst(client.first));
  if (typeof exchange === "string") throw new Error(exchange);
  const proof = await client.answer(exchange.challenge);
  return { exchange, proof } satisfies { exchange: ScramServer; proof: string };
}

/** Another process changes the store of `world`. */
const OTHERS: Readonly<Record<string, (world: World) => Promise<unknown>>> = {
  "is removed": (world) => world.store.remove("alice"),
  "has another password": async (world) => world.store.rekey("alice", await makeKeys("another!")),
  "is made anew": async (world) => {
    await world.store.remove("alice");
    await world.store.add(await makeAccount("alice", "another!"));
  },
  // The same password has other keys each time.
  "is made anew with the same password": async (world) => {
    await world.store.remove("alice");
    await world.store.add(await makeAccount("alice", "sesame!"));
  },
};

for (const [what, change] of Object.entries(OTHERS)) {
  Deno.test(`proofs: an exchange that has begun does not let in when its account ${what}`, async () => {
    const world = await World.with("alice", "sesame!");
    const login = world.from("a");
    const { exchange, proof } = await begin(login, "alice", "sesame!");
    await change(world);
    assertEquals(await login.endScram(exchange, proof), "wrong");
    assertEquals(world.found, []);
  });

  Deno.test(`proofs: nor does a password that is being checked when its account ${what}`, async () => {
    const world = await World.with("alice", "sesame!");
    const { store } = world;
    const find = store.find.bind(store);
    // The change comes behind the first look at the account.
    store.find = async (name) => {
      const record = await find(name);
      store.find = find;
      await change(world);
      return record;
    };
    assertEquals(await world.from("a").checkPassword("alice", "sesame!"), "wrong");
    assertEquals(world.found, []);
  });
}

Deno.test("proofs: one holds as long as its account is there, whatever becomes of the others", async () => {
  const world = await World.with("Alice", "sesame!");
  const login = world.from("a");
  await login.register("bob", "sesame!");
  const alice = await world.prove("a", "alice", "sesame!");
  const bob = await world.prove("a", "bob", "sesame!");
  await login.changePassword(alice, "open sesame");
  world.accounts.keepOnly(["alice"]);
  assert(login.holds(alice) && !login.holds(bob));
  world.accounts.keepOnly([]);
  world.accounts.keepOnly(["Alice"]);
  assert(!login.holds(alice), "It is another account of that name");
});

Deno.test("proofs: one is no proof of the next account of its name", async () => {
  const world = await World.with("alice", "sesame!");
  const login = world.from("a");
  const before = await world.prove("a", "alice", "sesame!");
  assert(login.holds(before));
  await login.drop("alice", "sesame!");
  assert(!login.holds(before));
  const after = await world.from("b").register("alice", "mine now");
  assert(typeof after !== "string" && login.holds(after) && !login.holds(before));
  // Nor does it change the password of that.
  assertEquals(await login.changePassword(before, "stolen now"), "wrong");
  assertEquals(await login.checkPassword("alice", "mine now"), { account: "alice" });
});
