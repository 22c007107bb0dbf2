/**
 * Finds out which protocol a connection speaks, from its first bytes alone (PROTOCOLS, section 4).
 *
 * @module
 */

import type { Protocol } from "./protocol.ts";

/** Bytes that are enough to decide, whatever they are. */
export const SNIFF_BYTES = 200;

/**
 * Asks each of `protocols` about `prefix`, the first bytes of a connection (at least one, more than
 * `SNIFF_BYTES` do no harm). `silent` says that nothing more has come for a while.
 *
 * @returns the protocol that claims them, "more" while that is open, "none" when nobody ever will.
 */
export function sniff(
  protocols: readonly Protocol[],
  prefix: Uint8Array,
  silent: boolean,
): Protocol | "more" | "none" {
  let open = false;
  for (const protocol of protocols) {
    const answer = protocol.sniff(prefix, silent);
    if (answer === "match") return protocol;
    if (answer === "more") open = true;
  }
  return open ? "more" : "none";
}
