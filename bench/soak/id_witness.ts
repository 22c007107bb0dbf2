/**
 * A witness of ids: an IRC client that enters a channel behind its witness and stays. It is sent every message with its id,
 * and at the end reads the whole history of the channel. Its account, if it has one, is always on: it is in the channel
 * also when the server has been killed and started again, and reads what was said before.
 *
 * @module
 */

import { timeOfMsgid } from "../../lib/chat/msgid.ts";
import { askIn, ircWire } from "../../tests/support/wire/irc.ts";
import { utf8 } from "../../tests/support/wire/wire.ts";
import type { ChannelLog } from "./channel_log.ts";
import { inTime, Link } from "./link.ts";
import { askPage, PAGE, TAGGED_BEGIN, TAGGED_END, TaggedIrcReader } from "./tagged_irc.ts";
import { faultOf, Violation } from "./violation.ts";
import type { World } from "./world.ts";

/** What the server says it may lose of a history when it is killed, in milliseconds. */
export const LOST_MS = 100;

/** One channel's witness of ids. */
export class IdWitness {
  /** Its nick, and its account. */
  readonly nick: string;
  readonly #world: World;
  readonly #log: ChannelLog;
  readonly #password: string | undefined;
  readonly #entered = Promise.withResolvers<void>();
  readonly #reader = new TaggedIrcReader((page) => this.#takePage(page));
  readonly #ids: string[] = [];
  #page: PromiseWithResolvers<readonly string[]> | undefined;
  #link: Link | undefined;
  #ending = false;

  /** With a `password` it logs in, and finds itself in the channel if it has been there before. */
  constructor(nick: string, log: ChannelLog, world: World, password?: string) {
    this.nick = nick;
    this.#log = log;
    this.#world = world;
    this.#password = password;
  }

  /** The ids of what it has been sent, in their order. */
  get ids(): readonly string[] {
    return this.#ids;
  }

  /** Enters the channel, unless it is there; resolves when it has entered. */
  async enter(isThere = false): Promise<void> {
    const { nick } = this;
    this.#link = await Link.connect(this.#world.port, (bytes) => this.#receive(bytes));
    this.#link.over.then((end) => {
      if (!this.#ending) this.#world.fail(new Violation(nick, `lost its connection: ${end}`));
    });
    if (!isThere) this.#log.expect({ what: "joined", nick, text: "" });
    const login = this.#password === undefined ? "" : `PASS ${nick}:${this.#password}\r\n`;
    await this.#link.send(utf8(`${TAGGED_BEGIN}${login}`));
    await this.#link.send(ircWire.ask({ ask: "register", nick }));
    await this.#link.send(utf8(TAGGED_END));
    if (!isThere) await this.#link.send(askIn("", { ask: "join", channel: this.#log.name }));
    await inTime(`${nick} to enter ${this.#log.name}`, this.#entered.promise);
  }

  /** Reads the whole history of the channel. */
  async readHistory(): Promise<readonly string[]> {
    const kept: string[] = [];
    let before: string | undefined;
    for (;;) {
      const { promise } = this.#page = Promise.withResolvers<readonly string[]>();
      await this.#link?.send(askPage(this.#log.name, before));
      const page = await inTime(`the history of ${this.#log.name} for ${this.nick}`, promise);
      kept.unshift(...page);
      before = page[0];
      if (page.length < PAGE) return kept;
    }
  }

  /**
   * Holds what it was sent against `kept`: the ids from `since` on that a history has.
   *
   * @throws {Violation} when they differ.
   */
  check(kept: readonly string[], since = "", least = this.#ids.length): void {
    const mine = kept.filter((id) => id >= since);
    const differs = mine.findIndex((id, i) => id !== this.#ids[i]);
    if (differs < 0 && mine.length >= least) return;
    throw new Violation(
      this.nick,
      `was sent ${least} messages in ${this.#log.name}, and the history has ${mine.length}; they ` +
        `differ from number ${differs < 0 ? mine.length : differs} on`,
    );
  }

  /** The server is about to stop. */
  async serverStops(): Promise<void> {
    this.#ending = true;
    if (this.#link !== undefined) await inTime(`the end of ${this.nick}`, this.#link.over);
    this.close();
  }

  /** Closes it. */
  close(): void {
    this.#ending = true;
    this.#link?.close();
  }

  #receive(bytes: Uint8Array): void {
    try {
      for (const { text, id } of this.#reader.push(bytes)) {
        if (text === `:${this.nick} JOIN`) this.#entered.resolve();
        if (id === undefined) continue;
        const last = this.#ids.at(-1) ?? "";
        if (id <= last) throw new Violation(this.nick, `was sent "${id}" behind "${last}"`);
        this.#ids.push(id);
      }
    } catch (error) {
      this.#world.fail(faultOf(error, this.nick, bytes));
    }
  }

  #takePage(page: readonly string[] | Error): void {
    if (page instanceof Error) this.#page?.reject(new Violation(this.nick, page.message));
    else this.#page?.resolve(page);
  }
}

/**
 * Holds what was sent before a server was killed at `killedAt`, in milliseconds of Unix time, against what its history has
 * of that time: nothing may be missing but from the last moments, and nothing behind what is missing may be there. The last
 * moments are `lostMs` milliseconds.
 *
 * @returns how many of those that were sent are lost.
 * @throws {Violation} for `nick` when more is missing, or something else is there.
 */
export function checkCrash(
  nick: string,
  sent: readonly string[],
  kept: readonly string[],
  killedAt: number,
  lostMs = LOST_MS,
): number {
  const [first] = sent;
  if (first === undefined) return 0;
  const from = kept.indexOf(first);
  const there = from < 0 ? kept.filter((id) => id > first) : kept.slice(from);
  const same = sent.findIndex((id, i) => id !== there[i]);
  if (same < 0) return 0;
  const lost = sent.slice(same);
  const oldest = timeOfMsgid(lost[0] as string);
  if (there.length > same || oldest < killedAt - lostMs) {
    throw new Violation(
      nick,
      `was sent ${sent.length} messages before the server was killed, and the history has ${same} of ` +
        `them and ${there.length - same} others; the first that is missing was said ` +
        `${killedAt - oldest} ms before`,
    );
  }
  return lost.length;
}
