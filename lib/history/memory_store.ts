/**
 * History in memory: the last messages and the last events of each conversation, and not more bytes
 * than a limit for all of them together. Whoever fills it pays for it (`payers.ts`), so that nobody
 * can push out what others have said elsewhere.
 *
 * @module
 */

import type { Kept } from "../chat/history.ts";
import { foldHandle } from "../chat/handles.ts";
import {
  type DirectConversation,
  type EarlierConversation,
  type HistoryStore,
  isMessage,
  type Party,
  type Row,
  type Slice,
} from "./contract.ts";
import { channelOfConversation, markerOfChannel } from "./conversation.ts";
import { Markers } from "./markers.ts";
import { takePage, unitsOf } from "./page.ts";
import { costOf, Payers } from "./payers.ts";
import { RowQueue } from "./row_queue.ts";

/** How much a store in memory keeps. */
export interface MemoryLimits {
  /** Messages of one conversation; as many events are kept besides. */
  readonly rows: number;
  /** Bytes of all conversations together, as they are estimated. */
  readonly bytes: number;
}

/** The limits of a server that is started without flags. */
export const MEMORY_LIMITS: MemoryLimits = { rows: 100, bytes: 32 * 1024 * 1024 };

interface Conversation {
  readonly messages: RowQueue;
  readonly events: RowQueue;
  /** The two sides, where it is between users. */
  parties: readonly Party[] | undefined;
  /** The accounts that were in it, where it is a channel's, and the msgid at which each left. */
  readonly members: Map<string, string | undefined>;
}

/** The most earlier conversations of channels of one name that somebody may read. */
const MAX_EARLIER = 50;
/** Words of one search. */
const MAX_WORDS = 10;

/** Keeps rows in memory. They are gone when the process ends. */
export class MemoryStore implements HistoryStore {
  readonly isSearchable: boolean;
  readonly #limits: MemoryLimits;
  readonly #conversations = new Map<string, Conversation>();
  readonly #payers = new Payers();
  // The conversations of each identity with others, the one with the latest row last.
  readonly #directs = new Map<string, Set<string>>();
  // The conversations of the channels of each name, the oldest first.
  readonly #channels = new Map<string, Set<string>>();
  readonly #markers = new Markers();

  /** Begins without any rows. */
  constructor(limits: MemoryLimits = MEMORY_LIMITS, isSearchable = false) {
    this.#limits = limits;
    this.isSearchable = isSearchable;
  }

  /** Bytes that all rows take, as they are estimated. */
  get bytes(): number {
    return this.#payers.total;
  }

