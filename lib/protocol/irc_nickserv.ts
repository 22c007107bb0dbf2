/**
 * NickServ: accounts for clients that know neither SASL nor account-registration.
 *
 * @module
 */

import type { LoginFault } from "../accounts/login.ts";
import type { IrcConnection, Steps } from "./irc_connection.ts";
import { registerFaultText } from "./irc_account_words.ts";
import type { Say, Service, ServiceCommand } from "./irc_services.ts";
import type { Step } from "./protocol.ts";

const COMMANDS: Readonly<Record<string, ServiceCommand>> = {
  REGISTER: {
    form: "<password>",
    words: "Makes your nick an account of yours.",
    least: 1,
    run: register,
  },
  IDENTIFY: {
    form: "[account] <password>",
    words: "Logs you in, and gives you the account's nick.",
    least: 1,
    run: identify,
  },
  ID: { form: "[account] <password>", words: "", least: 1, isAlias: true, run: identify },
  LOGOUT: { form: "", words: "Logs you out.", least: 0, run: () => ({ type: "logout" }) },
  GHOST: {
    form: "<nick>",
    words: "Ends the connection that holds your account's nick. Identify first.",
    least: 1,
    run: ([nick = ""]) => ({ type: "ghost", nick }),
  },
  PASSWD: {
    form: "<password> <new password>",
    words: "Changes the password of your account.",
    least: 2,
    run: changePassword,
  },
  DROP: {
    form: "<account> <password>",
    words: "Removes an account and all that it has.",
    least: 2,
    run: drop,
  },
  SET: {
    form: "ALWAYS-ON [ON|OFF]",
    words:
      "Keeps you in your channels, away, while you are not connected. You leave them with PART, or OFF and QUIT.",
    least: 1,
    run: set,
  },
  INFO: { form: "[account]", words: "Shows whether there is an account.", least: 0, run: info },
};

/** The service. */
export const NICKSERV: Service = {
  nick: "NickServ",
  alias: "NS",
  commands: new Map(Object.entries(COMMANDS)),
};

/** Words for a fault. */
const FAULTS: Readonly<Record<LoginFault, string>> = {
  wrong: "The account or the password is wrong",
  throttled: "Too many tries: wait a minute",
  unavailable: "That does not work now: try again later",
};

function register([password = ""]: readonly string[], irc: IrcConnection, say: Say): Steps {
  const { login, nick, person } = irc;
  if (login === undefined) return say(registerFaultText("closed"));
  if (person?.account !== undefined) return say(`You are logged in as ${person.account}`);
  return irc.wait(
    login.register(nick, password),
    (outcome): readonly Step[] =>
      typeof outcome === "string"
        ? [say(registerFaultText(outcome, login.minPassword))]
        : [say("Account created"), { type: "login", account: outcome.account }],
  );
}

function identify(params: readonly string[], irc: IrcConnection, say: Say): Steps {
  const { login } = irc;
  if (login === undefined) return say(FAULTS.unavailable);
  const [first = "", second] = params;
  const [account, password] = second === undefined ? [irc.nick, first] : [first, second];
  return irc.wait(
    login.checkPassword(account, password),
    (outcome): readonly Step[] =>
      typeof outcome === "string" ? [say(FAULTS[outcome])] : [
        { type: "login", account: outcome.account, rename: true },
        say(`You are logged in as ${outcome.account}`),
        irc.missed(),
      ],
  );
}

function changePassword(
  [password = "", fresh = ""]: readonly string[],
  irc: IrcConnection,
  say: Say,
): Steps {
  const { login } = irc;
  const account = irc.person?.account;
  if (login === undefined || account === undefined) return say("Log in first: IDENTIFY <password>");
  // Somebody who finds an unlocked screen must not get the account.
  return irc.wait(login.checkPassword(account, password), (proven): readonly Step[] => {
    if (typeof proven === "string") return [say(FAULTS[proven])];
    return [irc.wait(login.changePassword(proven, fresh), (outcome) => {
      if (outcome === "weak_password") {
        return [say(registerFaultText("weak_password", login.minPassword))];
      }
      return [say(typeof outcome === "string" ? FAULTS[outcome] : "Your password is changed")];
    })];
  });
}

/** The words for on and off that other servers understand as well. */
const SWITCHES: ReadonlyMap<string, boolean> = new Map([
  ["on", true],
  ["true", true],
  ["off", false],
  ["false", false],
]);

function set([name = "", value]: readonly string[], irc: IrcConnection, say: Say): Steps {
  if (name.toUpperCase() !== "ALWAYS-ON") {
    return say(`There is no setting ${name}: I know ALWAYS-ON`);
  }
  const isOn = SWITCHES.get(value?.toLowerCase() ?? "");
  if (value !== undefined && isOn === undefined) return say("Say it so: SET ALWAYS-ON ON or OFF");
  return [{ type: "always_on", ...(isOn !== undefined && { set: isOn }) }, irc.kept()];
}

function drop(
  [account = "", password = ""]: readonly string[],
  irc: IrcConnection,
  say: Say,
): Steps {
  const { login } = irc;
  if (login === undefined) return say(FAULTS.unavailable);
  return irc.wait(
    login.drop(account, password),
    (outcome) => [
      say(typeof outcome === "string" ? FAULTS[outcome] : `${outcome.account} is no account now`),
    ],
  );
}

function info([name]: readonly string[], irc: IrcConnection, say: Say): Steps {
  const { login, person } = irc;
  const account = name ?? person?.account ?? irc.nick;
  if (login === undefined) return say(FAULTS.unavailable);
  return irc.wait(login.find(account), (found) => {
    if (typeof found === "string") return [say(FAULTS[found])];
    if (found === undefined) return [say(`${account} is no account`)];
    const since = new Date(found.registeredAt).toUTCString();
    return [say(`${found.name} is an account since ${since}`)];
  });
}
