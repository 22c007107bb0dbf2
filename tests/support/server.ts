/**
 * Servers in the test's own process, on a free port, whose log can be read.
 *
 * @module
 */

import type { HistoryStore } from "../../lib/history/contract.ts";
import { MemoryStore } from "../../lib/history/memory_store.ts";
import type { Protocol } from "../../lib/protocol/protocol.ts";
import { PROTOCOLS } from "../../lib/protocol/registry.ts";
import type { Limits } from "../../lib/server/limits.ts";
import type { AccountSettings } from "../../lib/server/account_settings.ts";
import { Log, type LogLevel } from "../../lib/server/log.ts";
import { serve, type Server } from "../../lib/server/serve.ts";
import type { ServeOptions } from "../../lib/server/serve_options.ts";
import { type Pace, Peer } from "./cs168.ts";
import { IrcPeer } from "./irc.ts";
import { enterAs, makeAccount, PASSWORD } from "./login.ts";
import { PATIENCE_MS, within } from "./within.ts";

/** For readers of a busy machine; the server's own two seconds are tested on processes. */
const DRAIN_MS = PATIENCE_MS / 2;

/** Limits beyond a test's patience: a peer that should be ended for another reason is not ended by these. */
const NO_TIMEOUTS = { registrationTimeout: 3 * PATIENCE_MS, handshakeTimeout: 3 * PATIENCE_MS };

/** Log lines as they come. */
export class LogLines {
  /** All of them so far. */
  readonly lines: string[] = [];
  readonly #waiting = new Set<() => void>();
  /** What a `Log` writes to. */
  readonly sink = (line: string): void => {
    this.lines.push(line);
    this.#waiting.forEach((look) => look());
  };

  /** The first line that matches, now or later. */
  async find(pattern: RegExp): Promise<string> {
    const found = () => this.lines.find((line) => pattern.test(line));
    await this.until(`a log line like ${pattern}`, () => found() !== undefined);
    return found() as string;
  }

  /** Waits until `test` is true of the lines. */
  async until(what: string, test: () => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => {
      if (test()) resolve();
    };
    this.#waiting.add(look);
    look();
    try {
      await within(what, promise);
    } finally {
      this.#waiting.delete(look);
    }
  }

  /** How many lines match by now. */
  count(pattern: RegExp): number {
    return this.lines.filter((line) => pattern.test(line)).length;
  }
}

/** A server with everything that can be set, and its log; stops at the end of the test. */
export class OpenPort implements AsyncDisposable {
  /** The log. */
  readonly log = new LogLines();
  /** The server itself. */
  readonly server: Server;

  /**
   * Starts one. Peers must be disposed of before it, so declare it first. Without a clock of the test's, nobody is ended
   * for the time that its registration or its handshake takes.
   */
  constructor(options: Partial<ServeOptions> = {}, level: LogLevel = "debug") {
    const log = new Log(level, this.log.sink);
    const timeouts = options.clock === undefined ? NO_TIMEOUTS : {};
    const limits = { drainTimeout: DRAIN_MS, ...timeouts, ...options.limits };
    this.server = serve({ host: "127.0.0.1", port: 0, log, ...options, limits });
  }

  /** Where it listens. */
  get port(): number {
    return this.server.address.port;
  }

  /** How many sessions have ended by now, for whatever reason. */
  get ended(): number {
    return this.log.count(/ ended: /);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await within("the server's stop", this.server.stop());
  }
}

/** One that keeps a history in memory, logs as most do (at the level `info`), and closes the peers of `irc` and `logIn`. */
export class TestServer extends OpenPort {
  readonly #peers: IrcPeer[] = [];

  /** Starts one, with another history or, for `null`, with none. */
  constructor(
    limits: Partial<Limits> = {},
    protocols: readonly Protocol[] = PROTOCOLS,
    history: HistoryStore | null = new MemoryStore(),
    accounts: Partial<AccountSettings> = {},
    port = 0,
  ) {
    super({ port, limits, protocols, accounts, ...history && { history } }, "info");
  }

  /** A peer that has said nothing yet. */
  connect(pace?: Pace): Promise<Peer> {
    return Peer.connect(this.port, pace);
  }

  /** A peer that has registered. */
  enter(name: string, pace?: Pace): Promise<Peer> {
    return Peer.enter(this.port, name, pace);
  }

  /** One on which each of `names` is an account with the password `PASSWORD`, and may ask for as much as it likes. */
  static async with(
    names: readonly string[],
    accounts: Partial<AccountSettings> = {},
  ): Promise<TestServer> {
    const server = new TestServer({ commandRate: 0 }, undefined, undefined, accounts);
    for (const name of names) await makeAccount(server.port, name, PASSWORD);
    return server;
  }

  /** Users of IRC by their nicks, each with the capabilities that it asks for. */
  async irc<Nick extends string>(
    users: Readonly<Record<Nick, readonly string[]>>,
  ): Promise<Record<Nick, IrcPeer>> {
    const peers: Partial<Record<Nick, IrcPeer>> = {};
    for (const [nick, caps] of Object.entries(users) as [Nick, readonly string[]][]) {
      const peer = await IrcPeer.enter(this.port, nick, ...caps);
      this.#peers.push(peer);
      peers[nick] = peer;
    }
    return peers as Record<Nick, IrcPeer>;
  }

  /** A user of IRC who is logged in to `account` with the password `PASSWORD`, and the welcome that it has read. */
  async logIn(
    account: string,
    nick: string = account,
    ...caps: readonly string[]
  ): Promise<{ readonly peer: IrcPeer; readonly welcome: readonly string[] }> {
    const entered = await enterAs(this.port, nick, account, PASSWORD, ...caps);
    this.#peers.push(entered.peer);
    return entered;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.#peers) peer.close();
    await super[Symbol.asyncDispose]();
  }
}
