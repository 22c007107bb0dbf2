/**
 * json16: JSON behind a 16-bit length (PROTOCOLS, section 3).
 *
 *   +- length: u16 big-endian -+---- payload: UTF-8 JSON object, `length` bytes ----+
 *
 *   C>S  hello, chat, dm, emote, names, channels, join, part, history, search
 *   S>C  join, chat, leave, dm, emote, names, channels, entered, history, search, error
 *
 * This file recognises its clients and decodes their packets; `json16_events.ts` encodes what a
 * server sends, and `json16_client.ts` is the other end.
 *
 * @module
 */

import type { Command } from "../chat/command.ts";
import type { SharedEvent, UserEvent } from "../chat/event.ts";
import type { Frame } from "../framing/frame.ts";
import { LengthPrefixedFraming } from "../framing/length_prefixed.ts";
import { Json16ClientCodec } from "./json16_client.ts";
import { encodeError, encodeEvent, encodeReply } from "./json16_events.ts";
import { decodeHistory, decodeSearch, NO_SEARCH } from "./json16_history.ts";
import { parsePacket } from "./json16_packets.ts";
import { decodeHello, JSON16, messageOf, nameOf } from "./json16_values.ts";
import { DEFAULT_FACTS, type Dialect, type Protocol, type Reply } from "./protocol.ts";
import type { ServerCodec, ServerFacts, Step } from "./protocol.ts";
import { type GuardRule, type SniffRule, sniffStart } from "./sniff_rules.ts";
import { encodeUtf8 } from "./text.ts";

const DIALECT: Dialect = {
  name: JSON16,
  encodeEvent,
  // Users receive their own chat and joins like everyone else in the channel.
  echoes: () => true,
};

/** The largest payload in bytes that a server accepts. */
const PAYLOAD_LIMIT = 16 * 1024;

const OPENING_BRACE = 0x7b;

/** A length within the limit, and the first byte of a JSON object. */
const PACKET_RULE: SniffRule = {
  name: "json16 packet",
  test: (prefix) => {
    const high = prefix[0] as number;
    // Until its second byte arrives, this is the lowest value that the length can have.
    if ((high << 8 | (prefix[1] ?? 0)) > PAYLOAD_LIMIT) return "reject";
    if (prefix.length < 3) return "more";
    return prefix[2] === OPENING_BRACE ? "match" : "reject";
  },
};

const UNFRAMED = encodeUtf8('{"type":');

/** Packets without their lengths, which would be the long name of a cs168 user. */
const UNFRAMED_RULE: GuardRule = {
  name: "json16 without a length",
  test: (prefix) => sniffStart(prefix, UNFRAMED),
  answer: encodeError("Send the length of each packet before it: 2 bytes, the high one first"),
  reason: "JSON without a length before it",
};

/** The protocol. */
export const json16: Protocol = {
  name: JSON16,
  scheme: "json16",
  sniffRules: [PACKET_RULE, UNFRAMED_RULE],
  serverCodec: (facts) => new Json16ServerCodec(facts),
  dialect: DIALECT,
  clientCodec: () => new Json16ClientCodec(),
};

class Json16ServerCodec implements ServerCodec {
  readonly #facts: ServerFacts;
  readonly framing = new LengthPrefixedFraming(PAYLOAD_LIMIT);
  readonly dialect = DIALECT;
  readonly ignoredCost = 1;
  readonly done = false;

  constructor(facts: ServerFacts = DEFAULT_FACTS) {
    this.#facts = facts;
  }

  /** Ignores packets that are malformed, unknown or incomplete; they never end the connection. */
  decode(frame: Frame): Step | undefined {
    const packet = parsePacket(frame.view());
    if (packet === undefined) return undefined;
    switch (packet["type"]) {
      case "hello":
        return decodeHello(packet["nick"]);
      case "chat": {
        const text = messageOf(packet["message"]);
        return text === undefined ? undefined : { type: "say", text };
      }
      case "emote": {
        const text = messageOf(packet["message"]);
        return text === undefined ? undefined : { type: "emote", text };
      }
      case "dm": {
        const [to, text] = [nameOf(packet["to"]), messageOf(packet["message"])];
        return to === undefined || text === undefined ? undefined : { type: "dm", to, text };
      }
      case "join":
        return decodeJoin(nameOf(packet["channel"]));
      case "part":
        // Back to the lobby.
        return { type: "join", exclusive: true };
      case "names":
        return { type: "names" };
      case "channels":
        return { type: "list" };
      case "history":
        return decodeHistory(packet);
      case "search":
        if (this.#facts.canSearch === true) return decodeSearch(packet);
        return { type: "answer", bytes: encodeError(NO_SEARCH) };
      default:
        return undefined;
    }
  }

  encodeReply(event: UserEvent | SharedEvent): Reply {
    return encodeReply(event);
  }
}

/**
 * Takes the first word alone, because users of the other protocols could not join a name with
 * white space.
 */
function decodeJoin(name: string | undefined): Command | undefined {
  if (name === undefined) return undefined;
  const channel = name.split(/\s/, 1)[0] as string;
  return { type: "join", channel, make: true, exclusive: true };
}
