/**
 * A user's change of name, once that is allowed, and what users who watch it learn.
 *
 * @module
 */

import type { Delivery } from "./event.ts";
import { foldHandle } from "./handles.ts";
import type { Person } from "./person.ts";
import { type ChatState, type RegisteredUser, toPeers, toUser } from "./state.ts";
import type { User } from "./user.ts";

/** Gives `user` the nick `nick`, and a handle that fits. */
export function changeName(
  state: ChatState,
  user: RegisteredUser,
  nick: string,
  time: number,
  home: string = user.person.home,
): Delivery[] {
  const by = user.person;
  state.people.delete(user);
  const now: Person = state.people.add(user, nick, { ...by, home });
  const deliveries = [toPeers([...user.memberships.keys()], user, { type: "renamed", by, now })];
  // With only its case changed it is the same handle to those who watch it.
  if (foldHandle(by.handle) === foldHandle(now.handle)) return deliveries;
  noteGone(state, user, by, time);
  return [...deliveries, ...announceGone(state, by), ...announce(state, now)];
}

/** Remembers the name of `person`, which it has given up. */
export function noteGone(state: ChatState, user: User, person: Person, at: number): void {
  state.formers.add({ person, address: user.origin.address, at });
}

/** Tells those who watch its handle that `person` has come. */
export function announce(state: ChatState, person: Person): Delivery[] {
  return state.watches.watchersOf(person.handle).map((watcher) =>
    toUser(watcher, { type: "watch_online", persons: [person] })
  );
}

/** Tells those who watch its handle that a person has gone. */
export function announceGone(state: ChatState, { handle }: Person): Delivery[] {
  return state.watches.watchersOf(handle).map((watcher) =>
    toUser(watcher, { type: "watch_offline", nicks: [handle] })
  );
}
