/**
 * A client that stays: when its connection is lost it makes a new one, enters the same channels,
 * and sends what was typed meanwhile. A UI sees one stream of news.
 *
 *   connecting --> entering --> online --.          lost, or no answer in time
 *       ^                                |
 *       '---------- waiting <------------'          the server will never let the user in, or the user has
 *                                                   left it: off, until the user asks for `reconnect`
 *
 * The wait grows with each attempt (`backoff.ts`). Nothing typed is lost in silence, and nothing is
 * sent twice that may have arrived (`outgoing.ts`).
 *
 * @module
 */

import { type Clock, systemClock } from "../net/deadline.ts";
import type { ClientCommand, Received } from "../protocol/protocol.ts";
import { Backoff } from "./backoff.ts";
import { ownEvent } from "./event_parts.ts";
import { connectFailureWords, lossWords } from "./failure_words.ts";
import type { LastingOptions, OneConnection } from "./lasting_options.ts";
import { Liveness } from "./liveness.ts";
import type { Look } from "./look.ts";
import { type Link, type News, NewsQueue } from "./news.ts";
import { isSpeech, Outgoing, type Settled } from "./outgoing.ts";
import { Places } from "./places.ts";
import { isRecall, Recall } from "./recall.ts";
import { Registration } from "./registration.ts";
import { Sender } from "./sender.ts";
import { InsecureError } from "./trust.ts";
import { endBy, type UiEnd } from "./ui_end.ts";
import { Waits } from "./waits.ts";

// Milliseconds that a server has to accept a connection, and then to let the user in.
const CONNECT_MS = 20_000;
const WELCOME_MS = 30_000;
// The number of texts without an answer at which a pipe waits.
const MOST_OPEN = 500;
// Milliseconds until the client asks for the user's own name again.
const REGAIN_MS = 15_000;

/** The client of one user, over all its connections. */
export class LastingClient implements AsyncIterable<readonly News[]> {
  readonly #options: LastingOptions;
  readonly #look: Look;
  readonly #clock: Clock;
  readonly #queue = new NewsQueue();
  readonly #waits: Waits;
  readonly #backoff: Backoff;
  readonly #outgoing: Outgoing;
  readonly #sender: Sender;
  readonly #places: Places;
  readonly #registration: Registration;
  readonly #liveness: Liveness;
  readonly #recall: Recall;
  #client: OneConnection | undefined;
  #phase: Link["phase"] = "connecting";
  #hasBeenOnline = false;
  #isClosed = false;
  #end: UiEnd | undefined;
  // The last words of the server before it ended the connection.
  #lastWords: string | undefined;
  // The user's wish for the connection.
  #wish: "reconnect" | "disconnect" | undefined;
  #roomy: PromiseWithResolvers<void> | undefined;

