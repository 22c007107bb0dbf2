/**
 * json16: JSON behind a 16-bit length (PROTOCOLS, section 3).
 *
 *   +- length: u16 big-endian -+---- payload: UTF-8 JSON object, `length` bytes ----+
 *
 *   C>S  hello, chat, dm, emote, names, channels, join, part, history, search
 *   S>C  join, chat, leave, dm, emote, names, channels, entered, history, search, error
 *
 * @module
 */

import type { Command } from "../chat/command.ts";
import type { Dm } from "../chat/dm.ts";
import type { ChatEvent, SharedEvent, UserEvent } from "../chat/event.ts";
import { isVisible, stripFormatting } from "../chat/characters.ts";
import type { ReadAsk, SearchAsk } from "../chat/history.ts";
import { characterCount, MAX_NICK_CHARACTERS } from "../chat/names.ts";
import { type Person, personSeen, shownIn } from "../chat/person.ts";
import { type Frame, NOTHING } from "../framing/frame.ts";
import { LARGEST_PAYLOAD, LengthPrefixedFraming } from "../framing/length_prefixed.ts";
import type { SniffRule } from "./sniff_rules.ts";
import { concat } from "./bytes.ts";
import {
  decodeHistory,
  decodeSearch,
  encodeFound,
  encodeHistory,
  encodeHistoryAsk,
  encodeSearchAsk,
  HistoryReader,
  NO_HISTORY,
  NO_SEARCH,
} from "./json16_history.ts";
import { encodePacket, encodePackets, parsePacket } from "./json16_packets.ts";
import type { ClientCodec, ClientCommand, Protocol } from "./protocol.ts";
import { DEFAULT_FACTS, type Dialect, type Reply, type ServerCodec } from "./protocol.ts";
import type { ServerFacts, Step } from "./protocol.ts";
import { refusalText } from "./refusal_text.ts";
import { rememberLast, replyInParts, replyOf } from "./reply.ts";
import { isBlank, sanitizeLine, sanitizeName, sanitizeText } from "./text.ts";
import { dmText, removalText } from "./words.ts";

/** The protocol's name: users of other protocols appear here under their handles. */
const NAME = "json16";

const DIALECT: Dialect = {
  name: NAME,
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

/** The protocol. */
export const json16: Protocol = {
  name: NAME,
  scheme: "json16",
  sniffRules: [PACKET_RULE],
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
      case "chat":
        return withText(packet["message"], (text) => ({ type: "say", text }));
      case "emote":
        return withText(packet["message"], (text) => ({ type: "emote", text }));
      case "dm":
        return decodeDm(packet);
      case "join":
        return withName(packet["channel"], decodeJoin);
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
    switch (event.type) {
      case "channels":
        return replyInParts(encodeChannels(event.channels));
      case "names": {
        const nicks = event.members.map(shown);
        return replyInParts(
          encodePackets({ type: "names", channel: event.channel, nicks }, "nicks"),
        );
      }
      case "history":
        return replyInParts(encodeHistory(event));
      case "found":
        return replyInParts(encodeFound(event.kept));
      default:
        return replyOf(encodeUserEvent(event));
    }
  }
}

/** Makes one line of `text`. Half a surrogate pair would crash published receivers. */
function oneLine(value: string): string {
  return value.replace(/[\r\n]/g, " ").toWellFormed();
}

/** The texts that a client shows. */
function cleanText(value: string): string {
  return sanitizeLine(oneLine(value));
}

/** Calls `make` with the message in `value`; `undefined` when it is not a string, or blank. */
function withText(value: unknown, make: (text: string) => Command): Command | undefined {
  if (typeof value !== "string") return undefined;
  const text = sanitizeText(oneLine(value));
  return isBlank(text) ? undefined : make(text);
}

/** Calls `make` with the name in `value`; `undefined` when it is not a string, or blank. */
function withName(
  value: unknown,
  make: (name: string) => Command | undefined,
): Command | undefined {
  if (typeof value !== "string") return undefined;
  const name = sanitizeName(oneLine(value)).trim();
  return name === "" ? undefined : make(name);
}

function decodeDm(packet: Readonly<Record<string, unknown>>): Command | undefined {
  return withName(
    packet["to"],
    (to) => withText(packet["message"], (text) => ({ type: "dm", to, text })),
  );
}

function decodeHello(value: unknown): Command | undefined {
  if (typeof value !== "string") return undefined;
  const nick = sanitizeName(oneLine(value)).trim();
  if (!isVisible(nick)) return { type: "invalid", refusal: { code: "invalid_nick" } };
  if (characterCount(nick) > MAX_NICK_CHARACTERS) {
    return { type: "invalid", refusal: { code: "nick_too_long", limit: MAX_NICK_CHARACTERS } };
  }
  return { type: "register", nick, home: NAME, lobby: true };
}

/** Refuses a name with white space, because users of the other protocols could not join it. */
function decodeJoin(name: string): Command {
  const channel = name.split(/\s/, 1)[0] as string;
  return { type: "join", channel, make: true, exclusive: true };
}

