/**
 * Reads missed messages from a server that keeps a history. On entering a channel the client asks
 * for the last messages: the first time its user reads them above everything else, and after a lost
 * connection those that it missed. New messages are held back until the answer comes, so that all
 * come in their order. Older pages come when the user asks for them.
 *
 *   entered  --> ask --> held: what is said meanwhile
 *   answer   --> what was missed, then what was held and is not in the answer
 *                (before that, older pages: as many as reach back to what the user has seen)
 *
 * The history also tells whether a text arrived whose connection broke behind it.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import type { Kept, Target } from "../chat/history.ts";
import type { Clock } from "../net/deadline.ts";
import type { ClientCommand, Received } from "../protocol/protocol.ts";
import { HistoryAsks, type HistoryCommand, type OpenAsk } from "./history_asks.ts";
import type { Look } from "./look.ts";
import type { News } from "./news.ts";
import { type Settled, targetOf } from "./outgoing.ts";
import { noPast, type Page, pastOf, shownEvent } from "./past.ts";
import {
  includes,
  isMessage,
  type Mark,
  markOf,
  markOfKept,
  type Message,
  missedIn,
  placeOf,
} from "./seen_messages.ts";

/** The part of the client that it uses. */
export interface CatchUpClient {
  /** Sends a command to the server. */
  send(command: ClientCommand): void;
  /** Passes news to the UI. */
  put(news: readonly News[]): void;
  /** The user's own name. */
  nick(): string;
}

/** How many messages to ask for at once. */
export const PAGE_LIMIT = 100;
/** The most pages that are read to find what was missed. */
const MOST_PAGES = 10;
/** The number of messages that are remembered, to recognise them in a history. */
const MOST_SEEN = 30;
/** The most messages that are held back. */
const MOST_HELD = 1000;
/** Milliseconds for an answer while new messages are held back. */
const ANSWER_MS = 5000;
/** Milliseconds for an answer when a user asks for older lines. */
const PATIENT_MS = 10_000;

type RefusedPage = Extract<ChatEvent, { type: "history_refused" }>;

/** A channel that the user has entered, until the server has answered. */
interface Opening {
  /** Messages since then that are held back. */
  readonly held: (Message & Received)[];
  /** Messages since then that were shown. */
  since: Mark[];
  /** The part of the history that the server has sent, the oldest message first. */
  kept: readonly Kept[];
  pages: number;
  /**
   * Whether new messages are shown at once, because the answer takes too long or the server may
   * keep no history.
   */
  isReleased: boolean;
}

/** Remembers what one client has seen of each channel. */
export class CatchUp {
  readonly #look: Look;
  readonly #client: CatchUpClient;
  readonly #asks: HistoryAsks;
  readonly #clock: Clock;
  readonly #seen = new Map<string, readonly Mark[]>();
  readonly #opening = new Map<string, Opening>();
  #doubts: Settled[] = [];
  #hasAnswered = false;
  /** The channel of the user in a dialect with one channel, once an answer has named it. */
  #here = "";
  #forgetTimer = () => {};

  /** Begins with nothing seen. */
  constructor(look: Look, clock: Clock, client: CatchUpClient) {
    this.#look = look;
    this.#clock = clock;
    this.#client = client;
    this.#asks = new HistoryAsks(clock, (ask) => this.#late(ask));
  }

  /** Notes that the server has let the user in. */
  online(): void {
    this.#forgetTimer();
    this.#forgetTimer = this.#clock.setTimer(() => this.#tell(this.#doubts.splice(0)), ANSWER_MS);
  }

