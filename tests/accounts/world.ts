/**
 * The accounts of a server, without a server.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Accounts, type AccountsOptions } from "../../lib/accounts/accounts.ts";
import type { Login, Proven } from "../../lib/accounts/login.ts";
import type { AccountCalls } from "../../lib/accounts/account_module.ts";
import { type AccountStore, DatabaseAccounts, MemoryAccounts } from "../../lib/accounts/store.ts";
import type { DataPort } from "../../lib/data/client.ts";
import type { KeptAccounts } from "../support/kept_accounts.ts";

/** Accounts whose clock stands still until it is moved. */
export class World {
  /** Milliseconds. */
  time = 0;
  readonly store: AccountStore;
  readonly faults: string[] = [];
  readonly said: string[] = [];
  readonly found: string[] = [];
  readonly refused: string[] = [];
  readonly accounts: Accounts;
  /** Nicks that somebody else holds. */
  readonly held = new Set<string>();

  constructor(options: Partial<AccountsOptions> = {}) {
    this.store = options.store ?? new MemoryAccounts();
    this.accounts = new Accounts({
      store: this.store,
      registration: "open",
      minPassword: 6,
      secret: new Uint8Array(32).fill(7),
      now: () => this.time,
      isName: (name) => /^[a-z]+$/i.test(name),
      isFree: (name) => !this.held.has(name),
      count: () => 0,
      onAdded: (name, user) => this.said.push(`added ${name} by ${user}`),
      onFound: (name) => this.found.push(name),
      onRemoved: (name) => this.said.push(`removed ${name}`),
      areChannelsKept: () => Promise.resolve(true),
      onRefused: (network, why) => this.refused.push(`${network} ${why}`),
      onFault: (what, error) => this.faults.push(`${what}: ${(error as Error).message}`),
      ...options,
    });
  }

  from(network: string): Login {
    return this.accounts.loginOf({ network, user: 1 });
  }

  static async with(name: string, password: string): Promise<World> {
    const world = new World();
    assertEquals(await world.from("maker").register(name, password), { account: name });
    return world;
  }

  /** What somebody gets who comes from `network` with the right password. */
  async prove(network: string, name: string, password: string): Promise<Proven> {
    const proven = await this.from(network).checkPassword(name, password);
    if (typeof proven === "string") throw new Error(proven);
    return proven;
  }
}

/** The store of a database, in this thread. */
export function ofDatabase({ accounts }: KeptAccounts): DatabaseAccounts {
  return new DatabaseAccounts(
    {
      call: (name: keyof AccountCalls, ...args: never[]) =>
        Promise.resolve((accounts[name] as (...args: never[]) => unknown)(...args)),
    } as unknown as DataPort<AccountCalls>,
  );
}