  /** Keeps `row`; the oldest of its kind goes where the conversation is full. */
  append(row: Row): void {
    const conversation = this.#conversationOf(row.conversation, row.parties);
    const list = listOf(conversation, row);
    let cost = list.push(row);
    if (list.length > this.#limits.rows) {
      if (list.firstPayer === row.payer) cost -= list.firstCost;
      else this.#payers.charge(list.firstPayer, -list.firstCost);
      list.shift();
    }
    if (cost !== 0) this.#payers.charge(row.payer, cost);
    const { bytes } = this.#limits;
    if (this.#payers.total > bytes) this.#drop(this.#payers.excess(this.#allRows(), bytes));
  }

  /** The rows of `conversation` in `slice`. */
  slice(conversation: string, slice: Slice): Promise<readonly Kept[]> {
    const known = this.#conversations.get(conversation);
    if (known === undefined) return Promise.resolve([]);
    const messages = within(known.messages.rows, slice);
    const rows = slice.events ? merged(messages, within(known.events.rows, slice)) : messages;
    return Promise.resolve(cut(rows, slice));
  }

  /** One row. */
  find(conversation: string, msgid: string): Promise<Row | undefined> {
    return Promise.resolve(this.#rowOf(conversation, msgid));
  }

  /** The msgids of the last messages. */
  latest(conversations: readonly string[]): Promise<readonly (string | undefined)[]> {
    return Promise.resolve(conversations.map((conversation) => this.#latestOf(conversation)));
  }

  /** The conversations of `identity`. */
  directs(identity: string, limit: number): Promise<readonly DirectConversation[]> {
    const found: DirectConversation[] = [];
    for (const conversation of [...this.#directs.get(identity) ?? []].reverse()) {
      if (found.length === limit) break;
      const last = this.#latestOf(conversation);
      const parties = this.#conversations.get(conversation)?.parties ?? [];
      const peer = parties.find((party) => party.identity !== identity) ?? parties[0];
      if (last !== undefined && peer !== undefined) found.push({ conversation, peer, last });
    }
    return Promise.resolve(found);
  }

  /** Up to when `identity` has read `target`. */
  marker(identity: string, target: string): Promise<number | undefined> {
    return Promise.resolve(this.#markers.get(identity, target));
  }

  /** All markers of `identity`. */
  markers(identity: string): Promise<readonly (readonly [string, number])[]> {
    return Promise.resolve(this.#markers.all(identity));
  }

  /** Notes that `identity` has read `target` up to `at`. */
  mark(identity: string, target: string, at: number): Promise<number> {
    return Promise.resolve(this.#markers.set(identity, target, at));
  }

  /** Removes one row. */
  remove(conversation: string, msgid: string): Promise<void> {
    const row = this.#rowOf(conversation, msgid);
    if (row !== undefined) this.#drop([row]);
    return Promise.resolve();
  }

  /** Notes that an account has entered a channel, as long as something is kept of it. */
  enter(conversation: string, identity: string): void {
    this.#conversationOf(conversation).members.set(identity, undefined);
  }

  /** Notes that an account has left a channel. */
  leave(conversation: string, identity: string, until: string): void {
    this.#conversations.get(conversation)?.members.set(identity, until);
  }

  /** Moves a conversation and its markers to the new name. There are few rows. */
  rename(from: string, to: string): void {
    const known = this.#conversations.get(from);
    const [was, now] = [from, to].map((id) => markerOfChannel(channelOfConversation(id) ?? ""));
    if (known === undefined || was === undefined || now === undefined) return;
    this.#conversations.delete(from);
    this.#forgetChannel(from);
    this.#conversations.set(to, known);
    this.#noteChannel(to);
    for (const queue of [known.messages, known.events]) {
      queue.replace((row) => renamed(row, to));
    }
    for (const identity of known.members.keys()) {
      const at = this.#markers.get(identity, was);
      if (at !== undefined) this.#markers.set(identity, now, at);
    }
  }

  /** Conversations in channels of one name. There are never many. */
  earlier(identity: string, name: string): Promise<readonly EarlierConversation[]> {
    const found: EarlierConversation[] = [];
    for (const conversation of this.#channels.get(foldHandle(name)) ?? []) {
      const members = this.#conversations.get(conversation)?.members;
      if (!members?.has(identity)) continue;
      const until = members.get(identity);
      found.unshift({ conversation, ...(until !== undefined && { until }) });
    }
    return Promise.resolve(found.slice(0, MAX_EARLIER));
  }

  /** Looks at every message of the conversation: there are few. */
  search(conversation: string, words: string, slice: Slice): Promise<readonly Kept[]> {
    const wanted = words.toLowerCase().split(/\s+/).filter((word) => word !== "").slice(
      0,
      MAX_WORDS,
    );
    const messages = this.#conversations.get(conversation)?.messages.rows ?? [];
    if (!this.isSearchable || wanted.length === 0) return Promise.resolve([]);
    const found = within(messages, slice).filter(({ event }) => {
      const text = "text" in event ? event.text?.toLowerCase() ?? "" : "";
      return wanted.every((word) => text.includes(word));
    });
    return Promise.resolve(cut(found, slice));
  }

  /** Removes what `identity` has said, and its conversations with others. */
  forget(identity: string): Promise<void> {
    const directs = this.#directs.get(identity);
    this.#drop(
      this.#allRows().filter(({ author, conversation }) =>
        author === identity || directs?.has(conversation)
      ),
    );
    this.#markers.forget(identity);
    for (const { members } of this.#conversations.values()) members.delete(identity);
    return Promise.resolve();
  }

  /** Forgets everything. */
  close(): Promise<void> {
    this.#conversations.clear();
    this.#payers.clear();
    this.#directs.clear();
    this.#channels.clear();
    return Promise.resolve();
  }

  #conversationOf(id: string, parties?: Row["parties"]): Conversation {
    let conversation = this.#conversations.get(id);
    if (conversation === undefined) {
      conversation = {
        messages: new RowQueue(costOf),
        events: new RowQueue(costOf),
        parties,
        members: new Map(),
      };
      this.#conversations.set(id, conversation);
      this.#noteChannel(id);
    }
    if (parties === undefined) return conversation;
    conversation.parties = parties;
    for (const { identity } of parties) {
      let directs = this.#directs.get(identity);
      if (directs === undefined) this.#directs.set(identity, directs = new Set());
      directs.delete(id);
      directs.add(id);
    }
    return conversation;
  }

  #noteChannel(id: string): void {
    const name = channelOfConversation(id);
    if (name === undefined) return;
    const key = foldHandle(name);
    const same = this.#channels.get(key);
    if (same === undefined) this.#channels.set(key, new Set([id]));
    else same.add(id);
  }

  #forgetChannel(id: string): void {
    const key = foldHandle(channelOfConversation(id) ?? "");
    const same = this.#channels.get(key);
    same?.delete(id);
    if (same?.size === 0) this.#channels.delete(key);
  }

  #rowOf(conversation: string, msgid: string): Row | undefined {
    const known = this.#conversations.get(conversation);
    return known && allOf(known).find(({ stamp }) => stamp.msgid === msgid);
  }

  #latestOf(conversation: string): string | undefined {
    return this.#conversations.get(conversation)?.messages.last?.stamp.msgid;
  }

  #allRows(): Row[] {
    const rows: Row[] = [];
    for (const { messages, events } of this.#conversations.values()) {
      messages.addTo(rows);
      events.addTo(rows);
    }
    return rows;
  }

  /** Removes `rows`, and the conversations in which nothing is left. */
  #drop(rows: readonly Row[]): void {
    const gone = new Set(rows);
    for (const id of new Set(rows.map(({ conversation }) => conversation))) {
      const { messages, events, parties } = this.#conversations.get(id) as Conversation;
      messages.filter((row) => !gone.has(row));
      events.filter((row) => !gone.has(row));
      if (messages.length + events.length > 0) continue;
      this.#conversations.delete(id);
      this.#forgetChannel(id);
      for (const { identity } of parties ?? []) {
        const directs = this.#directs.get(identity);
        directs?.delete(id);
        if (directs?.size === 0) this.#directs.delete(identity);
      }
    }
    for (const row of rows) this.#payers.charge(row.payer, -costOf(row));
  }
}

/** `row` as one of the conversation `to`, in a channel of another name. */
function renamed(row: Row, to: string): Row {
  const channel = channelOfConversation(to) ?? "";
  const event = "channel" in row.event ? { ...row.event, channel } : row.event;
  return { ...row, conversation: to, event };
}

function listOf({ messages, events }: Conversation, row: Row): RowQueue {
  return isMessage(row) ? messages : events;
}

function allOf({ messages, events }: Conversation): Row[] {
  return [...messages.rows, ...events.rows];
}

function cut(rows: readonly Row[], slice: Slice): readonly Row[] {
  if (slice.take === "first") return takePage(rows, slice, unitsOf);
  return takePage(rows.toReversed(), slice, unitsOf).reverse();
}

function within(rows: readonly Row[], { from, to }: Slice): readonly Row[] {
  if (from === undefined && to === undefined) return rows;
  return rows.filter(({ stamp: { msgid } }) =>
    (from === undefined || msgid >= from) && (to === undefined || msgid < to)
  );
}

function merged(messages: readonly Row[], events: readonly Row[]): readonly Row[] {
  if (events.length === 0) return messages;
  return [...messages, ...events].sort((one, other) =>
    one.stamp.msgid < other.stamp.msgid ? -1 : 1
  );
}
