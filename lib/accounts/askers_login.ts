/**
 * The accounts of a server as one connection may use them.
 *
 * @module
 */

import type { ClientFirst, ScramServer } from "../sasl/scram.ts";
import type { Login, Registration } from "./login.ts";

/** Who asks. */
export interface Asker {
  /** Its network: tries count by it. */
  readonly network: string;
  /** Its id in the chat. */
  readonly user: number;
}

/** A call of `Login`, with the asker before its own parameters. */
export type FromAsker<Call> = Call extends (...args: infer Args) => infer Result
  ? (asker: Asker, ...args: Args) => Result
  : never;

/** What all connections share: the calls of `Login`, those that count by the asker with the asker. */
export interface Calls {
  /** What does not change. */
  readonly settings: () => Pick<Login, "registration" | "minPassword" | "areChannelsKept">;
  /** As in `Login`, like the others. */
  readonly find: Login["find"];
  /** The same. */
  readonly beginScram: Login["beginScram"];
  /** With the asker, like the rest. */
  readonly checkPassword: FromAsker<Login["checkPassword"]>;
  /** The same. */
  readonly endScram: FromAsker<Login["endScram"]>;
  /** The same. */
  readonly register: FromAsker<Login["register"]>;
  /** The same. */
  readonly changePassword: FromAsker<Login["changePassword"]>;
  /** The same. */
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

  register(name: string, password: string): ReturnType<Login["register"]> {
    return this.#calls.register(this.#asker, name, password);
  }

  changePassword(name: string, password: string): ReturnType<Login["changePassword"]> {
    return this.#calls.changePassword(this.#asker, name, password);
  }

  areChannelsKept(): Promise<boolean> {
    return this.#calls.settings().areChannelsKept();
  }

  drop(name: string, password: string): ReturnType<Login["drop"]> {
    return this.#calls.drop(this.#asker, name, password);
  }
}
