/**
 * The registration of a channel: its founder, and the rights that accounts have in it for good.
 *
 * @module
 */

import type { Channel } from "./channel.ts";
import { foldHandle } from "./handles.ts";
import type { Person } from "./person.ts";
import { NO_RIGHTS, type Right, type Rights, withRight } from "./rights.ts";

/** Channels that one account may have. */
export const MAX_REGISTERED = 20;
/** Accounts that may have rights in one channel. */
export const MAX_ENTITLED = 100;

/** What makes a channel a registered one. */
export interface Registration {
  /** The founder's account. */
  readonly founder: string;
  /** When it was registered, in milliseconds of Unix time. */
  readonly at: number;
  /** The rights of other accounts, by their folded names. */
  readonly rights: ReadonlyMap<string, Right>;
}

/** The rights that a member has by its account, without those that it was given for the moment. */
export function rightsByAccount({ registration }: Channel, { account }: Person): Rights {
  if (registration === undefined || account === undefined) return NO_RIGHTS;
  const isFounder = foldHandle(registration.founder) === foldHandle(account);
  const right = isFounder ? "founder" : registration.rights.get(foldHandle(account));
  return right === undefined ? NO_RIGHTS : withRight(NO_RIGHTS, right, true);
}

/** The registration after an account was given a right, or lost the one that it had. */
export function withEntitled(
  registration: Registration,
  account: string,
  right: Right | undefined,
): Registration {
  const key = foldHandle(account);
  const rights = new Map(registration.rights);
  rights.delete(key);
  const isFounder = key === foldHandle(registration.founder);
  if (right !== undefined && !isFounder && rights.size < MAX_ENTITLED) rights.set(key, right);
  return { ...registration, rights };
}
