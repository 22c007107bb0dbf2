/**
 * json16: JSON behind a 16-bit length (PROTOCOLS, section 3).
 *
 *   +- length: u16 big-endian -+---- payload: UTF-8 JSON object, `length` bytes ----+
 *
 *   C>S  hello, chat, dm, emote, names, channels, join, part
 *   S>C  join, chat, leave, dm, emote, names, channels, entered, error
 *
 * @module
 */

import type { Command } from "../chat/command.ts";
import { stripFormatting } from "../chat/characters.ts";
import type { ChatEvent } from "../chat/event.ts";
import { characterCount, MAX_NICK_CHARACTERS } from "../chat/names.ts";
import type { Frame } from "../framing/frame.ts";
import { LARGEST_PAYLOAD, LengthPrefixedFraming } from "../framing/length_prefixed.ts";
import type { SniffRule } from "./sniff_rules.ts";
import { JSON16_COMMANDS, JSON16_HELP, parseJson16Line } from "./json16_lines.ts";
import { encodePacket, parsePacket, toJson, writeLength } from "./json16_packets.ts";
import { Envelope, type PlainText, tryRelay } from "./plain_text.ts";
import { type ClientCodec, type LineAction, NOTHING, type Protocol } from "./protocol.ts";
import type { Reply, ServerCodec } from "./protocol.ts";
import { refusalText } from "./refusal_text.ts";
import { isBlank, sanitizeLine, sanitizeName, sanitizeText } from "./text.ts";

/** The largest payload that a server admits, in bytes. */
const PAYLOAD_LIMIT = 16 * 1024;

const OPENING_BRACE = 0x7b;

/** A length within the limit, and the first byte of a JSON object. */
const PACKET_RULE: SniffRule = {
  name: "json16 packet",
  test: (prefix) => {
    const high = prefix[0] as number;
    // Without its second byte the length is at least this.
    if ((high << 8 | (prefix[1] ?? 0)) > PAYLOAD_LIMIT) return "reject";
    if (prefix.length < 3) return "more";
    return prefix[2] === OPENING_BRACE ? "match" : "reject";
  },
};

/** The protocol. */
export const json16: Protocol = {
  name: "json16",
  scheme: "json16",
  sniffRules: [PACKET_RULE],
  serverCodec: () => new Json16ServerCodec(),
  encodeEvent,
  // Who speaks or enters is told as everyone in the channel is; who leaves is not there any more.
  echoes: (event) => event.type !== "left",
  clientCodec: () => new Json16ClientCodec(),
  commands: JSON16_COMMANDS,
  ui: "tui",
  lineStyle: { prompt: "> ", wipe: "\r  \r", promptsInPipe: false, text: eventText },
};

class Json16ServerCodec implements ServerCodec {
  readonly framing = new LengthPrefixedFraming(PAYLOAD_LIMIT);
  readonly ignoredCost = 1;
  readonly done = false;

  /** What is malformed, unknown or incomplete is ignored, never fatal. */
  decode(frame: Frame): Command | undefined {
    const packet = parsePacket(frame.view());
    if (packet === undefined) return undefined;
    switch (packet["type"]) {
      case "hello":
        return decodeHello(packet["nick"]);
      case "chat":
        return withText(packet["message"], (text) => ({ type: "say", text }));
      case "emote":
        return withText(packet["message"], (text) => ({ type: "emote", text }));
      case "dm":
        return withName(
          packet["to"],
          (to) => withText(packet["message"], (text) => ({ type: "dm", to, text })),
        );
      case "join":
        return withName(packet["channel"], decodeJoin);
      case "part":
        return { type: "part" };
      case "names":
        return { type: "names" };
      case "channels":
        return { type: "list" };
      default:
        return undefined;
    }
  }

  encodeReply(event: ChatEvent): Reply {
    return { bytes: encodeEvent(event), separate: false };
  }
}

/** As the hub may hold it. Half a surrogate pair would end public receivers. */
function cleanText(value: string): string {
  return sanitizeText(value.replace(/[\r\n]/g, " ")).toWellFormed();
}

function cleanName(value: string): string {
  return sanitizeName(value.replace(/[\r\n]/g, " ")).toWellFormed().trim();
}

/** Calls `make` with the clean name in `value`; `undefined` when it is no string, or blank. */
function withName(
  value: unknown,
  make: (name: string) => Command | undefined,
): Command | undefined {
  if (typeof value !== "string") return undefined;
  const name = cleanName(value);
  return name === "" ? undefined : make(name);
}

/** Calls `make` with the clean text of `value`; `undefined` when it is no string, or blank. */
function withText(
  value: unknown,
  make: (text: string) => Command | undefined,
): Command | undefined {
  if (typeof value !== "string") return undefined;
  const text = cleanText(value);
  return isBlank(text) ? undefined : make(text);
}

function decodeHello(value: unknown): Command | undefined {
  if (typeof value !== "string") return undefined;
  const nick = cleanName(value);
  if (nick === "") return { type: "invalid", refusal: { code: "invalid_nick" } };
  if (characterCount(nick) > MAX_NICK_CHARACTERS) {
    return { type: "invalid", refusal: { code: "nick_too_long", limit: MAX_NICK_CHARACTERS } };
  }
  return { type: "register", nick, lobby: true };
}

/** A name with white space in it could not be joined by the other protocols' users. */
function decodeJoin(name: string): Command {
  return { type: "join", channel: name.split(/\s/, 1)[0] as string, make: true };
}

