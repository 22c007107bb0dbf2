/**
 * ISUPPORT (005): the features and limits of this server, so that a client need not try them out.
 * Each token is made from the limit or the table that it states (Modern IRC, "RPL_ISUPPORT
 * parameters").
 *
 * @module
 */

import { ACCOUNT_LETTER, EXTENSION_MARK, MUTE_LETTER } from "../chat/extended_masks.ts";
import { chanmodesToken, MAX_MODE_CHANGES, MEMBER_MODES, prefixToken } from "./irc_modes.ts";

/** Most tokens in one line: 15 parameters less the client's nick and the words at the end. */
export const TOKENS_A_LINE = 13;

/**
 * The most targets of each command; more are refused with 407. `undefined`: as many as fit in a
 * line. NAMES is not among them: its channels are answered one by one (Modern IRC, "NAMES
 * message"), while some clients and test suites expect one end for all where the token has it.
 */
export const MAX_TARGETS = {
  JOIN: undefined,
  PART: undefined,
  LIST: undefined,
  PRIVMSG: 4,
  NOTICE: 4,
  TAGMSG: 4,
  KICK: 4,
  WHOIS: 1,
  MONITOR: undefined,
} as const satisfies Readonly<Record<string, number | undefined>>;

/** The limits that are stated. */
export interface IsupportFacts {
  /** The network's name. */
  readonly network: string;
  /** Characters of a nick. */
  readonly nickLength: number;
  /** Bytes of a channel's name, the `#` included. */
  readonly channelLength: number;
  /** Channels that one user may be in. */
  readonly channelsPerUser: number;
  /** Bytes of a topic. */
  readonly topicLength: number;
  /** Bytes of a reason. */
  readonly kickLength: number;
  /** Bytes of an away message. */
  readonly awayLength: number;
  /** Bytes of a username. */
  readonly userLength: number;
  /** Bytes of a real name. */
  readonly nameLength: number;
  /** Bytes of a channel's key. */
  readonly keyLength: number;
  /** Entries of each of a channel's lists. */
  readonly listEntries: number;
  /** Nicks that one user may watch. */
  readonly monitorTargets: number;
  /** Messages of the history in one answer; left out where there is none. */
  readonly historyLimit?: number;
}

/** The tokens, in the order in which they are sent. */
export function isupportTokens(facts: IsupportFacts): string[] {
  const signs = MEMBER_MODES.map(([, sign]) => sign).join("");
  const targets = Object.entries(MAX_TARGETS).map(([name, count]) => `${name}:${count ?? ""}`);
  return [
    `NETWORK=${escapeToken(facts.network)}`,
    "CASEMAPPING=ascii",
    "CHANTYPES=#",
    `PREFIX=${prefixToken()}`,
    `STATUSMSG=${signs}`,
    `CHANMODES=${chanmodesToken()}`,
    `MODES=${MAX_MODE_CHANGES}`,
    `MAXLIST=beI:${facts.listEntries}`,
    "EXCEPTS=e",
    "INVEX=I",
    `EXTBAN=${EXTENSION_MARK},${ACCOUNT_LETTER}${MUTE_LETTER}`,
    `ACCOUNTEXTBAN=${ACCOUNT_LETTER}`,
    `CHANLIMIT=#:${facts.channelsPerUser}`,
    `CHANNELLEN=${facts.channelLength}`,
    `NICKLEN=${facts.nickLength}`,
    `USERLEN=${facts.userLength}`,
    `NAMELEN=${facts.nameLength}`,
    `TOPICLEN=${facts.topicLength}`,
    `KICKLEN=${facts.kickLength}`,
    `AWAYLEN=${facts.awayLength}`,
    `KEYLEN=${facts.keyLength}`,
    `MONITOR=${facts.monitorTargets}`,
    `TARGMAX=${targets.join(",")}`,
    "ELIST=CMNTU",
    "SAFELIST",
    "WHOX",
    "UTF8ONLY",
    "BOT=B",
    ...(facts.historyLimit === undefined
      ? []
      : [`CHATHISTORY=${facts.historyLimit}`, "MSGREFTYPES=msgid,timestamp"]),
  ];
}

/** Groups the tokens into lines. Their lengths do not matter: 13 of the longest fit. */
export function isupportLines(tokens: readonly string[]): string[][] {
  const lines: string[][] = [];
  for (let i = 0; i < tokens.length; i += TOKENS_A_LINE) {
    lines.push(tokens.slice(i, i + TOKENS_A_LINE));
  }
  return lines;
}

/** Escapes the value of a token: a character that it may not hold becomes `\\xHH`. */
export function escapeToken(value: string): string {
  return value.replace(
    /[^!#-<>-[\]-~]/gu,
    (character) =>
      [...new TextEncoder().encode(character)]
        .map((byte) => `\\x${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(""),
  );
}
