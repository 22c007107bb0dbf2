/**
 * The people of the table of events, and its bytes as texts.
 *
 * @module
 */

import { type Person, personSeen } from "../../lib/chat/person.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import { json16 } from "../../lib/protocol/json16.ts";
import type { Protocol } from "../../lib/protocol/protocol.ts";

/** The people of the table in the eyes of one dialect. */
export interface Cast {
  /** The user who does it. */
  readonly by: Person;
  /** To whom, or who it is done to. */
  readonly whom: Person;
  /** `by` under a new nick. */
  readonly now: Person;
}

/** Nicks that need no handle of their own in one dialect would say less. */
export function castOf(home: string): Cast {
  const one = (nick: string, handle: string): Person => ({ ...personSeen(nick, home), handle });
  return {
    by: one("Pat B", "Pat_B/2"),
    whom: one("al: [x]", "al___x_"),
    now: one("P. B.", "P__B_"),
  };
}

/** The wire's text: frames without padding, packets without their length, lines as they are. */
export function read(protocol: Protocol, bytes: Uint8Array): string[] {
  const text = (part: Uint8Array) => new TextDecoder("utf-8", { fatal: true }).decode(part);
  const parts: string[] = [];
  for (let rest = bytes; rest.length > 0;) {
    const [start, end] = protocol === cs168
      ? [0, 200]
      : protocol === json16
      ? [2, 2 + new DataView(rest.buffer, rest.byteOffset).getUint16(0)]
      : [0, rest.length];
    const part = text(rest.subarray(start, end));
    parts.push(protocol === cs168 ? part.replace(/ +$/, "") : part);
    rest = rest.subarray(end);
  }
  return parts;
}
