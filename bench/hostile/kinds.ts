/**
 * The table of hostility: each kind is what one address sends beside honest users of another. A new threat is one
 * more entry.
 *
 * Every kind is bounded, in connections here and in time by the run.
 *
 * @module
 */

import { IRC_KINDS } from "./irc_kinds.ts";
import { IRC_SERVICE_KINDS } from "./irc_service_kinds.ts";
import type { Kind, Wave } from "./kind.ts";
import {
  bytes,
  CHAT1_HELLO,
  CS168_HELLO,
  frame,
  IRC_HELLO,
  JSON16_HELLO,
  noise,
  packet,
  repeat,
} from "./payloads.ts";
import { TLS_KINDS } from "./tls_kinds.ts";
import { WEBSOCKET_KINDS } from "./websocket_kinds.ts";

/** Controls that sanitising drops, and that once made it scan again from each of them. */
const C1 = "\u009d";
const CHAT = "x".repeat(150);

/** A line as it may be pasted: two cs168 frames. */
const PASTED = "x".repeat(250);

const chat1Lines = (count: number, text = CHAT) => repeat(`${text}\n`, count);
const ircLines = (count: number, text = CHAT) => repeat(`PRIVMSG #lobby :${text}\r\n`, count);

const CHAT1_FLOOD: Wave = { count: 10, hello: CHAT1_HELLO, body: chat1Lines(100), times: 0 };
const IRC_FLOOD: Wave = { count: 10, hello: IRC_HELLO, body: ircLines(100), times: 0 };

/**
 * 9,900 channels: 99 addresses make 100 each, within the limits of each, and leave room for the honest users' own.
 */
const CHANNEL_MAKERS: Wave = {
  count: 99,
  from: "127.0.1.1",
  spread: 99,
  hello: frame("maker"),
  body: repeat(frame("/create channel-{{id}}"), 100),
};

/** Names as long as they may be: 26 characters of four bytes, and a number. */
const LONG_NAMES: Wave = {
  count: 1_900,
  hello: packet(`{"type": "hello", "nick": "${"\u{1f600}".repeat(26)}{{id}}"}`),
};

