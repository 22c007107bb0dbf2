/**
 * The accounts of a server, without a server: what lets one in, what does not, and how often it may be tried.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { ITERATIONS, makeKeys } from "../../lib/accounts/accounts.ts";
import { type AccountStore, MemoryAccounts } from "../../lib/accounts/store.ts";
import { hmac, readClientFirst, ScramClient, type ScramKeys } from "../../lib/sasl/scram.ts";
import { KeptAccounts } from "../support/kept_accounts.ts";
import { ofDatabase, World } from "./world.ts";

Deno.test("accounts: the right password lets one in, under the name that was registered", async () => {
  const world = await World.with("Alice", "sesame!");
  const login = world.from("a");
  assertEquals(await login.checkPassword("alice", "sesame!"), { account: "Alice" });
  assertEquals(await login.checkPassword("Alice", "Sesame!"), "wrong");
  assertEquals(await login.checkPassword("Bob", "sesame!"), "wrong");
  assertEquals(world.said, ["added Alice by 1"]);
  // The chat learns of an account that another process has made a moment ago.
  assertEquals(world.found, ["Alice"]);
});

Deno.test("accounts: nothing that is kept is the password", async () => {
  const world = await World.with("alice", "correct horse");
  const record = await world.store.find("alice");
  if (record === undefined) throw new Error("There is no record");
  const text = JSON.stringify(record, (_key, value) => value?.toHex?.() ?? value);
  assert(!text.includes("correct") && !text.includes(new TextEncoder().encode("correct").toHex()));
  assertEquals([record.salt.length, record.storedKey.length, record.serverKey.length], [
    16,
    32,
    32,
  ]);
  assertEquals(record.iterations, ITERATIONS);
  const other = await World.with("alice", "correct horse");
  const again = await other.store.find("alice");
  assert(again?.salt.toHex() !== record.salt.toHex(), "Every account has its own salt");
});

Deno.test("accounts: an unknown account is challenged like any other, and always the same way", async () => {
  const world = await World.with("alice", "sesame!");
  const login = world.from("a");
  const challengeOf = async (name: string) => {
    const client = new ScramClient(name, "sesame!");
    const exchange = await login.beginScram(readClientFirst(client.first));
    if (typeof exchange === "string") return exchange;
    return exchange.challenge.replace(/^r=[^,]*,/, "");
  };
  const [alice, nobody] = [await challengeOf("alice"), await challengeOf("nobody")];
  const form = /^s=[A-Za-z0-9+/]{22}==,i=100000$/;
  assert(form.test(alice) && form.test(nobody), `${alice} ${nobody}`);
  assertEquals(await challengeOf("nobody"), nobody);
  assertEquals(await challengeOf("NOBODY"), nobody);
  assert(nobody !== await challengeOf("another"));
});

Deno.test("accounts: SCRAM lets in who knows the password, and nobody else", async () => {
  const world = await World.with("alice", "sesame!");
  const login = world.from("a");
  const enter = async (name: string, password: string, actAs = "") => {
    const client = new ScramClient(name, password);
    const first = client.first.replace("n,,", `n,${actAs},`);
    const exchange = await login.beginScram(readClientFirst(first));
    if (typeof exchange === "string") return exchange;
    const outcome = await login.endScram(exchange, await client.answer(exchange.challenge));
    if (typeof outcome === "string") return outcome;
    client.verify(outcome.last);
    return outcome.proven.account;
  };
  assertEquals(await enter("Alice", "sesame!"), "alice");
  assertEquals(await enter("alice", "sesame?"), "wrong");
  assertEquals(await enter("nobody", "sesame!"), "wrong");
});

Deno.test("accounts: three wrong tries of a network, then it must wait; others need not", async () => {
  const world = await World.with("alice", "sesame!");
  const [mallory, other] = [world.from("m"), world.from("o")];
  for (const guess of ["a", "b", "c"]) {
    assertEquals(await mallory.checkPassword("alice", guess), "wrong");
  }
  assertEquals(await mallory.checkPassword("alice", "sesame!"), "throttled");
  assertEquals(world.refused, ["m wrong", "m wrong", "m wrong", "m throttled"]);
  assertEquals(await other.checkPassword("alice", "sesame!"), { account: "alice" });
  world.time += 20_000;
  assertEquals(await mallory.checkPassword("alice", "d"), "wrong");
  assertEquals(await mallory.checkPassword("bob", "d"), "throttled");
  world.time += 20_000;
  assertEquals(await mallory.checkPassword("alice", "sesame!"), { account: "alice" });
});

Deno.test("accounts: tries at once count like tries one after the other", async () => {
  const world = await World.with("alice", "sesame!");
  const login = world.from("m");
  const outcomes = await Promise.all(
    Array.from({ length: 12 }, (_, i) => login.checkPassword("alice", `guess ${i}`)),
  );
  assertEquals(outcomes.filter((each) => each === "wrong").length, 3);
  assertEquals(outcomes.filter((each) => each === "throttled").length, 9);
});

Deno.test("accounts: a class behind one address logs in at once", async () => {
  const world = new World();
  const names = [..."abcdefghijkl"].map((letter) => `pupil${letter}`);
  const login = world.from("school");
  for (const name of names) await login.register(name, `${name} word`);
  const outcomes = await Promise.all(
    names.map((name) => login.checkPassword(name, `${name} word`)),
  );
  assertEquals(outcomes, names.map((account) => ({ account })));
});

Deno.test("accounts: right passwords without end cost their network, and no other", async () => {
  const gate = { burst: 3, everyMs: 100 };
  const world = new World({ derivations: gate });
  const login = world.from("a");
  await login.register("alice", "sesame!");
  const again = () => login.checkPassword("alice", "sesame!");
  const outcomes = [await again(), await again(), await again()];
  assertEquals(outcomes, [{ account: "alice" }, { account: "alice" }, "throttled"]);
  assertEquals(await login.changePassword({ account: "alice" }, "sesame?"), "throttled");
  assertEquals(await world.from("b").checkPassword("alice", "sesame!"), { account: "alice" });
  world.time += 100;
  assertEquals(await again(), { account: "alice" });
});

Deno.test("accounts: guessing from many networks is slowed down, and the owner is not", async () => {
  const world = await World.with("alice", "sesame!");
  assertEquals(await world.from("home").checkPassword("alice", "sesame!"), { account: "alice" });
  const outcomes = await Promise.all(
    Array.from({ length: 40 }, (_, i) => world.from(`bot${i}`).checkPassword("alice", "guess")),
  );
  assertEquals(outcomes.filter((each) => each === "wrong").length, 30);
  assertEquals(outcomes.filter((each) => each === "throttled").length, 10);
  assertEquals(await world.from("new").checkPassword("alice", "sesame!"), "throttled");
  assertEquals(await world.from("home").checkPassword("alice", "sesame!"), { account: "alice" });
  world.time += 60_000;
  assertEquals(await world.from("new").checkPassword("alice", "sesame!"), { account: "alice" });
});

Deno.test("accounts: another password takes the owner's networks their privilege", async () => {
  const world = await World.with("alice", "sesame!");
  const login = world.from("home");
  await login.changePassword(await world.prove("home", "alice", "sesame!"), "open sesame");
  for (let i = 0; i < 30; i++) await world.from(`bot${i}`).checkPassword("alice", "guess");
  assertEquals(await login.checkPassword("alice", "open sesame"), "throttled");
});

Deno.test("accounts: after a restart, the networks of an account are what they were", async () => {
  using kept = new KeptAccounts();
  const store = ofDatabase(kept);
  const before = new World({ store });
  assert(await store.rekey("bob", await makeKeys("sesame!")));
  assertEquals(await before.from("home").checkPassword("bob", "sesame!"), { account: "bob" });
  const world = new World({ store });
  for (let i = 0; i < 30; i++) await world.from(`bot${i}`).checkPassword("bob", "guess");
  assertEquals(await world.from("new").checkPassword("bob", "sesame!"), "throttled");
  assertEquals(await world.from("home").checkPassword("bob", "sesame!"), { account: "bob" });
  // Nobody reads from the database which network that is, and no other account or password has to do with it.
  const [row] = kept.database.prepare("SELECT * FROM account_networks").all();
  assert(/^[0-9a-f]{32}$/.test(String(row?.["network"])), JSON.stringify(row));
  const other = new World({ store, secret: new Uint8Array(32) });
  for (let i = 0; i < 30; i++) await other.from(`bot${i}`).checkPassword("bob", "guess");
  assertEquals(await other.from("home").checkPassword("bob", "sesame!"), "throttled");
  await store.rekey("bob", await makeKeys("sesame!"));
  const again = new World({ store });
  for (let i = 0; i < 30; i++) await again.from(`bot${i}`).checkPassword("bob", "guess");
  assertEquals(await again.from("home").checkPassword("bob", "sesame!"), "throttled");
});

Deno.test("accounts: a long name is guessed for as rarely as any, and no name takes more memory", async () => {
  const world = new World();
  const name = "x".repeat(64);
  const guess = (i: number) => world.from(`bot${i}`).checkPassword(`${name}${i}`, "guess");
  const outcomes = await Promise.all(Array.from({ length: 31 }, (_, i) => guess(i)));
  assertEquals(outcomes.filter((each) => each === "throttled").length, 1);
});

Deno.test("accounts: a new password, also of the operator, gives back the tries of the old one", async () => {
  const world = await World.with("alice", "sesame!");
  const guess = (i: number) => world.from(`bot${i}`).checkPassword("alice", "guess");
  for (let i = 0; i < 30; i++) assertEquals(await guess(i), "wrong");
  assertEquals(await world.from("home").checkPassword("alice", "sesame!"), "throttled");
  // The operator's command changes the store alone.
  assert(await world.store.rekey("alice", await makeKeys("open sesame")));
  assertEquals(await world.from("home").checkPassword("alice", "open sesame"), {
    account: "alice",
  });
  // And the tries of the new one are counted.
  const more = await Promise.all(Array.from({ length: 31 }, (_, i) => guess(100 + i)));
  assertEquals(more.filter((each) => each === "throttled").length, 1);
});

Deno.test("accounts: a password that is no account's own is not derived from, but is a wrong try", async () => {
  const world = await World.with("alice", "sesame!");
  const other = new World({ store: world.store, derivations: { burst: 0, everyMs: 1e9 } });
  const login = other.from("a");
  for (const password of ["", "x".repeat(1025)]) {
    assertEquals(await login.checkPassword("alice", password), "wrong");
  }
  assertEquals(await other.from("b").checkPassword("alice", "x".repeat(1024)), "throttled");
  assertEquals(await login.checkPassword("alice", ""), "wrong");
  assertEquals(other.refused.splice(0).length, 4);
  assertEquals(await login.checkPassword("alice", ""), "throttled");
});

Deno.test("accounts: SCRAM lets nobody act as another", async () => {
  const world = await World.with("alice", "sesame!");
  const login = world.from("a");
  for (const [actAs, outcome] of [["bob", "wrong"], ["ALICE", "alice"]] as const) {
    // Our own client never asks for this.
    const first = readClientFirst(`n,a=${actAs},n=alice,r=abc`);
    const exchange = await login.beginScram(first);
    if (typeof exchange === "string") throw new Error(exchange);
    const keys = await world.store.find("alice");
    if (keys === undefined) throw new Error("There is no record");
    const header = new TextEncoder().encode(first.header).toBase64();
    const unproven = `c=${header},${/r=[^,]*/.exec(exchange.challenge)?.[0]}`;
    const signed = `${first.bare},${exchange.challenge},${unproven}`;
    const signature = await hmac(keys.storedKey, signed);
    const key = await clientKeyOf(keys, "sesame!");
    const proof = key.map((byte, i) => byte ^ (signature[i] ?? 0)).toBase64();
    const result = await login.endScram(exchange, `${unproven},p=${proof}`);
    assertEquals(typeof result === "string" ? result : result.proven.account, outcome);
  }
});

/** What proves a password: deriveKeys has only its hash. */
async function clientKeyOf({ salt, iterations }: ScramKeys, password: string) {
  const words = new TextEncoder().encode(password);
  const key = await crypto.subtle.importKey("raw", words, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: new Uint8Array(salt), iterations };
  return await hmac(new Uint8Array(await crypto.subtle.deriveBits(how, key, 256)), "Client Key");
}

Deno.test("accounts: a network makes thirty, and then one in two minutes", async () => {
  const store = new MemoryAccounts();
  // Only how many are made is looked at; the keys of one do for all.
  const world = new World({ store: { ...bound(store), add: () => Promise.resolve(true) } });
  const make = (i: number) =>
    world.from("a").register(
      `n${"abcdefghij"[i % 10]}${"abcdefghij"[Math.floor(i / 10)]}`,
      "secret!",
    );
  const outcomes = await Promise.all(Array.from({ length: 32 }, (_, i) => make(i)));
  assertEquals(outcomes.filter((each) => each === "throttled").length, 2);
  world.time += 120_000;
  assertEquals(typeof await make(32), "object");
  assertEquals(await make(33), "throttled");
});

Deno.test("accounts: a nick that somebody takes while its password is derived is not made one", async () => {
  const world = new World();
  const making = world.from("a").register("alice", "sesame!");
  world.held.add("alice");
  assertEquals(await making, "exists");
  assertEquals(await world.store.names(), []);
  // And one that is held from the start costs no derivation, and nothing of what the network may make.
  const spent = new World({ derivations: { burst: 1, everyMs: 1e9 } });
  spent.held.add("alice");
  assertEquals(await spent.from("a").register("alice", "sesame!"), "exists");
  assertEquals(await spent.from("a").register("bob", "sesame!"), { account: "bob" });
});

/** `store` with its calls as properties, so that one of them can be replaced. */
function bound(store: AccountStore): AccountStore {
  return {
    names: () => store.names(),
    find: (name) => store.find(name),
    add: (record) => store.add(record),
    rekey: (name, keys) => store.rekey(name, keys),
    remove: (name) => store.remove(name),
    knows: (name, network) => store.knows(name, network),
    know: (name, network) => store.know(name, network),
  };
}

Deno.test("accounts: what cannot be made says why", async () => {
  const world = await World.with("alice", "sesame!");
  const login = world.from("b");
  world.held.add("held");
  assertEquals(await login.register("ALICE", "another one"), "exists");
  assertEquals(await login.register("held", "another one"), "exists");
  assertEquals(await login.register("no way", "another one"), "bad_name");
  assertEquals(await login.register("bobby", "short"), "weak_password");
  assertEquals(await login.register("marguerite", "Marguerite"), "weak_password");
  assertEquals(await login.register("bobby", "x".repeat(1025)), "weak_password");
  const closed = new World({ registration: "closed" });
  assertEquals(await closed.from("b").register("bobby", "long enough"), "closed");
  const full = new World({ count: () => 100_000 });
  assertEquals(await full.from("b").register("bobby", "long enough"), "unavailable");
});

Deno.test("accounts: of two who register a name at once, one gets it", async () => {
  const world = new World();
  const outcomes = await Promise.all([
    world.from("a").register("alice", "password a"),
    world.from("b").register("Alice", "password b"),
  ]);
  assertEquals(outcomes.filter((each) => each === "exists").length, 1);
  assertEquals((await world.store.names()).length, 1);
  assertEquals(world.said.length, 1);
});

Deno.test("accounts: another password takes the place of the old one", async () => {
  const world = await World.with("alice", "sesame!");
  const login = world.from("a");
  const proven = await world.prove("a", "alice", "sesame!");
  assertEquals(await login.changePassword(proven, "short"), "weak_password");
  assertEquals(await login.changePassword(proven, "open sesame"), { account: "alice" });
  assertEquals(await login.checkPassword("alice", "sesame!"), "wrong");
  assertEquals(await login.checkPassword("alice", "open sesame"), { account: "alice" });
});

Deno.test("accounts: to remove one takes its password, and then its name is free", async () => {
  const world = await World.with("alice", "sesame!");
  const login = world.from("a");
  assertEquals(await login.drop("alice", "guess!"), "wrong");
  assertEquals(await login.drop("ALICE", "sesame!"), { account: "alice" });
  assertEquals(world.said, ["added alice by 1", "removed alice"]);
  assertEquals(await login.checkPassword("alice", "sesame!"), "wrong");
  assertEquals(await world.from("b").register("alice", "mine now"), { account: "alice" });
});

Deno.test("accounts: a store that fails is a fault for the log, not for the one who asks", async () => {
  const store = new MemoryAccounts();
  const world = new World({ store });
  const login = world.from("a");
  const proven = await login.register("alice", "sesame!");
  if (typeof proven === "string") throw new Error(proven);
  const fail = () => Promise.reject(new Error("disk full"));
  Object.assign(store, { names: fail, find: fail, add: fail, rekey: fail, remove: fail });
  assertEquals(await login.checkPassword("alice", "sesame!"), "unavailable");
  assertEquals(await login.register("bob", "sesame!"), "unavailable");
  assertEquals(await login.changePassword(proven, "sesame!"), "unavailable");
  assertEquals(await login.beginScram(readClientFirst("n,,n=alice,r=x")), "unavailable");
  assertEquals(world.said, ["added alice by 1"]);
  assertEquals(world.faults, [
    "a password could not be checked: disk full",
    "an account could not be made: disk full",
    "a password could not be changed: disk full",
    "an account could not be read: disk full",
  ]);
  assert(!world.faults.join().includes("sesame"));
});
