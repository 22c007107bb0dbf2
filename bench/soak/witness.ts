/**
 * A witness: a json16 client that enters a channel before anybody else and stays. All that happens there
 * it receives, what it does itself included; it writes the channel's log.
 *
 * @module
 */

import { happeningIn, json16Wire, packet } from "../../tests/support/wire/json16.ts";
import { type Request, WireReader } from "../../tests/support/wire/wire.ts";
import type { ChannelLog } from "./channel_log.ts";
import { inTime, Link } from "./link.ts";
import { Past } from "./past.ts";
import { faultOf, Violation } from "./violation.ts";
import { LOBBY, type World } from "./world.ts";

/** One channel's witness. */
export class Witness {
  /** Of itself. */
  readonly nick: string;
  readonly #world: World;
  readonly #log: ChannelLog;
  readonly #reader = new WireReader(json16Wire);
  readonly #entered = Promise.withResolvers<void>();
  #link: Link | undefined;
  // On its way it is a member of the lobby, whose own witness writes that log.
  #joinsToCome: number;
  readonly #past: Past;
  #ending = false;
  // The answer of the history that is being waited for.
  #answer: { readonly packets: string[]; readonly whole: (packets: string[]) => void } | undefined;

  /** For the channel of `log`; what is older than the id `since` was said before it came. */
  constructor(nick: string, log: ChannelLog, world: World, since?: string) {
    this.nick = nick;
    this.#log = log;
    this.#world = world;
    this.#past = new Past(since);
    this.#joinsToCome = log.name === LOBBY ? 1 : 2;
  }

  /** Enters the channel; resolves when it is there. */
  async enter(): Promise<void> {
    const { nick } = this;
    this.#link = await Link.connect(this.#world.port, (bytes) => this.#receive(bytes));
    this.#link.over.then((end) => {
      if (!this.#ending) this.#world.fail(new Violation(nick, `lost its connection: ${end}`));
    });
    const lobby = this.#world.logs.get(LOBBY) as ChannelLog;
    lobby.expect({ what: "joined", nick, text: "" });
    if (this.#log !== lobby) {
      lobby.expect({ what: "left", nick, text: "" });
      this.#log.expect({ what: "joined", nick, text: "" });
    }
    await this.#send({ ask: "register", nick });
    if (this.#log !== lobby) await this.#send({ ask: "join", channel: this.#log.name });
    await inTime(`${nick} to enter ${this.#log.name}`, this.#entered.promise);
  }

  /** Says something that every member must receive. */
  async speak(text: string): Promise<void> {
    this.#log.expect({ what: "said", nick: this.nick, text });
    await this.#send({ ask: "say", nick: this.nick, text });
  }

  /** Reads the channel's whole history, which must be what this witness has been sent. Returns the ids. */
  async checkHistory(): Promise<readonly string[]> {
    return await this.#past.check(this.nick, async (question) => {
      const { promise, resolve } = Promise.withResolvers<string[]>();
      this.#answer = { packets: [], whole: resolve };
      await this.#link?.send(packet(question));
      return await inTime(`the history of ${this.#log.name}`, promise);
    });
  }

  #takePast(text: string): void {
    if (!text.includes('"kind": "end"')) return void this.#answer?.packets.push(text);
    this.#answer?.whole(this.#answer.packets);
    this.#answer = undefined;
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
      const now = performance.now();
      for (const text of this.#reader.push(bytes)) {
        if (text.startsWith('{"type": "history"')) {
          this.#takePast(text);
          continue;
        }
        const happening = happeningIn(text);
        if (happening === undefined) continue;
        if (happening.what === "joined" && happening.nick === this.nick) this.#joinsToCome--;
        if (this.#joinsToCome > 0) continue;
        this.#log.append(happening, now);
        const { what, nick, text: words } = happening;
        if (what === "said" || what === "emoted") this.#past.add(what, nick, words);
        this.#entered.resolve();
      }
      this.#log.wake();
    } catch (error) {
      this.#world.fail(faultOf(error, this.nick, bytes));
    }
  }

  async #send(request: Request): Promise<void> {
    await this.#link?.send(json16Wire.ask(request));
  }
}
