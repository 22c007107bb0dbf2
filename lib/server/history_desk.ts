/**
 * Answers questions about the history: finds the conversation that a question is about and that its
 * user takes part in (`history_places.ts`), reads it, and checks once more before it answers.
 *
 *   session --HistoryAsk--> desk --(hub: is it a member?)--> store --> desk --(still?)--> session
 *
 * 1. Nobody MUST read a channel that it is not in, or a conversation between others.
 * 2. The desk MUST find conversations by identity, never by a nick that has changed hands.
 *
 * @module
 */

import type { Command } from "../chat/command.ts";
import type { Hub } from "../chat/hub.ts";
import type { HistoryAnswer, HistoryAsk, HistoryTarget, Kept, SearchAsk } from "../chat/history.ts";
import { foldHandle } from "../chat/handles.ts";
import { msgidPrefix, timeOfMsgid } from "../chat/msgid.ts";
import type { User } from "../chat/user.ts";
import { type HistoryStore, isMessage, type Slice } from "../history/contract.ts";
import { accountIdentity, markerOfChannel } from "../history/conversation.ts";
import { type PageLimits, takePage, unitsOf, unitsOfAll } from "../history/page.ts";
import { readRange } from "../history/range.ts";
import {
  failed,
  HistoryPlaces,
  latestOf,
  type Link,
  lowest,
  type Place,
} from "./history_places.ts";

/** The settings of a desk. */
export interface HistoryDeskOptions {
  /** Knows who takes part in which conversation. */
  readonly hub: Hub;
  /** Keeps what was said. */
  readonly store: HistoryStore;
  /** Tells this run of the server from all others, as the recorder has it. */
  readonly run: string;
  /** The most events in one answer. */
  readonly limit: number;
  /** Milliseconds of Unix time. */
  readonly now?: () => number;
  /** Receives why a store could not answer. */
  readonly onFault: (error: Error) => void;
}

/** The result of a question: an answer for the user, or a command for the hub. */
export type DeskStep = { readonly type: "tell"; readonly event: HistoryAnswer } | Announcement;

/** A command that says what was taken back. */
export type Announcement = Extract<
  Command,
  { type: "announce_redaction" | "announce_dm_redaction" }
>;

/** The most messages that a user who comes back receives. */
const MAX_MISSED = 1000;
/** The price of searching one conversation, in rows. */
const PLACE_ROWS = 20;
/** The most messages that are read to find those of one user. */
const MAX_EXAMINED = 1000;
/**
 * UTF-16 units of the texts of one page, after which it has no further message: a page is work for
 * the thread of the database and for the event loop, and a message has up to 16 KiB. A hundred
 * lines of IRC are fewer.
 */
const PAGE_UNITS = 64 * 1024;
/**
 * The same for all conversations together that one search, or the answer to somebody who comes
 * back, looks into.
 */
const MOST_UNITS = 4 * PAGE_UNITS;
/**
 * Conversations that one search looks into: those of now, and the latest of those before in
 * channels of their names.
 */
const MAX_SEARCHED = 200;

/** Answers questions about what was said. */
export class HistoryDesk {
  readonly #hub: Hub;
  readonly #store: HistoryStore;
  readonly #places: HistoryPlaces;
  readonly #limit: number;
  readonly #onFault: (error: Error) => void;
  readonly #now: () => number;

  /** Begins without questions. */
  constructor({ hub, store, run, limit, onFault, now = Date.now }: HistoryDeskOptions) {
    this.#hub = hub;
    this.#store = store;
    this.#places = new HistoryPlaces(hub, store, run);
    this.#limit = limit;
    this.#onFault = onFault;
    this.#now = now;
  }

