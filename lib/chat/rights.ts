/**
 * What a member of a channel may do beyond speaking. A set of rights is a value: there are eight,
 * and each of them exists once, so that a list of thousands of members holds only references.
 *
 *   founder > operator > voice
 *
 * @module
 */

/**
 * A right: `operator` changes modes and topic and removes members; `voice` speaks where
 * only some may.
 */
export type Right = "founder" | "operator" | "voice";

/** All rights, the highest first. */
export const RIGHTS: readonly Right[] = ["founder", "operator", "voice"];

/** The rights of a member. */
export type Rights = Readonly<Record<Right, boolean>>;

const ALL: readonly Rights[] = Array.from({ length: 8 }, (_, bits) =>
  Object.freeze({
    founder: (bits & 4) !== 0,
    operator: (bits & 2) !== 0,
    voice: (bits & 1) !== 0,
  }));

/** The one value with these rights. */
export function rightsOf({ founder, operator, voice }: Rights): Rights {
  return ALL[(founder ? 4 : 0) + (operator ? 2 : 0) + (voice ? 1 : 0)] as Rights;
}

/** The rights of most members: none. */
export const NO_RIGHTS: Rights = ALL[0] as Rights;

/** `rights` with one of them given, or taken away. */
export function withRight(rights: Rights, right: Right, given: boolean): Rights {
  return rightsOf({ ...rights, [right]: given });
}

/**
 * Whether one of `rights` is `least` or higher.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { hasAtLeast, NO_RIGHTS, withRight } from "./rights.ts";
 *
 * const operator = withRight(NO_RIGHTS, "operator", true);
 * assert(hasAtLeast(operator, "voice") && !hasAtLeast(operator, "founder"));
 * ```
 */
export function hasAtLeast(rights: Rights, least: Right): boolean {
  return rights.founder || least !== "founder" && rights.operator ||
    least === "voice" && rights.voice;
}

/** How high the highest of `rights` is: 0 for none, 3 for the founder's. */
export function rankOf(rights: Rights): number {
  return rights.founder ? 3 : rights.operator ? 2 : rights.voice ? 1 : 0;
}
