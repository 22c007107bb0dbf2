/**
 * Read markers in memory: how far each user has read each channel or conversation. Their number
 * is bounded for each user and for all together, so that nobody can fill the memory. Beyond the
 * bound of all, the user whose last marker is oldest loses its markers. Users without an
 * account are bounded apart: anybody can be thousands of them, and nobody with an account loses
 * anything by that.
 *
 * @module
 */

import { isLasting } from "./conversation.ts";

/** The most targets that one user has markers for. */
export const MAX_TARGETS = 500;
/** The most markers of all users with an account together, and of all others: some 15 MB each. */
const MAX_MARKERS = 100_000;

/** The markers of all users. */
export class Markers {
  readonly #lasting = new BoundedMarkers();
  readonly #passing = new BoundedMarkers();

  /** The marker, in milliseconds of Unix time. */
  get(identity: string, target: string): number | undefined {
    return this.#of(identity).users.get(identity)?.get(target);
  }

  /** All markers of `identity`. */
  all(identity: string): (readonly [string, number])[] {
    return [...this.#of(identity).users.get(identity) ?? []];
  }

  /** Sets the marker unless it is later already; returns it. */
  set(identity: string, target: string, at: number): number {
    return this.#of(identity).set(identity, target, at);
  }

  /** Removes all markers of `identity`. */
  forget(identity: string): void {
    this.#of(identity).delete(identity);
  }

  #of(identity: string): BoundedMarkers {
    return isLasting(identity) ? this.#lasting : this.#passing;
  }
}

/** Markers of users who share a bound. */
class BoundedMarkers {
  /** Users, and the targets of each, in the order in which they were last set. */
  readonly users = new Map<string, Map<string, number>>();
  #size = 0;

  set(identity: string, target: string, at: number): number {
    const targets = this.users.get(identity) ?? new Map<string, number>();
    this.users.delete(identity);
    this.users.set(identity, targets);
    const latest = Math.max(at, targets.get(target) ?? at);
    this.#size -= targets.size;
    targets.delete(target);
    targets.set(target, latest);
    if (targets.size > MAX_TARGETS) targets.delete(firstOf(targets));
    this.#size += targets.size;
    while (this.#size > MAX_MARKERS) this.delete(firstOf(this.users));
    return latest;
  }

  delete(identity: string): void {
    this.#size -= this.users.get(identity)?.size ?? 0;
    this.users.delete(identity);
  }
}

function firstOf(map: Map<string, unknown>): string {
  const [first] = map.keys();
  return first as string;
}
