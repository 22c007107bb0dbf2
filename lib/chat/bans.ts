/**
 * Whether a channel's masks mean a user. The answer for a member is kept until its name or a list changes,
 * because it is asked at every word that a member says.
 *
 * @module
 */

import type { Channel } from "./channel.ts";
import type { Person } from "./person.ts";
import type { RegisteredUser } from "./state.ts";

/** An answer, and what it was true for. */
export interface BanVerdict {
  /** Who the user was. */
  readonly person: Person;
  /** Versions of the lists of bans and exceptions. */
  readonly versions: readonly [bans: number, exceptions: number];
  /** The answer. */
  readonly isBanned: boolean;
}

/** The full names under which masks may mean `user`: with the cloak, and with the address. */
export function namesOf({ person, origin }: RegisteredUser): readonly string[] {
  const name = `${person.handle}!${person.username}@`;
  return origin.address === "" ? [name + person.host] : [name + person.host, name + origin.address];
}

/** Whether `user` is banned from `channel`, and no exception is made for it. */
export function isBanned(channel: Channel, user: RegisteredUser): boolean {
  const { ban, exception } = channel.lists;
  if (ban.size === 0) return false;
  const membership = channel.members.get(user);
  const known = membership?.verdict;
  if (
    known !== undefined && known.person === user.person && known.versions[0] === ban.version &&
    known.versions[1] === exception.version
  ) return known.isBanned;
  const names = namesOf(user);
  const verdict: BanVerdict = {
    person: user.person,
    versions: [ban.version, exception.version],
    isBanned: ban.matches(names) && !exception.matches(names),
  };
  if (membership !== undefined) membership.verdict = verdict;
  return verdict.isBanned;
}
