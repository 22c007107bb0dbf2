/**
 * A server in the test's own process with everything that can be set, and a log of every command: for
 * tests of what a port speaks.
 *
 * @module
 */

import { Log } from "../../lib/server/log.ts";
import { serve, type Server } from "../../lib/server/serve.ts";
import type { ServeOptions } from "../../lib/server/serve_options.ts";
import { LogLines } from "./server.ts";
import { within } from "./within.ts";

/** A running server; stops at the end of the test. */
export class OpenPort implements AsyncDisposable {
  /** The log, at the level `debug`. */
  readonly log = new LogLines();
  /** The server itself. */
  readonly server: Server;

  /** Starts one. Peers must be disposed of before it, so declare it first. */
  constructor(options: Partial<ServeOptions> = {}) {
    const log = new Log("debug", this.log.sink);
    this.server = serve({ host: "127.0.0.1", port: 0, log, ...options });
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