  /** The answer to `ask` of `user`, or the command that it becomes. Never rejects. */
  async answer(user: User, ask: HistoryAsk): Promise<DeskStep> {
    try {
      switch (ask.type) {
        case "history":
          return tell(await this.#read(user, ask));
        case "history_targets":
          return tell(await this.#list(user, ask));
        case "marker":
          return tell(await this.#mark(user, ask));
        case "markers": {
          const markers = await this.#store.markers(accountIdentity(ask.account));
          return tell({ type: "markers", markers });
        }
        case "redact":
          return await this.#redact(user, ask);
        case "search":
          return tell(await this.#search(user, ask));
        case "missed":
          return tell(await this.#missed(user, ask.since));
      }
    } catch (error) {
      this.#onFault(error as Error);
      return tell(failed(ask));
    }
  }

  /** Searches each conversation of the user by itself, so that it never reads any other. */
  async #search(user: User, ask: SearchAsk): Promise<HistoryAnswer> {
    const { target, by, words, after, before } = ask;
    const limit = Math.min(ask.limit, this.#limit);
    const places = target === undefined
      ? await this.#places.all(user)
      : [await this.#places.of(user, target)];
    const links: (Link & { readonly place: Place })[] = [];
    for (const place of places) {
      if (place === undefined) return { type: "search_refused", ask, why: "unknown_target" };
      const chain = await this.#places.chain(user, place);
      const most = Math.max(1, Math.floor(MAX_SEARCHED / places.length));
      links.push(...chain.slice(-most).map((link) => ({ ...link, place })));
    }
    const share = Math.ceil(2 * MAX_EXAMINED / Math.max(1, links.length));
    const slice: Slice = {
      ...(after !== undefined && { from: msgidPrefix(after) }),
      ...(before !== undefined && { to: msgidPrefix(before + 1) }),
      // The limit of rows of one search is shared by its conversations.
      limit: Math.min(by === undefined ? limit : MAX_EXAMINED, share),
      units: MOST_UNITS / Math.max(1, links.length),
      take: after === undefined ? "last" : "first",
      events: false,
    };
    const parts: { readonly place: Place; readonly kept: readonly Kept[] }[] = [];
    for (const { place, conversation, until } of links) {
      const to = lowest(slice.to, until);
      const part = { ...slice, ...(to && { to }) };
      const kept = words === ""
        ? await this.#store.slice(conversation, part)
        : await this.#store.search(conversation, words, part);
      parts.push({ place, kept });
    }
    // Somebody may have removed the user from a channel meanwhile.
    const found = parts.filter(({ place }) => this.#places.isStill(user, place))
      .flatMap(({ kept }) => kept);
    const wanted = by === undefined
      ? found
      : found.filter(({ event }) =>
        "by" in event && event.by !== undefined && foldHandle(event.by.handle) === foldHandle(by)
      );
    const inOrder = wanted.sort((one, other) => one.stamp.msgid < other.stamp.msgid ? -1 : 1);
    const page = { limit, units: PAGE_UNITS };
    return {
      type: "found",
      kept: after === undefined ? lastOf(inOrder, page) : takePage(inOrder, page, unitsOf),
      // Each conversation is a search of its own, also where nothing is found.
      examined: found.length + PLACE_ROWS * links.length,
    };
  }

  /** Reads the last messages of each conversation since a moment, without the user's own. */
  async #missed(user: User, since: number): Promise<HistoryAnswer> {
    const from = msgidPrefix(since);
    const channels = this.#places.channels(user);
    const [lasts, directs] = await Promise.all([
      this.#store.latest(channels.map(({ conversation }) => conversation)),
      this.#places.directs(user),
    ]);
    const places = [
      ...channels.filter((_, i) => (lasts[i] ?? "") >= from),
      ...latestOf(directs.filter(({ last }) => last >= from)),
    ];
    const units = MOST_UNITS / Math.max(1, places.length);
    const slice: Slice = { from, limit: this.#limit, units, take: "last", events: false };
    const found: Kept[] = [];
    for (const place of places) {
      const kept = await this.#store.slice(place.conversation, slice);
      if (this.#places.isStill(user, place)) found.push(...kept);
    }
    const account = user.person?.account;
    const kept = found.filter(({ event }) => !("by" in event) || event.by?.account !== account)
      .sort((one, other) => one.stamp.msgid < other.stamp.msgid ? -1 : 1);
    const examined = found.length + PLACE_ROWS * places.length;
    return {
      type: "missed",
      kept: lastOf(kept, { limit: MAX_MISSED, units: MOST_UNITS }),
      examined,
    };
  }

  /**
   * Sets or reads a marker. It belongs to a name that its user knows, so it may be set for a
   * channel that does not exist.
   */
  async #mark(user: User, ask: Extract<HistoryAsk, { type: "marker" }>): Promise<HistoryAnswer> {
    const { target, at, isQuiet } = ask;
    const identity = this.#places.identityOf(user) as string;
    const key = "user" in target ? `@${foldHandle(target.user)}` : markerOfChannel(target.channel);
    const marker = at === undefined
      ? await this.#store.marker(identity, key)
      : await this.#store.mark(identity, key, Math.min(at, this.#now()));
    return {
      type: "marker",
      target,
      ...(marker !== undefined && { at: marker }),
      ...(isQuiet && { isQuiet }),
      ...((isQuiet || at !== undefined) && { isForAll: true }),
    };
  }

  /** Takes back a message: it is gone from the history before anybody learns of it. */
  async #redact(user: User, ask: Extract<HistoryAsk, { type: "redact" }>): Promise<DeskStep> {
    const { target, msgid } = ask;
    const refused = (why: "unknown_target" | "unknown_msgid" | "forbidden") =>
      tell({ type: "record_refused", ask, why });
    const place = await this.#places.of(user, target);
    if (place === undefined) return refused("unknown_target");
    const row = await this.#store.find(place.conversation, msgid);
    if (row === undefined || !isRedactable(row)) return refused("unknown_msgid");
    const channel = "user" in target ? undefined : this.#hub.placeOf(user, target);
    if (channel === undefined && place.isChannel) return refused("unknown_target");
    const isOwn = row.author === this.#places.identityOf(user);
    const mayRule = channel !== undefined && this.#hub.mayRule(user, channel);
    if (!isOwn && !mayRule) return refused("forbidden");
    await this.#store.remove(place.conversation, msgid);
    const words = { msgid, ...(ask.reason !== undefined && { reason: ask.reason }) };
    return "user" in target
      ? { type: "announce_dm_redaction", to: target.user, ...words }
      : { type: "announce_redaction", ...target, ...words, isOwn };
  }

  async #read(
    user: User,
    ask: Extract<HistoryAsk, { type: "history" }>,
  ): Promise<HistoryAnswer> {
    const { target = {} } = ask;
    const limit = Math.min(ask.limit, this.#limit);
    const place = await this.#places.of(user, target);
    if (place === undefined) return { type: "history_refused", ask, why: "unknown_target" };
    const { name, isChannel } = place;
    const options = { limit, units: PAGE_UNITS, events: ask.events === true };
    const chain = await this.#places.chain(user, place);
    const kept = await readRange((slice) => this.#sliceOf(chain, slice), ask, options);
    // Somebody may have removed the user from the channel meanwhile.
    if (!this.#places.isStill(user, place)) {
      return { type: "history_refused", ask, why: "unknown_target" };
    }
    return { type: "history", name, isChannel, kept, examined: kept.length };
  }

  /** Reads a slice of several conversations, each of which ended before the next began. */
  async #sliceOf(chain: readonly Link[], slice: Slice): Promise<readonly Kept[]> {
    const isLast = slice.take === "last";
    let kept: readonly Kept[] = [];
    for (const { conversation, until } of isLast ? chain.toReversed() : chain) {
      const limit = slice.limit - kept.length;
      const units = (slice.units ?? Infinity) - unitsOfAll(kept);
      if (limit <= 0 || units <= 0) break;
      const to = lowest(slice.to, until);
      const bounds = { ...slice, ...(to && { to }), limit, units };
      const part = await this.#store.slice(conversation, bounds);
      kept = isLast ? [...part, ...kept] : [...kept, ...part];
    }
    return kept;
  }

  async #list(
    user: User,
    ask: Extract<HistoryAsk, { type: "history_targets" }>,
  ): Promise<HistoryAnswer> {
    const limit = Math.min(ask.limit, this.#limit);
    const channels = this.#places.channels(user);
    const [lasts, directs] = await Promise.all([
      this.#store.latest(channels.map(({ conversation }) => conversation)),
      this.#places.directs(user),
    ]);
    const found: (Omit<HistoryTarget, "at"> & { readonly last: string })[] = [];
    for (const [i, { name }] of channels.entries()) {
      const last = lasts[i];
      if (last !== undefined) found.push({ name, isChannel: true, last });
    }
    for (const { peer, last } of directs) found.push({ name: peer.handle, isChannel: false, last });
    const targets = found.sort((one, other) => one.last < other.last ? -1 : 1)
      .map(({ last, ...target }) => ({ ...target, at: timeOfMsgid(last) }));
    const [low, high] = ask.after < ask.before ? [ask.after, ask.before] : [ask.before, ask.after];
    const between = targets.filter(({ at }) => at > low && at < high);
    const isForwards = ask.after < ask.before;
    return {
      type: "history_targets",
      targets: isForwards ? between.slice(0, limit) : between.slice(-limit),
      examined: found.length,
    };
  }
}

function lastOf(kept: readonly Kept[], page: PageLimits): readonly Kept[] {
  return takePage(kept.toReversed(), page, unitsOf).reverse();
}

function tell(event: HistoryAnswer): DeskStep {
  return { type: "tell", event };
}

/** Whether `kept` can be taken back: only messages can. */
function isRedactable(kept: Kept): boolean {
  return isMessage(kept) || kept.event.type === "tagged" || kept.event.type === "user_tagged";
}
