/**
 * What was said before, in json16: two extensions, which the client asks for.
 *
 *   C>S  {"type": "history", "limit": 50}                       the last of the channel that the user is in
 *        {"type": "history", "limit": 50, "before": "01jd.."}   the last before the message with that id
 *   S>C  {"type": "history", "channel": "lobby", "id": "01jd..", "time": "2026-..Z", "kind": "chat",
 *         "nick": "pat", "message": "hi"}                       one for each message, the oldest first ..
 *        {"type": "history", "channel": "lobby", "kind": "end"}    .. and this
 *
 * And the messages with some words, in all that the user may read:
 *
 *   C>S  {"type": "search", "text": "some words", "limit": 50}
 *   S>C  {"type": "search", "channel": "lobby", "id": "01jd..", .. }    as above ..
 *        {"type": "search", "to": "una", "id": "01jd..", "time": "2026-..Z", "kind": "dm",
 *         "nick": "pat", "message": "hi"}                               .. or said to one user
 *        {"type": "search", "kind": "end"}
 *
 * @module
 */

import { stripFormatting } from "../chat/characters.ts";
import type { HistoryAnswer, HistoryAsk, Kept, SearchAsk } from "../chat/history.ts";
import { isMsgid } from "../chat/msgid.ts";
import type { Person } from "../chat/person.ts";
import { NOTHING } from "../framing/frame.ts";
import { encodePacket, encodePackets } from "./json16_packets.ts";
import { messageOf, personOf, shown, shownText } from "./json16_values.ts";

/** The type of these packets. */
const HISTORY = "history";
/** How many messages a question without a limit asks for. */
const DEFAULT_LIMIT = 50;
/** Stands where messages could not be kept. */
const GAP = "gap";
/** What was said to one user. */
const DM = "dm";
/** Ends an answer. */
const END = "end";
/** The words for a question that has no answer. */
export const NO_HISTORY = "There is no history here";
/** The type of the packets of a search. */
const SEARCH = "search";
/** The words where nothing is searched. */
export const NO_SEARCH = "There is no search here";

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
  if (find !== "before" || !("msgid" in ask.anchor)) return NOTHING;
  return encodePacket({ type: HISTORY, limit, before: ask.anchor.msgid }, "type");
}

/** What a client searches for; `undefined` for what makes no sense. */
export function decodeSearch({ text, limit = DEFAULT_LIMIT }: Packet): SearchAsk | undefined {
  if (typeof limit !== "number" || !Number.isInteger(limit) || limit < 1) return undefined;
  const words = messageOf(text)?.trim();
  return words === undefined ? undefined : { type: SEARCH, words, limit };
}

/** Asks for the messages with some words. */
export function encodeSearchAsk({ words, limit }: SearchAsk): Uint8Array {
  return encodePacket({ type: SEARCH, text: words, limit }, "text");
}

/** An answer, in packets. */
export function encodeHistory({ name, kept }: Page): Uint8Array[] {
  return [
    ...kept.flatMap((each) => encodeKept(each, HISTORY, name)),
    encodePacket({ type: HISTORY, channel: name, kind: END }, "type"),
  ];
}

/** What was found, in packets. */
export function encodeFound(kept: readonly Kept[]): Uint8Array[] {
  return [
    ...kept.flatMap((each) => encodeKept(each, SEARCH)),
    encodePacket({ type: SEARCH, kind: END }, "type"),
  ];
}

/** The packets of one message; in a page, all are of one `channel`. */
function encodeKept({ event, stamp }: Kept, type: string, channel = ""): Uint8Array[] {
  const { msgid: id, time: ms } = stamp;
  const time = new Date(ms).toISOString();
  switch (event.type) {
    case "gap":
      return [encodePacket({ type, channel, id, time, kind: GAP, lost: event.lost }, "id")];
    case "said":
    case "emoted": {
      const place = { type, channel: type === HISTORY ? channel : event.channel };
      const kind = event.type === "said" ? "chat" : "emote";
      return encodePackets({ ...place, id, time, kind, ...wordsOf(event) }, "message");
    }
    case "dm": {
      const place = { type, to: shown(event.to) };
      return encodePackets({ ...place, id, time, kind: DM, ...wordsOf(event) }, "message");
    }
    default:
      return [];
  }
}

function wordsOf({ by, text }: { readonly by: Person; readonly text: string }) {
  return { nick: shown(by), message: stripFormatting(text) };
}

/** Collects the packets of an answer. */
export class HistoryReader {
  #kept: Kept[] = [];

  /** Takes a packet of an answer. Returns the whole answer with the last one. */
  add(packet: Packet): Page | undefined {
    const channel = shownText(packet["channel"]);
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
    const time = Date.parse(shownText(packet["time"]));
    if (typeof id !== "string" || !isMsgid(id) || Number.isNaN(time)) return undefined;
    if (kind === GAP) {
      const lost = Number(packet["lost"]) || 0;
      return { event: { type: "gap", lost }, stamp: { time, msgid: id } };
    }
    const by = personOf(packet["nick"]);
    // A text that was too long for one packet goes on in the next, under the same id.
    const last = this.#kept.at(-1);
    const isRest = last?.stamp.msgid === id && "text" in last.event;
    if (isRest) this.#kept.pop();
    const begun = isRest && "text" in last.event ? last.event.text : "";
    const text = begun + shownText(packet["message"]);
    const stamp = { time, msgid: id };
    if (kind === DM) {
      return { event: { type: "dm", by, to: personOf(packet["to"]), text }, stamp };
    }
    return { event: { type: kind === "emote" ? "emoted" : "said", by, channel, text }, stamp };
  }
}

/** Messages of one answer that a client keeps: more than any server sends. */
const MOST_KEPT = 1000;
