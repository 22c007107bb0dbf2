/**
 * The commands about accounts (IRCv3 SASL 3.2 and account-registration). For clients that know
 * neither there is NickServ (`irc_nickserv.ts`).
 *
 * @module
 */

import { foldHandle } from "../chat/handles.ts";
import { REGISTER_FAULTS } from "./irc_account_words.ts";
import {
  CHANREG,
  type CommandRow,
  type CommandTable,
  type IrcConnection,
  type Steps,
} from "./irc_connection.ts";
import { onChannel } from "./irc_on_channels.ts";
import { asWord, formatBody, type IrcMessage } from "./irc_message.ts";
import { authenticate, takeAccount } from "./irc_sasl.ts";
import { type Service, SERVICES, toService } from "./irc_services.ts";
import type { Step } from "./protocol.ts";

/** The commands; those of services are short forms of speaking to them. */
export const ON_ACCOUNTS: CommandTable = new Map<string, CommandRow>([
  ["AUTHENTICATE", { least: 1, isEarly: true, run: authenticate }],
  ["REGISTER", { least: 3, isEarly: true, run: register }],
  [CHANREG, { least: 2, run: chanreg }],
  ["VERIFY", { least: 2, isEarly: true, run: verify }],
  ...SERVICES.flatMap((service) => {
    const row = { least: 0, run: commandOf(service) };
    return [[service.nick.toUpperCase(), row], [service.alias, row]] as const;
  }),
]);

function commandOf(service: Service): CommandRow["run"] {
  return ({ params }, irc) => toService(service, params.join(" "), irc);
}

/**
 * `REGISTER <account> <email> <password>`: an account has its user's nick, and needs no address.
 */
function register({ params }: IrcMessage, irc: IrcConnection): Steps {
  const { login, person, draft } = irc;
  const [asked = "*", , password = ""] = params;
  const nick = person?.handle ?? draft.nick;
  const name = asWord(asked === "*" ? nick ?? "*" : asked);
  const fail = (code: string, words: string) => irc.fail(code, words, name);
  const mayBeEarly = login?.registration === "before-connect" && irc.facts.admits === undefined;
  if (login === undefined || login.registration === "closed") {
    return fail(...REGISTER_FAULTS.closed);
  }
  if (person === undefined && !mayBeEarly) {
    return fail("COMPLETE_CONNECTION_REQUIRED", "Register with NICK and USER first");
  }
  if (nick === undefined) return fail("NEED_NICK", "Say your NICK first");
  if (foldHandle(name) !== foldHandle(nick)) {
    return fail("ACCOUNT_NAME_MUST_BE_NICK", "An account has the nick of its user");
  }
  if (person?.account !== undefined || irc.proven !== undefined) {
    return fail("ALREADY_AUTHENTICATED", "You are logged in to an account already");
  }
  return irc.wait(login.register(nick, password), (outcome): readonly Step[] => {
    if (typeof outcome === "string") return [fail(...REGISTER_FAULTS[outcome])];
    const { account } = outcome;
    const words = "You have an account now, and are logged in to it";
    const done = irc.answer(() => [
      formatBody(irc.facts.name, "REGISTER", ["SUCCESS", account], words),
    ]);
    return irc.person === undefined
      ? [done, ...takeAccount(outcome, irc)]
      : [done, { type: "login", account }];
  });
}

/** ChanServ for programs: `CHANREG REGISTER <#channel>`, `CHANREG DROP <#channel>`. */
function chanreg({ params: [verb = "", name = ""] }: IrcMessage, irc: IrcConnection): Steps {
  const step = onChannel(irc, name, (of) => {
    switch (verb.toUpperCase()) {
      case "REGISTER":
        return { type: "register_channel", ...of };
      case "DROP":
        return { type: "drop_channel", ...of };
      default:
        return irc.fail("INVALID_PARAMS", "One of REGISTER, DROP is expected", asWord(verb));
    }
  });
  return [step, irc.kept()];
}

function verify({ params: [name = ""] }: IrcMessage, irc: IrcConnection): Steps {
  return irc.fail("INVALID_CODE", "No account of this server needs to be verified", asWord(name));
}
