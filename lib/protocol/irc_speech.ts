/**
 * Messages to channels as bytes: one line that fits, as nearly all do, made in one pass. Its text
 * is encoded into the room behind its beginning, which shows whether it fits without being
 * measured first.
 *
 *   :alice!~alice@<cloak> PRIVMSG #x :   hi   \r\n
 *   '------ kept for each speaker -----'
 *
 * @module
 */

import type { SharedEvent } from "../chat/event.ts";
import { fullName, type Person } from "../chat/person.ts";
import { MAX_BODY_BYTES, SOME_BREAK } from "./irc_message.ts";
import { formatChannelName } from "./irc_names.ts";
import { encodeUtf8, encodeUtf8Into } from "./text.ts";

/** What stands before each text of one speaker in the channel where it spoke last. */
interface Head {
  /** The channel's name in the chat. */
  readonly channel: string;
  readonly bytes: Uint8Array;
  /** The room behind them in `ONE_LINE`, without that of the line end. */
  readonly room: Uint8Array;
}

const RETURN = 0x0d;
const NEWLINE = 0x0a;
const LINE_END_BYTES = 2;

// Reused for every line: memory of its own for each would be garbage as soon as a log has copied
// it.
const ONE_LINE = new Uint8Array(MAX_BODY_BYTES + LINE_END_BYTES);

const heads = new WeakMap<Person, Head>();

/**
 * A message to a channel as its one line without tags, in memory that the next call overwrites.
 * `undefined` when one line is not enough: for a message that is no plain text or longer than a
 * line, and for a channel that IRC does not see.
 */
export function speechLine(event: Extract<SharedEvent, { type: "said" }>): Uint8Array | undefined {
  const { by, channel, text, notice, ctcp, least, lines } = event;
  if (notice !== undefined || ctcp !== undefined || least !== undefined || lines !== undefined) {
    return undefined;
  }
  const head = headOf(by, channel);
  if (head === undefined || text.length > head.room.length || SOME_BREAK.test(text)) {
    return undefined;
  }
  const written = encodeUtf8Into(text, head.room);
  if (written < 0) return undefined;
  ONE_LINE.set(head.bytes);
  const end = head.bytes.length + written;
  ONE_LINE[end] = RETURN;
  ONE_LINE[end + 1] = NEWLINE;
  return ONE_LINE.subarray(0, end + LINE_END_BYTES);
}

function headOf(by: Person, channel: string): Head | undefined {
  const known = heads.get(by);
  if (known?.channel === channel) return known;
  const name = formatChannelName(channel);
  const bytes = encodeUtf8(`:${fullName(by)} PRIVMSG ${name} :`);
  if (name === undefined || bytes.length > MAX_BODY_BYTES) return undefined;
  // A copy, because what `encodeUtf8` returns keeps all of the memory that it was cut from.
  const head = {
    channel,
    bytes: bytes.slice(),
    room: ONE_LINE.subarray(bytes.length, -LINE_END_BYTES),
  };
  heads.set(by, head);
  return head;
}
