/**
 * A user with the commands that none of the three dialects has: set topics, remove members, give rights,
 * be away. It stands for IRC: a line of JSON for each command, and an `ok` for each that was handled.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Command } from "../../lib/chat/command.ts";
import { DelimitedFraming } from "../../lib/framing/delimited.ts";
import { NOTHING } from "../../lib/framing/frame.ts";
import type { Dialect, Protocol } from "../../lib/protocol/protocol.ts";
import { decodeUtf8, encodeUtf8 } from "../../lib/protocol/text.ts";
import { ByteStream } from "../support/byte_stream.ts";

const NEWLINE = 0x0a;
const FIRST_BYTE = 0x7e;

const DIALECT: Dialect = { name: "operator", echoes: () => false, encodeEvent: () => NOTHING };

/** The operator's protocol: no other begins with `~`. */
export const operatorProtocol: Protocol = {
  name: "operator",
  scheme: "operator",
  sniffRules: [{
    name: "operator",
    test: (prefix) => prefix[0] === FIRST_BYTE ? "match" : "reject",
  }],
  dialect: DIALECT,
  serverCodec: () => ({
    dialect: DIALECT,
    framing: new DelimitedFraming(NEWLINE, 1024),
    ignoredCost: 1,
    done: false,
    decode: (frame) => [
      JSON.parse(decodeUtf8(frame.view()).replace(/^~/, "")) as Command,
      { type: "answer", bytes: encodeUtf8("ok\n") },
    ],
    encodeReply: () => ({ bytes: NOTHING, separate: false }),
  }),
  clientCodec: () => {
    throw new Error("Nobody is a client of it");
  },
};

/** Its user. */
export class Operator extends ByteStream {
  /** Connects and registers. */
  static async enter(port: number, nick: string): Promise<Operator> {
    const operator = new Operator(await ByteStream.dial(port));
    await operator.send("~");
    await operator.commands({ type: "register", nick, home: "operator" });
    return operator;
  }

  /** Gives `command`, and waits until the server has handled it. */
  async commands(command: Command): Promise<void> {
    await this.send(`${JSON.stringify(command)}\n`);
    assertEquals(await this.line(), "ok");
  }
}
