/**
 * Which users watch which handles (MONITOR): a watcher learns when any holder of the handle comes,
 * goes or is away.
 *
 * @module
 */

import { foldHandle } from "./handles.ts";
import type { User } from "./user.ts";

/** The most handles that one user may watch. */
export const MAX_WATCHED = 100;

/** All watched handles, by watcher and by handle. */
export class Watches {
  // Handles as they were asked for, by their folded form, in the order in which they were added.
  readonly #watched = new Map<User, Map<string, string>>();
  readonly #watchers = new Map<string, Set<User>>();

  /** Adds a handle to those that `user` watches; false when there is no room for another one. */
  add(user: User, handle: string): boolean {
    const key = foldHandle(handle);
    let watched = this.#watched.get(user);
    if (watched?.has(key)) return true;
    if (watched !== undefined && watched.size >= MAX_WATCHED) return false;
    if (watched === undefined) this.#watched.set(user, watched = new Map());
    watched.set(key, handle);
    const watchers = this.#watchers.get(key);
    if (watchers === undefined) this.#watchers.set(key, new Set([user]));
    else watchers.add(user);
    return true;
  }

  /** Removes a handle. */
  delete(user: User, handle: string): void {
    const key = foldHandle(handle);
    const watched = this.#watched.get(user);
    if (!watched?.delete(key)) return;
    if (watched.size === 0) this.#watched.delete(user);
    const watchers = this.#watchers.get(key);
    watchers?.delete(user);
    if (watchers?.size === 0) this.#watchers.delete(key);
  }

  /** Removes all that `user` watches. */
  clear(user: User): void {
    for (const handle of this.of(user)) this.delete(user, handle);
  }

  /** The handles that `user` watches, as it wrote them. */
  of(user: User): readonly string[] {
    return [...this.#watched.get(user)?.values() ?? []];
  }

  /** The users who watch `handle`, in the order of connecting. */
  watchersOf(handle: string): readonly User[] {
    const watchers = this.#watchers.get(foldHandle(handle));
    return watchers === undefined ? [] : [...watchers].sort((a, b) => a.id - b.id);
  }
}