function encodeEvent(event: SharedEvent): Uint8Array {
  switch (event.type) {
    case "joined":
      return encodeJoin(event.by);
    case "left":
    case "quit":
      return encodeLeave(event.by);
    case "kicked":
      return encodeLeave(event.whom);
    case "renamed":
      return concat([encodeLeave(event.by), encodeJoin(event.now)]);
    case "said":
      if (event.ctcp !== undefined) return NOTHING;
      return encodePacket(
        { type: "chat", nick: shown(event.by), message: stripFormatting(event.text) },
        "message",
      );
    case "emoted":
      return encodePacket(
        { type: "emote", nick: shown(event.by), message: stripFormatting(event.text) },
        "message",
      );
    default:
      return NOTHING;
  }
}

function encodeUserEvent(event: UserEvent | SharedEvent): Uint8Array {
  switch (event.type) {
    case "dm_sent":
      // What one sends to oneself comes as a `dm` as well.
      return event.to.handle === event.by.handle ? NOTHING : encodeDm(event);
    case "dm":
      return encodeDm(event);
    case "entered":
      return encodePacket({ type: "entered", channel: event.channel }, "channel");
    case "channel_moved":
      return encodePacket({ type: "entered", channel: event.now }, "channel");
    case "refused":
      return encodeError(refusalText(event.refusal));
    case "removed":
      return encodeError(removalText(event, NAME));
    case "notice":
      return encodeError(event.text);
    case "history_refused":
      return encodeError(NO_HISTORY);
    case "search_refused":
      return encodeError(NO_SEARCH);
    case "closing":
      return encodeError(event.reason);
    case "renamed":
      // A user who changes its nick sees itself join under the new one, as at its registration.
      return encodeJoin(event.now);
    default:
      return NOTHING;
  }
}

function encodeError(message: string): Uint8Array {
  return encodePacket({ type: "error", message }, "message");
}

function encodeDm(event: Dm): Uint8Array {
  const message = dmText(event, NAME);
  if (message === undefined) return NOTHING;
  const [nick, to] = [shown(event.by), shown(event.to)];
  return encodePacket({ type: "dm", nick, to, message }, "message");
}

const encodeChannels = rememberLast((channels) =>
  encodePackets({ type: "channels", channels }, "channels")
);

function encodeJoin(person: Person): Uint8Array {
  return encodePacket({ type: "join", nick: shown(person) }, "nick");
}

function encodeLeave(person: Person): Uint8Array {
  return encodePacket({ type: "leave", nick: shown(person) }, "nick");
}

function shown(person: Person): string {
  return shownIn(NAME, person);
}

/** What a client has asked for that is refused a history. */
const LATEST: ReadAsk = { type: "history", limit: 1, find: "latest" };

/** The same for a search. */
const ANYTHING: SearchAsk = { type: "search", words: "", limit: 1 };

class Json16ClientCodec implements ClientCodec {
  readonly #past = new HistoryReader(textOf, seen);
  readonly #found = new HistoryReader(textOf, seen);
  readonly framing = new LengthPrefixedFraming(LARGEST_PAYLOAD);
  readonly awaitsReply = false;
  readonly receipt = "echo";
  readonly hasHistory = true;
  readonly canSearch = true;

  encode(command: ClientCommand): Uint8Array {
    switch (command.type) {
      case "register":
        return encodeHello(command.nick);
      case "say":
        return encodePacket({ type: "chat", message: command.text }, "message");
      case "emote":
        return encodePacket({ type: "emote", message: command.text }, "message");
      case "dm":
        return encodePacket({ type: "dm", to: command.to, message: command.text }, "message");
      case "join":
        return command.channel === undefined
          ? encodePacket({ type: "part" }, "type")
          : encodePacket({ type: "join", channel: command.channel }, "channel");
      case "part":
        return encodePacket({ type: "part" }, "type");
      case "names":
        return encodePacket({ type: "names" }, "type");
      case "list":
        return encodePacket({ type: "channels" }, "type");
      case "history":
        return encodeHistoryAsk(command);
      case "search":
        return encodeSearchAsk(command);
      default:
        return NOTHING;
    }
  }

  decode(frame: Frame): ChatEvent | undefined {
    const packet = parsePacket(frame.view());
    if (packet === undefined) return undefined;
    const by = seen(packet["nick"]);
    const text = textOf(packet["message"]);
    switch (packet["type"]) {
      case "join":
        return { type: "joined", by, channel: "" };
      case "leave":
        return { type: "left", by, channel: "" };
      case "chat":
        return { type: "said", by, channel: "", text };
      case "emote":
        return { type: "emoted", by, channel: "", text };
      case "dm":
        return { type: "dm", by, to: seen(packet["to"]), text };
      case "names":
        return {
          type: "names",
          channel: textOf(packet["channel"]),
          members: listOf(packet["nicks"]).map(seen),
        };
      case "channels":
        return { type: "channels", channels: listOf(packet["channels"]).map(textOf) };
      case "entered":
        return { type: "entered", channel: textOf(packet["channel"]) };
      case "history":
        return this.#past.add(packet);
      case "search": {
        const found = this.#found.add(packet);
        return found && { type: "found", kept: found.kept };
      }
      case "error":
        if (text === NO_HISTORY) {
          return { type: "history_refused", ask: LATEST, why: "unknown_target" };
        }
        if (text === NO_SEARCH) return { type: "search_refused", ask: ANYTHING, why: "failed" };
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

/** Sanitises text, because not every server does. */
function textOf(value: unknown): string {
  return typeof value === "string" ? cleanText(value) : "";
}

function seen(value: unknown): Person {
  return personSeen(textOf(value), NAME);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
