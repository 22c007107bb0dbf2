/**
 * Searches of the server's history: one question after the other, whose answers come in the order
 * of the questions. A server that knows none does not answer in every dialect; it is not asked
 * again on its connection.
 *
 * @module
 */

import type { Kept } from "../chat/history.ts";
import type { Clock } from "../net/deadline.ts";
import type { ClientCommand, Received } from "../protocol/protocol.ts";

/** A search. */
export type SearchCommand = Extract<ClientCommand, { type: "search" }>;

/** What a search has found. */
export interface Found {
  /** Tells it from other news. */
  readonly type: "found";
  /** The search. */
  readonly ask: SearchCommand;
  /**
   * The messages, the oldest first; `undefined` where the server does not search, or does not
   * answer.
   */
  readonly events: readonly Received[] | undefined;
}

/** The part of the client that searches use. */
export interface SearchClient {
  /** Sends a command to the server. */
  send(command: ClientCommand): void;
  /** Passes news to the UI. */
  put(found: Found): void;
  /** The event that shows a kept one. */
  shown(kept: Kept): Received;
}

/** Milliseconds for an answer. */
const ANSWER_MS = 5000;

interface Open {
  readonly ask: SearchCommand;
  isGivenUp: boolean;
  forgetTimer(): void;
}

/** The searches of one connection after the other. */
export class Searches {
  readonly #clock: Clock;
  readonly #client: SearchClient;
  #open: Open[] = [];
  #isDeaf = false;

  /** Begins without searches. */
  constructor(clock: Clock, client: SearchClient) {
    this.#clock = clock;
    this.#client = client;
  }

  /** Searches for the user; `canSearch` is whether there is a server that may do it. */
  ask(ask: SearchCommand, canSearch: boolean): void {
    if (!canSearch || this.#isDeaf) {
      return this.#client.put({ type: "found", ask, events: undefined });
    }
    const open: Open = {
      ask,
      isGivenUp: false,
      forgetTimer: this.#clock.setTimer(() => {
        open.isGivenUp = true;
        this.#isDeaf = true;
        this.#client.put({ type: "found", ask, events: undefined });
      }, ANSWER_MS),
    };
    this.#open.push(open);
    this.#client.send(ask);
  }

  /** Takes the answer to the oldest search; without `kept`, the server has refused it. */
  answered(kept?: readonly Kept[]): void {
    this.#isDeaf = false;
    const open = this.#open.shift();
    open?.forgetTimer();
    // Its user was told that there is no answer, and has read what was found here.
    if (open === undefined || open.isGivenUp) return;
    const events = kept?.map((each) => this.#client.shown(each));
    this.#client.put({ type: "found", ask: open.ask, events });
  }

  /** Notes the end of the connection. */
  lost(): void {
    const open = [...this.#open];
    this.stop();
    for (const { ask, isGivenUp } of open) {
      if (!isGivenUp) this.#client.put({ type: "found", ask, events: undefined });
    }
  }

  /** Stops: there will be no answers. */
  stop(): void {
    for (const { forgetTimer } of this.#open.splice(0)) forgetTimer();
    this.#isDeaf = false;
  }
}
