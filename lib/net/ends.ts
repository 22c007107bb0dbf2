/**
 * The turns of connections that end. Thousands may end at the same moment, and the runtime reports the ends of 1,024
 * sockets before it looks at the others again: so a few are worked on at a time.
 *
 * @module
 */

import { PacedWork } from "./paced_work.ts";

/**
 * Ends at a time. Each takes 0.06 ms, most of it for closing the socket; over TLS 0.1 to 0.2 ms.
 */
const ENDS_AT_ONCE = 8;

/** What is to be done at the ends of connections; those of each host take turns with those of others. */
export const ends: PacedWork = new PacedWork(ENDS_AT_ONCE);

/** Resolves when it is the turn of a connection of `host` that ends. */
export function turnOfEnd(host: string): Promise<void> {
  return new Promise((resolve) => ends.add(resolve, host));
}
