/**
 * The names that accounts hold, and who is logged in. The chat knows no passwords: whoever says
 * that a user is logged in has checked that.
 *
 * @module
 */

import { foldHandle, handleBase } from "./handles.ts";
import { lookOf } from "./lookalikes.ts";
import type { User } from "./user.ts";

/** The nicks of the services, which are nobody's. */
export const SERVICE_NICKS: readonly string[] = ["NickServ", "ChanServ"];
const SERVICES: ReadonlySet<string> = new Set(SERVICE_NICKS.map(foldHandle));

/** All accounts of a hub, by their names. */
export class Accounts {
  // As they were registered, by their folded form.
  readonly #names = new Map<string, string>();
  // The number of accounts for each look (`lookOf`) that differs from their folded form.
  readonly #looks = new Map<string, number>();
  readonly #users = new Map<string, Set<User>>();

  /** The names, in the order in which they became known. */
  get names(): readonly string[] {
    return [...this.#names.values()];
  }

  /** Number of accounts. */
  get size(): number {
    return this.#names.size;
  }

  /** The account called `name` without regard to case, as it was registered. */
  get(name: string): string | undefined {
    return this.#names.get(foldHandle(name));
  }

  /** Adds an account; false when there is one of that name. */
  add(name: string): boolean {
    if (this.get(name) !== undefined) return false;
    this.#names.set(foldHandle(name), name);
    this.#countLook(name, 1);
    return true;
  }

  /** Removes an account, but not those who are logged in to it. */
  delete(name: string): boolean {
    if (!this.#names.delete(foldHandle(name))) return false;
    this.#countLook(name, -1);
    return true;
  }

  #countLook(name: string, change: number): void {
    const look = lookOf(name);
    if (look === foldHandle(name)) return;
    const count = (this.#looks.get(look) ?? 0) + change;
    if (count > 0) this.#looks.set(look, count);
    else this.#looks.delete(look);
  }

  /**
   * Whether the handle that `nick` asks for is reserved: by an account other than `account`, or for
   * a service, or because it looks like a name of these. Of two accounts that look alike, each has
   * its own name.
   */
  isReservedFrom(nick: string, account: string | undefined): boolean {
    const key = foldHandle(handleBase(nick));
    const look = lookOf(key);
    if (SERVICES.has(look)) return true;
    if (this.#names.has(key)) return account === undefined || foldHandle(account) !== key;
    if (account !== undefined && lookOf(account) === look) return false;
    return this.#names.has(look) || this.#looks.has(look);
  }

  /** Notes that `user` is logged in to `account`. */
  enter(user: User, account: string): void {
    const key = foldHandle(account);
    const users = this.#users.get(key);
    if (users === undefined) this.#users.set(key, new Set([user]));
    else users.add(user);
  }

  /** Notes that `user` is no longer logged in to `account`. */
  leave(user: User, account: string): void {
    const key = foldHandle(account);
    const users = this.#users.get(key);
    users?.delete(user);
    if (users?.size === 0) this.#users.delete(key);
  }

  /** Those who are logged in to `account`, in the order of connecting. */
  usersOf(account: string): readonly User[] {
    const users = this.#users.get(foldHandle(account));
    return users === undefined ? [] : [...users].sort((one, other) => one.id - other.id);
  }
}
