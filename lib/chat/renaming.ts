/**
 * A user's change of name, once it is decided, and what those learn of it who watch.
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
  // With only its case changed it is the same name for whoever looks for it.
  if (foldHandle(by.handle) === foldHandle(now.handle)) return deliveries;
  noteGone(state, user, by, time);
  return [...deliveries, ...announceGone(state, by), ...announce(state, now)];
}

/** Remembers that `person` is not called so any more. */
export function noteGone(state: ChatState, user: User, person: Person, at: number): void {
  state.formers.add({ person, address: user.origin.address, at });
}

/** That `person` has come, for those who watch its handle. */
export function announce(state: ChatState, person: Person): Delivery[] {
  return state.watches.watchersOf(person.handle).map((watcher) =>
    toUser(watcher, { type: "watch_online", persons: [person] })
  );
}

/** That a person has gone, for those who watch its handle. */
export function announceGone(state: ChatState, { handle }: Person): Delivery[] {
  return state.watches.watchersOf(handle).map((watcher) =>
    toUser(watcher, { type: "watch_offline", nicks: [handle] })
  );
}
