/**
 * The dialects of IRC: clients with the same of the capabilities that change an event share one, so that what
 * one of them receives is encoded once for all.
 *
 * @module
 */

import type { SharedEvent, Stamp } from "../chat/event.ts";
import { eventLines } from "./irc_events.ts";
import { formatTags } from "./irc_message.ts";
import type { Dialect as Bits } from "./irc_tags.ts";
import type { IrcLine } from "./irc_unit.ts";
import type { Dialect } from "./protocol.ts";
import { encodeUtf8 } from "./text.ts";

/** One dialect on one server. */
export class IrcDialect implements Dialect {
  readonly name: string;
  /** Its capabilities. */
  readonly bits: Bits;
  readonly #server: string;

  /** `dialectOf` has made `bits`. */
  constructor(server: string, bits: Bits) {
    this.name = `irc ${bits}`;
    this.bits = bits;
    this.#server = server;
  }

  /** The lines of `event`. */
  encodeEvent(event: SharedEvent, stamp: Stamp): Uint8Array {
    return encodeUtf8(formatLines(this.linesOf(event, stamp)));
  }

  /** The lines of `event`, for a reply. */
  linesOf(event: SharedEvent, stamp: Stamp): readonly IrcLine[] {
    return eventLines(event, stamp, { server: this.#server, dialect: this.bits });
  }

  /** Without echo-message: what one does to a channel, and not what one says there. */
  echoes(event: SharedEvent): boolean {
    return !isSpeech(event);
  }
}

/** Whether an event is a message, of which the sender has a copy. */
export function isSpeech({ type }: SharedEvent): boolean {
  return type === "said" || type === "emoted" || type === "tagged";
}

function formatLines(lines: readonly IrcLine[]): string {
  let text = "";
  for (const { tags, body } of lines) text += formatTags(tags) + body;
  return text;
}

const dialects = new Map<string, IrcDialect>();

/** The one dialect with `bits` on a server. There are 512 at most. */
export function internDialect(server: string, bits: Bits): IrcDialect {
  const key = `${bits} ${server}`;
  let dialect = dialects.get(key);
  if (dialect === undefined) dialects.set(key, dialect = new IrcDialect(server, bits));
  return dialect;
}
