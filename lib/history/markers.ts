/**
 * Read markers in memory: how far each user has read each channel or conversation. Their number is bounded for each user
 * and for all together, so that nobody can fill the memory. Beyond the bound of all, the user whose last marker is
 * oldest loses its markers.
 *
 * @module
 */

/** The most targets that one user has markers for. */
const MAX_TARGETS = 500;
/** The most users that have markers. */
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
