/**
 * One round of a server that dies: users speak in the lobby, somebody reads, the server is ended, another one begins on
 * the same data, and its history is compared with what was read.
 *
 * @module
 */

import { IrcPeer } from "../../tests/support/irc.ts";
import { ServerChild } from "../../tests/support/server_child.ts";

/** What a round is made of. */
export interface RoundOptions {
  /** The directory of the data. */
  readonly data: string;
  /** How the server ends. */
  readonly signal: "SIGKILL" | "SIGTERM";
  /** How many users speak. */
  readonly speakers: number;
  /** Lines that each of them sends at once, and how many times. */
  readonly burst: number;
  readonly bursts: number;
  /** Milliseconds between two bursts. */
  readonly everyMs: number;
}

/** A message that was read: its id, and when it was said, in milliseconds of Unix time. */
export interface Read {
  readonly msgid: string;
  readonly time: number;
  readonly text: string;
}

/** What came of a round. */
export interface Round {
  /** What the reader had read when the server ended, in its order. */
  readonly delivered: readonly Read[];
  /** What the history of the next server has of this round, in its order. */
  readonly kept: readonly Read[];
  /** When the server was ended. */
  readonly endedAt: number;
}

const CHANNEL = "#lobby";
const CAPS = ["message-tags", "server-time"];

/** Runs one round. */
export async function crashRound(options: RoundOptions): Promise<Round> {
  const delivered: Read[] = [];
  let endedAt = 0;
  {
    await using server = await start(options.data);
    await using peers = new AsyncDisposableStack();
    const reader = peers.use(await IrcPeer.enter(server.port, "reader", ...CAPS));
    await reader.asks(`JOIN ${CHANNEL}`);
    const reading = readAll(reader, delivered);
    const speakers = await Promise.all(
      Array.from({ length: options.speakers }, async (_, i) => {
        const peer = peers.use(await IrcPeer.enter(server.port, `s${i}`));
        await peer.asks(`JOIN ${CHANNEL}`);
        return peer;
      }),
    );
    await Promise.all(speakers.map((peer, i) => speak(peer, i, options)));
    if (options.signal === "SIGTERM") await allRead(delivered, options);
    endedAt = Date.now();
    server.signal(options.signal);
    await server.ends();
    await reading;
  }
  await using server = await start(options.data);
  await using reader = await IrcPeer.enter(
    server.port,
    "later",
    ...CAPS,
    "batch",
    "draft/chathistory",
  );
  await reader.says(`JOIN ${CHANNEL}`);
  const kept = await readHistory(reader, delivered[0]?.msgid ?? "");
  server.signal("SIGTERM");
  await server.ends();
  return { delivered, kept, endedAt };
}

function start(data: string): Promise<ServerChild> {
  const allow = ["--allow-read", `--allow-write=${data}`];
  return ServerChild.start(["--data", data, "--rate", "0", "--log", "quiet"], { allow });
}

async function speak(peer: IrcPeer, number: number, options: RoundOptions): Promise<void> {
  for (let burst = 0; burst < options.bursts; burst++) {
    const lines = Array.from(
      { length: options.burst },
      (_, i) => `PRIVMSG ${CHANNEL} :speaker ${number} says number ${burst}.${i} of what it says`,
    );
    await peer.says(...lines);
    await new Promise((resolve) => setTimeout(resolve, options.everyMs));
  }
}

async function allRead(delivered: readonly Read[], options: RoundOptions): Promise<void> {
  const all = options.speakers * options.bursts * options.burst;
  while (delivered.length < all) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Reads until the connection ends. */
async function readAll(peer: IrcPeer, into: Read[]): Promise<void> {
  try {
    for (;;) {
      const read = parse(await peer.reads());
      if (read !== undefined) into.push(read);
    }
  } catch {
    // The server has ended.
  }
}

function parse(line: string): Read | undefined {
  const [, time = "", msgid = "", text = ""] =
    /time=([^;]+);msgid=(\w+)\S* :s\d+!\S+ PRIVMSG \S+ :(.*)$/.exec(line) ?? [];
  return msgid === "" ? undefined : { msgid, time: Date.parse(time), text };
}

/** All of the history from `first` on, page by page. */
async function readHistory(peer: IrcPeer, first: string): Promise<Read[]> {
  const pages: Read[][] = [];
  for (let before = ""; first !== "";) {
    const which = before === "" ? "LATEST %s *" : `BEFORE %s msgid=${before}`;
    const page = await readPage(peer, `CHATHISTORY ${which.replace("%s", CHANNEL)} 100`);
    const wanted = page.filter(({ msgid }) => msgid >= first);
    pages.unshift(wanted);
    before = page[0]?.msgid ?? "";
    if (before === "" || before < first || page.length < 100) break;
  }
  return pages.flat();
}

async function readPage(peer: IrcPeer, question: string): Promise<Read[]> {
  await peer.says(question);
  const page: Read[] = [];
  for (let line; !/ BATCH -/.test(line = await peer.reads());) {
    if (line.includes(" FAIL ")) throw new Error(line);
    const read = parse(line);
    if (read !== undefined) page.push(read);
  }
  return page;
}