function encodeEvent(event: ChatEvent): Uint8Array {
  switch (event.type) {
    case "joined":
      return encodePacket({ type: "join", nick: event.nick }, "nick");
    case "left":
      return encodePacket({ type: "leave", nick: event.nick }, "nick");
    case "said":
      return tryRelay(event, relay) ??
        encodePacket(
          { type: "chat", nick: event.nick, message: stripFormatting(`${event.text}`) },
          "message",
        );
    case "emoted": {
      const message = stripFormatting(event.text);
      return encodePacket({ type: "emote", nick: event.nick, message }, "message");
    }
    case "dm": {
      const { nick, to } = event;
      const message = stripFormatting(event.text);
      return encodePacket({ type: "dm", nick, to, message }, "message");
    }
    case "names": {
      const { channel, nicks } = event;
      return encodePacket({ type: "names", channel, nicks }, "nicks");
    }
    case "channels":
      return encodePacket({ type: "channels", channels: event.channels }, "channels");
    case "entered":
      return encodePacket({ type: "entered", channel: event.channel }, "channel");
    case "refused":
      return encodePacket({ type: "error", message: refusalText(event.refusal) }, "message");
    case "notice":
      return encodePacket({ type: "error", message: event.text }, "message");
    case "registered":
    case "stopping":
      return NOTHING;
  }
}

// The packet of an empty message without its end; two bytes before it for the length.
const envelope = new Envelope(
  PAYLOAD_LIMIT,
  (nick) => `\0\0${toJson({ type: "chat", nick, message: "" }).slice(0, -END.length)}`,
);
const END = '"}';

/** "said" for a text that needs hardly a look at it; undefined when the envelope does not hold it. */
function relay(nick: string, text: PlainText): Uint8Array | undefined {
  const head = envelope.begin(nick, 2 * text.length + END.length);
  if (head < 0) return undefined;
  const { bytes } = envelope;
  let end = text.copyEscapedTo(bytes, head);
  for (let i = 0; i < END.length; i++) bytes[end++] = END.charCodeAt(i);
  writeLength(bytes, end);
  return bytes.subarray(0, end);
}

function eventText(event: ChatEvent): string {
  switch (event.type) {
    case "joined":
      return `*** ${event.nick} has joined the chat`;
    case "left":
      return `*** ${event.nick} has left the chat`;
    case "said":
      return `${event.nick}: ${event.text}`;
    case "emoted":
      return `[${event.nick} ${event.text}]`;
    case "dm":
      return `${event.nick} -> ${event.to}: ${event.text}`;
    case "names":
      return `*** In ${event.channel}: ${event.nicks.join(", ")}`;
    case "channels":
      return `*** Channels: ${event.channels.join(", ")}`;
    case "entered":
      return `*** You are in ${event.channel}`;
    case "refused":
      return `*** ${refusalText(event.refusal)}`;
    case "notice":
      return `*** ${event.text}`;
    case "registered":
    case "stopping":
      return "";
  }
}

class Json16ClientCodec implements ClientCodec {
  readonly framing = new LengthPrefixedFraming(LARGEST_PAYLOAD);
  readonly awaitsReply = false;

  encode(command: Command): Uint8Array {
    switch (command.type) {
      case "register":
        return encodeHello(command.nick);
      case "say":
        return encodePacket({ type: "chat", message: `${command.text}` }, "message");
      case "emote":
        return encodePacket({ type: "emote", message: command.text }, "message");
      case "dm":
        return encodePacket({ type: "dm", to: command.to, message: command.text }, "message");
      case "join":
        return encodePacket({ type: "join", channel: command.channel }, "channel");
      case "part":
        return encodePacket({ type: "part" }, "type");
      case "names":
        return encodePacket({ type: "names" }, "type");
      case "list":
        return encodePacket({ type: "channels" }, "type");
      default:
        return NOTHING;
    }
  }

  readLine(line: string): LineAction {
    const typed = parseJson16Line(sanitizeLine(line));
    switch (typed.type) {
      case "help":
        return { do: "answer", text: JSON16_HELP };
      case "wrong":
        return { do: "answer", text: typed.text };
      case "quit":
        return { do: "quit" };
      case "nothing":
        return { do: "send", bytes: NOTHING };
      default:
        return { do: "send", bytes: this.encode(typed) };
    }
  }

  decode(frame: Frame): ChatEvent | undefined {
    const packet = parsePacket(frame.view());
    if (packet === undefined) return undefined;
    const nick = textOf(packet["nick"]);
    const text = textOf(packet["message"]);
    switch (packet["type"]) {
      case "join":
        return { type: "joined", nick, channel: "" };
      case "leave":
        return { type: "left", nick, channel: "" };
      case "chat":
        return { type: "said", nick, channel: "", text };
      case "emote":
        return { type: "emoted", nick, channel: "", text };
      case "dm":
        return { type: "dm", nick, to: textOf(packet["to"]), text };
      case "names":
        return {
          type: "names",
          channel: textOf(packet["channel"]),
          nicks: textsOf(packet["nicks"]),
        };
      case "channels":
        return { type: "channels", channels: textsOf(packet["channels"]) };
      case "entered":
        return { type: "entered", channel: textOf(packet["channel"]) };
      case "error":
        return { type: "notice", text };
      default:
        return undefined;
    }
  }
}

function encodeHello(nick: string): Uint8Array {
  const hello = decodeHello(nick);
  if (hello?.type === "register") {
    return encodePacket({ type: "hello", nick: hello.nick }, "nick");
  }
  throw new RangeError(
    `Name must have 1 to ${MAX_NICK_CHARACTERS} visible characters, got "${nick}"`,
  );
}

/** Text from a server that may not clean it. */
function textOf(value: unknown): string {
  return typeof value === "string" ? stripFormatting(cleanText(value)) : "";
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}
