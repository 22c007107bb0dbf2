/**
 * The far side of an IRC connection: lines are given and compared as they are on the wire. It shares no code with
 * what it tests.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { ByteStream, type Pace } from "./byte_stream.ts";

/** The name of a server that was given none. */
export const SERVER = "parlance.local";

/** One end of an IRC connection. */
export class IrcPeer extends ByteStream {
  #marks = 0;

  /** Connects and says nothing. */
  static override async connect(port: number, pace?: Pace): Promise<IrcPeer> {
    return new IrcPeer(await ByteStream.dial(port), pace);
  }

  /** Connects, negotiates `caps`, registers, and has read the welcome. */
  static async enter(port: number, nick: string, ...caps: readonly string[]): Promise<IrcPeer> {
    const peer = await IrcPeer.connect(port);
    if (caps.length > 0) await peer.says("CAP LS 302", `CAP REQ :${caps.join(" ")}`);
    await peer.says(`NICK ${nick}`, `USER ${nick} 0 * :${nick} of the hills`);
    if (caps.length > 0) await peer.says("CAP END");
    const welcome = await peer.answers();
    assert(welcome.some((line) => line.includes(` 001 ${nick} `)), welcome.join("\n"));
    return peer;
  }

  /** Sends each of `lines` with its end. */
  async says(...lines: readonly string[]): Promise<void> {
    await this.send(lines.map((line) => `${line}\r\n`).join(""));
  }

  /** The next line without its end. */
  async reads(): Promise<string> {
    const line = await this.line();
    assert(line.endsWith("\r"), `No CRLF ends ${JSON.stringify(line)}`);
    return line.slice(0, -1);
  }

  /** All lines that have come up to the answer to a PING; without the times and hosts that no test knows. */
  async answers(): Promise<string[]> {
    const mark = `mark${++this.#marks}`;
    await this.says(`PING ${mark}`);
    const lines: string[] = [];
    for (let line; !isPong(line = await this.reads(), mark);) lines.push(plain(line));
    return lines;
  }

  /** Sends `lines`, and returns what is answered. */
  async asks(...lines: readonly string[]): Promise<string[]> {
    await this.says(...lines);
    return await this.answers();
  }

  /** Leaves the server; resolves when its user has, and the connection is closed. */
  async quits(): Promise<void> {
    await this.says("QUIT :bye");
    await this.untilEnd();
    this.close();
  }

  /** Sends `line`; fails unless exactly `answers` come. */
  async gets(line: string, ...answers: readonly string[]): Promise<void> {
    assertEquals(await this.asks(line), answers, line);
  }
}

function isPong(line: string, mark: string): boolean {
  return line.endsWith(`PONG ${SERVER} :${mark}`);
}

/** `line` with `HOST` for each cloak, and `TIME` and `ID` in its tags. */
export function plain(line: string): string {
  return line.replace(/@(?:[0-9a-z]{8}\.){3}ip/g, "@HOST")
    .replace(/ (?:[0-9a-z]{8}\.){3}ip/g, " HOST")
    .replace(/time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/, "time=TIME")
    .replace(/msgid=[0-9a-z]{26}/, "msgid=ID");
}
