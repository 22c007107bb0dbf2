/**
 * A client that logs in by SASL before its registration (IRCv3 SASL 3.1), with the mechanism PLAIN: the password
 * itself, so the connection MUST be one that nobody else can read.
 *
 *   C  AUTHENTICATE PLAIN
 *   S  AUTHENTICATE +
 *   C  AUTHENTICATE <base64 of NUL account NUL password>
 *   S  900 and 903, or 902, 904 to 908
 *
 * The capability `sasl` has been granted before; the registration goes on when this has ended.
 *
 * @module
 */

import { splitMessage } from "../sasl/chunks.ts";
import { formatPlain } from "../sasl/plain.ts";
import type { IrcMessage } from "./irc_message.ts";
import type { Credentials } from "./protocol.ts";

/** The mechanism. */
const MECHANISM = "PLAIN";

/** What a server's line means to the login. */
export type LoginStep =
  /** Send AUTHENTICATE with each of these parameters. */
  | { readonly do: "send"; readonly params: readonly string[] }
  /** The user is logged in. */
  | { readonly do: "done" }
  /** It is not, and never will be with this password; `why` are the server's words. */
  | { readonly do: "fail"; readonly why: string };

/** One login. */
export class ClientLogin {
  readonly #login: Credentials;
  #isOpen = false;
  #isDone = false;

  /** For an account and its password. */
  constructor(login: Credentials) {
    this.#login = login;
  }

  /** Whether the user is logged in. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** The parameter of the first AUTHENTICATE. */
  begin(): string {
    this.#isOpen = true;
    return MECHANISM;
  }

  /** Takes a line; `undefined` when it has nothing to do with the login. */
  take({ command, params }: IrcMessage): LoginStep | undefined {
    if (!this.#isOpen) return undefined;
    switch (command) {
      case "AUTHENTICATE": {
        const { account, password } = this.#login;
        return { do: "send", params: splitMessage(formatPlain(account, password)) };
      }
      case "903":
      case "907":
        this.#isOpen = false;
        this.#isDone = true;
        return { do: "done" };
      case "902":
      case "904":
      case "905":
      case "906":
        this.#isOpen = false;
        return { do: "fail", why: params.at(-1) ?? "" };
      case "908":
        this.#isOpen = false;
        return { do: "fail", why: `The server wants ${params[1] ?? "another mechanism"}` };
    }
    return undefined;
  }
}
