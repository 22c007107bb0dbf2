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
import type { ChatEvent } from "../chat/event.ts";
import { characterCount, MAX_NICK_CHARACTERS } from "../chat/names.ts";
import type { Frame } from "../framing/frame.ts";
import { LARGEST_PAYLOAD, LengthPrefixedFraming } from "../framing/length_prefixed.ts";
import { JSON16_LIMIT, sniffJsonPrefix } from "./sniff_rules.ts";
import { encodePacket, parsePacket, toJson, writeLength } from "./json16_packets.ts";
import { Envelope, type PlainText, tryRelay } from "./plain_text.ts";
import { type ClientCodec, type ClientCommand, NOTHING, type Protocol } from "./protocol.ts";
import type { Reply, ServerCodec } from "./protocol.ts";
import { refusalText } from "./refusal_text.ts";
import { sanitizeLine } from "./text.ts";

/** The protocol. */
export const json16: Protocol = {
  name: "json16",
  scheme: "json16",
  sniff: (prefix) => sniffJsonPrefix(prefix),
  serverCodec: () => new Json16ServerCodec(),
  encodeEvent,
  // Who speaks or enters is told as everyone in the channel is; who leaves is not there any more.
  echoes: (event) => event.type !== "left",
  clientCodec: () => new Json16ClientCodec(),
};

class Json16ServerCodec implements ServerCodec {
  readonly framing = new LengthPrefixedFraming(JSON16_LIMIT);
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
        return withText(
          packet["to"],
          (to) => withText(packet["message"], (text) => ({ type: "dm", to: to.trim(), text })),
        );
      case "join":
        return withText(packet["channel"], decodeJoin);
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

/** One line, without what acts on a terminal. Half a surrogate pair would end public receivers. */
function cleanText(value: string): string {
  return sanitizeLine(value.replace(/[\r\n]/g, " ")).toWellFormed();
}

/** Calls `make` with the clean text of `value`; `undefined` when it is no string, or blank. */
function withText(
  value: unknown,
  make: (text: string) => Command | undefined,
): Command | undefined {
  if (typeof value !== "string") return undefined;
  const text = cleanText(value);
  return text.trim() === "" ? undefined : make(text);
}

function decodeHello(value: unknown): Command | undefined {
  if (typeof value !== "string") return undefined;
  const nick = cleanText(value).trim();
  if (nick === "") return { type: "invalid", refusal: { code: "invalid_nick" } };
  if (characterCount(nick) > MAX_NICK_CHARACTERS) {
    return { type: "invalid", refusal: { code: "nick_too_long", limit: MAX_NICK_CHARACTERS } };
  }
  return { type: "register", nick, lobby: true };
}

/** A name with white space in it could not be joined by the other protocols' users. */
function decodeJoin(text: string): Command {
  return { type: "join", channel: text.trim().split(/\s/, 1)[0] as string, make: true };
}

function encodeEvent(event: ChatEvent): Uint8Array {
  switch (event.type) {
    case "joined":
      return encodePacket({ type: "join", nick: event.nick }, "nick");
    case "left":
      return encodePacket({ type: "leave", nick: event.nick }, "nick");
    case "said":
      return tryRelay(event, relay) ??
        encodePacket({ type: "chat", nick: event.nick, message: `${event.text}` }, "message");
    case "emoted":
      return encodePacket({ type: "emote", nick: event.nick, message: event.text }, "message");
    case "dm": {
      const { nick, to, text } = event;
      return encodePacket({ type: "dm", nick, to, message: text }, "message");
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
  JSON16_LIMIT,
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

class Json16ClientCodec implements ClientCodec {
  readonly framing = new LengthPrefixedFraming(LARGEST_PAYLOAD);
  readonly awaitsReply = false;

  encode(command: ClientCommand): Uint8Array {
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
  return typeof value === "string" ? cleanText(value) : "";
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}