  /** Connects once it is iterated. */
  constructor(options: LastingOptions) {
    this.#options = options;
    this.#look = options.look;
    this.#clock = options.clock ?? systemClock;
    this.#waits = new Waits(this.#clock);
    this.#backoff = new Backoff(options.random);
    this.#outgoing = new Outgoing(options.look.fold);
    this.#sender = new Sender(this.#outgoing, {
      connection: () => this.#phase === "online" ? this.#client : undefined,
      isOpen: (command) => this.#places.isOpen(command),
      settled: (texts) => this.#queue.put(...this.#settled(texts)),
    });
    this.#places = new Places(options.look, options.channels);
    this.#registration = new Registration(options.look, options.nick);
    this.#recall = new Recall(options.look, this.#clock, {
      send: (command) => void this.#client?.send(command).catch(() => {}),
      put: (news) => this.#queue.put(...news),
      nick: () => this.#registration.nick,
    });
    this.#liveness = new Liveness(this.#clock, {
      probe: (token) => this.#client?.probe(token) === true,
      isWaiting: () => this.#outgoing.sent.length > 0,
      report: (ms, isOpen) => this.#queue.put({ type: "lag", ms, isOpen }),
      giveUp: (why) => this.#client?.abandon(why),
    });
  }

  /** The reason for the end of the news; `undefined` before it, and after `close` and `leave`. */
  get end(): UiEnd | undefined {
    return this.#end;
  }

  /** Yields news until the client ends for good. Call it once. */
  async *[Symbol.asyncIterator](): AsyncGenerator<readonly News[], void, void> {
    const running = this.#run().finally(() => {
      this.#queue.end();
      this.#giveRoom();
    });
    // The reader of the news receives a fault at their end.
    running.catch(() => {});
    yield* this.#queue;
    await running;
  }

  /**
   * Sends a command. A text has the number `id`, under which the news report its outcome; it waits
   * for as long as there is no connection. Other commands are refused then, except that channels
   * are remembered.
   */
  send(command: ClientCommand, id: number): void {
    this.#registration.asked(command);
    this.#places.asked(command);
    if (isSpeech(command)) {
      this.#outgoing.add({ id, command });
      this.#sender.pump();
    } else if (isRecall(command)) {
      this.#recall.ask(command, this.#phase === "online" ? this.#client : undefined);
    } else if (this.#phase === "online") {
      this.#client?.send(command).catch(() => {});
    } else if (command.type !== "marker") {
      this.#queue.put(notConnected(command));
    }
  }

  /**
   * Resolves when few enough texts wait that another one may come, or when the client has ended.
   */
  async room(): Promise<void> {
    while (!this.#isClosed && this.#end === undefined && this.#open() >= MOST_OPEN) {
      this.#roomy ??= Promise.withResolvers();
      await this.#roomy.promise;
    }
  }

  /**
   * Leaves the server in good order; the news MUST be read meanwhile. Returns whether it took
   * everything that was typed.
   */
  async leave(): Promise<boolean> {
    const client = this.#phase === "online" ? this.#client : undefined;
    this.#stop();
    if (client === undefined) return this.#outgoing.waiting.length === 0;
    // Texts for a slow server are still being sent; `leave` knows how long that may take.
    const tookAll = await client.leave(this.#sender.sending);
    return tookAll && this.#outgoing.waiting.length === 0;
  }

  /**
   * Connects at once: instead of waiting, again after it was given up, or in place of the
   * present connection.
   */
  reconnect(): void {
    this.#ask("reconnect");
  }

  /** Leaves the server until `reconnect`. */
  disconnect(): void {
    this.#ask("disconnect");
  }

  #ask(wish: "reconnect" | "disconnect"): void {
    if (this.#isClosed || !this.#hasBeenOnline) return;
    const isConnected = this.#phase === "online" || this.#phase === "entering";
    // No wish is needed for what is under way or done already.
    if (this.#phase === (wish === "reconnect" ? "connecting" : "off")) return;
    this.#wish = wish;
    if (isConnected) void this.#client?.leave(this.#sender.sending).catch(() => {});
    else this.#waits.wake();
  }

  #open(): number {
    return this.#outgoing.waiting.length + this.#outgoing.sent.length;
  }

  #giveRoom(): void {
    if (this.#open() >= MOST_OPEN && !this.#isClosed && this.#end === undefined) return;
    this.#roomy?.resolve();
    this.#roomy = undefined;
  }

  /** Ends at once. */
  close(): void {
    this.#stop();
    this.#client?.close();
  }

  #stop(): void {
    this.#isClosed = true;
    this.#waits.forgetTimer();
    this.#liveness.stop();
    this.#recall.stop();
    this.#giveRoom();
    this.#waits.wake();
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      this.#wish = undefined;
      const why = await this.#attempt();
      if (this.#isClosed) return;
      const isRefused = this.#end?.by === "refusal" && this.#hasBeenOnline;
      if (isRefused && this.#wish === undefined) await this.#stayOff((this.#end as Refusal).text);
      else if (this.#wish === undefined && !await this.#lasts(why)) return;
      if (this.#wish === "disconnect") await this.#stayOff("you have left the server");
    }
  }

  /** Waits for the next attempt; false where there must be none. */
  async #lasts(why: string): Promise<boolean> {
    // A server that has never let the user in is probably the wrong one.
    if (!this.#hasBeenOnline) this.#end ??= { by: "refusal", text: `*** Not connected: ${why}` };
    if (!this.#options.reconnects) this.#end ??= lossFor(why);
    if (this.#end !== undefined) return false;
    const tell = (ms: number) => this.#link({ phase: "waiting", why, ms });
    await this.#waits.countDown(this.#backoff.wait(), tell);
    return true;
  }

  /**
   * Stays without a connection until the user asks for one; meanwhile the user may read and quit.
   */
  async #stayOff(why: string): Promise<void> {
    this.#end = undefined;
    this.#link({ phase: "off", why });
    await this.#waits.untilWoken();
    this.#backoff.begin();
  }

  /**
   * Makes one connection and uses it up. Returns why it ended; sets `#end` when there must
   * be no other.
   */
  async #attempt(): Promise<string> {
    this.#link({ phase: "connecting" });
    let client: OneConnection;
    try {
      client = await this.#waits.connected(this.#options.connect(), CONNECT_MS);
    } catch (error) {
      if (!this.#hasBeenOnline) this.#end = { by: "unreachable", error };
      // The same certificate will be shown next time.
      else if (error instanceof InsecureError && error.isLasting) {
        this.#end = { by: "refusal", text: error.message };
      }
      return connectFailureWords(error);
    }
    this.#client = client;
    const start = this.#clock.now();
    this.#lastWords = undefined;
    this.#registration.begin();
    this.#link({ phase: "entering" });
    if (this.#look.isWelcome === undefined) this.#enter();
    else this.#waits.setTimer(WELCOME_MS, () => client.abandon("no answer to the registration"));
    await this.#receive(client);
    this.#waits.forgetTimer();
    this.#liveness.stop();
    if (this.#phase === "online") this.#backoff.ended(this.#clock.now() - start);
    return this.#lost(client);
  }

  async #receive(client: OneConnection): Promise<void> {
    for await (const events of client) {
      const news: News[] = [];
      if (client.answered !== undefined) {
        this.#liveness.answered(client.answered);
        news.push(...this.#settled(this.#confirmed(client.answered)));
      }
      for (const event of events) this.#take(event, news);
      this.#queue.put(...news);
      if (this.#end !== undefined) return client.close();
      this.#sender.pump();
      await this.#queue.taken();
    }
  }

  #take(event: Received, news: News[]): void {
    this.#liveness.heard();
    const isWelcome = this.#look.isWelcome?.(event) === true;
    if (this.#phase === "entering" && isWelcome) this.#enter(news);
    const verdict = this.#registration.seen(event, this.#phase === "online");
    if (verdict.retry !== undefined) this.#client?.send(verdict.retry).catch(() => {});
    if (verdict.isQuiet === true) return;
    if (verdict.isTemporary === true) return this.#client?.abandon("the name is still in use");
    const end = endBy(event, this.#look, this.#phase === "online");
    if (end !== undefined) return this.#takeEnd(end);
    if (event.type === "closing") this.#lastWords = event.reason;
    this.#places.seen(event, this.#registration.nick);
    if (this.#places.overlooks(event)) return;
    news.push(...this.#settled(this.#outgoing.settle(event, this.#registration.nick), false));
    // Its own news come before those of texts that it gives back.
    this.#queue.put(...news.splice(0));
    const hasHistory = this.#client?.hasHistory === true && this.#options.repeats !== false;
    for (const shown of this.#recall.take(event, hasHistory)) {
      news.push({ type: "event", event: shown });
    }
  }

  #takeEnd(end: UiEnd): void {
    if (end.by === "refusal" || !this.#options.reconnects) this.#end = end;
    else this.#lastWords = "the server has stopped";
  }

  /** Notes that the server has let the user in. */
  #enter(news?: News[]): void {
    this.#waits.forgetTimer();
    this.#phase = "online";
    this.#hasBeenOnline = true;
    const online: News = { type: "link", link: { phase: "online" } };
    if (news === undefined) this.#queue.put(online);
    else news.push(online);
    for (const command of this.#places.comeBack()) this.#client?.send(command).catch(() => {});
    this.#regain();
    this.#liveness.start();
    this.#recall.online();
    this.#sender.pump();
  }

  /** Asks for the user's own name, as long as it has another one. */
  #regain(): void {
    const command = this.#registration.regain();
    if (command === undefined) return;
    this.#client?.send(command).catch(() => {});
    this.#waits.setTimer(REGAIN_MS, () => this.#regain());
  }

  /** Notes the end of the connection. The texts under way may have arrived or not. */
  #lost(client: OneConnection): string {
    const wasOnline = this.#phase === "online";
    this.#client = undefined;
    this.#places.lost();
    this.#recall.lost(this.#outgoing.lost(client.taken));
    if (this.#lastWords !== undefined) return this.#lastWords;
    return lossWords(client.reason, wasOnline);
  }

  #confirmed(token: string): readonly Settled[] {
    const id = /^text-(\d{1,15})$/.exec(token)?.[1];
    return id === undefined ? [] : this.#outgoing.confirm(Number(id));
  }

  /**
   * News about texts. The client shows a text itself when the server does not send it back
   * (`isSilent`).
   */
  #settled(texts: readonly Settled[], isSilent = true): readonly News[] {
    this.#giveRoom();
    return texts.flatMap(({ text, outcome }): News[] => {
      const settled: News = { type: "settled", id: text.id, outcome };
      const event = ownEvent(text.command, this.#registration.nick);
      const isShown = isSilent && this.#options.repeats !== false;
      if (!isShown || outcome !== "taken" || event === undefined) return [settled];
      return [settled, { type: "event", event }];
    });
  }

  #link(link: Link): void {
    this.#phase = link.phase;
    this.#queue.put({ type: "link", link });
  }
}

type Refusal = Extract<UiEnd, { by: "refusal" }>;

function lossFor(why: string): UiEnd {
  return why === lossWords(undefined, true) ? { by: "loss" } : { by: "loss", why };
}

function notConnected(command: ClientCommand): News {
  const text = command.type === "join" || command.type === "create"
    ? `Not connected; ${command.channel ?? "the channel"} will be entered later`
    : "Not connected; this was not sent";
  return { type: "event", event: { type: "notice", text, isAnswer: true } };
}