/** Every kind, in the order in which they are run. */
export const KINDS: readonly Kind[] = [
  { name: "quiet", does: "nothing: the floor of this machine", attack: [], irc: { attack: [] } },
  same("resets", "400 connections reset before they are accepted", [
    { count: 400, ends: "abort" },
  ]),
  {
    name: "controls",
    does: "100 connections with a REGISTER line of 16 KiB of U+009D each",
    attack: [{ count: 100, hello: `REGISTER ${C1.repeat(8_180)} CHAT/1.0\n` }],
    irc: { attack: [{ count: 100, hello: `NICK ${C1.repeat(8_180)}\r\n` }] },
  },
  {
    name: "controls-said",
    does: "a registered user who says 16 KiB of U+009D again and again",
    attack: [{ count: 1, hello: CHAT1_HELLO, body: `${C1.repeat(8_190)}\n`, times: 0 }],
    irc: {
      attack: [{
        count: 1,
        hello: IRC_HELLO,
        body: `PRIVMSG #lobby :${C1.repeat(240)}\r\n`,
        times: 0,
      }],
    },
  },
  {
    name: "coming-back",
    does: "50 connections that say 97 lines, close at once, and come back",
    attack: [
      { count: 50, hello: CHAT1_HELLO, body: chat1Lines(97), lingerMs: 0, again: true },
    ],
    irc: {
      attack: [{ count: 50, hello: IRC_HELLO, body: ircLines(97), lingerMs: 0, again: true }],
    },
  },
  {
    name: "coming-back-heard",
    does: "20 connections that say 97 lines, let the server read them, and come back",
    attack: [{
      count: 20,
      hello: CHAT1_HELLO,
      body: chat1Lines(97),
      lingerMs: 30,
      ends: "half",
      again: true,
    }],
    irc: {
      attack: [{
        count: 20,
        hello: IRC_HELLO,
        body: ircLines(97),
        lingerMs: 30,
        ends: "half",
        again: true,
      }],
    },
  },
  {
    name: "flood",
    does: "10 connections that flood the lobby",
    attack: [CHAT1_FLOOD],
    irc: { attack: [IRC_FLOOD] },
  },
  {
    name: "empty-frames",
    does: "one connection that floods with frames which decode to nothing",
    attack: [{ count: 1, hello: frame("h"), body: repeat(frame(C1.repeat(100)), 64), times: 0 }],
  },
  {
    name: "list",
    does: "/list of 9,900 channels, three in one write, again and again",
    before: [CHANNEL_MAKERS],
    beforeMs: 3_000,
    attack: [{
      count: 1,
      hello: frame("h"),
      body: repeat(frame("/list"), 3),
      times: 0,
      again: true,
    }],
  },
  {
    name: "names",
    does: "names of a channel with 1,900 long names, three in one write, again and again",
    before: [LONG_NAMES],
    beforeMs: 2_000,
    attack: [{
      count: 1,
      hello: JSON16_HELLO,
      body: repeat(packet({ type: "names" }), 3),
      times: 0,
      again: true,
    }],
    irc: {
      before: [{
        count: 1_900,
        hello: `NICK n${"x".repeat(22)}{{id}}\r\nUSER h 0 * :h\r\nJOIN #lobby\r\n`,
      }],
      beforeMs: 2_000,
      attack: [{
        count: 1,
        hello: IRC_HELLO,
        body: "NAMES #lobby\r\n".repeat(3),
        times: 0,
        again: true,
      }],
    },
  },
  {
    name: "long-name",
    does: "a cs168 user with a name of 193 bytes who says 100 frames of €, every second",
    attack: [{
      count: 1,
      hello: bytes(frame("n".repeat(193)), frame("/join lobby")),
      body: repeat(frame("€".repeat(66)), 100),
      lingerMs: 900,
      again: true,
    }],
  },
  {
    name: "pastes",
    does: "60 users who paste 100 lines at once",
    attack: [{ count: 60, hello: CHAT1_HELLO, settleMs: 500, body: chat1Lines(100, PASTED) }],
    irc: { attack: [{ count: 60, hello: IRC_HELLO, settleMs: 500, body: ircLines(100, PASTED) }] },
  },
  {
    name: "stalled",
    does: "48 members who never read, and 10 who flood their channel",
    before: [{ count: 48, hello: CHAT1_HELLO, reads: "none" }],
    attack: [CHAT1_FLOOD],
    irc: { before: [{ count: 48, hello: IRC_HELLO, reads: "none" }], attack: [IRC_FLOOD] },
  },
  {
    name: "slow",
    does: "50 members who read 20 bytes a second, and 10 who flood their channel",
    before: [{ count: 50, hello: JSON16_HELLO, reads: "slow" }],
    attack: [CHAT1_FLOOD],
    irc: { before: [{ count: 50, hello: IRC_HELLO, reads: "slow" }], attack: [IRC_FLOOD] },
  },
  {
    name: "channels",
    does: "10,000 channels made by one address",
    attack: [{ count: 100, hello: frame("h"), body: repeat(frame("/create mine-{{id}}"), 100) }],
  },
  same("unfinished", "3,000 connections that begin to register and say no more", [
    { count: 3_000, hello: "N" },
  ]),
  {
    name: "ending",
    does: "3,000 who enter the lobby at the same moment, and leave at the same moment",
    attack: [{ count: 3_000, hello: CHAT1_HELLO }],
    irc: { attack: [{ count: 3_000, hello: IRC_HELLO }] },
  },
  {
    name: "half-closed",
    does: "1,000 members who have ended their side and stay",
    attack: [{ count: 1_000, hello: CHAT1_HELLO, ends: "half" }],
    irc: { attack: [{ count: 1_000, hello: IRC_HELLO, ends: "half" }] },
  },
  {
    name: "resets-later",
    does: "50 members who reset their connection in the middle of a line, and come back",
    attack: [{
      count: 50,
      hello: CHAT1_HELLO,
      body: CHAT,
      lingerMs: 10,
      ends: "reset",
      again: true,
    }],
    irc: {
      attack: [{
        count: 50,
        hello: IRC_HELLO,
        body: CHAT,
        lingerMs: 10,
        ends: "reset",
        again: true,
      }],
    },
  },
  same("http", "50 connections that post to a path of 300 bytes, and come back", [{
    count: 50,
    hello: `POST /${"x".repeat(300)} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody`,
    lingerMs: 20,
    again: true,
  }]),
  same("garbage", "50 connections that send 4 KiB of noise, and come back", [
    { count: 50, hello: noise(4_096), lingerMs: 20, again: true },
  ]),
  {
    name: "nested",
    does: "10 connections that flood with JSON which is nested 8,000 deep",
    attack: [{
      count: 10,
      hello: JSON16_HELLO,
      body: packet(`{"type": "chat", "message": ${"[".repeat(8_000)}${"]".repeat(8_000)}}`),
      times: 0,
    }],
  },
  {
    name: "bytewise",
    does: "100 connections that send a byte every millisecond",
    attack: [{
      count: 100,
      hello: CHAT1_HELLO,
      body: `${CHAT}\n`,
      times: 0,
      chunk: 1,
      everyMs: 1,
    }],
    irc: {
      attack: [{
        count: 100,
        hello: IRC_HELLO,
        body: `PRIVMSG #lobby :${CHAT}\r\n`,
        times: 0,
        chunk: 1,
        everyMs: 1,
      }],
    },
  },
  {
    name: "rejoining",
    does: "20 users who leave and enter the lobby as fast as they can",
    attack: [{ count: 20, hello: CS168_HELLO, body: repeat(frame("/join lobby"), 64), times: 0 }],
    irc: {
      attack: [{
        count: 20,
        hello: IRC_HELLO,
        body: "PART #lobby\r\nJOIN #lobby\r\n".repeat(32),
        times: 0,
      }],
    },
  },
  {
    name: "switching",
    does: "20 users who make a new channel and enter it, again and again",
    attack: [{
      count: 20,
      hello: JSON16_HELLO,
      body: repeat(packet({ type: "join", channel: "s{{id}}" }), 64),
      times: 0,
    }],
    irc: {
      attack: [{
        count: 20,
        hello: IRC_HELLO,
        body: "JOIN #s{{id}}\r\n".repeat(64),
        times: 0,
      }],
    },
  },
  {
    name: "renaming",
    does: "20 users who change their nick as fast as they can",
    attack: [{ count: 20, hello: JSON16_HELLO, body: repeat(JSON16_HELLO, 64), times: 0 }],
    irc: {
      attack: [{ count: 20, hello: IRC_HELLO, body: "NICK g{{id}}\r\n".repeat(64), times: 0 }],
    },
  },
  {
    name: "refused",
    does: "10 users who flood with requests that are refused, each quoting 16 KiB",
    attack: [{
      count: 10,
      hello: JSON16_HELLO,
      body: packet({ type: "dm", to: "nobody".repeat(2_700), message: "x" }),
      times: 0,
    }],
    irc: {
      attack: [{
        count: 10,
        hello: IRC_HELLO,
        body: `PRIVMSG ${"nobody".repeat(60)} :x\r\n`,
        times: 0,
      }],
    },
  },
  {
    name: "growing",
    does: "10 users who flood with 16 KiB of é, which json16 sends as six bytes each",
    attack: [{
      count: 10,
      hello: JSON16_HELLO,
      body: packet({ type: "chat", message: "é".repeat(8_100) }),
      times: 0,
    }],
  },
  ...TLS_KINDS,
  ...WEBSOCKET_KINDS,
  ...IRC_KINDS,
  ...IRC_SERVICE_KINDS,
];

/** A kind that is the same bytes for every server. */
function same(name: string, does: string, attack: readonly Wave[]): Kind {
  return { name, does, attack, irc: { attack } };
}
