/**
 * What a running server takes over of the operator's commands.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import type { AccountCalls } from "../../lib/accounts/account_module.ts";
import { DatabaseAccounts } from "../../lib/accounts/store.ts";
import type { DataPort } from "../../lib/data/client.ts";
import type { TakeOver } from "../../lib/server/data_changes.ts";
import { followChanges } from "../../lib/server/kept.ts";
import { Log } from "../../lib/server/log.ts";
import { KeptAccounts } from "../support/kept_accounts.ts";

const RECORD = {
  salt: new Uint8Array(16),
  iterations: 4096,
  storedKey: new Uint8Array(32),
  serverKey: new Uint8Array(32),
};

/** A server that notes each order it receives, beside a database that an operator changes. */
class Followed extends KeptAccounts {
  readonly lines: string[] = [];
  readonly logged: string[] = [];
  /** Why nothing can be read at the moment. */
  fault: string | undefined;
  readonly store = new DatabaseAccounts(
    {
      call: (name: keyof AccountCalls, ...args: never[]) =>
        this.fault === undefined
          ? Promise.resolve((this.accounts[name] as (...args: never[]) => unknown)(...args))
          : Promise.reject(new Error(this.fault)),
    } as unknown as DataPort<AccountCalls>,
  );
  readonly #acts = new Map<string, TakeOver>();

  constructor() {
    super();
    const server = {
      setAccounts: (names: readonly string[]) => void this.lines.push(names.join(" ")),
      takeAlwaysOn: () => {
        this.lines.push("always on");
        return this.fault === undefined ? Promise.resolve() : Promise.reject(new Error(this.fault));
      },
    };
    const data = { onChange: (module: string, act: TakeOver) => void this.#acts.set(module, act) };
    const log = new Log("info", (line) => this.logged.push(line) > 0);
    followChanges(server, data, this.store, log);
  }

  /** Reports that another process has changed `module`; returns the orders that the server received for it. */
  async changed(module: string): Promise<string[]> {
    await this.#acts.get(module)?.();
    return this.lines.splice(0);
  }

  /** The operator's command. */
  add(name: string, registeredAt: number): void {
    this.accounts.add({ ...RECORD, name, registeredAt });
  }
}

Deno.test("kept: an account that is new may be always on already", async () => {
  using followed = new Followed();
  assertEquals(await followed.store.names(), ["Alice", "bob"]);
  followed.add("carol", 2);
  assertEquals(await followed.changed("accounts"), ["Alice bob carol", "always on"]);
  assertEquals(await followed.changed("always_on"), ["always on"]);
});

Deno.test("kept: an account that was removed and made anew between two looks is another one", async () => {
  using followed = new Followed();
  await followed.store.names();
  followed.accounts.remove("alice");
  followed.add("ALICE", 2);
  assertEquals(await followed.changed("accounts"), ["bob", "ALICE bob", "always on"]);
  assertEquals(await followed.changed("accounts"), ["ALICE bob", "always on"]);
  // What the server does itself it has told the chat itself.
  await followed.store.remove("bob");
  await followed.store.add({ ...RECORD, name: "bob", registeredAt: 3 });
  assertEquals(await followed.changed("accounts"), ["ALICE bob", "always on"]);
  // One that the server has made itself can be replaced as well.
  await followed.store.add({ ...RECORD, name: "carol", registeredAt: 4 });
  followed.accounts.remove("carol");
  followed.add("carol", 5);
  assertEquals(await followed.changed("accounts"), ["ALICE bob", "ALICE bob carol", "always on"]);
  // And one that it has removed itself is nobody's.
  await followed.store.remove("carol");
  followed.add("carol", 6);
  assertEquals(await followed.changed("accounts"), ["ALICE bob carol", "always on"]);
  // A name that is taken leaves the account what it is.
  assertEquals(await followed.store.add({ ...RECORD, name: "Bob", registeredAt: 7 }), false);
  assertEquals(await followed.store.remove("nobody"), false);
  assertEquals(await followed.changed("accounts"), ["ALICE bob carol", "always on"]);
});

Deno.test("kept: what cannot be read is said once, and tried again by whoever called", async () => {
  using followed = new Followed();
  followed.fault = "database is locked";
  await assertRejects(() => followed.changed("accounts"), Error, "locked");
  await assertRejects(() => followed.changed("always_on"), Error, "locked");
  assertEquals(followed.logged.map((line) => line.slice(25)), [
    "error accounts could not be read: database is locked",
  ]);
  followed.fault = undefined;
  followed.lines.length = 0;
  assertEquals(await followed.changed("accounts"), ["Alice bob", "always on"]);
  followed.fault = "disk full";
  await assertRejects(() => followed.changed("accounts"), Error, "full");
  assertEquals(followed.logged.length, 2);
});
