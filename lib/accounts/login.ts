/**
 * What a protocol may ask about accounts on behalf of one connection. Nothing in it rejects.
 *
 * @module
 */

import type { ClientFirst, ScramServer } from "../sasl/scram.ts";

/**
 * Why something about an account was refused: the name or password is wrong (which of them, nobody
 * learns); the connection's network has tried too often; too many wait, or the disk fails.
 */
export type LoginFault = "wrong" | "throttled" | "unavailable";

/** Why an account was not made. */
export type RegisterFault =
  | "closed"
  | "exists"
  | "bad_name"
  | "weak_password"
  | "throttled"
  | "unavailable";

/** Who may make accounts: nobody, users, or also connections that are no users yet. */
export type Registration = "closed" | "open" | "before-connect";

/**
 * An account that a connection has proved to know the password of, by its name as it was
 * registered. It means that one account, and none that gets its name later: see `holds`.
 */
export interface Proven {
  /** The account. */
  readonly account: string;
}

/** The result of SCRAM: the proof, and the server's last message. */
export interface ScramProven {
  /** The account. */
  readonly proven: Proven;
  /** The message by which the server proves itself. */
  readonly last: string;
}

/** What everybody may know of an account. */
export interface AccountInfo {
  /** As it was registered. */
  readonly name: string;
  /** When it was made, in milliseconds of Unix time. */
  readonly registeredAt: number;
}

/** The accounts, for one connection. */
export interface Login {
  /** Where the connection comes from: what its checks cost is counted by it. */
  readonly network: string;
  /** Who may make accounts. */
  readonly registration: Registration;
  /** Characters that a password must have. */
  readonly minPassword: number;
  /** What is known to everybody of the account called `name`. */
  find(name: string): Promise<AccountInfo | undefined | LoginFault>;
  /** Whether `password` is that of the account called `name`. */
  checkPassword(name: string, password: string): Promise<Proven | LoginFault>;
  /** Begins an exchange of SCRAM. For an unknown account it looks like one for any other. */
  beginScram(first: ClientFirst): Promise<ScramServer | LoginFault>;
  /** Checks the proof at the end of an exchange. */
  endScram(exchange: ScramServer, message: string): Promise<ScramProven | LoginFault>;
  /**
   * Whether the account of `proven` is still there. It may be gone by now, and another one
   * have its name.
   */
  holds(proven: Proven): boolean;
  /** Makes an account. */
  register(name: string, password: string): Promise<Proven | RegisterFault>;
  /** Gives an account another password, if it still is the one of `proven`. */
  changePassword(
    proven: Proven,
    password: string,
  ): Promise<Proven | "weak_password" | LoginFault>;
  /**
   * Resolves when the registered channels are written down as they are; to false when that
   * failed for some.
   */
  areChannelsKept(): Promise<boolean>;
  /** Removes the account called `name`, whose password is `password`, and all that it has. */
  drop(name: string, password: string): Promise<Proven | LoginFault>;
}
