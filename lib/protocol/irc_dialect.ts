/**
 * The dialects of IRC: clients with the same of the capabilities that change an event share one, so
 * that what one of them receives is encoded once for all.
 *
 * @module
 */

import type { SharedEvent, Stamp } from "../chat/event.ts";
import { eventLines, isLong, messageTags } from "./irc_events.ts";
import { formatTags } from "./irc_message.ts";
import { type Dialect as Bits, DIALECT_BITS } from "./irc_tags.ts";
import type { IrcLine } from "./irc_unit.ts";
import { speechLine } from "./irc_speech.ts";
import type { Dialect } from "./protocol.ts";
import { encodeBefore, encodeUtf8 } from "./text.ts";

/** The capabilities that change the tags of any event. */
const TAG_BITS = DIALECT_BITS["server-time"] | DIALECT_BITS["message-tags"] |
  DIALECT_BITS["account-tag"];

/** The capabilities that change the rest of an event; those of no other type have any. */
const BITS_OF: { readonly [Type in SharedEvent["type"]]?: Bits } = {
  joined: DIALECT_BITS["extended-join"],
  invite_seen: DIALECT_BITS["invite-notify"],
  away_seen: DIALECT_BITS["away-notify"],
  away: DIALECT_BITS["away-notify"],
  host_changed: DIALECT_BITS.chghost,
  realname_changed: DIALECT_BITS.setname,
  account_changed: DIALECT_BITS["account-notify"],
  redacted: DIALECT_BITS["draft/message-redaction"],
  channel_renamed: DIALECT_BITS["draft/channel-rename"],
};

function bitsOf(event: SharedEvent): Bits {
  // Short texts, which most are, look alike to all.
  if (event.type === "said") return isLong(event) ? DIALECT_BITS["draft/multiline"] : 0;
  return BITS_OF[event.type] ?? 0;
}

/**
 * The event that was encoded last, in each of its forms: members with 4,096 dialects must not make
 * it expensive.
 */
let last: {
  readonly event: SharedEvent;
  readonly stamp: Stamp;
  readonly server: string;
  /** Its latest form, and its bytes. Nearly always all clients want the same. */
  form: Bits;
  bytes: Uint8Array;
  /** The forms before that one. */
  others: Map<Bits, Uint8Array> | undefined;
} | undefined;

/** One dialect on one server. */
export class IrcDialect implements Dialect {
  readonly name: string;
  /** Its capabilities. */
  readonly bits: Bits;
  readonly #server: string;

  /** `bits` come from `dialectOf`. */
  constructor(server: string, bits: Bits) {
    this.name = `irc ${bits}`;
    this.bits = bits;
    this.#server = server;
  }

  /**
   * The lines of `event`. Dialects that differ only in what `event` does not have share one
   * encoding.
   */
  encodeEvent(event: SharedEvent, stamp: Stamp): Uint8Array {
    const form = this.bits & (TAG_BITS | bitsOf(event));
    const server = this.#server;
    if (last?.event !== event || last.stamp !== stamp || last.server !== server) {
      last = { event, stamp, server, form, bytes: this.#encode(event, stamp), others: undefined };
      return last.bytes;
    }
    if (last.form === form) return last.bytes;
    last.others ??= new Map();
    last.others.set(last.form, last.bytes);
    last.form = form;
    return last.bytes = last.others.get(form) ?? this.#encode(event, stamp);
  }

  #encode(event: SharedEvent, stamp: Stamp): Uint8Array {
    const line = event.type === "said" ? this.#encodeSpeech(event, stamp) : undefined;
    return line ?? encodeUtf8(formatLines(this.linesOf(event, stamp)));
  }

  #encodeSpeech(event: Extract<SharedEvent, { type: "said" }>, stamp: Stamp) {
    const line = speechLine(event);
    if (line === undefined || this.bits === 0) return line;
    const tags = messageTags(stamp, this.bits, event.by, event.tags);
    return tags.size === 0 ? line : encodeBefore(formatTags(tags), line);
  }

  /** The lines of `event`, for a reply. */
  linesOf(event: SharedEvent, stamp: Stamp): readonly IrcLine[] {
    return eventLines(event, stamp, { server: this.#server, dialect: this.bits });
  }

  /** Without echo-message, users receive what they do to a channel, but not what they say there. */
  echoes(event: SharedEvent): boolean {
    return !isSpeech(event);
  }
}

/** Whether an event is a message, of which the sender has a copy. */
export function isSpeech({ type }: SharedEvent): boolean {
  return type === "said" || type === "emoted" || type === "tagged" || type === "redacted";
}

function formatLines(lines: readonly IrcLine[]): string {
  let text = "";
  for (const { tags, body } of lines) text += formatTags(tags) + body;
  return text;
}

const dialects = new Map<string, IrcDialect>();

/** The one dialect with `bits` on a server. There are 4,096 at most. */
export function internDialect(server: string, bits: Bits): IrcDialect {
  const key = `${bits} ${server}`;
  let dialect = dialects.get(key);
  if (dialect === undefined) dialects.set(key, dialect = new IrcDialect(server, bits));
  return dialect;
}
