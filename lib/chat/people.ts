/**
 * Who is called what: finds users by nick and by handle, and gives each user a handle of its own
 * (PROTOCOLS, section 5, "Names").
 *
 * @module
 */

import { foldHandle, handleBase, nthHandle } from "./handles.ts";
import { MAX_NICK_CHARACTERS } from "./names.ts";
import type { Person } from "./person.ts";
import type { User } from "./user.ts";

/** Handles of one base that differ by their number: how many hold one, and the next number. */
interface Numbered {
  holders: number;
  next: number;
}

/** The same, for a snapshot. */
export type Counter = readonly [base: string, holders: number, next: number];

/** The result of a search for a name; empty when nobody is called so. */
export interface Found {
  /** The one user that it names. */
  readonly user?: User;
  /** The handles of several users that hold it as their nick. */
  readonly handles?: readonly string[];
}

/** Leaves room for a number of five digits behind it, so that one stem has one counter. */
const STEM_CHARACTERS = MAX_NICK_CHARACTERS - 6;

/** The names of all registered users. */
export class People {
  readonly #byNick = new Map<string, Set<User>>();
  readonly #byHandle = new Map<string, User>();
  readonly #isReserved: (nick: string, account: string | undefined) => boolean;
  // Numbers of a base count up until nobody holds one, so a number never changes its holder
  // meanwhile.
  readonly #numbered = new Map<string, Numbered>();

  /**
   * `isReserved` says whether a handle that `nick` asks for is kept from those who are not
   * logged in to it.
   */
  constructor(isReserved: (nick: string, account: string | undefined) => boolean = () => false) {
    this.#isReserved = isReserved;
  }

  /** Whether somebody other than `user` shows the nick, or a handle that reads the same. */
  isTaken(nick: string, user: User): boolean {
    for (const holder of this.#byNick.get(nick) ?? []) if (holder !== user) return true;
    const holder = this.#byHandle.get(foldHandle(nick));
    return holder !== undefined && holder !== user && holder.person?.handle === nick;
  }

  /** Whether somebody other than `user` has a handle that is `nick` without regard to case. */
  isHandleTaken(nick: string, user: User): boolean {
    const holder = this.#byHandle.get(foldHandle(nick));
    return holder !== undefined && holder !== user;
  }

  /** The holder of `handle`, without regard to case. */
  byHandle(handle: string): User | undefined {
    return this.#byHandle.get(foldHandle(handle));
  }

  /**
   * Finds a user by a nick that one user holds, or by its handle. Where several hold the nick, a
   * handle may read the same, of one of them or of somebody else: `NICK/1` addresses that one.
   */
  find(name: string): Found {
    const holders = this.#byNick.get(name);
    const owner = this.byHandle(name);
    if (holders !== undefined && holders.size > 1) {
      const meant = new Set(owner === undefined ? holders : [owner, ...holders]);
      return { handles: handlesOf(meant) };
    }
    const user = owner ?? holders?.values().next().value ??
      (name.endsWith("/1") ? this.byHandle(name.slice(0, -2)) : undefined);
    return user === undefined ? {} : { user };
  }

  /**
   * Gives `user`, who has no name, the nick and a handle; `about` is the rest of what is
   * known of it.
   */
  add(user: User, nick: string, about: Omit<Person, "nick" | "handle">): Person {
    const person: Person = { ...about, nick, handle: this.#freeHandle(nick, about.account) };
    this.restore(user, person);
    return person;
  }

  /** Number of users that have a name. */
  get size(): number {
    return this.#byHandle.size;
  }

  /** Frees the name of `user`. */
  delete(user: User): void {
    const { person } = user;
    if (person === undefined) return;
    user.person = undefined;
    this.#byHandle.delete(foldHandle(person.handle));
    const holders = this.#byNick.get(person.nick);
    holders?.delete(user);
    if (holders?.size === 0) this.#byNick.delete(person.nick);
    this.#releaseNumber(person.handle);
  }

  /** Gives `user` the name that it had when a snapshot was taken. */
  restore(user: User, person: Person): void {
    user.person = person;
    this.#byHandle.set(foldHandle(person.handle), user);
    const holders = this.#byNick.get(person.nick);
    if (holders) holders.add(user);
    else this.#byNick.set(person.nick, new Set([user]));
  }

  /** The counters of numbered handles, for a snapshot. */
  get counters(): readonly Counter[] {
    return Array.from(this.#numbered, ([base, { holders, next }]) => [base, holders, next]);
  }

  /** Sets the counters as they were when a snapshot was taken. */
  restoreCounters(counters: readonly Counter[]): void {
    for (const [base, holders, next] of counters) this.#numbered.set(base, { holders, next });
  }

  #freeHandle(nick: string, account: string | undefined): string {
    const base = handleBase(nick);
    const isFree = !this.#byHandle.has(foldHandle(base)) && !this.#isReserved(base, account);
    if (isFree) return base;
    const stem = Array.from(base).slice(0, STEM_CHARACTERS).join("");
    const key = foldHandle(stem);
    const numbered = this.#numbered.get(key) ?? { holders: 0, next: 2 };
    numbered.holders++;
    this.#numbered.set(key, numbered);
    return nthHandle(stem, numbered.next++);
  }

  #releaseNumber(handle: string): void {
    if (!handle.includes("/")) return;
    const key = foldHandle(handle.slice(0, handle.lastIndexOf("/")));
    const numbered = this.#numbered.get(key);
    if (numbered !== undefined && --numbered.holders === 0) this.#numbered.delete(key);
  }
}

/** In the order of connecting: the order of taking the name is in no snapshot. */
function handlesOf(users: Iterable<User>): string[] {
  const sorted = [...users].sort((one, other) => one.id - other.id);
  return sorted.map((user) => (user.person as Person).handle);
}