  /** Notes that the connection is lost. The texts in `doubts` may have arrived or not. */
  lost(doubts: readonly Settled[]): void {
    this.#forgetTimer();
    for (const ask of this.#asks.lost()) {
      if (!ask.isOnEntering) this.#put(noPast(ask.command, "lost"));
    }
    for (const key of [...this.#opening.keys()]) this.#abandon(key);
    this.#doubts.push(...doubts);
  }

  /** Stops, because there will be no other connection. */
  stop(): void {
    this.#forgetTimer();
    this.#asks.lost();
  }

  /**
   * Asks for a page that the user wants; `hasHistory` is whether there is a server that may have
   * it.
   */
  ask(command: HistoryCommand, hasHistory: boolean): void {
    if (!hasHistory) return this.#put(noPast(command, "refused"));
    this.#asks.add(this.#keyOfTarget(command.target), command, false, PATIENT_MS);
    this.#client.send(command);
  }

  /**
   * Takes an event, and returns the events to show now. `hasHistory` is whether the server may
   * keep a history.
   */
  take(event: Received, hasHistory: boolean): readonly Received[] {
    switch (event.type) {
      case "entered":
      case "joined":
        if (this.#opens(event)) this.#enter(event.channel, hasHistory);
        return [event];
      case "left":
        // Its buffer is gone: the next time is a first one.
        if (this.#isMe(event.by.nick)) this.#seen.delete(this.#keyOf(event.channel));
        return [event];
      case "history":
        return this.#answer(event);
      case "history_refused":
        return this.#refused(event);
      case "said":
      case "emoted":
        return this.#hold(event) ? [] : [event];
      default:
        return [event];
    }
  }

  /** Holds a message back; false if it is to be shown now. */
  #hold(event: Message & Received): boolean {
    const key = this.#keyOf(event.channel);
    const opening = this.#opening.get(key);
    if (opening === undefined) {
      this.#remember(this.#nameOf(key), [markOf(event)]);
      return false;
    }
    const isHeld = !opening.isReleased && opening.held.length < MOST_HELD;
    if (isHeld) opening.held.push(event);
    else opening.since = [...opening.since.slice(-PAGE_LIMIT), markOf(event)];
    return isHeld;
  }

  /** Whether the user enters a channel with this event. */
  #opens(event: Extract<ChatEvent, { type: "entered" | "joined" }>): boolean {
    if (this.#look.hasChannels) return event.type === "entered";
    return event.type === "joined" && event.by.nick === this.#client.nick();
  }

  #enter(channel: string, hasHistory: boolean): void {
    const key = this.#keyOf(channel);
    this.#abandon(key);
    if (!hasHistory) {
      this.#remember(this.#nameOf(key), []);
      return this.#resolve(key, []);
    }
    // A server that may know no history does not answer; nothing waits for that.
    const isReleased = !this.#look.hasChannels && !this.#hasAnswered;
    this.#opening.set(key, { held: [], since: [], kept: [], pages: 0, isReleased });
    this.#askFor(key, { type: "history", limit: PAGE_LIMIT, find: "latest", ...this.#at(channel) });
  }

  #askFor(key: string, command: HistoryCommand): void {
    this.#asks.add(key, command, true, ANSWER_MS);
    this.#client.send(command);
  }

  #answer(page: Page): readonly Received[] {
    this.#hasAnswered = true;
    const key = this.#keyOf(page.name, page.isChannel);
    const ask = this.#asks.answered(key);
    if (ask?.isOnEntering === false) {
      this.#put(pastOf(page, (kept) => this.#shown(kept), ask.command));
      return [];
    }
    const opening = this.#opening.get(key);
    // The user may have gone on to another channel meanwhile, which is asked for as well.
    if (opening === undefined || this.#asks.isEntering(key)) return [];
    const name = this.#look.hasChannels ? key : this.#look.fold(page.name);
    this.#here = name;
    opening.kept = [...page.kept, ...opening.kept];
    opening.pages++;
    const before = this.#seen.get(name);
    if (before === undefined) return this.#showFirst(key, name, page);
    return this.#showMissed(key, name, page, before);
  }

  /** Shows a page of a channel that the user sees for the first time: all of it was said before. */
  #showFirst(key: string, name: string, page: Page): readonly Received[] {
    const { since, kept } = this.#opening.get(key) as Opening;
    const earlier = kept.filter((each) => !isMessage(each) || !includes(since, markOfKept(each)));
    this.#resolve(key, messagesOf(kept));
    this.#put(pastOf({ ...page, kept: earlier }, (each) => this.#shown(each)));
    return this.#close(key, name, kept.filter(isMessage).map(markOfKept));
  }

