/**
 * A client that stays, over connections and a clock that the test plays.
 *
 * @module
 */

import { LastingClient } from "../../lib/client/lasting_client.ts";
import type { LastingOptions, OneConnection } from "../../lib/client/lasting_options.ts";
import { lookOf } from "../../lib/client/looks.ts";
import type { News } from "../../lib/client/news.ts";
import type { ClientCommand, Receipt, Received } from "../../lib/protocol/protocol.ts";
import { FakeClock } from "../support/clock.ts";
import { person } from "../support/events.ts";
import { settle } from "../support/within.ts";
import { Source } from "../support/source.ts";

export const irc = lookOf({ name: "irc" });
export const json16 = lookOf({ name: "json16" });
export const cs168 = lookOf({ name: "cs168" });
export const SECOND = 1000;

/** The server's end of one connection. */
export class FakeConnection implements OneConnection {
  /** What was sent, a word or two for each. */
  readonly sent: string[] = [];
  reason: string | undefined;
  answered: string | undefined;
  given = 0;
  /** Bytes that the socket took; all by default. */
  takes: number | undefined;
  receipt: Receipt = "echo";
  hasHistory = false;
  canSearch = false;
  readonly #source = new Source<readonly Received[]>();

  get taken(): number {
    return this.takes ?? this.given;
  }

  send(command: ClientCommand): Promise<void> {
    this.sent.push(wordsFor(command));
    this.given += 10;
    return Promise.resolve();
  }

  probe(token: string): boolean {
    if (this.receipt === "none") return false;
    this.sent.push(`? ${token}`);
    this.given += 10;
    return true;
  }

  drain(): Promise<void> {
    return Promise.resolve();
  }

  says(...events: Received[]): void {
    this.#source.put(events);
  }

  answers(token: string): void {
    this.answered = token;
    this.#source.put([]);
  }

  /** The connection is lost. */
  breaks(reason = "closed by peer"): void {
    this.reason ??= reason;
    this.#source.end();
  }

  leave(): Promise<boolean> {
    this.sent.push("leave");
    this.breaks();
    return Promise.resolve(true);
  }

  abandon(why: string): void {
    this.breaks(why);
  }

  close(): void {
    this.breaks("closed by user");
  }

  [Symbol.asyncIterator](): AsyncIterator<readonly Received[]> {
    return this.#source[Symbol.asyncIterator]();
  }
}

export function wordsFor(command: ClientCommand): string {
  switch (command.type) {
    case "say":
      return `${command.channel ?? ""}> ${command.text}`;
    case "dm":
      return `${command.to}: ${command.text}`;
    case "join":
    case "create":
    case "part":
      return `${command.type} ${command.channel ?? ""}`.trim();
    case "register":
      return `nick ${command.nick}`;
    case "history":
      return historyWords(command);
    default:
      return command.type;
  }
}

function historyWords({ target, ...ask }: Extract<ClientCommand, { type: "history" }>): string {
  const place = target === undefined ? "" : "user" in target ? target.user : target.channel;
  const before = ask.find === "before" && "msgid" in ask.anchor ? `before ${ask.anchor.msgid}` : "";
  return ["history", place, before].filter((word) => word !== "").join(" ");
}

/** A client, its clock, and the connections that it has asked for. */
export class Rig implements Disposable {
  readonly clock = new FakeClock();
  readonly client: LastingClient;
  readonly news: string[] = [];
  readonly connections: FakeConnection[] = [];
  /** What the next attempts meet, instead of a server. */
  readonly failures: Error[] = [];
  /** How a new connection is. */
  readonly receipt: Receipt;
  isOver = false;
  #id = 0;

  constructor(options: Partial<LastingOptions> = {}, receipt: Receipt = "echo") {
    this.receipt = receipt;
    this.client = new LastingClient({
      connect: () => {
        const failure = this.failures.shift();
        if (failure !== undefined) return Promise.reject(failure);
        const connection = new FakeConnection();
        connection.receipt = this.receipt;
        this.connections.push(connection);
        return Promise.resolve(connection);
      },
      look: irc,
      nick: "pat",
      reconnects: true,
      clock: this.clock,
      random: () => 0,
      ...options,
    });
    this.#read().catch((error) => this.news.push(`fault ${error.message}`));
  }

  /** pat on IRC, in #tea. */
  static async online(options: Partial<LastingOptions> = {}): Promise<Rig> {
    const rig = new Rig({ channels: ["tea"], ...options });
    await settle();
    rig.letsIn();
    await settle();
    rig.news.splice(0);
    rig.here.sent.splice(0);
    return rig;
  }

  /** The server lets pat in, who enters #tea. */
  letsIn(...more: Received[]): void {
    this.here.says(registered("pat"), { type: "entered", channel: "tea" }, ...more);
  }

  /** The connection is lost, and the next one made; the server has not said a word there. */
  async returns(ms = SECOND): Promise<void> {
    this.here.breaks();
    await this.passes(ms);
  }

  /** The channels that were asked for on the latest connection. */
  get joins(): string[] {
    return this.here.sent.filter((each) => each.startsWith("join"));
  }

  [Symbol.dispose](): void {
    this.client.close();
  }

  /** What was sent on the latest connection, besides probes. */
  get sent(): string[] {
    return this.here.sent.filter((each) => !each.startsWith("?"));
  }

  /** The latest connection. */
  get here(): FakeConnection {
    return this.connections.at(-1) as FakeConnection;
  }

  types(command: ClientCommand): void {
    this.client.send(command, ++this.#id);
  }

  async passes(ms: number): Promise<void> {
    await settle();
    // Step by step, because what a timer starts may set the next one.
    for (let left = ms; left > 0; left -= SECOND) {
      this.clock.advance(Math.min(SECOND, left));
      await settle();
    }
  }

  /** The news since the last call. */
  async hears(): Promise<string[]> {
    await settle();
    return this.news.splice(0);
  }

  async #read(): Promise<void> {
    for await (const news of this.client) this.news.push(...news.map(describe));
    this.isOver = true;
  }
}

export function describe(news: News): string {
  switch (news.type) {
    case "link":
      return news.link.phase === "waiting"
        ? `waiting ${news.link.ms}: ${news.link.why}`
        : news.link.phase === "off"
        ? `off: ${news.link.why}`
        : news.link.phase;
    case "settled":
      return `${news.id} ${news.outcome}`;
    case "lag":
      return `lag ${news.ms}${news.isOpen ? " and more" : ""}`;
    case "past":
      return ["past", ...news.events.map(irc.text)].join(" | ");
    case "found":
      return `${news.ask.words}: ${news.events?.map(irc.text).join(" | ") ?? "not searched"}`;
    case "no_past":
      return `no past: ${news.why}`;
    case "event":
      return irc.text(news.event) || news.event.type;
  }
}

export function registered(nick: string): Received {
  return { type: "registered", person: person(nick) };
}

export function echo(text: string, channel = "tea"): Received {
  return { type: "said", by: person("pat"), channel, text };
}

export function say(text: string, channel = "tea"): ClientCommand {
  return { type: "say", text, channel };
}
