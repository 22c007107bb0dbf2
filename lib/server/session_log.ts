/**
 * The operator's log of one session. Every line has the connection's id; the lines at the beginning
 * and the end also have its peer, protocol and nick.
 *
 * @module
 */

import type { Command } from "../chat/command.ts";
import type { Log } from "./log.ts";
import type { LogDetails } from "./log_line.ts";

/** The log of one session. */
export class SessionLog {
  readonly #log: Log;
  readonly #connection: number;
  readonly #peer: string;
  readonly #isSecure: boolean;
  #protocol: string | undefined;
  #nick: string | undefined;

  /** The log of the session whose connection has the id `connection` and the address `peer`. */
  constructor(log: Log, connection: number, peer: string, isSecure = false) {
    this.#log = log;
    this.#connection = connection;
    this.#peer = peer;
    this.#isSecure = isSecure;
  }

  /** The nick of the last `registered`. */
  get nick(): string | undefined {
    return this.#nick;
  }

  /** Logs the beginning. */
  connected(): void {
    this.#log.debug("connected", this.#details);
  }

  /** Logs that the first bytes have shown the protocol. */
  speaks(protocol: string): void {
    this.#protocol = protocol;
    this.#log.debug(`speaks ${protocol}`, { connection: this.#connection });
  }

  /** Logs a command by its type. */
  command({ type }: Command): void {
    if (this.#log.debugs) this.#log.debug(type, { connection: this.#connection });
  }

  /** Logs that the user has registered as `nick`. */
  registered(nick: string): void {
    this.#nick = nick;
    this.#log.info("registered", this.#details);
  }

  /** Logs why the registration was refused. */
  registrationRefused(
    command: Extract<Command, { type: "register" | "invalid" }>,
    why = "nick in use",
  ): void {
    this.#log.info("registration refused", {
      ...this.#details,
      ...(command.type === "register" ? { nick: command.nick } : {}),
      reason: command.type === "register" ? why : reasonOf(command),
    });
  }

  /** Logs a bug. */
  fault(error: unknown): void {
    const trace = error instanceof Error ? error.stack ?? error.message : String(error);
    this.#log.error("fault in the server", { connection: this.#connection, reason: trace });
  }

  /** Logs the end. */
  ended(reason: string | undefined): void {
    this.#log.info("ended", { ...this.#details, reason });
  }

  get #details(): LogDetails {
    const nick = this.#nick;
    return {
      connection: this.#connection,
      peer: this.#peer,
      protocol: this.#protocol,
      ...(this.#isSecure && { tls: true }),
      ...(nick === undefined ? {} : { nick }),
    };
  }
}

function reasonOf({ refusal }: Extract<Command, { type: "invalid" }>): string {
  return refusal.code.replaceAll("_", " ");
}
