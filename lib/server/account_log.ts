/**
 * The operator's log of accounts and registered channels. It names the network that has tried in
 * vain, never the account: many users type their password in its place.
 *
 * @module
 */

import type { LoginFault } from "../accounts/login.ts";
import type { Log } from "./log.ts";
import { quote } from "./log_line.ts";

const REFUSED: Readonly<Record<LoginFault, string>> = {
  wrong: "wrong account or password",
  throttled: "too many tries",
  unavailable: "cannot be checked,",
};

/** The log of a server's accounts. */
export class AccountLog {
  readonly #log: Log;

  /** Writes to `log`. */
  constructor(log: Log) {
    this.#log = log;
  }

  /** Logs that a user has made the account `name`. */
  made(name: string): void {
    this.#log.info("account made", { reason: name });
  }

  /** Logs that a user has removed the account `name`. */
  removed(name: string): void {
    this.#log.info("account removed", { reason: name });
  }

  /** Logs that somebody of `network` was not let in. */
  refused(network: string, why: LoginFault): void {
    this.#log.info("login refused", { reason: `${REFUSED[why]} from ${network}` });
  }

  /** Logs that the channel `name` could not be written. */
  notKept(name: string, error: unknown): void {
    this.#log.error("a channel could not be kept", {
      reason: `${quote(name)}: ${messageOf(error)}`,
    });
  }

  /** Logs why something could not be done. */
  fault(what: string, error: unknown): void {
    this.#log.error(what, { reason: messageOf(error) });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
