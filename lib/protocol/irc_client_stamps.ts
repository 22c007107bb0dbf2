/**
 * Reads the tags of a server's lines: when an event happened, which command it answers, and whether
 * it is history. Lines of a batch have what the batch has (IRCv3 batch, labeled-response,
 * server-time).
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import type { Kept, KeptEvent } from "../chat/history.ts";
import type { IrcMessage } from "./irc_message.ts";
import type { ReceivedStamp } from "./protocol.ts";

/** The most batches that are open at once; only a hostile server opens more. */
const MOST_BATCHES = 100;
const HISTORY = "chathistory";
const FOUND = "soju.im/search";

/** Messages of one answer that are kept: more than any server sends. */
const MOST_KEPT = 1000;

interface Batch {
  readonly type: string;
  /** The channel or user whose history it is. */
  readonly target: string;
  readonly stamp: ReceivedStamp;
  readonly kept: Kept[];
}

/** The batches of one connection that are open, and the stamps of its lines. */
export class ClientStamps {
  readonly #open = new Map<string, Batch>();

  /** The stamp of a line; `undefined` when its tags say nothing. */
  of({ tags }: IrcMessage): ReceivedStamp | undefined {
    const reference = tags.get("batch");
    const batch = reference === undefined ? undefined : this.#open.get(reference);
    const time = timeOf(tags.get("time"));
    const msgid = tags.get("msgid");
    const label = tags.get("label") ?? batch?.stamp.label;
    const stamp: ReceivedStamp = {
      ...(time !== undefined && { time }),
      ...(msgid !== undefined && { msgid }),
      ...(label !== undefined && { label }),
      ...(batch?.stamp.isReplayed === true && { isReplayed: true }),
    };
    return Object.keys(stamp).length === 0 ? undefined : stamp;
  }

  /**
   * Takes a BATCH line. Returns the answer that it ends, with the name of its target as on the
   * wire.
   */
  take(message: IrcMessage): Page | undefined {
    const [reference = "", type = "", target = ""] = message.params;
    const name = reference.slice(1);
    if (reference.startsWith("+")) {
      if (this.#open.size >= MOST_BATCHES) return undefined;
      const stamp = this.of(message) ?? {};
      const isReplayed = type === HISTORY || stamp.isReplayed === true;
      const given = { ...stamp, ...(isReplayed && { isReplayed }) };
      this.#open.set(name, { type, target, stamp: given, kept: [] });
      return undefined;
    }
    const batch = this.#open.get(name);
    this.#open.delete(name);
    if (!isAnswer(batch)) return undefined;
    const { kept } = batch;
    return batch.type === HISTORY ? { target: batch.target, kept } : { kept };
  }

  /** Keeps an event of an answer until that ends; false when the line is of none. */
  keep({ tags }: IrcMessage, event: ChatEvent): boolean {
    const batch = this.#open.get(tags.get("batch") ?? "");
    if (!isAnswer(batch)) return false;
    const time = timeOf(tags.get("time"));
    const kept = keptOf(event);
    if (kept === undefined || time === undefined || batch.kept.length === MOST_KEPT) return true;
    batch.kept.push({ event: kept, stamp: { time, msgid: tags.get("msgid") ?? "" } });
    return true;
  }
}

function isAnswer(batch: Batch | undefined): batch is Batch {
  return batch?.type === HISTORY || batch?.type === FOUND;
}

/** The event in the form of a history; `undefined` for what no person reads. */
function keptOf(event: ChatEvent): KeptEvent | undefined {
  switch (event.type) {
    case "said":
    case "emoted":
    case "dm":
      return event;
    case "dm_sent":
      return { ...event, type: "dm" };
    default:
      return undefined;
  }
}

/** A part of a history, or what a search has found. */
export interface Page {
  /** The channel or user that a history is about; left out for a search. */
  readonly target?: string;
  /** What was said, the oldest first. */
  readonly kept: readonly Kept[];
}

/** Milliseconds of Unix time for a `time` tag; `undefined` for what is no time. */
function timeOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(text)) {
    return undefined;
  }
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
