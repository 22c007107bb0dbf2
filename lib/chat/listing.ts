/**
 * Members and users in the form of an answer: copies, so that a long reply stays right
 * while it is sent.
 *
 * @module
 */

import type { Channel } from "./channel.ts";
import type { Person } from "./person.ts";
import type { Member, Seen } from "./query.ts";
import type { RegisteredUser } from "./state.ts";

/** The members of `channel` in the order of entering. */
export function membersOf(channel: Channel): readonly Member[] {
  const members: Member[] = [];
  for (const [member, { rights }] of channel.members) {
    members.push({ person: member.person as Person, rights });
  }
  return members;
}

/** `user` as `asker` sees it at `time`. */
export function seenBy(
  asker: RegisteredUser,
  user: RegisteredUser,
  time: number,
  channel?: Channel,
): Seen {
  const seen = {
    person: user.person,
    isAway: user.away !== undefined,
    isOperator: user.modes.has("operator"),
    idleMs: Math.max(0, time - user.spokeAt),
  };
  const rights = channel && channel.members.get(user)?.rights;
  return {
    ...seen,
    ...(rights !== undefined && { rights }),
    ...(maySeeAddress(asker, user) && { address: user.origin.address }),
  };
}

/** Users see their own address, and operators of the server everybody's. */
export function maySeeAddress(asker: RegisteredUser, user: RegisteredUser): boolean {
  return asker === user || asker.modes.has("operator");
}
