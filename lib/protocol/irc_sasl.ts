/**
 * AUTHENTICATE: logging in by SASL, before the registration and after it (IRCv3 SASL 3.2).
 *
 *   AUTHENTICATE PLAIN          ->  AUTHENTICATE +
 *   AUTHENTICATE <base64>       ->  900 and 903, or 904
 *   AUTHENTICATE SCRAM-SHA-256  ->  AUTHENTICATE +
 *   AUTHENTICATE <base64>       ->  AUTHENTICATE <base64>
 *   AUTHENTICATE <base64>       ->  AUTHENTICATE <base64>, or 904
 *   AUTHENTICATE +              ->  900 and 903
 *
 * @module
 */

import type { Login, LoginFault, Proven } from "../accounts/login.ts";
import { foldHandle } from "../chat/handles.ts";
import { ChunkReader, splitMessage } from "../sasl/chunks.ts";
import { type Mechanism, MECHANISMS } from "../sasl/mechanisms.ts";
import { readPlain } from "../sasl/plain.ts";
import { type ClientFirst, readClientFirst, type ScramServer } from "../sasl/scram.ts";
import type { IrcConnection, Steps } from "./irc_connection.ts";
import { formatBody, type IrcMessage } from "./irc_message.ts";
import type { Step } from "./protocol.ts";
import { encodeUtf8 } from "./text.ts";

/** One exchange that has begun. */
export interface SaslExchange {
  /** The mechanism by which the client logs in. */
  readonly mechanism: Mechanism;
  /** Joins the chunks of its messages. */
  readonly chunks: ChunkReader;
  /** The state of SCRAM, once the client has named its account. */
  scram?: ScramServer;
  /** The account that the client has proved to own; only its last word is missing. */
  proven?: Proven;
}

/** Takes an AUTHENTICATE command. */
export function authenticate({ params: [param = ""] }: IrcMessage, irc: IrcConnection): Steps {
  const { login, sasl } = irc;
  if (login === undefined || !irc.caps.has("sasl")) {
    return irc.reply("ERR_SASLFAIL", "Ask for the capability sasl first");
  }
  if (param === "*") {
    irc.sasl = undefined;
    return irc.reply("ERR_SASLABORTED");
  }
  if (sasl === undefined) return begin(param, irc);
  const message = sasl.chunks.take(param);
  if (message === undefined) return undefined;
  if (message === "too_long") {
    irc.sasl = undefined;
    return irc.reply("ERR_SASLTOOLONG");
  }
  return message === "malformed" ? fail(irc) : proceed(message, sasl, login, irc);
}

function begin(name: string, irc: IrcConnection): Steps {
  const mechanism = MECHANISMS.find((known) => known === name.toUpperCase());
  if (mechanism === undefined) {
    return [irc.reply("RPL_SASLMECHS", MECHANISMS.join(",")), ...fail(irc)];
  }
  irc.sasl = { mechanism, chunks: new ChunkReader() };
  return irc.answer(() => [formatBody(undefined, "AUTHENTICATE", ["+"])]);
}

function proceed(message: Uint8Array, sasl: SaslExchange, login: Login, irc: IrcConnection): Steps {
  if (sasl.mechanism === "PLAIN") return checkPlain(message, login, irc);
  if (sasl.proven !== undefined) {
    return message.length === 0 ? succeed(sasl.proven, irc) : fail(irc);
  }
  const text = readUtf8(message);
  if (text === undefined) return fail(irc);
  return sasl.scram === undefined
    ? challenge(text, sasl, login, irc)
    : checkProof(text, sasl, sasl.scram, login, irc);
}

function checkPlain(message: Uint8Array, login: Login, irc: IrcConnection): Steps {
  const plain = readPlain(message);
  const isOwn = plain?.actAs === "" || foldHandle(plain?.actAs ?? "") ===
      foldHandle(plain?.account ?? "");
  if (plain === undefined || !isOwn) return fail(irc);
  return irc.wait(
    login.checkPassword(plain.account, plain.password),
    (outcome) => typeof outcome === "string" ? fail(irc, outcome) : succeed(outcome, irc),
  );
}

function challenge(text: string, sasl: SaslExchange, login: Login, irc: IrcConnection): Steps {
  let first: ClientFirst;
  try {
    first = readClientFirst(text);
  } catch {
    return fail(irc);
  }
  return irc.wait(login.beginScram(first), (exchange) => {
    if (typeof exchange === "string") return fail(irc, exchange);
    sasl.scram = exchange;
    return [send(exchange.challenge, irc)];
  });
}

function checkProof(
  text: string,
  sasl: SaslExchange,
  exchange: ScramServer,
  login: Login,
  irc: IrcConnection,
): Steps {
  return irc.wait(login.endScram(exchange, text), (outcome) => {
    if (typeof outcome === "string") return fail(irc, outcome);
    sasl.proven = outcome.proven;
    return [send(outcome.last, irc)];
  });
}

function send(text: string, irc: IrcConnection): Step {
  return irc.answer(() =>
    splitMessage(encodeUtf8(text)).map((chunk) => formatBody(undefined, "AUTHENTICATE", [chunk]))
  );
}

/** Before the registration the account waits for it; after it, the chat learns of it now. */
function succeed(proven: Proven, irc: IrcConnection): readonly Step[] {
  // The client's last word may come late.
  if (irc.login?.holds(proven) !== true) return fail(irc);
  const { account } = proven;
  irc.sasl = undefined;
  if (irc.person === undefined) return [...takeAccount(proven, irc), irc.reply("RPL_SASLSUCCESS")];
  return [
    { type: "login", account },
    // The account may have been removed meanwhile.
    irc.answer(() => [
      irc.person?.account === account
        ? irc.numeric("RPL_SASLSUCCESS")
        : irc.numeric("ERR_SASLFAIL", SASL_FAILED.unavailable),
    ]),
    irc.missed(),
  ];
}

/** Notes the account of a connection that has not registered. */
export function takeAccount(proven: Proven, irc: IrcConnection): readonly Step[] {
  irc.proven = proven;
  return [irc.answer(() => [loggedInBody(proven.account, irc)])];
}

/** The line that says that the client is logged in to `account`. */
export function loggedInBody(account: string, irc: IrcConnection): string {
  const who = irc.person === undefined ? `${irc.draft.nick ?? "*"}!*@*` : irc.source;
  return irc.numeric("RPL_LOGGEDIN", who, account, `You are now logged in as ${account}`);
}

const SASL_FAILED: Readonly<Record<LoginFault, string>> = {
  wrong: "SASL authentication failed",
  throttled: "SASL authentication failed: too many tries, wait a minute",
  unavailable: "SASL authentication failed: try again later",
};

function fail(irc: IrcConnection, fault: LoginFault = "wrong"): readonly Step[] {
  irc.sasl = undefined;
  return [irc.reply("ERR_SASLFAIL", SASL_FAILED[fault])];
}

function readUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
