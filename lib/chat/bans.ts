/**
 * Whether a channel's masks match a user. The answer for a member is kept until its name or a list
 * changes, because every message asks for it.
 *
 * @module
 */

import type { Channel } from "./channel.ts";
import { accountName } from "./extended_masks.ts";
import { fullName, type Person } from "./person.ts";
import { type ChatState, hasVoice, type RegisteredUser } from "./state.ts";

/** How the masks of a channel treat a user: one who is `muted` may enter, but not speak. */
export type Standing = "free" | "muted" | "banned";

/** An answer, and the state for which it holds. */
export interface BanVerdict {
  /** The user's name at that time. */
  readonly person: Person;
  /** Versions of the lists of bans and exceptions. */
  readonly versions: readonly [bans: number, exceptions: number];
  /** The answer. */
  readonly standing: Standing;
}

/**
 * Returns the forms of a user's name that the masks of a channel are compared with. They have the
 * cloak, never the address: otherwise any operator of a channel could find out a user's address by
 * trying masks until one matches.
 */
export function namesOf({ person }: RegisteredUser): readonly string[] {
  const name = fullName(person);
  return person.account === undefined ? [name] : [name, accountName(person.account)];
}

/**
 * The full names that bans of the server are held against: with the cloak, and with the address.
 */
export function namesWithAddress(user: RegisteredUser): readonly string[] {
  const { person, origin } = user;
  return [fullName(person), fullName({ ...person, host: origin.address })];
}

/** Returns how the bans of `channel` and their exceptions treat `user`. */
export function standingOf(channel: Channel, user: RegisteredUser): Standing {
  const { ban, exception } = channel.lists;
  if (ban.size === 0) return "free";
  const membership = channel.members.get(user);
  const known = membership?.verdict;
  if (
    known !== undefined && known.person === user.person && known.versions[0] === ban.version &&
    known.versions[1] === exception.version
  ) return known.standing;
  const verdict: BanVerdict = {
    person: user.person,
    versions: [ban.version, exception.version],
    standing: judge(channel, namesOf(user)),
  };
  if (membership !== undefined) membership.verdict = verdict;
  return verdict.standing;
}

/** Returns why a member is silenced by the bans of `channel`; `undefined` when it may speak. */
export function silencedAs(
  state: ChatState,
  user: RegisteredUser,
  channel: Channel,
): Exclude<Standing, "free"> | undefined {
  const standing = standingOf(channel, user);
  return standing === "free" || hasVoice(state, user, channel) ? undefined : standing;
}

function judge({ lists: { ban, exception } }: Channel, names: readonly string[]): Standing {
  const isBanned = ban.matches(names);
  if (!isBanned && !ban.mutes(names) || exception.matches(names)) return "free";
  if (isBanned) return "banned";
  return exception.mutes(names) ? "free" : "muted";
}