  /**
   * Shows the messages that the user has missed since it was there. Asks for further pages until
   * they reach back that far.
   */
  #showMissed(
    key: string,
    name: string,
    page: Page,
    before: readonly Mark[],
  ): readonly Received[] {
    const opening = this.#opening.get(key) as Opening;
    const missed = missedIn(opening.kept.filter(isMessage), before);
    const oldest = page.kept[0];
    const hasMore = oldest !== undefined && !missed.isWhole &&
      (before.length > 0 || page.kept.length >= PAGE_LIMIT);
    if (hasMore && opening.pages < MOST_PAGES) {
      const range = { find: "before", anchor: placeOf(oldest) } as const;
      this.#askFor(key, {
        type: "history",
        limit: PAGE_LIMIT,
        ...range,
        ...this.#at(page.name),
      });
      return [];
    }
    const shown = missed.kept.filter((each) => !includes(opening.since, markOfKept(each)));
    const text = `Of what was missed, these are the last ${shown.length} messages`;
    const channel = this.#look.hasChannels ? { channel: page.name } : {};
    const hole: readonly Received[] = hasMore ? [{ type: "notice", text, ...channel }] : [];
    this.#resolve(key, messagesOf(opening.kept));
    const later = this.#close(key, name, missed.kept.map(markOfKept));
    return [...hole, ...shown.map((each) => this.#shown(each)), ...later];
  }

  /**
   * Ends an opening. Returns what was held back, but for the messages of `marks`, which the
   * history has.
   */
  #close(key: string, name: string, marks: readonly Mark[]): readonly Received[] {
    const opening = this.#opening.get(key);
    if (opening === undefined) return [];
    this.#opening.delete(key);
    const later = opening.held.filter((event) => !includes(marks, markOf(event)));
    const shown = [...marks, ...opening.since, ...later.map(markOf)];
    if (opening.pages > 0 || shown.length > 0) this.#remember(name, shown);
    return later;
  }

  /** Gives up an opening, because no answer will come. */
  #abandon(key: string): void {
    const opening = this.#opening.get(key);
    if (opening === undefined) return;
    this.#release(opening);
    this.#close(key, this.#nameOf(key), []);
  }

  /** Shows the messages that were held back; from now on all are shown at once. */
  #release(opening: Opening): void {
    opening.isReleased = true;
    const held = opening.held.splice(0);
    opening.since.push(...held.map(markOf));
    this.#put(...held.map((event): News => ({ type: "event", event })));
  }

  /** Handles an answer that does not come in time, and may still come. */
  #late(ask: OpenAsk): void {
    if (!ask.isOnEntering) return this.#put(noPast(ask.command, "late"));
    const opening = this.#opening.get(ask.key);
    if (opening === undefined) return;
    this.#release(opening);
    this.#resolve(ask.key, []);
  }

  #refused({ ask: refused }: RefusedPage): readonly Received[] {
    const target = refused.type === "history" ? refused.target : undefined;
    const key = target === undefined ? undefined : this.#keyOfTarget(target);
    const ask = key === undefined ? this.#asks.refused() : this.#asks.answered(key);
    if (ask === undefined) return [];
    if (!ask.isOnEntering) {
      this.#put(noPast(ask.command, "refused"));
      return [];
    }
    this.#resolve(ask.key, []);
    return this.#close(ask.key, this.#nameOf(ask.key), []);
  }

  /** Settles texts that may not have arrived: those in the history have. */
  #resolve(key: string, said: readonly Message[]): void {
    const mine = said.filter(({ by }) => this.#isMe(by.nick));
    const here = this.#doubts.filter(({ text }) =>
      text.command.type !== "dm" && this.#keyOf(targetOf(text.command) ?? "") === key
    );
    this.#doubts = this.#doubts.filter((doubt) => !here.includes(doubt));
    this.#tell(here.map(({ text }) => {
      const at = mine.findIndex((event) => event.text.trim() === text.command.text.trim());
      if (at >= 0) mine.splice(at, 1);
      return { text, outcome: at >= 0 ? "taken" : "unknown" };
    }));
  }

  #tell(settled: readonly Settled[]): void {
    this.#put(...settled.map(({ text, outcome }): News => ({
      type: "settled",
      id: text.id,
      outcome,
    })));
  }

  #put(...news: readonly News[]): void {
    this.#client.put(news);
  }

  #shown(kept: Kept): Received {
    return shownEvent(kept, (nick) => this.#isMe(nick), this.#look.hasChannels);
  }

  #remember(name: string, marks: readonly Mark[]): void {
    this.#seen.set(name, [...this.#seen.get(name) ?? [], ...marks].slice(-MOST_SEEN));
  }

  #isMe(nick: string): boolean {
    return this.#look.fold(nick) === this.#look.fold(this.#client.nick());
  }

  #at(channel: string): { target?: Target } {
    return this.#look.hasChannels ? { target: { channel } } : {};
  }

  /**
   * The key of a conversation's questions and openings: a dialect with one channel has a single
   * one.
   */
  #keyOf(name: string, isChannel = true): string {
    if (!this.#look.hasChannels) return "";
    return isChannel ? this.#look.fold(name) : ` ${this.#look.fold(name)}`;
  }

  #keyOfTarget(target: Target | undefined): string {
    if (target === undefined) return "";
    return "user" in target ? this.#keyOf(target.user, false) : this.#keyOf(target.channel);
  }

  /** The name of the channel of a key. */
  #nameOf(key: string): string {
    return this.#look.hasChannels ? key : this.#here;
  }
}

function messagesOf(kept: readonly Kept[]): readonly Message[] {
  return kept.filter(isMessage).map(({ event }) => event);
}
