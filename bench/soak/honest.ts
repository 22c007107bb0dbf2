/**
 * Honest clients: each lives again and again, registers under a new name, joins, switches, talks, asks,
 * and ends its connection in one of the ways that its protocol knows. It reports each act to its view
 * first, which then knows what must come of it.
 *
 * @module
 */

import { REGISTERED, STOPPING } from "../../tests/support/wire/chat1.ts";
import { BARRIER_REPLY } from "../../tests/support/wire/cs168.ts";
import { askIn, ERROR, IrcReader, PONG } from "../../tests/support/wire/irc.ts";
import { json16Wire } from "../../tests/support/wire/json16.ts";
import {
  type Dialect,
  joined,
  type Request,
  utf8,
  WireReader,
} from "../../tests/support/wire/wire.ts";
import { WIRES } from "../../tests/support/wire/wires.ts";
import type { Random } from "./random.ts";
import { inTime, Link } from "./link.ts";
import { Recall } from "./recall.ts";
import { TAGGED_BEGIN, TAGGED_END } from "./tagged_irc.ts";
import { View } from "./view.ts";
import { faultOf, Violation } from "./violation.ts";
import { count, LOBBY, type World } from "./world.ts";

/** One honest client. */
export class HonestClient {
  readonly #dialect: Dialect;
  readonly #name: string;
  readonly #world: World;
  readonly #random: Random;
  #lives = 0;
  #life: Life | undefined;

  /** `name` is followed by the number of the life. */
  constructor(dialect: Dialect, name: string, world: World, random: Random) {
    this.#dialect = dialect;
    this.#name = name;
    this.#world = world;
    this.#random = random;
  }

  /** Lives until the run stops; the last connection stays open. Never rejects. */
  async run(): Promise<void> {
    const world = this.#world;
    try {
      await world.pause(this.#random.pause(world.thinkTime));
      while (!world.stopped) {
        this.#life = new Life(this.#dialect, `${this.#name}-${++this.#lives}`, world, this.#random);
        await this.#life.run();
      }
    } catch (error) {
      world.fail(error);
    }
  }

  /** Waits for the server to end the connection, which is all that may still happen. */
  async serverStops(): Promise<void> {
    await this.#life?.serverStops();
  }

  /** Closes what is open. */
  close(): void {
    this.#life?.close();
  }
}

/** How each dialect answers a barrier; json16 with the names of the members. */
const BARRIERS: Readonly<Record<Dialect, string | undefined>> = {
  cs168: BARRIER_REPLY,
  chat1: undefined,
  json16: undefined,
  irc: PONG,
};

/**
 * Messages that it compares with the history, seldom and mostly. A page has a price, and all honest clients have one
 * address.
 */
const WHOLE = 1_000;
const LATELY = 30;

/** From one connection to its end. */
class Life {
  readonly #dialect: Dialect;
  readonly #nick: string;
  readonly #world: World;
  readonly #random: Random;
  readonly #view: View;
  readonly #reader: WireReader | IrcReader | Recall;
  readonly #isTagged: boolean;
  #link: Link | undefined;
  // From then on the connection may end.
  #ending = false;
  #serial = 0;

