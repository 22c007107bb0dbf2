/**
 * Read markers in memory: up to when each user has read what. The user who has set none for the longest loses its
 * markers first, and each has a bound of its own, so that nobody can fill the memory or push out many others.
 *
 * @module
 */

/** Targets of one user. */
const MAX_TARGETS = 500;
/** Users. */
const MAX_USERS = 10_000;

/** The markers of all users. */
export class Markers {
  // The one that was set last stands last, in both.
  readonly #users = new Map<string, Map<string, number>>();

  /** The marker, in milliseconds of Unix time. */
  get(identity: string, target: string): number | undefined {
    return this.#users.get(identity)?.get(target);
  }

  /** All markers of `identity`. */
  all(identity: string): (readonly [string, number])[] {
    return [...this.#users.get(identity) ?? []];
  }

  /** Sets the marker unless it is later already; returns it. */
  set(identity: string, target: string, at: number): number {
    const targets = this.#users.get(identity) ?? new Map<string, number>();
    this.#users.delete(identity);
    this.#users.set(identity, targets);
    const latest = Math.max(at, targets.get(target) ?? at);
    targets.delete(target);
    targets.set(target, latest);
    if (targets.size > MAX_TARGETS) dropFirst(targets);
    if (this.#users.size > MAX_USERS) dropFirst(this.#users);
    return latest;
  }

  /** Removes all markers of `identity`. */
  forget(identity: string): void {
    this.#users.delete(identity);
  }
}

function dropFirst(map: Map<string, unknown>): void {
  const [first] = map.keys();
  if (first !== undefined) map.delete(first);
}
