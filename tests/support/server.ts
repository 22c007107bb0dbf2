/**
 * A server in the test's own process, on a free port, whose log can be read.
 *
 * @module
 */

import type { HistoryStore } from "../../lib/history/contract.ts";
import { MemoryStore } from "../../lib/history/memory_store.ts";
import type { Protocol } from "../../lib/protocol/protocol.ts";
import { PROTOCOLS } from "../../lib/protocol/registry.ts";
import type { Limits } from "../../lib/server/limits.ts";
import type { AccountSettings } from "../../lib/server/account_settings.ts";
import { Log } from "../../lib/server/log.ts";
import { serve, type Server } from "../../lib/server/serve.ts";
import { type Pace, Peer } from "./cs168.ts";
import { within } from "./within.ts";

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
    const { promise, resolve } = Promise.withResolvers<string>();
    const look = () => {
      const line = this.lines.find((candidate) => pattern.test(candidate));
      if (line !== undefined) resolve(line);
    };
    this.#waiting.add(look);
    look();
    try {
      return await within(`a log line like ${pattern}`, promise);
    } finally {
      this.#waiting.delete(look);
    }
  }

  /** How many lines match by now. */
  count(pattern: RegExp): number {
    return this.lines.filter((line) => pattern.test(line)).length;
  }
}

/** A running server with its log; stops at the end of the test. */
export class TestServer implements AsyncDisposable {
  /** The log, at the level `info`. */
  readonly log = new LogLines();
  /** The server itself. */
  readonly server: Server;

  /** Starts one. Peers must be disposed of before it, so declare it first. */
  constructor(
    limits: Partial<Limits> = {},
    protocols: readonly Protocol[] = PROTOCOLS,
    history: HistoryStore | null = new MemoryStore(),
    accounts: Partial<AccountSettings> = {},
    port = 0,
  ) {
    const log = new Log("info", this.log.sink);
    const where = { host: "127.0.0.1", port };
    this.server = serve({
      ...where,
      log,
      limits,
      protocols,
      accounts,
      ...(history && { history }),
    });
  }

  /** Where it listens. */
  get port(): number {
    return this.server.address.port;
  }

  /** A peer that has said nothing yet. */
  connect(pace?: Pace): Promise<Peer> {
    return Peer.connect(this.port, pace);
  }

  /** A peer that has registered. */
  enter(name: string, pace?: Pace): Promise<Peer> {
    return Peer.enter(this.port, name, pace);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await within("the server's stop", this.server.stop());
  }
}
