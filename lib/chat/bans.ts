/**
 * Whether a channel's masks match a user. The answer for a member is kept until its name or a list changes,
 * because every message asks for it.
 *
 * @module
 */

import type { Channel } from "./channel.ts";
import { fullName, type Person } from "./person.ts";
import type { RegisteredUser } from "./state.ts";

/** An answer, and the state for which it holds. */
export interface BanVerdict {
  /** The user's name at that time. */
  readonly person: Person;
  /** Versions of the lists of bans and exceptions. */
  readonly versions: readonly [bans: number, exceptions: number];
  /** The answer. */
  readonly isBanned: boolean;
}

/**
 * The full name that a channel's masks are held against. It has the cloak and not the address: otherwise
 * any operator of a channel could find out a user's address, by trying masks until one bites.
 */
export function namesOf({ person }: RegisteredUser): readonly string[] {
  return [fullName(person)];
}

/** The full names that bans of the server are held against: with the cloak, and with the address. */
export function namesWithAddress(user: RegisteredUser): readonly string[] {
  const { person, origin } = user;
  return [...namesOf(user), fullName({ ...person, host: origin.address })];
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
