/**
 * The accounts of a server as one connection may use them.
 *
 * @module
 */

import type { ClientFirst, ScramServer } from "../sasl/scram.ts";
import type { Login, Proven, Registration } from "./login.ts";

/** Who asks. */
export interface Asker {
  /** Its network: tries count by it. */
  readonly network: string;
  /** Its id in the chat. */
  readonly user: number;
}

/** A call of `Login` that takes the asker before its own parameters. */
export type FromAsker<Call> = Call extends (...args: infer Args) => infer Result
  ? (asker: Asker, ...args: Args) => Result
  : never;

/**
 * What all connections share: the calls of `Login`. Those that are counted by network take the
 * asker.
 */
export interface Calls {
  /** The part of `Login` that is the same for every asker. */
  readonly settings: () => Pick<Login, "registration" | "minPassword" | "areChannelsKept">;
  /** As in `Login`. */
  readonly find: Login["find"];
  /** As in `Login`. */
  readonly beginScram: Login["beginScram"];
  /** As in `Login`. */
  readonly holds: Login["holds"];
  /** As in `Login`, for an asker. */
  readonly checkPassword: FromAsker<Login["checkPassword"]>;
  /** As in `Login`, for an asker. */
  readonly endScram: FromAsker<Login["endScram"]>;
  /** As in `Login`, for an asker. */
  readonly register: FromAsker<Login["register"]>;
  /** As in `Login`, for an asker. */
  readonly changePassword: FromAsker<Login["changePassword"]>;
  /** As in `Login`, for an asker. */
  readonly drop: FromAsker<Login["drop"]>;
}

/** One connection's way to the accounts. */
export class AskersLogin implements Login {
  readonly #calls: Calls;
  readonly #asker: Asker;

  /** Asks `calls` for `asker`. */
  constructor(calls: Calls, asker: Asker) {
    this.#calls = calls;
    this.#asker = asker;
  }

  get network(): string {
    return this.#asker.network;
  }

  get registration(): Registration {
    return this.#calls.settings().registration;
  }

  get minPassword(): number {
    return this.#calls.settings().minPassword;
  }

  find(name: string): ReturnType<Login["find"]> {
    return this.#calls.find(name);
  }

  checkPassword(name: string, password: string): ReturnType<Login["checkPassword"]> {
    return this.#calls.checkPassword(this.#asker, name, password);
  }

  beginScram(first: ClientFirst): ReturnType<Login["beginScram"]> {
    return this.#calls.beginScram(first);
  }

  endScram(exchange: ScramServer, message: string): ReturnType<Login["endScram"]> {
    return this.#calls.endScram(this.#asker, exchange, message);
  }

  holds(proven: Proven): boolean {
    return this.#calls.holds(proven);
  }

  register(name: string, password: string): ReturnType<Login["register"]> {
    return this.#calls.register(this.#asker, name, password);
  }

  changePassword(proven: Proven, password: string): ReturnType<Login["changePassword"]> {
    return this.#calls.changePassword(this.#asker, proven, password);
  }

  areChannelsKept(): Promise<boolean> {
    return this.#calls.settings().areChannelsKept();
  }

  drop(name: string, password: string): ReturnType<Login["drop"]> {
    return this.#calls.drop(this.#asker, name, password);
  }
}
