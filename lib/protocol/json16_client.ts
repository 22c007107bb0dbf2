/**
 * The client's half of json16: commands to packets, and what a server's packets say.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import type { ReadAsk, SearchAsk } from "../chat/history.ts";
import { MAX_NICK_CHARACTERS } from "../chat/names.ts";
import { type Frame, NOTHING } from "../framing/frame.ts";
import { LARGEST_PAYLOAD, LengthPrefixedFraming } from "../framing/length_prefixed.ts";
import {
  encodeHistoryAsk,
  encodeSearchAsk,
  HistoryReader,
  NO_HISTORY,
  NO_SEARCH,
} from "./json16_history.ts";
import { encodePacket, parsePacket } from "./json16_packets.ts";
import { decodeHello, listOf, personOf, shownText } from "./json16_values.ts";
import type { ClientCodec, ClientCommand } from "./protocol.ts";

/**
 * The question that a refusal of the history is reported for: its packet does not say which one it
 * was.
 */
const LATEST: ReadAsk = { type: "history", limit: 1, find: "latest" };

/** The same for a search. */
const ANYTHING: SearchAsk = { type: "search", words: "", limit: 1 };

/** Encodes commands and decodes the server's packets. */
export class Json16ClientCodec implements ClientCodec {
  readonly #past = new HistoryReader();
  readonly #found = new HistoryReader();
  /** Cuts what the server sends: its packets may have any length. */
  readonly framing = new LengthPrefixedFraming(LARGEST_PAYLOAD);
  /** What follows a hello need not wait. */
  readonly replyMs = 0;
  /** The server sends back what its user says. */
  readonly receipt = "echo";
  /** A server without a history ignores the question. */
  readonly hasHistory = true;
  /** A server without a search ignores the question. */
  readonly canSearch = true;

  /** Encodes a command; empty when json16 has none like it. */
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

  /** Decodes a packet; `undefined` for one that means nothing. */
  decode(frame: Frame): ChatEvent | undefined {
    const packet = parsePacket(frame.view());
    if (packet === undefined) return undefined;
    const by = personOf(packet["nick"]);
    const text = shownText(packet["message"]);
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
        return { type: "dm", by, to: personOf(packet["to"]), text };
      case "names": {
        const members = listOf(packet["nicks"]).map(personOf);
        return { type: "names", channel: shownText(packet["channel"]), members };
      }
      case "channels":
        return { type: "channels", channels: listOf(packet["channels"]).map(shownText) };
      case "entered":
        return { type: "entered", channel: shownText(packet["channel"]) };
      case "history":
        return this.#past.add(packet);
      case "search": {
        const found = this.#found.add(packet);
        return found && { type: "found", kept: found.kept };
      }
      case "error":
        return decodeError(text);
      default:
        return undefined;
    }
  }
}

function decodeError(text: string): ChatEvent {
  if (text === NO_HISTORY) return { type: "history_refused", ask: LATEST, why: "unknown_target" };
  if (text === NO_SEARCH) return { type: "search_refused", ask: ANYTHING, why: "failed" };
  return { type: "notice", text };
}

function encodeHello(nick: string): Uint8Array {
  const hello = decodeHello(nick);
  if (hello?.type === "register") return encodePacket({ type: "hello", nick: hello.nick }, "nick");
  throw new RangeError(
    `Name must have 1 to ${MAX_NICK_CHARACTERS} visible characters, got "${nick}"`,
  );
}
