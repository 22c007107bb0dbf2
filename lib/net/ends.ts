/**
 * Ends connections a few at a time. Thousands may end at the same moment, and the runtime reports
 * the ends of 1,024 sockets before it polls the others again.
 *
 * @module
 */

import { PacedWork } from "./paced_work.ts";

/**
 * Connections that are ended at a time. Each takes 0.06 ms, most of it for closing the socket; over
 * TLS, 0.1 to 0.2 ms.
 */
const ENDS_AT_ONCE = 8;

/** The work of ending connections, in which the hosts of the peers take turns. */
export const ends: PacedWork = new PacedWork(ENDS_AT_ONCE);

/** Resolves when a connection of `host` may be ended. */
export function turnOfEnd(host: string): Promise<void> {
  return new Promise((resolve) => ends.add(resolve, host));
}
