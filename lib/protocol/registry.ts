/**
 * All protocols of `protocol_list.ts` with both halves, for a server.
 *
 * @module
 */

import { irc } from "./irc.ts";
import type { ClientProtocol, Protocol } from "./protocol.ts";
import { PROTOCOL_LIST } from "./protocol_list.ts";

/** The protocols of which the list has the client's half alone. */
const APART: readonly Protocol[] = [irc];

/** All protocols of the program, in the order of the list. */
export const PROTOCOLS: readonly Protocol[] = PROTOCOL_LIST.map(withServer);

/** Finds a protocol by its name. */
export function findProtocol(name: string): Protocol | undefined {
  return PROTOCOLS.find((protocol) => protocol.name === name);
}

function withServer(listed: ClientProtocol | Protocol): Protocol {
  if ("serverCodec" in listed) return listed;
  const whole = APART.find(({ name }) => name === listed.name);
  if (whole === undefined) throw new Error(`Protocol "${listed.name}" has no half for a server`);
  return whole;
}
