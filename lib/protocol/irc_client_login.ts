/**
 * A client that logs in by SASL before its registration (IRCv3 SASL 3.1). It prefers SCRAM-SHA-256,
 * by which the password stays with the client and the server has to prove itself; PLAIN sends the
 * password itself, so the connection MUST be one that nobody else can read.
 *
 *   C  AUTHENTICATE SCRAM-SHA-256            C  AUTHENTICATE PLAIN
 *   S  AUTHENTICATE +                        S  AUTHENTICATE +
 *   C  AUTHENTICATE <client's first>         C  AUTHENTICATE <NUL account NUL password>
 *   S  AUTHENTICATE <server's first>         S  900 and 903, or 902, 904 to 908
 *   C  AUTHENTICATE <proof>
 *   S  AUTHENTICATE <server's signature>
 *   C  AUTHENTICATE +
 *   S  900 and 903, or 902, 904 to 908
 *
 * The capability `sasl` has been granted before; the registration goes on when this has ended. A
 * server that names SCRAM is never sent the password, whatever it answers.
 *
 * @module
 */

import { ChunkReader, splitMessage } from "../sasl/chunks.ts";
import { type Mechanism, MECHANISMS } from "../sasl/mechanisms.ts";
import { formatPlain } from "../sasl/plain.ts";
import { ScramClient, ScramError } from "../sasl/scram.ts";
import type { IrcMessage } from "./irc_message.ts";
import type { Credentials } from "./protocol.ts";

/** What a server's line means to the login. */
export type LoginStep =
  /** Send AUTHENTICATE with each of these parameters. */
  | { readonly do: "send"; readonly params: readonly string[] }
  /** Wait for a step that has to be computed. */
  | { readonly do: "wait"; readonly step: Promise<LoginStep> }
  /** Do nothing: a part of a message has come. */
  | { readonly do: "nothing" }
  /** The user is logged in. */
  | { readonly do: "done" }
  /** The login has failed, and always will with this password; `why` are the server's words. */
  | { readonly do: "fail"; readonly why: string };

const NOTHING: LoginStep = { do: "nothing" };

/** One login. */
export class ClientLogin {
  readonly #login: Credentials;
  #isDone = false;
  #mechanism: Mechanism | undefined;
  /** Mechanisms to try when the server does not know the present one. */
  #others: readonly Mechanism[] = [];
  #isAnswered = false;
  #chunks = new ChunkReader();
  #scram: ScramClient | undefined;
  #stage: "first" | "proof" | "proven" = "first";

  /** For an account and its password. */
  constructor(login: Credentials) {
    this.#login = login;
  }

  /** Whether the user is logged in. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /**
   * Begins. `offered` are the server's mechanisms, with commas between them; "" where it
   * does not say.
   */
  begin(offered: string): LoginStep {
    const names = offered === "" ? MECHANISMS : offered.toUpperCase().split(",");
    const known = MECHANISMS.toReversed().filter((each) => names.includes(each));
    // Without a list, the server says at the first try whether it knows the mechanism.
    const [first, ...others] = offered === "" ? known : known.slice(0, 1);
    this.#others = others;
    return first === undefined ? wants(offered) : this.#try(first);
  }

  /** Takes a line; `undefined` when it has nothing to do with the login. */
  take({ command, params }: IrcMessage): LoginStep | undefined {
    if (this.#mechanism === undefined) return undefined;
    switch (command) {
      case "AUTHENTICATE":
        this.#isAnswered = true;
        return this.#hear(params[0] ?? "");
      case "903":
      case "907":
        return this.#succeed();
      case "904":
      case "908": {
        const [next, ...others] = this.#others;
        if (this.#isAnswered || next === undefined || !isListed(params, command, next)) break;
        this.#others = others;
        return this.#try(next);
      }
    }
    if (command === "908") return this.#end(wants(params[1] ?? ""));
    const isFailure = ["902", "904", "905", "906"].includes(command);
    return isFailure ? this.#fail(params.at(-1) ?? "") : undefined;
  }

  #try(mechanism: Mechanism): LoginStep {
    this.#mechanism = mechanism;
    this.#stage = "first";
    return { do: "send", params: [mechanism] };
  }

  #hear(chunk: string): LoginStep {
    const message = this.#chunks.take(chunk);
    if (message === undefined) return NOTHING;
    if (typeof message === "string") return this.#fail("the server's message is malformed");
    const { account, password } = this.#login;
    if (this.#mechanism === "PLAIN") return say(formatPlain(account, password));
    return this.#hearScram(new TextDecoder().decode(message));
  }

  #hearScram(message: string): LoginStep {
    const { account, password } = this.#login;
    switch (this.#stage) {
      case "first":
        this.#stage = "proof";
        this.#scram = new ScramClient(account, password);
        return say(this.#scram.first);
      case "proof":
        this.#stage = "proven";
        return { do: "wait", step: this.#prove(message) };
      case "proven":
        return this.#verify(message);
    }
  }

  async #prove(challenge: string): Promise<LoginStep> {
    try {
      return say(await (this.#scram as ScramClient).answer(challenge));
    } catch (error) {
      return this.#faultOf(error);
    }
  }

  /** Checks the server's signature. A refusal comes in its place, and the reason behind it. */
  #verify(last: string): LoginStep {
    try {
      if (!last.startsWith("e=")) {
        this.#scram?.verify(last);
        this.#scram = undefined;
      }
      return { do: "send", params: ["+"] };
    } catch (error) {
      return this.#faultOf(error);
    }
  }

  #succeed(): LoginStep {
    // A server that lets everybody in need not know the password, and may want to find it out.
    if (this.#mechanism !== "PLAIN" && (this.#stage !== "proven" || this.#scram !== undefined)) {
      return this.#fail("the server has not proved that it knows the account");
    }
    this.#isDone = true;
    return this.#end({ do: "done" });
  }

  #faultOf(error: unknown): LoginStep {
    if (!(error instanceof ScramError)) throw error;
    return this.#fail(error.message);
  }

  #fail(why: string): LoginStep {
    return this.#end({ do: "fail", why });
  }

  #end(step: LoginStep): LoginStep {
    this.#mechanism = undefined;
    return step;
  }
}

/** Whether a refusal of a mechanism leaves `next` to be tried. */
function isListed(params: readonly string[], command: string, next: Mechanism): boolean {
  return command === "904" || (params[1] ?? "").toUpperCase().split(",").includes(next);
}

function say(message: Uint8Array | string): LoginStep {
  const bytes = typeof message === "string" ? new TextEncoder().encode(message) : message;
  return { do: "send", params: splitMessage(bytes) };
}

function wants(offered: string): LoginStep {
  return { do: "fail", why: `The server wants ${offered === "" ? "another mechanism" : offered}` };
}
