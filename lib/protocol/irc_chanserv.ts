/**
 * ChanServ: channels that belong to an account.
 *
 * @module
 */

import type { OfChannel } from "../chat/command.ts";
import type { Right } from "../chat/rights.ts";
import type { IrcConnection, Steps } from "./irc_connection.ts";
import { readChannelName } from "./irc_names.ts";
import type { Say, Service, ServiceCommand } from "./irc_services.ts";
import type { Step } from "./protocol.ts";

const COMMANDS: Readonly<Record<string, ServiceCommand>> = {
  REGISTER: {
    form: "<#channel>",
    words: "Makes a channel yours: it stays, and you are its founder whenever you are there.",
    least: 1,
    run: onChannel((of, irc) => [{ type: "register_channel", ...of }, irc.kept()]),
  },
  DROP: {
    form: "<#channel>",
    words: "Gives your channel up.",
    least: 1,
    run: onChannel((of) => [{ type: "drop_channel", ...of }]),
  },
  INFO: {
    form: "<#channel>",
    words: "Shows whose a channel is.",
    least: 1,
    run: onChannel((of) => [{ type: "channel_info", ...of }]),
  },
  FOUNDER: {
    form: "<#channel> <account>",
    words: "Gives your channel to another account.",
    least: 2,
    run: onChannel((of, irc, [account = ""]) => [
      { type: "channel_founder", ...of, account },
      irc.kept(),
    ]),
  },
  OP: {
    form: "<#channel> [nick]",
    words: "Gives you what is your account's there, or makes somebody an operator for good.",
    least: 1,
    run: onChannel((of, _irc, [nick]) =>
      nick === undefined ? [{ type: "claim_rights", ...of }] : [right(of, "operator", nick, true)]
    ),
  },
  DEOP: takes("operator"),
  VOICE: gives("voice"),
  DEVOICE: takes("voice"),
};

/** The service. */
export const CHANSERV: Service = {
  nick: "ChanServ",
  alias: "CS",
  commands: new Map(Object.entries(COMMANDS)),
};

type Act = (
  of: Required<OfChannel>,
  irc: IrcConnection,
  params: readonly string[],
) => readonly Step[];

function onChannel(act: Act): ServiceCommand["run"] {
  return ([name = "", ...params]: readonly string[], irc: IrcConnection, say: Say): Steps => {
    const channel = readChannelName(name);
    if (channel === undefined) return say(`${name} is no channel`);
    return act({ channel, fold: true }, irc, params);
  };
}

function gives(which: Right): ServiceCommand {
  return {
    form: "<#channel> <nick>",
    words: `Makes somebody's right of the ${which} there its account's, for good.`,
    least: 2,
    run: onChannel((of, _irc, [nick = ""]) => [right(of, which, nick, true)]),
  };
}

function takes(which: Right): ServiceCommand {
  return {
    form: "<#channel> <nick>",
    words: `Takes the right of the ${which} away.`,
    least: 2,
    run: onChannel((of, _irc, [nick = ""]) => [right(of, which, nick, false)]),
  };
}

function right(of: Required<OfChannel>, which: Right, whom: string, set: boolean): Step {
  return { type: "modes", ...of, changes: [{ mode: "right", right: which, whom, set }] };
}
