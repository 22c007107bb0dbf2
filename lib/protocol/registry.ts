/**
 * All protocols, in the order in which they are listed and asked. No other file names them all.
 *
 * @module
 */

import { cs168 } from "./cs168.ts";
import type { Protocol } from "./protocol.ts";

/** Every protocol that this program speaks. */
export const PROTOCOLS: readonly Protocol[] = [cs168];
