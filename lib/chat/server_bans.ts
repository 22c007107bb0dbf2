/**
 * The bans of the server, which hold for every dialect: masks of names, addresses and networks,
 * each for a time. A ban has no timer: the time of a command decides whether it still holds.
 *
 * @module
 */

import { addressBytes, isInNetwork, parseNetwork } from "./addresses.ts";
import { foldCase, Mask, MAX_MASK_LENGTH, normalizeMask } from "./masks.ts";
import { namesWithAddress } from "./bans.ts";
import type { Person } from "./person.ts";
import type { ServerBan } from "./query.ts";
import type { RegisteredUser } from "./state.ts";
import type { Origin } from "./user.ts";

/** The most bans that a server keeps: a registration looks at each of them. */
export const MAX_SERVER_BANS = 1000;

/** The widest networks that can be banned, in bits: a /8, and in IPv6 a /16. */
const WIDEST_IPV4 = 8;
const WIDEST_IPV6 = 16;
/** A mask without any of these letters would keep everybody out. */
const SAYS_SOMETHING = /[^*?!@.:\s]/;

/** The names and the address that bans are compared with. */
export interface Suspect {
  /** The forms of the user's full name. */
  readonly names: readonly string[];
  /** The bytes of its address. */
  readonly address: Uint8Array | undefined;
}

/** Returns what bans of the server are compared with for `user`. */
export function suspectOf(user: RegisteredUser): Suspect {
  return { names: namesWithAddress(user), address: addressBytes(user.origin.address) };
}

/**
 * Returns the same for one connection of `user`, which comes from `origin` and describes the
 * user as `about`.
 */
export function suspectFrom(
  user: RegisteredUser,
  origin: Origin,
  about: Partial<Person> = {},
): Suspect {
  const person = { ...user.person, ...about, host: origin.host };
  return suspectOf({ ...user, origin, person } as RegisteredUser);
}

type Test = (suspect: Suspect) => boolean;

/** The bans of one server, in the order in which they were set. */
export class ServerBans {
  readonly #bans = new Map<string, { readonly ban: ServerBan; readonly test: Test }>();

  /** Returns the form in which a mask is kept; `undefined` when it cannot be banned. */
  static normalize(mask: string): string | undefined {
    const network = parseNetwork(mask);
    if (network !== undefined) {
      const widest = network.bytes.length === 4 ? WIDEST_IPV4 : WIDEST_IPV6;
      return network.bits < widest ? undefined : mask;
    }
    const full = normalizeMask(mask);
    // A `/` behind the `@` would look like a network and be none.
    const isMask = SAYS_SOMETHING.test(full) && full.length <= MAX_MASK_LENGTH &&
      !/\s/.test(full) && !full.slice(full.indexOf("@")).includes("/");
    return isMask ? full : undefined;
  }

  /** A copy of the bans that hold at `time`. */
  at(time: number): readonly ServerBan[] {
    return this.all.filter((ban) => holdsAt(ban, time));
  }

  /** A copy of all bans that are kept. */
  get all(): readonly ServerBan[] {
    return Array.from(this.#bans.values(), ({ ban }) => ban);
  }

  /** Whether there is no room at `time` for another ban. */
  isFull(time: number): boolean {
    this.#expire(time);
    return this.#bans.size >= MAX_SERVER_BANS;
  }

  /** Adds a ban whose mask is in its kept form; it takes the place of one with the same mask. */
  set(ban: ServerBan): void {
    this.#bans.set(foldCase(ban.mask), { ban, test: testOf(ban.mask) });
  }

  /** Removes the ban of `mask`; false when there is none. */
  delete(mask: string): boolean {
    return this.#bans.delete(foldCase(mask));
  }

  /** The first ban that holds at `time` for `suspect`. */
  find(suspect: Suspect, time: number): ServerBan | undefined {
    for (const { ban, test } of this.#bans.values()) {
      if (holdsAt(ban, time) && test(suspect)) return ban;
    }
    return undefined;
  }

  /** Whether the ban of `mask`, in its kept form, matches `suspect`. */
  isMeant(mask: string, suspect: Suspect): boolean {
    return this.#bans.get(foldCase(mask))?.test(suspect) ?? false;
  }

  #expire(time: number): void {
    for (const [key, { ban }] of this.#bans) {
      if (!holdsAt(ban, time)) this.#bans.delete(key);
    }
  }
}

function holdsAt({ until }: ServerBan, time: number): boolean {
  return until === undefined || until > time;
}

/** Returns the test whether `mask`, in its kept form, matches a suspect. */
function testOf(mask: string): Test {
  const network = parseNetwork(mask);
  if (network !== undefined) return ({ address }) => isInNetwork(network, address);
  const compiled = new Mask(mask);
  return ({ names }) => names.some((name) => compiled.matches(name));
}
