/**
 * Kinds of hostility against what a server does for IRC users beyond the chat: accounts, history, search, and messages
 * of several lines.
 *
 * @module
 */

import type { Kind, Wave } from "./kind.ts";
import { bytes, JSON16_HELLO, packet, repeat } from "./payloads.ts";

/** An account that nobody has, and a password. */
const PLAIN = btoa("\0nobody\0not-the-password");
const WRONG_PLAIN = `AUTHENTICATE PLAIN\r\nAUTHENTICATE ${PLAIN}\r\n`;
/** A first message of SCRAM, and a proof of nothing. */
const FIRST = btoa("n,,n=nobody,r=0123456789abcdef");
const WRONG_SCRAM = `AUTHENTICATE SCRAM-SHA-256\r\nAUTHENTICATE ${FIRST}\r\nAUTHENTICATE ${
  btoa("c=biws,r=0123456789abcdef,p=AAAA")
}\r\n`;

/** From a time before all messages to one after them. */
const EVER = ["2000", "2100"].map((year) => `timestamp=${year}-01-01T00:00:00.000Z`).join(" ");

/** What the lobby's history is full of before: a hundred messages of 16 KiB, as long as they can be. */
const LONG_WORDS: Wave = {
  count: 10,
  from: "127.0.3.1",
  spread: 10,
  hello: bytes(JSON16_HELLO, repeat(packet({ type: "chat", message: "x".repeat(16_000) }), 10)),
};

/** Each of them, in the order in which they are run. */
export const IRC_SERVICE_KINDS: readonly Kind[] = [
  overIrc("sasl-wrong", "100 connections that log in with wrong passwords without end", {
    count: 100,
    hello: user("sasl"),
    body: WRONG_PLAIN.repeat(8),
    times: 0,
  }),
  overIrc("sasl-scram", "100 connections that send wrong proofs without end", {
    count: 100,
    hello: user("sasl"),
    body: WRONG_SCRAM.repeat(4),
    times: 0,
  }),
  overIrc("sasl-begun", "1,000 connections that begin to log in and stay", {
    count: 1_000,
    hello: `CAP REQ :sasl\r\nAUTHENTICATE PLAIN\r\nAUTHENTICATE ${"A".repeat(400)}\r\n`,
  }),
  overIrc("identify", "100 users who ask NickServ with wrong passwords without end", {
    count: 100,
    hello: user(),
    body: "PRIVMSG NickServ :IDENTIFY h{{id}} not-the-password\r\n".repeat(8),
    times: 0,
  }),
  overIrc("accounts", "50 users who make accounts without end", {
    count: 50,
    hello: user("draft/account-registration"),
    body: "REGISTER * * long-{{id}}\r\nNICK h{{id}}\r\n",
    times: 0,
  }),
  overIrc("history", "10 users who ask for the history of the lobby without end", {
    count: 10,
    hello: member("batch", "draft/chathistory", "draft/event-playback"),
    body: `CHATHISTORY LATEST #lobby * 100\r\nCHATHISTORY TARGETS ${EVER} 100\r\n`.repeat(8),
    times: 0,
  }),
  overIrc("history-long", "10 users who ask for pages of the longest messages without end", {
    count: 10,
    hello: member("batch", "draft/chathistory"),
    body: "CHATHISTORY LATEST #lobby * 100\r\n".repeat(8),
    times: 0,
  }, LONG_WORDS),
  {
    ...overIrc("search", "10 users who search for a common and for a rare word without end", {
      count: 10,
      hello: member("batch", "soju.im/search"),
      body: "SEARCH text=x\r\nSEARCH :in=#lobby;text=rare\\swords\r\n".repeat(10),
      times: 0,
    }),
    flags: ["--search=on"],
  },
  overIrc("multiline-open", "50 users who begin messages of several lines and end none", {
    count: 50,
    hello: member("batch", "draft/multiline"),
    body: `BATCH +{{id}} draft/multiline #lobby\r\n${
      `@batch={{id}} PRIVMSG #lobby :${"x".repeat(400)}\r\n`.repeat(8)
    }`,
    times: 0,
  }),
  overIrc("multiline", "10 users who flood with messages of 24 lines", {
    count: 10,
    hello: member("batch", "draft/multiline"),
    body: `BATCH +m draft/multiline #lobby\r\n${
      `@batch=m PRIVMSG #lobby :${"x".repeat(150)}\r\n`.repeat(24)
    }BATCH -m\r\n`,
    times: 0,
  }),
];

/** What registers a user with capabilities. */
function user(...caps: readonly string[]): string {
  return `CAP REQ :${caps.join(" ")}\r\nNICK h{{id}}\r\nUSER h 0 * :h\r\nCAP END\r\n`;
}

/** The same, and takes it into the lobby. */
function member(...caps: readonly string[]): string {
  return `${user(...caps)}JOIN #lobby\r\n`;
}

function overIrc(name: string, does: string, wave: Wave, before?: Wave): Kind {
  const waves = before === undefined ? {} : { before: [before], beforeMs: 2_000 };
  return { name, does, ircOnly: true, attack: [], irc: { ...waves, attack: [wave] } };
}
