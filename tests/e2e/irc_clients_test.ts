/**
 * IRC clients of other people in one channel with the homework: each joins, talks, and leaves, and shows what
 * happens to it. A test whose client is not installed is skipped, with a line that says so.
 *
 * @module
 */

import { IrcPeer } from "../support/irc.ts";
import { type IrcProgram, isInstalled } from "../support/irc_program.ts";
import { NICK, type Script, SCRIPTS, USUAL, WELCOME } from "../support/irc_scripts.ts";
import { ByteStream } from "../support/byte_stream.ts";
import { Chat1Peer } from "../support/chat1.ts";
import { frame, Peer } from "../support/cs168.ts";
import { Json16Peer, packet } from "../support/json16.ts";
import { TestServer } from "../support/server.ts";
import { TempFolder } from "../support/temp_folder.ts";

for (const script of SCRIPTS) {
  const ignore = !isInstalled(script.program);
  if (ignore) console.log(`${script.program} is not installed: its test is skipped`);
  Deno.test({
    name: `${script.program} meets the homework`,
    ignore,
    fn: () => play(script),
  });
}

/** A user of each dialect at one server: the client under test is yet to come. */
class Company implements AsyncDisposable {
  readonly #server: TestServer;
  private constructor(
    server: TestServer,
    readonly alice: ByteStream,
    readonly bob: ByteStream,
    readonly carol: ByteStream,
    readonly dora: IrcPeer,
  ) {
    this.#server = server;
  }

  static async meet(): Promise<Company> {
    const server = new TestServer();
    const bob = await Chat1Peer.enter(server.port, "bob");
    const carol = await Json16Peer.enter(server.port, "carol");
    const dora = await IrcPeer.enter(server.port, "dora");
    const alice = (await Peer.enter(server.port, "alice")).bytes;
    await alice.send(frame("/join lobby"));
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
  using home = new TempFolder();
  await using company = await Company.meet();
  await using ivy = await script.start(home.path, company.port, NICK);
  await ivy.shows(WELCOME);
  await meet(script, ivy, company);
  await talk(script, ivy, company);
  await ask(script, ivy);
  await rule(script, ivy, company);
  await comeBack(script, ivy, company);
  await leave(script, ivy, company);
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

  await alice.send(frame("frames here"));
  await ivy.shows(script.said("alice", "frames here"));
  await bob.send("@bob: lines here\n");
  await ivy.shows(script.said("bob", "lines here"));
  await carol.send(packet({ type: "chat", message: "packets here" }));
  await ivy.shows(script.said("carol", "packets here"));
  await dora.says("PRIVMSG #lobby :irc here");
  await ivy.shows(script.said("dora", "irc here"));

  await carol.send(packet({ type: "emote", message: "waves" }));
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
  await carol.send(packet({ type: "dm", to: NICK, message: "for ivy alone" }));
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
