/**
 * What was said before, in json16: an extension, which the client asks for.
 *
 *   C>S  {"type": "history", "limit": 50}                       the last of the channel that the user is in
 *        {"type": "history", "limit": 50, "before": "01jd.."}   the last before the message with that id
 *   S>C  {"type": "history", "channel": "lobby", "id": "01jd..", "time": "2026-..Z", "kind": "chat",
 *         "nick": "pat", "message": "hi"}                       one for each message, the oldest first ..
 *        {"type": "history", "channel": "lobby", "kind": "end"}    .. and this
 *
 * @module
 */

import { stripFormatting } from "../chat/characters.ts";
import type { HistoryAnswer, HistoryAsk, Kept } from "../chat/history.ts";
import { isMsgid } from "../chat/msgid.ts";
import { type Person, shownIn } from "../chat/person.ts";
import { encodePacket, encodePackets } from "./json16_packets.ts";

/** The type of these packets. */
const HISTORY = "history";
/** How many messages a question without a limit asks for. */
const DEFAULT_LIMIT = 50;
/** Stands where messages could not be kept. */
const GAP = "gap";
/** Ends an answer. */
const END = "end";
/** The words for a question that has no answer. */
export const NO_HISTORY = "There is no history here";

/** A packet whose values can be of any type. */
export type Packet = Readonly<Record<string, unknown>>;
/** An answer to a question. */
export type Page = Extract<HistoryAnswer, { type: "history" }>;

/** What a client asks for; `undefined` for what makes no sense. */
export function decodeHistory({ limit = DEFAULT_LIMIT, before }: Packet): HistoryAsk | undefined {
  if (typeof limit !== "number" || !Number.isInteger(limit) || limit < 1) return undefined;
  if (before === undefined) return { type: HISTORY, limit, find: "latest" };
  if (typeof before !== "string" || !isMsgid(before)) return undefined;
  return { type: HISTORY, limit, find: "before", anchor: { msgid: before } };
}

/** Asks for the last messages, or for those before one; empty for what the protocol cannot ask. */
export function encodeHistoryAsk(
  ask: Extract<HistoryAsk, { type: "history" }>,
): Uint8Array {
  const { limit, find } = ask;
  if (find === "latest" && ask.after === undefined) {
    return encodePacket({ type: HISTORY, limit }, "type");
  }
  if (find !== "before" || !("msgid" in ask.anchor)) return new Uint8Array(0);
  return encodePacket({ type: HISTORY, limit, before: ask.anchor.msgid }, "type");
}

/** An answer, in packets. */
export function encodeHistory({ name, kept }: Page): Uint8Array[] {
  return [
    ...kept.flatMap((each) => encodeKept(each, name)),
    encodePacket({ type: HISTORY, channel: name, kind: END }, "type"),
  ];
}

function encodeKept({ event, stamp }: Kept, channel: string): Uint8Array[] {
  const { msgid: id, time: ms } = stamp;
  const time = new Date(ms).toISOString();
  if (event.type === "gap") {
    return [encodePacket({ type: HISTORY, channel, id, time, kind: GAP, lost: event.lost }, "id")];
  }
  if (event.type !== "said" && event.type !== "emoted") return [];
  return encodePackets({
    type: HISTORY,
    channel,
    id,
    time,
    kind: event.type === "said" ? "chat" : "emote",
    nick: shownIn("json16", event.by),
    message: stripFormatting(event.text),
  }, "message");
}

/** Collects the packets of an answer. */
export class HistoryReader {
  readonly #textOf: (value: unknown) => string;
  readonly #seen: (value: unknown) => Person;
  #kept: Kept[] = [];

  /** `textOf` cleans a text of the server's, and `seen` makes a person of a name. */
  constructor(textOf: (value: unknown) => string, seen: (value: unknown) => Person) {
    this.#textOf = textOf;
    this.#seen = seen;
  }

  /** Takes a packet of the type `history`. Returns the whole answer with the last one. */
  add(packet: Packet): Page | undefined {
    const channel = this.#textOf(packet["channel"]);
    if (packet["kind"] === END) {
      const kept = this.#kept;
      this.#kept = [];
      return { type: HISTORY, name: channel, isChannel: true, kept };
    }
    // A server without an end must not fill the memory.
    if (this.#kept.length === MOST_KEPT) this.#kept = [];
    const kept = this.#read(packet, channel);
    if (kept !== undefined) this.#kept.push(kept);
    return undefined;
  }

  #read(packet: Packet, channel: string): Kept | undefined {
    const { id, kind } = packet;
    const time = Date.parse(this.#textOf(packet["time"]));
    if (typeof id !== "string" || !isMsgid(id) || Number.isNaN(time)) return undefined;
    if (kind === GAP) {
      const lost = Number(packet["lost"]) || 0;
      return { event: { type: "gap", lost }, stamp: { time, msgid: id } };
    }
    const by = this.#seen(packet["nick"]);
    const type = kind === "emote" ? "emoted" : "said";
    // A text that was too long for one packet goes on in the next, under the same id.
    const last = this.#kept.at(-1);
    const isRest = last?.stamp.msgid === id && "text" in last.event;
    if (isRest) this.#kept.pop();
    const begun = isRest && "text" in last.event ? last.event.text : "";
    const text = begun + this.#textOf(packet["message"]);
    return { event: { type, by, channel, text }, stamp: { time, msgid: id } };
  }
}

/** Messages of one answer that a client keeps: more than any server sends. */
const MOST_KEPT = 1000;
