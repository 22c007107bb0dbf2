/**
 * A protocol that hides nothing: each line is a command as JSON, each event a line of its values. With it a
 * test reaches every rule of the chat through a real server, beside clients of the other protocols.
 *
 *   !{"type": "oper"}      a command; Maps cannot be sent
 *   !echo own              how the user receives what it causes in a channel (`Echo`)
 *   !dialect 2             speak another dialect: its events begin with `2|`
 *
 * @module
 */

import type { Command } from "../../lib/chat/command.ts";
import { isShared } from "../../lib/chat/audience.ts";
import { DelimitedFraming } from "../../lib/framing/delimited.ts";
import type { Frame } from "../../lib/framing/frame.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import type { Dialect, Echo, Protocol, ServerCodec } from "../../lib/protocol/protocol.ts";
import { eventLine } from "../chat/stage.ts";
import { ByteStream } from "./byte_stream.ts";

const MARK = 0x21;
const encoder = new TextEncoder();

function dialectOf(name: string): Dialect {
  const mark = name === "1" ? "" : `${name}|`;
  return {
    name: `commands ${name}`,
    encodeEvent: (event) => encoder.encode(`${mark}${eventLine(event)}\n`),
    echoes: () => true,
  };
}

const DIALECTS: Readonly<Record<string, Dialect>> = { "1": dialectOf("1"), "2": dialectOf("2") };

/** The protocol. */
export const commandLines: Protocol = {
  name: "commands",
  scheme: "commands",
  sniffRules: [{ name: "!", test: (prefix) => prefix[0] === MARK ? "match" : "reject" }],
  dialect: DIALECTS["1"] as Dialect,
  serverCodec: makeCodec,
  clientCodec: (nick) => cs168.clientCodec(nick),
};

function makeCodec(): ServerCodec {
  let echo: Echo = "shared";
  let dialect = DIALECTS["1"] as Dialect;
  return {
    framing: new DelimitedFraming(0x0a, 8000),
    get dialect() {
      return dialect;
    },
    ignoredCost: 1,
    done: false,
    echo: () => echo,
    decode: (frame: Frame) => {
      const line = new TextDecoder().decode(frame.view()).trim().slice(1);
      if (line.startsWith("{")) return JSON.parse(line) as Command;
      const [word, value = ""] = line.split(" ");
      if (word === "echo") echo = value as Echo;
      if (word === "dialect") dialect = DIALECTS[value] as Dialect;
      return undefined;
    },
    encodeReply: (event) => ({
      bytes: encoder.encode(`${isShared(event) ? "own " : ""}${eventLine(event)}\n`),
      separate: false,
    }),
    encodeWatched: (event) => encoder.encode(`watched ${eventLine(event)}\n`),
  };
}

/** A user of the protocol. */
export class CommandPeer {
  /** Its connection. */
  readonly raw: ByteStream;

  private constructor(raw: ByteStream) {
    this.raw = raw;
  }

  /** Connects and registers as `nick`, which must be a handle. */
  static async enter(port: number, nick: string): Promise<CommandPeer> {
    const peer = new CommandPeer(await ByteStream.connect(port));
    await peer.does({ type: "register", nick, home: "commands", exact: true });
    await peer.raw.until(`registered ${nick}\n`);
    return peer;
  }

  /** Sends commands, or words for the codec. */
  async does(...commands: (Command | string)[]): Promise<void> {
    const lines = commands.map((each) =>
      `!${typeof each === "string" ? each : JSON.stringify(each)}\n`
    );
    await this.raw.send(lines.join(""));
  }

  /** Enters a channel, and makes it if it is missing. */
  async joins(channel: string): Promise<void> {
    await this.does({ type: "join", channel, make: true, claim: true, fold: true });
    await this.raw.until(`entered ${channel}`);
    await this.raw.until("\n");
  }

  /** All lines up to the answer to a question that changes nothing. */
  async lines(): Promise<string[]> {
    await this.does({ type: "present", nicks: [] });
    const text = await this.raw.until("present []\n");
    return text.split("\n").slice(0, -1);
  }
}
