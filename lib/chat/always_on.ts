/**
 * Accounts that are always on: their user stays in its channels, away, while no client of theirs is
 * connected. The user decides that, or the operator of the server.
 *
 * @module
 */

import { foldHandle } from "./handles.ts";
import type { Person } from "./person.ts";
import type { Rights } from "./rights.ts";
import type { ChatState, RegisteredUser } from "./state.ts";
import type { User, UserMode } from "./user.ts";

/** How many accounts may be always on, and who decides it. */
export interface AlwaysOnLimits {
  /** Whether users may decide it for their own accounts; the operator always may. */
  readonly isOpen: boolean;
  /** Accounts that users may make always on. */
  readonly maxAccounts: number;
  /** How many of these may have users with the same cloak. */
  readonly maxByHost: number;
}

/** The limits of a hub that was given none. */
export const DEFAULT_ALWAYS_ON: AlwaysOnLimits = { isOpen: true, maxAccounts: 1000, maxByHost: 50 };

/** The away text of an absent user who has set none. */
export const ABSENT_TEXT = "No client is connected";

/** What is kept of an always-on user when the server ends. */
export interface KeptUser {
  /** Who it is. */
  readonly person: Person;
  /** Its away text. */
  readonly away?: string;
  /** Its modes. */
  readonly modes: readonly UserMode[];
  /** Whether a user who is removed from a channel goes back to the lobby. */
  readonly returnsToLobby: boolean;
  /** Whether it names other users by their handles only. */
  readonly namesHandles: boolean;
  /** When it registered, in milliseconds of Unix time. */
  readonly registeredAt: number;
  /** When it last spoke. */
  readonly spokeAt: number;
  /** When its last client disconnected; left out while one is connected. */
  readonly absentSince?: number;
  /** Its channels and its rights there, in the order of entering. */
  readonly channels: readonly (readonly [name: string, rights: Rights])[];
}

/** The accounts that are always on. */
export class AlwaysOn {
  /** The limits. */
  readonly limits: AlwaysOnLimits;
  readonly #accounts = new Set<string>();

  /** No account is always on yet. */
  constructor(limits: AlwaysOnLimits) {
    this.limits = limits;
  }

  /** Number of accounts. */
  get size(): number {
    return this.#accounts.size;
  }

  /** Their folded names, in the order in which they became always on. */
  get names(): readonly string[] {
    return [...this.#accounts];
  }

  /** Whether `account` is always on. */
  has(account: string | undefined): account is string {
    return account !== undefined && this.#accounts.size > 0 &&
      this.#accounts.has(foldHandle(account));
  }

  /** Makes `account` always on; false when it was so already. */
  add(account: string): boolean {
    if (this.has(account)) return false;
    this.#accounts.add(foldHandle(account));
    return true;
  }

  /** Makes it an ordinary account; false when it was one already. */
  delete(account: string): boolean {
    return this.#accounts.delete(foldHandle(account));
  }
}

/** Whether `user` is here without any connection. */
export function isAbsent(user: User): boolean {
  return user.connections.size === 0;
}

/** Whether `user` would stay if all of its connections ended. */
export function isAlwaysOn(state: ChatState, user: User): user is RegisteredUser {
  return state.alwaysOn.has(user.person?.account);
}
