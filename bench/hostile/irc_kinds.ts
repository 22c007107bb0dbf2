/**
 * Kinds of hostility that only IRC knows: a user in a hundred channels, capabilities, searches and tags.
 *
 * @module
 */

import type { Kind, Wave } from "./kind.ts";
import { IRC_HELLO } from "./payloads.ts";

/** A hundred channels, in lines that hold them. */
const HUNDRED = ["JOIN", "PART"].map((verb) =>
  Array.from({ length: 4 }, (_, line) => {
    const names = Array.from({ length: 25 }, (_, i) => `#crowd-${25 * line + i}`);
    return `${verb} ${names.join(",")}\r\n`;
  }).join("")
);
const [JOIN_HUNDRED = "", PART_HUNDRED = ""] = HUNDRED;

/** Fifty members of a hundred channels each: every one of them is copied what happens there. */
const CROWD: Wave = {
  count: 50,
  from: "127.0.2.1",
  spread: 50,
  hello: `NICK c{{id}}\r\nUSER c 0 * :c\r\n${JOIN_HUNDRED}`,
};

/** As many masks as a LIST compares with each channel: those that must not fit are tried on every one of them. */
const LIST_MASKS = Array.from({ length: 20 }, (_, i) => `!*a*a*${i + 10}`).join(",");

/** Each of them, in the order in which they are run. */
export const IRC_KINDS: readonly Kind[] = [
  inCrowd(
    "irc-renaming",
    "10 users who change their nick in a hundred channels",
    "NICK g{{id}}\r\n",
  ),
  inCrowd(
    "irc-joining",
    "10 users who leave and enter a hundred channels",
    `${PART_HUNDRED}${JOIN_HUNDRED}`,
  ),
  inCrowd(
    "irc-leaving",
    "10 users who leave a hundred channels at once",
    `JOIN 0\r\n${JOIN_HUNDRED}`,
  ),
  inCrowd(
    "irc-capabilities",
    "10 users who change their capabilities in a hundred channels",
    "CAP REQ :server-time\r\nCAP REQ :-server-time\r\n",
  ),
  overIrc("irc-pings", "10 connections that flood with PING", [{
    count: 10,
    hello: IRC_HELLO,
    body: "PING x\r\n".repeat(200),
    times: 0,
  }]),
  overIrc("irc-searches", "10 users who ask for all users and channels", [{
    count: 10,
    hello: IRC_HELLO,
    body: "WHO *\r\nLIST\r\nNAMES #lobby\r\n",
    times: 0,
  }]),
  overIrc(
    "irc-masks",
    "10 users who compare the longest masks with 1,900 users and their names",
    [{
      count: 10,
      hello: IRC_HELLO,
      body: `WHO *${"a*".repeat(60)}b\r\nLIST ${LIST_MASKS}\r\n`,
      times: 0,
    }],
    { count: 1_900, hello: `NICK n{{id}}\r\nUSER n 0 * :${"a".repeat(150)}\r\n` },
  ),
  overIrc(
    "irc-watched",
    "a user whom 1,900 others watch goes away and comes back without end",
    [{
      count: 1,
      hello: "NICK watched\r\nUSER w 0 * :w\r\n",
      body: "AWAY :lunch\r\nAWAY\r\n",
      times: 0,
    }],
    { count: 1_900, hello: "NICK n{{id}}\r\nUSER n 0 * :n\r\nMONITOR + watched\r\n" },
  ),
  overIrc("irc-tags", "10 users who send 4 KB of tags to the lobby", [{
    count: 10,
    hello: `CAP REQ :message-tags\r\nNICK h{{id}}\r\nUSER h 0 * :h\r\nCAP END\r\nJOIN #lobby\r\n`,
    body: `@+x=${"y".repeat(4_000)} TAGMSG #lobby\r\n`,
    times: 0,
  }]),
];

/** A kind of IRC alone. */
function overIrc(name: string, does: string, attack: readonly Wave[], before?: Wave): Kind {
  const waves = before === undefined ? {} : { before: [before], beforeMs: 2_000 };
  return { name, does, ircOnly: true, attack: [], irc: { ...waves, attack } };
}

/** A kind of IRC alone, beside a crowd that shares a hundred channels with the attackers. */
function inCrowd(name: string, does: string, body: string): Kind {
  const hello = `NICK g{{id}}\r\nUSER g 0 * :g\r\n${JOIN_HUNDRED}`;
  const attack = [{ count: 10, hello, settleMs: 1_500, body, times: 0 }];
  return {
    name,
    does,
    ircOnly: true,
    attack: [],
    irc: { before: [CROWD], beforeMs: 3_000, attack },
  };
}
