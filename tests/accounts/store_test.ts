/**
 * The stores of accounts: what holds for each of them, and what the database does besides.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { ACCOUNTS } from "../../lib/accounts/account_module.ts";
import type { AccountRecord } from "../../lib/accounts/account_record.ts";
import { ALWAYS_ON, type AlwaysOnCalls } from "../../lib/accounts/always_on_module.ts";
import { type AccountStore, MemoryAccounts } from "../../lib/accounts/store.ts";
import { KeptAccounts } from "../support/kept_accounts.ts";
import { ofDatabase } from "./world.ts";

function record(name: string, byte = 0): AccountRecord {
  return {
    name,
    salt: new Uint8Array(16).fill(byte),
    iterations: 4096 + byte,
    storedKey: new Uint8Array(32).fill(byte + 1),
    serverKey: new Uint8Array(32).fill(byte + 2),
    registeredAt: 7,
  };
}

async function holds(store: AccountStore): Promise<void> {
  const before = await store.names();
  assertEquals(await store.add(record("Dora")), true);
  assertEquals(await store.add(record("dORA", 9)), false);
  assertEquals(await store.names(), [...before, "Dora"]);
  assertEquals({ ...await store.find("DORA") }, { ...record("Dora") });
  assertEquals(await store.find("nobody"), undefined);
  const { name: _, registeredAt: __, ...keys } = record("", 50);
  assertEquals(await store.rekey("dORA", keys), true);
  assertEquals({ ...await store.find("dora") }, { ...record("Dora", 50) });
  assertEquals(await store.rekey("nobody", keys), false);
  assertEquals(await store.find("nobody"), undefined);
  assertEquals(await store.remove("DOra"), true);
  assertEquals(await store.remove("dora"), false);
  assertEquals(await store.names(), before);
}

Deno.test("accounts in memory: added, found without regard to case, changed, removed", async () => {
  await holds(new MemoryAccounts());
});

Deno.test("accounts in the database: of each, the eight networks that were noted last", async () => {
  using kept = new KeptAccounts();
  const store = ofDatabase(kept);
  const known = async (name: string) => {
    const networks = Array.from({ length: 11 }, (_, i) => `n${i}`);
    const all = await Promise.all(networks.map((network) => store.knows(name, network)));
    return networks.filter((_, i) => all[i]).join(" ");
  };
  for (let i = 0; i < 8; i++) await store.know("ALICE", `n${i}`);
  await store.know("bob", "n10");
  await store.know("nobody", "n10");
  assertEquals([await known("alice"), await known("bob")], ["n0 n1 n2 n3 n4 n5 n6 n7", "n10"]);
  // What is noted again is the newest.
  await store.know("alice", "n0");
  await store.know("alice", "n8");
  assertEquals([await known("Alice"), await known("nobody")], ["n0 n2 n3 n4 n5 n6 n7 n8", ""]);
  await store.remove("alice");
  await store.add(record("Alice"));
  assertEquals([await known("alice"), await known("bob")], ["", "n10"]);
});

Deno.test("accounts in the database: added, found without regard to case, changed, removed", async () => {
  using kept = new KeptAccounts();
  await holds(ofDatabase(kept));
});

Deno.test("accounts in the database: a secret is what it was first", () => {
  using kept = new KeptAccounts();
  const [one, other] = [new Uint8Array(8).fill(1), new Uint8Array(8).fill(2)];
  assertEquals(kept.accounts.secret("salt", one), one);
  assertEquals(kept.accounts.secret("salt", other), one);
  assertEquals(kept.accounts.secret("pepper", other), other);
});

Deno.test("accounts in the database: each change raises the version of its module, and nothing else does", () => {
  using kept = new KeptAccounts();
  const [accounts, alwaysOn] = [ACCOUNTS, ALWAYS_ON].map((module) => module.open(kept.database));
  const { set, write } = alwaysOn?.calls as AlwaysOnCalls;
  const changes: [act: () => unknown, accounts: number, alwaysOn: number][] = [
    [() => kept.accounts.add(record("dora")), 1, 0],
    [() => kept.accounts.add(record("dora")), 0, 0],
    [() => kept.accounts.rekey("dora", record("")), 1, 0],
    [() => set("dora", true), 0, 1],
    [() => set("dora", true), 0, 0],
    [() => write([{ account: "dora", user: "{}" }], [["tea", "{}"]]), 0, 0],
    [() => set("dora", false), 0, 1],
    [() => set("dora", false), 0, 0],
    [() => set("dora", true), 0, 1],
    [() => kept.accounts.find("dora"), 0, 0],
    // With the account, this goes as well.
    [() => kept.accounts.remove("dora"), 1, 1],
  ];
  const versions = () => [accounts, alwaysOn].map((module) => module?.version?.() ?? NaN);
  for (const [act, ofAccounts, ofAlwaysOn] of changes) {
    const [one = NaN, other = NaN] = versions();
    act();
    assertEquals(versions(), [one + ofAccounts, other + ofAlwaysOn], String(act));
  }
});
