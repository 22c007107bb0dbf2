/**
 * The rules of questions about users: who is here, who was, and what others learn of them. An
 * invisible user is found by its handle, and by those who share a channel with it.
 *
 * @module
 */

import type { Channel } from "./channel.ts";
import type { Ask } from "./command.ts";
import type { Delivery } from "./event.ts";
import { maySeeAddress, seenBy } from "./listing.ts";
import { maskOf } from "./masks.ts";
import { fullName } from "./person.ts";
import { seesAll, visibleMembersOf } from "./query_rules.ts";
import type { Whois } from "./query.ts";
import {
  type ChatState,
  findUser,
  knownChannelOf,
  mayKnow,
  type RegisteredUser,
  shareChannel,
  toUser,
  withUser,
} from "./state.ts";
import { type User, USER_MODE_NAMES, type UserMode } from "./user.ts";

/** Nicks that one question may have. */
const MAX_ASKED_NICKS = 100;
const MATCHES_ALL = /^\**$/;
/** Users that one part of a search looks at: with the longest masks, two milliseconds. */
export const MAX_EXAMINED_USERS = 500;

/** Answers with the user's own modes. */
export function my_modes(_state: ChatState, user: RegisteredUser): Delivery[] {
  return [toUser(user, { type: "user_modes_are", modes: modesOf(user) })];
}

function modesOf({ modes }: RegisteredUser): readonly UserMode[] {
  return USER_MODE_NAMES.filter((mode) => modes.has(mode));
}

/** Answers with users of a channel, or whose name fits a mask. */
export function who(
  state: ChatState,
  user: RegisteredUser,
  command: Ask<"who">,
  time: number,
): Delivery[] {
  const { channel: name, mask, operatorsOnly = false } = command;
  const channel = mask === undefined ? knownChannelOf(state, user, command) : undefined;
  const { found, examined, next } = mask === undefined
    ? whole(channel === undefined ? [] : membersFor(user, channel))
    : usersFitting(state, user, mask, command.after);
  const users = found.filter(({ modes }) => !operatorsOnly || modes.has("operator"))
    .map((each) => seenBy(user, each, time, channel));
  const asked = mask === undefined ? { channel: channel?.name ?? name ?? "" } : { mask };
  const rest = next === undefined ? {} : { next };
  return [toUser(user, { type: "who_found", ...asked, users, examined, ...rest })];
}

/** What a search has found, at how many it has looked, and the last of them if there are more. */
interface Search {
  readonly found: readonly RegisteredUser[];
  readonly examined: number;
  readonly next?: number;
}

function whole(found: readonly RegisteredUser[], examined = found.length): Search {
  return { found, examined };
}

function membersFor(user: RegisteredUser, channel: Channel): readonly RegisteredUser[] {
  return seesAll(user, channel)
    ? [...channel.members.keys()] as RegisteredUser[]
    : visibleMembersOf(channel);
}

function usersFitting(
  state: ChatState,
  user: RegisteredUser,
  mask: string,
  after: number | undefined,
): Search {
  const { user: named } = findUser(state, user, mask);
  if (named?.person !== undefined) return whole([named as RegisteredUser], 1);
  const compiled = MATCHES_ALL.test(mask) ? undefined : maskOf(mask);
  const fits = ({ person }: RegisteredUser) =>
    compiled === undefined || [person.handle, person.username, person.host, person.realname]
      .some((part) => compiled.matches(part)) ||
    compiled.matches(fullName(person));
  const found: RegisteredUser[] = [];
  let examined = 0;
  // In the order of their ids.
  for (const each of state.users.values()) {
    if (after !== undefined && each.id <= after) continue;
    if (!isRegistered(each)) continue;
    if (isVisibleTo(user, each) && fits(each)) found.push(each);
    examined++;
    if (after !== undefined && examined === MAX_EXAMINED_USERS) {
      return { found, examined, next: each.id };
    }
  }
  return whole(found, examined);
}

function isRegistered(user: User): user is RegisteredUser {
  return user.person !== undefined;
}

function isVisibleTo(user: RegisteredUser, other: RegisteredUser): boolean {
  return !other.modes.has("invisible") || user === other || user.modes.has("operator") ||
    shareChannel(user, other);
}

/** Answers with all that the user may know of another one. */
export function whois(
  state: ChatState,
  user: RegisteredUser,
  { nick }: Ask<"whois">,
  time: number,
): Delivery[] {
  return withUser(state, user, nick, (whom) => {
    const mine = maySeeAddress(user, whom);
    const answer: Whois = {
      ...seenBy(user, whom, time),
      ...(whom.away !== undefined && { away: whom.away }),
      channels: channelsFor(user, whom),
      registeredAt: whom.registeredAt,
      ...(whom.origin.isSecure === true && { isSecure: true }),
      ...(mine && { modes: modesOf(whom) }),
      ...(whom.metadata !== undefined && { metadata: whom.metadata }),
    };
    return [toUser(user, { type: "whois", user: answer })];
  });
}

/** The channels of `whom` that `user` may know of; none of an invisible stranger. */
function channelsFor(user: RegisteredUser, whom: RegisteredUser): Whois["channels"] {
  const isSeen = isVisibleTo(user, whom);
  return [...whom.memberships]
    .filter(([channel]) => isSeen && mayKnow(user, channel))
    .map(([{ name }, { rights }]) => ({ name, rights }));
}

/** Answers with those who held a name before. */
export function whowas(
  state: ChatState,
  user: RegisteredUser,
  { nick, count = Infinity }: Ask<"whowas">,
): Delivery[] {
  const most = count > 0 ? count : Infinity;
  const isOperator = user.modes.has("operator");
  const entries = state.formers.find(nick).filter((_, i) => i < most)
    .map(({ person, at, address }) => ({ person, at, ...(isOperator && { address }) }));
  return [toUser(user, { type: "whowas", nick, entries })];
}

/** Answers which of some users are here. */
export function present(
  state: ChatState,
  user: RegisteredUser,
  { nicks }: Ask<"present">,
  time: number,
): Delivery[] {
  const users = nicks.slice(0, MAX_ASKED_NICKS)
    .map((nick) => findUser(state, user, nick).user)
    .filter((found) => found?.person !== undefined)
    .map((found) => seenBy(user, found as RegisteredUser, time));
  return [toUser(user, { type: "present", users })];
}

/** Answers how many users and channels there are. */
export function counts(state: ChatState, user: RegisteredUser): Delivery[] {
  const { users, people, channels, census } = state;
  const { invisible, operators, peak } = census;
  return [
    toUser(user, {
      type: "counts",
      counts: {
        visible: people.size - invisible,
        invisible,
        operators,
        unregistered: users.size - people.size,
        channels: channels.size,
        peak,
      },
    }),
  ];
}

/** Answers whom the user watches. */
export function watched(state: ChatState, user: RegisteredUser): Delivery[] {
  return [toUser(user, { type: "watching", nicks: state.watches.of(user) })];
}
