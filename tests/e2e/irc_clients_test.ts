/**
 * IRC clients of other people in one channel with the homework: each joins, talks, and leaves, and shows what
 * happens to it. A test whose client is not installed is skipped, with a line that says so.
 *
 * @module
 */

import { IrcPeer } from "../support/irc.ts";
import {
  type IrcProgram,
  isInstalled,
  NICK,
  startEpic5,
  startIi,
  startIrssi,
  startSic,
  startWeechat,
} from "../support/irc_program.ts";
import { frameOf, packetOf, RawPeer } from "../support/raw_peer.ts";
import { TestServer } from "../support/server.ts";

/** What is typed for an act, and what the client shows for one; an act that it does not have is missing. */
interface Script {
  readonly program: string;
  start(home: string, port: number): Promise<IrcProgram> | IrcProgram;
  /** What the client shows when it is registered. */
  readonly welcome: string;
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

/** What most of them have typed for an act. */
const USUAL = {
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

const IRSSI: Script = {
  program: "irssi",
  start: startIrssi,
  welcome: "Welcome to the Parlance network, ivy!",
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
  welcome: "*** Welcome to the Parlance network, ivy!",
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
  welcome: "001 (ivy): Welcome to the Parlance network, ivy!",
  entered: (channel) => `366 (ivy ${channel})`,
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
  welcome: "Welcome to the Parlance network, ivy!",
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

const WEECHAT: Script = {
  program: "weechat-headless",
  start: startWeechat,
  welcome: "Welcome to the Parlance network, ivy!",
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

for (const script of [IRSSI, EPIC5, SIC, II, WEECHAT]) {
  const ignore = !isInstalled(script.program);
  if (ignore) console.log(`${script.program} is not installed: its test is skipped`);
  Deno.test({ name: `${script.program} meets the homework`, ignore, fn: () => play(script) });
}

/** A user of each dialect at one server: the client under test is yet to come. */
class Company implements AsyncDisposable {
  readonly #server: TestServer;
  private constructor(
    server: TestServer,
    readonly alice: RawPeer,
    readonly bob: RawPeer,
    readonly carol: RawPeer,
    readonly dora: IrcPeer,
  ) {
    this.#server = server;
  }

  static async meet(): Promise<Company> {
    const server = new TestServer();
    const bob = await RawPeer.chat1(server.port, "bob");
    const carol = await RawPeer.json16(server.port, "carol");
    const dora = await IrcPeer.enter(server.port, "dora");
    const alice = await RawPeer.cs168(server.port, "alice");
    await alice.send(frameOf("/join lobby"));
    await carol.until('"nick": "alice"}');
    await dora.says("JOIN #lobby");
    await carol.until('"nick": "dora"}');
    return new Company(server, alice, bob, carol, dora);
  }

  get port(): number {
    return this.#server.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of [this.alice, this.bob, this.carol, this.dora]) peer.close();
    await this.#server[Symbol.asyncDispose]();
  }
}

async function play(script: Script): Promise<void> {
  const home = await Deno.makeTempDir();
  try {
    await using company = await Company.meet();
    await using ivy = await script.start(home, company.port);
    await ivy.shows(script.welcome);
    await meet(script, ivy, company);
    await talk(script, ivy, company);
    await ask(script, ivy);
    await rule(script, ivy, company);
    await comeBack(script, ivy, company);
    await leave(script, ivy, company);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

async function meet(script: Script, ivy: IrcProgram, company: Company): Promise<void> {
  await ivy.types(script.types.joinLobby);
  await ivy.shows(script.entered("#lobby"));
  await company.alice.until(`${NICK} has joined`);
  await company.carol.until(`{"type": "join", "nick": "${NICK}"}`);
  await company.dora.until(`:${NICK}!`);
}

async function talk(script: Script, ivy: IrcProgram, company: Company): Promise<void> {
  const { alice, bob, carol, dora } = company;
  await ivy.types(script.types.say);
  await alice.until(`[${NICK}] ${USUAL.say}`);
  await bob.until(`@${NICK}: ${USUAL.say}\n`);
  await carol.until(`{"type": "chat", "nick": "${NICK}", "message": "${USUAL.say}"}`);
  await dora.until(`PRIVMSG #lobby :${USUAL.say}\r\n`);

  await alice.send(frameOf("frames here"));
  await ivy.shows(script.said("alice", "frames here"));
  await bob.send("@bob: lines here\n");
  await ivy.shows(script.said("bob", "lines here"));
  await carol.send(packetOf({ type: "chat", message: "packets here" }));
  await ivy.shows(script.said("carol", "packets here"));
  await dora.says("PRIVMSG #lobby :irc here");
  await ivy.shows(script.said("dora", "irc here"));

  await carol.send(packetOf({ type: "emote", message: "waves" }));
  await ivy.shows(script.did("carol", "waves"));
  if (script.types.emote !== undefined) {
    await ivy.types(script.types.emote);
    await alice.until(`[${NICK} nods]`);
    await carol.until(`{"type": "emote", "nick": "${NICK}", "message": "nods"}`);
  }

  await ivy.types(script.types.dm);
  await carol.until(
    `{"type": "dm", "nick": "${NICK}", "to": "carol", "message": "for you alone"}`,
  );
  await carol.send(packetOf({ type: "dm", to: NICK, message: "for ivy alone" }));
  await ivy.shows(script.told("for ivy alone"));
}

async function ask({ types, shows }: Script, ivy: IrcProgram): Promise<void> {
  for (const act of ["whois", "list", "away"] as const) {
    const line = types[act];
    if (line === undefined) continue;
    await ivy.types(line);
    await ivy.shows(shows[act] as string);
  }
}

/** In a channel of its own it is an operator. */
async function rule(script: Script, ivy: IrcProgram, { dora }: Company): Promise<void> {
  await ivy.types(script.types.joinCave);
  await ivy.shows(script.entered("#cave"));
  await dora.says("JOIN #cave");
  await ivy.shows(script.came);
  await ivy.types(script.types.topic);
  await dora.until("TOPIC #cave :Old things\r\n");
  await ivy.types(script.types.kick);
  await dora.until("KICK #cave dora :too loud\r\n");
}

/** It quits, connects again, and enters its channels by itself. */
async function comeBack({ types }: Script, ivy: IrcProgram, { carol }: Company): Promise<void> {
  if (types.reconnect === undefined) return;
  await ivy.types(types.reconnect);
  await carol.until(`{"type": "leave", "nick": "${NICK}"}`);
  await carol.until(`{"type": "join", "nick": "${NICK}"}`);
}

async function leave(script: Script, ivy: IrcProgram, { alice, carol }: Company): Promise<void> {
  await ivy.types(script.types.nick);
  await alice.until(`${NICK} has left`);
  await alice.until("wilma has joined");
  await carol.until('{"type": "join", "nick": "wilma"}');
  await ivy.types(script.types.quit);
  await carol.until('{"type": "leave", "nick": "wilma"}');
  await ivy.ends();
}
