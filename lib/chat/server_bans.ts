/**
 * Who is kept out of the server, whatever the dialect: masks of names, addresses and networks, each for a
 * time. Nothing ends by a clock of its own: the time of a command decides.
 *
 * @module
 */

import { addressBytes, isInNetwork, parseNetwork } from "./addresses.ts";
import { foldCase, Mask, MAX_MASK_LENGTH, normalizeMask } from "./masks.ts";
import type { ServerBan } from "./query.ts";

/** Bans that a server keeps: each of them is looked at whenever somebody registers. */
export const MAX_SERVER_BANS = 1000;

/** The widest networks that can be banned, in bits: a /8, and in IPv6 a /16. */
const WIDEST_IPV4 = 8;
const WIDEST_IPV6 = 16;
/** A mask without any of these letters would keep everybody out. */
const SAYS_SOMETHING = /[^*?!@.:\s]/;

/** What a ban is compared with. */
export interface Suspect {
  /** The forms of the user's full name. */
  readonly names: readonly string[];
  /** Its address. */
  readonly address: string;
}

type Test = (suspect: Suspect) => boolean;

/** The bans of one server, in the order in which they were set. */
export class ServerBans {
  readonly #bans = new Map<string, { readonly ban: ServerBan; readonly test: Test }>();

  /** The form in which a mask is kept: `undefined` for one that cannot be banned. */
  static normalize(mask: string): string | undefined {
    const network = parseNetwork(mask);
    if (network !== undefined) {
      const widest = network.bytes.length === 4 ? WIDEST_IPV4 : WIDEST_IPV6;
      return network.bits < widest ? undefined : foldCase(mask);
    }
    const full = normalizeMask(mask);
    const isMask = SAYS_SOMETHING.test(full) && full.length <= MAX_MASK_LENGTH &&
      !/[\s/]/.test(full.slice(full.indexOf("@")));
    return isMask ? full : undefined;
  }

  /** A copy of those that hold at `time`, which is all that are left. */
  at(time: number): readonly ServerBan[] {
    this.#expire(time);
    return this.all;
  }

  /** A copy of those that are kept. */
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
    this.#bans.delete(foldCase(ban.mask));
    this.#bans.set(foldCase(ban.mask), { ban, test: testOf(ban.mask) });
  }

  /** Removes the ban of `mask`; false when there is none. */
  delete(mask: string): boolean {
    return this.#bans.delete(foldCase(mask));
  }

  /** The first ban that holds at `time` for `suspect`. */
  find(suspect: Suspect, time: number): ServerBan | undefined {
    for (const { ban, test } of this.#bans.values()) {
      if ((ban.until === undefined || ban.until > time) && test(suspect)) return ban;
    }
    return undefined;
  }

  /** Whether the ban of `mask`, in its kept form, means `suspect`. */
  isMeant(mask: string, suspect: Suspect): boolean {
    return this.#bans.get(foldCase(mask))?.test(suspect) ?? false;
  }

  #expire(time: number): void {
    for (const [key, { ban }] of this.#bans) {
      if (ban.until !== undefined && ban.until <= time) this.#bans.delete(key);
    }
  }
}

/** Whether `mask`, in its kept form, means a suspect. */
function testOf(mask: string): Test {
  const network = parseNetwork(mask);
  if (network !== undefined) return ({ address }) => isInNetwork(network, addressBytes(address));
  const compiled = new Mask(mask);
  return ({ names }) => names.some((name) => compiled.matches(name));
}