  constructor(dialect: Dialect, nick: string, world: World, random: Random) {
    this.#dialect = dialect;
    this.#nick = nick;
    this.#world = world;
    this.#random = random;
    this.#isTagged = dialect === "irc" && random.chance(0.7);
    this.#view = new View(nick, dialect, world.logs, world.strangers, this.#isTagged);
    this.#reader = this.#isTagged
      ? new Recall(nick)
      : dialect === "irc"
      ? new IrcReader()
      : dialect === "json16"
      ? new Recall(nick, new WireReader(WIRES[dialect]))
      : new WireReader(WIRES[dialect]);
    if (this.#isTagged) world.visits.set(this.#view, (this.#reader as Recall).visit);
  }

  async run(): Promise<void> {
    const link = await Link.connect(this.#world.port, (bytes) => this.#receive(bytes));
    this.#link = link;
    this.#world.views.add(this.#view);
    link.over.then((end) => this.#over(end));
    await this.#register();
    for (let actions = this.#random.between(5, 40); actions > 0; actions--) {
      await this.#world.pause(this.#random.pause(this.#world.thinkTime));
      if (this.#world.stopped) return await this.#rest();
      await this.#act();
    }
    await this.#end(link);
  }

  async serverStops(): Promise<void> {
    const link = this.#link;
    if (link === undefined || link.closed) return;
    this.#ending = true;
    if (this.#dialect === "chat1") this.#view.awaits(STOPPING);
    if (this.#dialect === "irc") this.#view.awaits(ERROR);
    await inTime(`the end of ${this.#nick}`, link.over);
    link.close();
    if (!this.#view.settled) throw new Violation(this.#nick, "received something else at the end");
  }

  close(): void {
    this.#ending = true;
    this.#link?.close();
  }

  #receive(bytes: Uint8Array): void {
    try {
      this.#view.receives(this.#reader.push(bytes));
    } catch (error) {
      this.#world.fail(faultOf(error, this.#nick, bytes));
    }
  }

  /** Before it leaves a channel it holds what it was sent there against the history, or not every time. */
  async #recall(): Promise<void> {
    const { channel } = this.#view;
    const reader = this.#reader;
    if (!(reader instanceof Recall) || channel === undefined || !this.#random.chance(0.5)) return;
    // It has surely entered then.
    await this.#barrier();
    await this.#answered();
    const what = `the history of ${channel} for ${this.#nick}`;
    this.#world.recalled += await reader.check(
      channel,
      this.#random.chance(0.05) ? WHOLE : LATELY,
      (question) => (this.#link as Link).send(question),
      (page) => this.#waits(what, page),
    );
  }

  #over(end: string): void {
    try {
      // What this side has cut off may end inside a character.
      const rest = end === "end of stream" ? this.#reader.end() : undefined;
      if (rest !== undefined) this.#view.receives([rest]);
    } catch (error) {
      this.#world.fail(error);
    }
    if (!this.#ending) this.#world.fail(new Violation(this.#nick, `lost its connection: ${end}`));
  }

  async #register(): Promise<void> {
    const raw = this.#dialect === "chat1" && this.#random.chance(0.3);
    if (this.#dialect === "chat1") this.#view.awaits(REGISTERED);
    if (this.#dialect === "chat1" || this.#dialect === "json16") this.#view.joins(LOBBY);
    if (this.#isTagged) await this.#link?.send(utf8(TAGGED_BEGIN));
    await this.#send({ ask: "register", nick: this.#nick, raw });
    if (this.#isTagged) await this.#link?.send(utf8(TAGGED_END));
    // A raw client's first message ends where it pauses.
    if (raw) await this.#answered();
  }

  async #act(): Promise<void> {
    const dice = this.#random.next();
    if (this.#dialect === "chat1") return await this.#talk();
    if (this.#view.channel === undefined || dice < 0.15) return await this.#join();
    if (dice < 0.25) return await this.#barrier();
    if (dice < 0.3 && this.#dialect === "json16") return await this.#part();
    if (dice < 0.3 && this.#dialect === "irc") return await this.#leave();
    if (dice < 0.3) return await this.#joinMissing();
    await this.#talk();
  }

  async #talk(): Promise<void> {
    const lines = this.#random.chance(0.05) ? 20 : 1;
    const requests: Request[] = [];
    for (let i = 0; i < lines; i++) {
      const text = this.#text();
      const canEmote = this.#dialect === "json16" || this.#dialect === "irc";
      const emotes = canEmote && text.length < 100 && this.#random.chance(0.1);
      this.#view.speaks(emotes ? "emoted" : "said", text);
      requests.push({ ask: emotes ? "emote" : "say", nick: this.#nick, text });
    }
    await this.#send(...requests);
  }

  /** Unlike any other, without white space. */
  #text(): string {
    const own = `${this.#nick}-${++this.#serial}`;
    const dice = this.#random.next();
    if (dice < 0.1) return `${own}-日本é👍`;
    if (dice < 0.8) return own;
    const isShort = this.#dialect === "cs168" || this.#dialect === "irc";
    const most = dice < 0.97 || isShort ? 150 : 2500;
    return `${own}-${"x".repeat(this.#random.between(1, most))}`;
  }

  async #join(): Promise<void> {
    const channel = this.#random.pick(this.#world.channels);
    await this.#recall();
    // An IRC user would be in both.
    if (this.#dialect === "irc") await this.#leave();
    this.#view.joins(channel);
    if (this.#dialect === "json16") {
      this.#view.awaits(json16Wire.texts({ what: "entered", channel })[0]);
    }
    await this.#send({ ask: "join", channel });
  }

  /** Leaves the channel that it is in, if it is in one, for none. */
  async #leave(): Promise<void> {
    if (this.#view.channel === undefined) return;
    const bytes = askIn(this.#view.channel, { ask: "part" });
    this.#view.quits();
    await (this.#link as Link).send(bytes);
  }

  async #part(): Promise<void> {
    await this.#recall();
    this.#view.joins(LOBBY);
    this.#view.awaits(json16Wire.texts({ what: "entered", channel: LOBBY })[0]);
    await this.#send({ ask: "part" });
  }

  async #joinMissing(): Promise<void> {
    this.#view.awaits("No channel named nowhere exists. Try '/create nowhere'?");
    await this.#send({ ask: "join", channel: "nowhere" });
  }

  async #barrier(): Promise<void> {
    this.#view.awaits(BARRIERS[this.#dialect]);
    await this.#send({ ask: "barrier" });
  }

  /** The run stops: the last requests are answered. */
  async #rest(): Promise<void> {
    await this.#recall();
    if (this.#dialect !== "chat1") await this.#barrier();
    await this.#answered();
  }

  async #end(link: Link): Promise<void> {
    await this.#recall();
    if (this.#dialect !== "chat1") await this.#barrier();
    await this.#answered();
    this.#ending = true;
    this.#view.quits();
    const way = this.#wayOut();
    count(this.#world.lives, `${this.#dialect} ${way}`);
    if (way === "says DISCONNECT") {
      await link.send(WIRES.chat1.ask({ ask: "disconnect", nick: this.#nick }));
    }
    if (way === "ends its side") await link.finish();
    if (way !== "closes") await inTime(`the end of ${this.#nick}`, link.over);
    link.close();
    await link.over;
    this.#view.ended(way === "says DISCONNECT" ? "complete" : "dropped");
  }

  #wayOut(): "closes" | "ends its side" | "says DISCONNECT" {
    const first = this.#random.chance(0.5);
    // A chat1 client that closed would not know whether its last words had been read.
    if (this.#dialect === "chat1") return first ? "says DISCONNECT" : "ends its side";
    return first ? "closes" : "ends its side";
  }

  #answered(): Promise<void> {
    return this.#waits(`the answers to ${this.#nick}`, this.#view.answered());
  }

  /** Waits for what must come, unless the connection ends. */
  #waits<Value>(what: string, promise: Promise<Value>): Promise<Value> {
    const over = (this.#link as Link).over.then((end): never => {
      throw new Violation(this.#nick, `lost its connection before ${what}: ${end}`);
    });
    return inTime(what, Promise.race([promise, over]));
  }

  /** In one write, or now and then cut anywhere. In chat1 a pause has a meaning, so it is not cut. */
  async #send(...requests: Request[]): Promise<void> {
    const link = this.#link as Link;
    const { channel = "" } = this.#view;
    const bytes = joined(
      requests.map((request) =>
        this.#dialect === "irc" ? askIn(channel, request) : WIRES[this.#dialect].ask(request)
      ),
    );
    const cut = this.#dialect !== "chat1" && this.#random.chance(0.1)
      ? this.#random.between(1, bytes.length - 1)
      : bytes.length;
    await link.send(bytes.subarray(0, cut));
    if (cut === bytes.length) return;
    await this.#world.pause(this.#random.between(0, 20));
    await link.send(bytes.subarray(cut));
  }
}
