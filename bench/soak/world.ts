/**
 * What all clients of one run share: the channels' logs, the views that are held against them, the counts,
 * and the end of it all.
 *
 * @module
 */

import { ChannelLog } from "./channel_log.ts";
import { Strangers } from "./strangers.ts";
import type { View } from "./view.ts";
import { Violation } from "./violation.ts";
import type { Visit } from "./visit.ts";

/** How many of each thing there were. */
export type Counts = Map<string, number>;

/** Adds `number` to the count of `what`. */
export function count(counts: Counts, what: string, number = 1): void {
  counts.set(what, (counts.get(what) ?? 0) + number);
}

/** The nicks of those who are in a channel from the beginning. */
export type Present = (channel: string) => readonly string[];

/** The ports of the server. */
export type Ports = Pick<World, "port" | "tlsPort" | "webPort">;

/** Where chat1 and json16 users begin. */
export const LOBBY = "lobby";

/** How often it is looked whether there is enough, in milliseconds. */
const LOOK_MS = 50;

/** The state of one run. */
export class World {
  /** The server's port. */
  readonly port: number;
  /** Its TLS port. */
  readonly tlsPort: number;
  /** Its port for WebSockets. */
  readonly webPort: number;
  /** Milliseconds that an honest client thinks between two requests, on average. */
  readonly thinkTime: number;
  /** The lobby first. */
  readonly logs: ReadonlyMap<string, ChannelLog>;
  /** Hostile users with odd names. */
  readonly strangers = new Strangers();
  /** Views of which something can still be found out. */
  readonly views = new Set<View>();
  /** What honest clients that know ids were sent, in the channel that each of them is in. */
  readonly visits = new Map<View, Visit>();
  /** Messages that honest clients have held against the history. */
  recalled = 0;
  /** Ids that witnesses have. */
  witnessed = 0;
  /** What honest clients did. */
  readonly lives: Counts = new Map();
  /** What hostile clients did. */
  readonly hostilities: Counts = new Map();
  #deliveries = 0;
  #failure: Error | undefined;
  #stopped = false;
  #isCrashed = false;
  readonly #stopping = new Set<() => void>();

  /** `channels` beside the lobby; `present` are those who are in them from the beginning. */
  constructor(
    { port, tlsPort, webPort }: Ports,
    channels: number,
    thinkTime: number,
    present: Present = () => [],
  ) {
    this.port = port;
    this.tlsPort = tlsPort;
    this.webPort = webPort;
    this.thinkTime = thinkTime;
    const names = [LOBBY, ...Array.from({ length: channels }, (_, i) => `c${i + 1}`)];
    this.logs = new Map(
      names.map((name) => [name, new ChannelLog(name, this.strangers, present(name))]),
    );
  }

  /** The channels' names, the lobby first. */
  get channels(): readonly string[] {
    return [...this.logs.keys()];
  }

  /** Messages that were said, in all channels. */
  get said(): number {
    return [...this.logs.values()].reduce((sum, log) => sum + log.said, 0);
  }

  /** Right things that honest clients received. */
  get deliveries(): number {
    let sum = this.#deliveries;
    for (const view of this.views) sum += view.deliveries;
    return sum;
  }

  /** The first thing that went wrong. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Whether the clients should come to their end. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Ends all pauses from now on. */
  stop(): void {
    this.#stopped = true;
    for (const wake of [...this.#stopping]) wake();
  }

  /** The server is about to be killed: nothing that goes wrong from now on is its fault. */
  crash(): void {
    this.#isCrashed = true;
    this.stop();
  }

  /** Something went wrong; the first such thing ends the run. */
  fail(error: unknown): void {
    if (this.#isCrashed) return;
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
    this.stop();
  }

  /** Resolves after `ms` milliseconds, or when the run stops. */
  pause(ms: number): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#stopping.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#stopping.add(wake);
    });
  }

  /** Resolves after `ms` milliseconds, on a slow machine later: when there `isEnough`; or when the run stops. */
  async lasts(ms: number, isEnough: () => boolean): Promise<void> {
    await this.pause(ms);
    while (!this.#stopped && !isEnough()) await this.pause(LOOK_MS);
  }

  /** Looks for what is overdue, and forgets the views that are done. */
  check(): void {
    const now = performance.now();
    try {
      this.strangers.judge(now);
      for (const view of this.views) {
        view.advance();
        view.checkOverdue(now);
        if (!view.done) continue;
        this.views.delete(view);
        this.visits.delete(view);
        this.#deliveries += view.deliveries;
      }
    } catch (error) {
      this.fail(error);
    }
  }

  /** Whether each client has received all that there is. */
  get settled(): boolean {
    for (const view of this.views) if (!view.settled) return false;
    for (const log of this.logs.values()) if (log.missing.length > 0) return false;
    return true;
  }

  /** A line about what is still open. */
  get open(): string {
    const views = [...this.views].filter((view) => !view.settled).map((view) => view.nick);
    const missing = [...this.logs.values()].flatMap((log) =>
      log.missing.map((nick) => `${nick} in ${log.name}`)
    );
    return `have not received everything: ${views.join(", ") || "nobody"}; ` +
      `not heard of: ${missing.join(", ") || "nobody"}`;
  }

  /** The steps of the client that `error` is about. */
  traceOf(error: Error): readonly string[] {
    if (!(error instanceof Violation)) return [];
    return [...this.views].find((view) => view.nick === error.nick)?.trace ?? [];
  }
}
