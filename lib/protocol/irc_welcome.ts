/**
 * The first lines that a registered client receives: its name, the server's, and the server's
 * features (001 to 005).
 *
 * @module
 */

import {
  MAX_AWAY_BYTES,
  MAX_KEY_BYTES,
  MAX_REALNAME_BYTES,
  MAX_REASON_BYTES,
  MAX_TOPIC_BYTES,
} from "../chat/lengths.ts";
import { MAX_LIST_ENTRIES } from "../chat/mask_list.ts";
import { MAX_NICK_CHARACTERS } from "../chat/names.ts";
import { MAX_WATCHED } from "../chat/watches.ts";
import type { IrcConnection } from "./irc_connection.ts";
import { isupportLines, isupportTokens } from "./irc_isupport.ts";
import { CHANNEL_MODES, USER_MODES } from "./irc_modes.ts";
import { MAX_CHANNEL_BYTES, MAX_USERNAME_CHARACTERS } from "./irc_names.ts";
import { formatIsupport } from "./irc_numerics.ts";
import { sanitizeText } from "./text.ts";

/** The welcome of a client that has just registered. */
export function welcomeLines(irc: IrcConnection): readonly string[] {
  const { name, version, network, startedAt } = irc.facts;
  const since = new Date(startedAt).toUTCString();
  return [
    irc.numeric("RPL_WELCOME", `Welcome to the ${network} network, ${irc.source}`),
    irc.numeric("RPL_YOURHOST", `Your host is ${name}, running version ${version}`),
    irc.numeric("RPL_CREATED", `This server was started ${since}`),
    irc.numeric(
      "RPL_MYINFO",
      name,
      version,
      sorted(USER_MODES.keys()),
      sorted(CHANNEL_MODES.keys()),
      sorted(letters(({ 1: kind }) => kind !== "never")),
    ),
    ...supportLines(irc),
  ];
}

function letters(test: (mode: readonly [string, string]) => boolean): string[] {
  return [...CHANNEL_MODES].filter(test).map(([letter]) => letter);
}

function sorted(each: Iterable<string>): string {
  return [...each].sort().join("");
}

/** The lines of ISUPPORT. */
export function supportLines({ facts, nick }: IrcConnection): readonly string[] {
  const tokens = isupportTokens({
    network: facts.network,
    nickLength: MAX_NICK_CHARACTERS,
    channelLength: MAX_CHANNEL_BYTES,
    channelsPerUser: facts.maxJoined,
    topicLength: MAX_TOPIC_BYTES,
    kickLength: MAX_REASON_BYTES,
    awayLength: MAX_AWAY_BYTES,
    userLength: MAX_USERNAME_CHARACTERS,
    nameLength: MAX_REALNAME_BYTES,
    keyLength: MAX_KEY_BYTES,
    listEntries: MAX_LIST_ENTRIES,
    monitorTargets: MAX_WATCHED,
    ...(facts.historyLimit !== undefined && { historyLimit: facts.historyLimit }),
  });
  return isupportLines(tokens).map((line) => formatIsupport(facts.name, nick, line));
}

/** The message of the day, or the reply that there is none. */
export function motdLines(irc: IrcConnection): readonly string[] {
  const { facts } = irc;
  const motd = facts.motd();
  if (motd === undefined) return [irc.numeric("ERR_NOMOTD")];
  return [
    irc.numeric("RPL_MOTDSTART", `- ${facts.name} Message of the day -`),
    ...motd.map((line) => irc.numeric("RPL_MOTD", `- ${sanitizeText(line)}`)),
    irc.numeric("RPL_ENDOFMOTD"),
  ];
}
