/**
 * Where users of tests come from, and how they are given rights.
 *
 * @module
 */

import type { Command } from "../../lib/chat/command.ts";
import type { Right } from "../../lib/chat/rights.ts";
import type { Origin } from "../../lib/chat/user.ts";

/** An origin of which only the network matters. */
export function from(network: string): Origin {
  return { network, address: "", host: "" };
}

/** The command that gives `whom` a right, or takes it away; without `channel`, where its user is. */
export function grant(whom: string, right: Right, set = true, channel?: string): Command {
  const changes = [{ mode: "right", right, whom, set }] as const;
  return { type: "modes", ...(channel === undefined ? {} : { channel }), changes };
}
