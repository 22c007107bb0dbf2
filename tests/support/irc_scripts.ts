/**
 * What is typed into each IRC client for an act, and what it shows for one: every client has commands and a screen
 * of its own.
 *
 * @module
 */

import {
  type IrcProgram,
  startEpic5,
  startIi,
  startIrssi,
  startSic,
  startWeechat,
} from "./irc_program.ts";

/** The name that each client under test asks for. */
export const NICK = "ivy";

/** What is typed for an act, and what the client shows for one; an act that it does not have is missing. */
export interface Script {
  readonly program: string;
  start(home: string, port: number, nick: string): Promise<IrcProgram> | IrcProgram;
  /** What it shows when it is in `channel`. */
  entered(channel: string): string;
  readonly types: Readonly<Record<Required, string> & Partial<Record<Optional, string>>>;
  /** How it shows that `nick` said `text` in the lobby. */
  said(nick: string, text: string): string;
  /** How it shows that `nick` did what `text` says. */
  did(nick: string, text: string): string;
  /** How it shows a message of carol to it alone. */
  told(text: string): string;
  /** How it shows that dora came into the cave. */
  readonly came: string;
  readonly shows: Readonly<Partial<Record<Optional, string>>>;
}

type Required = "joinLobby" | "joinCave" | "say" | "dm" | "topic" | "kick" | "nick" | "quit";
type Optional = "emote" | "whois" | "list" | "away" | "reconnect";

/** What each of them shows when it is registered. */
export const WELCOME = "Welcome to the Parlance network, ";

/** What most of them have typed for an act. */
export const USUAL = {
  joinLobby: "/join #lobby",
  joinCave: "/join #cave",
  say: "hello from outside",
  emote: "/me nods",
  dm: "/msg carol for you alone",
  whois: "/whois dora",
  list: "/list",
  away: "/away lunch",
  topic: "/topic #cave Old things",
  kick: "/kick #cave dora too loud",
  nick: "/nick wilma",
  quit: "/quit bye",
};

/** irssi. */
export const IRSSI: Script = {
  program: "irssi",
  start: startIrssi,
  entered: (channel) => `${channel}: Total of `,
  types: { ...USUAL, list: "/list -yes", reconnect: "/reconnect" },
  said: (nick, text) => `< ${nick}> ${text}`,
  did: (nick, text) => ` * ${nick} ${text}`,
  told: (text) => `)] ${text}`,
  came: "dora [~dora@",
  shows: {
    whois: "ircname  : dora of the hills",
    list: "#lobby 5",
    away: "You have been marked as being away",
  },
};

const EPIC5: Script = {
  program: "epic5",
  start: startEpic5,
  entered: (channel) => `*** Users on ${channel}: `,
  types: USUAL,
  said: (nick, text) => `<${nick}> ${text}`,
  did: (nick, text) => `* ${nick} ${text}`,
  told: (text) => `*carol* ${text}`,
  came: "*** dora (~dora@",
  shows: {
    whois: "(dora of the hills)",
    list: "*** #lobby           5",
    away: "*** You have been marked as being away",
  },
};

const SIC: Script = {
  program: "sic",
  start: startSic,
  entered: (channel) => ` ${channel}): End of NAMES list`,
  types: {
    joinLobby: ":j #lobby",
    joinCave: ":j #cave",
    say: USUAL.say,
    dm: ":m carol for you alone",
    whois: ":WHOIS dora",
    list: ":LIST",
    away: ":AWAY lunch",
    topic: ":TOPIC #cave :Old things",
    kick: ":KICK #cave dora :too loud",
    nick: ":NICK wilma",
    quit: ":QUIT bye",
  },
  said: (nick, text) => `<${nick}> ${text}`,
  did: (nick, text) => `<${nick}> ACTION ${text}`,
  told: (text) => `<carol> ${text}`,
  came: ">< JOIN (#cave)",
  shows: {
    whois: "dora of the hills",
    list: "322 (ivy #lobby 5)",
    away: "You have been marked as being away",
  },
};

const II: Script = {
  program: "ii",
  start: startIi,
  entered: (channel) => `has joined ${channel}`,
  types: {
    joinLobby: "/j #lobby",
    joinCave: "/j #cave",
    say: `#lobby ${USUAL.say}`,
    dm: "/j carol for you alone",
    whois: "/WHOIS dora",
    list: "/LIST",
    away: "/a lunch",
    topic: "#cave /t Old things",
    kick: "/KICK #cave dora :too loud",
    nick: "/n wilma",
    quit: "/q bye",
  },
  said: (nick, text) => `<${nick}> ${text}`,
  did: (nick, text) => `<${nick}> \x01ACTION ${text}`,
  told: (text) => `<carol> ${text}`,
  came: "-!- dora(~dora@",
  shows: {
    whois: "dora of the hills",
    list: "#lobby 5",
    away: "You have been marked as being away",
  },
};

/** weechat-headless. */
export const WEECHAT: Script = {
  program: "weechat-headless",
  start: startWeechat,
  entered: (channel) => `Channel ${channel}: `,
  types: {
    ...USUAL,
    say: `/msg #lobby ${USUAL.say}`,
    emote: "#lobby /me nods",
    reconnect: "/reconnect p",
  },
  said: (nick, text) => `\t${nick}\t${text}`,
  did: (nick, text) => ` *\t${nick} ${text}`,
  told: (text) => `\tcarol\t${text}`,
  came: "\tdora (dora of the hills) (~dora@",
  shows: {
    whois: "[dora] (~dora@",
    list: "#lobby(5)",
    away: "You have been marked as being away",
  },
};

/** All of them. */
export const SCRIPTS: readonly Script[] = [IRSSI, EPIC5, SIC, II, WEECHAT];
