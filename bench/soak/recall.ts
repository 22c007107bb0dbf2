/**
 * What one honest client reads, and remembers of the channel that it is in, so that it can hold it against the history.
 * An IRC client that knows ids compares these; a json16 client, whose packets have none, what was said.
 *
 *   bytes --> texts, for the view
 *         '-> messages, for the visit         pages of the history, for whoever asked
 *
 * @module
 */

import { happeningIn, packet } from "../../tests/support/wire/json16.ts";
import type { WireReader } from "../../tests/support/wire/wire.ts";
import { askPage, digest, type Packet, PAGE, whole } from "./past.ts";
import { askPage as askTaggedPage, TaggedIrcReader } from "./tagged_irc.ts";
import { Violation } from "./violation.ts";
import { type Page, Visit } from "./visit.ts";

/** One connection's memory. */
export class Recall {
  /** The channel that it is in. */
  readonly visit: Visit = new Visit();
  readonly #nick: string;
  readonly #reader: WireReader | TaggedIrcReader;
  // The page that is waited for, and the packets of it that have come.
  #page: PromiseWithResolvers<Page> | undefined;
  #packets: string[] = [];
  #limit = PAGE;

  /** Of an IRC client that knows ids; with `reader`, of a json16 client. */
  constructor(nick: string, reader?: WireReader) {
    this.#nick = nick;
    this.#reader = reader ?? new TaggedIrcReader((page) => this.#takeIds(page));
  }

  /** The texts in `bytes` that belong to its view. */
  push(bytes: Uint8Array): string[] {
    if (!(this.#reader instanceof TaggedIrcReader)) {
      return this.#reader.push(bytes).filter((text) => !this.#takePacket(text));
    }
    return this.#reader.push(bytes).map(({ text, id, joined }) => {
      if (text === `:${this.#nick} JOIN`) this.visit.begin(joined);
      if (id !== undefined) this.visit.add(id);
      return text;
    });
  }

  /** What is left at the end of the stream. */
  end(): string | undefined {
    return this.#reader.end();
  }

  /**
   * Holds the last `most` messages that it was sent in `channel`, where it is, against the history. `send` sends a question, and `wait` waits for
   * its answer.
   *
   * @returns how many messages were compared.
   * @throws {Violation} when they differ.
   */
  check(
    channel: string,
    most: number,
    send: (bytes: Uint8Array) => Promise<void>,
    wait: (page: Promise<Page>) => Promise<Page>,
  ): Promise<number> {
    const isTagged = this.#reader instanceof TaggedIrcReader;
    const limit = this.#limit = Math.min(PAGE, most);
    return this.visit.check(this.#nick, async (before) => {
      const { promise } = this.#page = Promise.withResolvers<Page>();
      await send(isTagged ? askTaggedPage(channel, before, limit) : packet(askPage(before, limit)));
      return await wait(promise);
    }, most);
  }

  /** Whether `text` is of the history, and nothing for the view. */
  #takePacket(text: string): boolean {
    if (text.startsWith('{"type": "history"')) {
      if (text.includes('"kind": "end"')) this.#endPage();
      else this.#packets.push(text);
      return true;
    }
    const happening = happeningIn(text);
    if (happening === undefined) return false;
    const { what, nick, text: words } = happening;
    if (what === "joined" && nick === this.#nick) this.visit.begin();
    if (what === "said" || what === "emoted") this.visit.add(String(digest(what, nick, words)));
    return false;
  }

  #endPage(): void {
    const page = whole(this.#packets.map((packet) => JSON.parse(packet) as Packet));
    this.#packets = [];
    const keys = page.map(({ kind, nick, message }) => String(digest(kind, nick, message)));
    this.#page?.resolve(pageOf(keys, page[0]?.id, this.#limit));
  }

  #takeIds(ids: readonly string[] | Error): void {
    if (ids instanceof Error) this.#page?.reject(new Violation(this.#nick, ids.message));
    else this.#page?.resolve(pageOf(ids, ids[0], this.#limit));
  }
}

/** A page that is full may have another before it. */
function pageOf(keys: readonly string[], first: string | undefined, limit: number): Page {
  return { keys, ...(keys.length >= limit && first !== undefined && { before: first }) };
}
