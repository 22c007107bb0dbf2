/**
 * What was missed while there was no connection, from a server that keeps a history. On entering a channel the client
 * asks for what was said last, shows what it has not shown before, and holds back what is said until then, so that all of
 * it comes in its order.
 *
 *   entered  --> ask --> held: what is said meanwhile
 *   answer   --> what was missed, then what was held and is not in the answer
 *
 * The history also tells whether a text arrived whose connection broke behind it.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import type { Kept } from "../chat/history.ts";
import type { Clock } from "../net/deadline.ts";
import type { ClientCommand, Received } from "../protocol/protocol.ts";
import { senderOf } from "./event_parts.ts";
import type { Look } from "./look.ts";
import type { News } from "./news.ts";
import { type Settled, targetOf } from "./outgoing.ts";

/** What it needs of the client. */
export interface CatchUpClient {
  /** Sends a command to the server. */
  send(command: ClientCommand): void;
  /** Tells news. */
  put(news: readonly News[]): void;
  /** The user's own name. */
  nick(): string;
}

/** How many messages to ask for. */
const LIMIT = 100;
/** Messages that are remembered to know them again in a history. */
const MOST_SEEN = 30;
/** As many of them must be found in their order, if there are as many. */
const ENOUGH = 3;
/** Messages that are held back at most. */
const MOST_HELD = 1000;
/** The answer must come within this time. */
const ANSWER_MS = 5000;

type Message = Extract<ChatEvent, { type: "said" | "emoted" }>;

interface Mark {
  readonly id: string | undefined;
  readonly words: string;
}

/** What one client has seen of each channel. */
export class CatchUp {
  readonly #look: Look;
  readonly #clock: Clock;
  readonly #client: CatchUpClient;
  readonly #seen = new Map<string, Mark[]>();
  readonly #held = new Map<string, Received[]>();
  #doubts: Settled[] = [];
  #hasAnswered = false;
  #forgetTimer = () => {};

  /** Has seen nothing. */
  constructor(look: Look, clock: Clock, client: CatchUpClient) {
    this.#look = look;
    this.#clock = clock;
    this.#client = client;
  }

  /** The server has let the user in. */
  online(): void {
    this.#forgetTimer();
    this.#forgetTimer = this.#clock.setTimer(() => this.#giveUp(), ANSWER_MS);
  }

  /** The connection is lost; of the texts in `doubts` it is not known whether they arrived. */
  lost(doubts: readonly Settled[]): void {
    this.#forgetTimer();
    for (const key of [...this.#held.keys()]) this.#release(key);
    this.#doubts.push(...doubts);
  }

  /** There will be no other connection. */
  stop(): void {
    this.#forgetTimer();
  }

  /** Takes an event, and returns what of it is to be shown now. `hasHistory` is whether the server may have one. */
  take(event: Received, hasHistory: boolean): readonly Received[] {
    if (this.#opens(event)) {
      const key = this.#keyOf(event.channel);
      if (hasHistory) this.#ask(key, event.channel);
      else this.#resolve(key, []);
      return [event];
    }
    if (event.type === "history") return this.#answer(event);
    if (event.type === "history_refused") this.#giveUp();
    if (event.type !== "said" && event.type !== "emoted") return [event];
    const key = this.#keyOf(event.channel);
    const held = this.#held.get(key);
    if (held !== undefined && held.length < MOST_HELD) {
      held.push(event);
      return [];
    }
    this.#remember(key, [markOf(event)]);
    return [event];
  }

  /** Whether the user sees a channel from this event on. */
  #opens(event: ChatEvent): event is Extract<ChatEvent, { type: "entered" | "joined" }> {
    if (this.#look.hasChannels) return event.type === "entered";
    return event.type === "joined" && event.by.nick === this.#client.nick();
  }

  #ask(key: string, channel: string): void {
    // A server that may know no history does not answer; nothing waits for that.
    if (this.#look.hasChannels || this.#hasAnswered) this.#held.set(key, []);
    const target = this.#look.hasChannels ? { target: { channel } } : {};
    this.#client.send({ type: "history", limit: LIMIT, find: "latest", ...target });
  }

  #answer({ name, kept }: Extract<ChatEvent, { type: "history" }>): readonly Received[] {
    this.#hasAnswered = true;
    const key = this.#keyOf(name);
    const held = this.#held.get(key) ?? [];
    this.#held.delete(key);
    const said = kept.filter(isMessage);
    const missed = unseen(said, this.#seen.get(key) ?? []);
    this.#resolve(key, said.map(({ event }) => event));
    const marks = said.map(({ event, stamp }) => markOf({ ...event, stamp }));
    const later = held.filter((event) => {
      const mark = markOf(event as Received & Message);
      return !marks.some((each) => isSame(each, mark));
    });
    const shown = missed.map(({ event, stamp }): Received => ({
      ...event,
      ...(!this.#look.hasChannels && { channel: "" }),
      stamp: { ...stamp, isReplayed: true },
    }));
    const all = [...shown, ...later];
    this.#remember(key, all.map((event) => markOf(event as Received & Message)));
    return all;
  }

  /** No answer comes: what was held is shown, and what was doubted stays unknown. */
  #giveUp(): void {
    this.#forgetTimer();
    for (const key of [...this.#held.keys()]) this.#release(key);
    this.#tell(this.#doubts.splice(0));
  }

  #release(key: string): void {
    const held = this.#held.get(key) ?? [];
    this.#held.delete(key);
    this.#remember(key, held.map((event) => markOf(event as Received & Message)));
    this.#client.put(held.map((event): News => ({ type: "event", event })));
  }

  /** A text that the history has, did arrive. */
  #resolve(key: string, said: readonly Message[]): void {
    const mine = said.filter(({ by }) =>
      this.#look.fold(by.nick) === this.#look.fold(this.#client.nick())
    );
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
    this.#client.put(settled.map(({ text, outcome }): News => ({
      type: "settled",
      id: text.id,
      outcome,
    })));
  }

  #remember(key: string, marks: readonly Mark[]): void {
    this.#seen.set(key, [...this.#seen.get(key) ?? [], ...marks].slice(-MOST_SEEN));
  }

  #keyOf(channel: string): string {
    return this.#look.hasChannels ? this.#look.fold(channel) : "";
  }
}

/** The messages behind those that were seen; all of them, if none of those is there. */
function unseen(kept: readonly KeptMessage[], seen: readonly Mark[]): readonly KeptMessage[] {
  const marks = kept.map(({ event, stamp }) => markOf({ ...event, stamp }));
  for (let at = marks.length - 1; at >= 0; at--) {
    const depth = Math.min(ENOUGH, at + 1, seen.length);
    const isHere = depth > 0 &&
      Array.from({ length: depth }, (_, back) => back).every((back) =>
        isSame(marks[at - back] as Mark, seen[seen.length - 1 - back] as Mark)
      );
    if (isHere) return kept.slice(at + 1);
  }
  return kept;
}

type KeptMessage = Kept & { readonly event: Message };

function isMessage(kept: Kept): kept is KeptMessage {
  return kept.event.type === "said" || kept.event.type === "emoted";
}

function markOf(event: Message & Received): Mark {
  return { id: event.stamp?.msgid, words: `${senderOf(event)}\n${event.type}\n${event.text}` };
}

function isSame(a: Mark, b: Mark): boolean {
  return a.id !== undefined && b.id !== undefined ? a.id === b.id : a.words === b.words;
}
