/**
 * The news of a client that stays, for its UI: events of the chat, the state of its connection, and
 * the outcomes of texts that its user has typed.
 *
 * @module
 */

import type { Received } from "../protocol/protocol.ts";
import type { NoPast, Past } from "./past.ts";
import type { Found } from "./searches.ts";

/** The state of the connection. */
export type Link =
  /** It is being made; `why` is what ended the one before. */
  | { readonly phase: "connecting" }
  /** It stands, but the server has not let the user in yet. */
  | { readonly phase: "entering" }
  | { readonly phase: "online" }
  /** It was lost for the reason `why`; the next attempt comes in `ms` milliseconds. */
  | { readonly phase: "waiting"; readonly why: string; readonly ms: number }
  /** It was lost, and is not made again. */
  | { readonly phase: "off"; readonly why: string };

/**
 * The outcome of a text: the server has it (`taken`), has refused it, or the connection broke
 * before the server said (`unknown`).
 */
export type Outcome = "taken" | "refused" | "unknown";

/** One piece of news. */
export type News =
  | { readonly type: "event"; readonly event: Received }
  | { readonly type: "link"; readonly link: Link }
  /** The outcome of the text with the number `id`. */
  | { readonly type: "settled"; readonly id: number; readonly outcome: Outcome }
  /** How long the server took to answer; or, while it `isOpen`, how long it has not answered. */
  | { readonly type: "lag"; readonly ms: number; readonly isOpen: boolean }
  | Past
  | NoPast
  | Found;

/** News in the order in which they came, for one reader. Its writer bounds it: see `taken`. */
export class NewsQueue implements AsyncIterable<readonly News[]> {
  #waiting: News[] = [];
  #isEnded = false;
  #more = Promise.withResolvers<void>();
  #taken = Promise.withResolvers<void>();

  /** Adds news. */
  put(...news: readonly News[]): void {
    if (this.#isEnded || news.length === 0) return;
    for (const each of news) this.#waiting.push(each);
    this.#more.resolve();
  }

  /** Ends the queue, once everything in it is read. */
  end(): void {
    this.#isEnded = true;
    this.#more.resolve();
    this.#taken.resolve();
  }

  /** Resolves when the reader has taken everything. */
  async taken(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#isEnded) await this.#taken.promise;
  }

  /** Yields all that waits at once. */
  async *[Symbol.asyncIterator](): AsyncGenerator<readonly News[], void, void> {
    while (true) {
      while (this.#waiting.length > 0) {
        const news = this.#waiting;
        this.#waiting = [];
        yield news;
        this.#taken.resolve();
        this.#taken = Promise.withResolvers();
      }
      if (this.#isEnded) return;
      await this.#more.promise;
      this.#more = Promise.withResolvers();
    }
  }
}
