/**
 * The protocols of the swarm, and its counting: most members only count, and what that costs limits what
 * can be measured. Everybody meets in the lobby, which chat1 and json16 enter by registering.
 *
 *   cs168   200 bytes a frame        bytes / 200, never looked at
 *   chat1   text and `\n`            a look at where the next `\n` should be
 *   json16  u16 length and payload   a look at each length
 *
 * @module
 */

import { chat1Wire as chat1 } from "../tests/support/wire/chat1.ts";
import { cs168Wire as cs168, FRAME } from "../tests/support/wire/cs168.ts";
import { json16Wire as json16 } from "../tests/support/wire/json16.ts";
import { joined, type Wire } from "../tests/support/wire/wire.ts";
import { type ChatMark, type FrameCounter, markedText, type SwarmWire } from "./swarm_wire.ts";

const NEWLINE = 0x0a;

/** What every swarm wire has of its protocol's wire. */
function of(
  wire: Wire,
): Pick<SwarmWire, "name" | "echoes" | "tellsJoined" | "chat" | "frameLength"> {
  return {
    name: wire.dialect,
    echoes: wire.echoes("said"),
    tellsJoined: wire.texts({ what: "joined", nick: "x", text: "" }).length > 0,
    chat: (mark: ChatMark) =>
      wire.ask({ ask: "say", nick: `u${mark.sender}`, text: markedText(mark) }),
    // Behind the first answer, which is a whole line here, a line is a line.
    frameLength: (bytes) => wire.cut(bytes, false),
  };
}

/** cs168: 200-byte frames, no echo. Of entering only `/list` is answered: its one channel is one frame. */
export const cs168Wire: SwarmWire = {
  ...of(cs168),
  countsBytes: true,
  enter: (index) =>
    joined([
      cs168.ask({ ask: "register", nick: `u${index}` }),
      cs168.ask({ ask: index === 0 ? "create" : "join", channel: "lobby" }),
      cs168.ask({ ask: "list" }),
    ]),
  counter: () => new FixedCounter(),
};

/** chat1: lines, no echo, and no joins. The answer to REGISTER is the one frame. */
export const chat1Wire: SwarmWire = {
  ...of(chat1),
  countsBytes: false,
  enter: (index) => chat1.ask({ ask: "register", nick: `u${index}` }),
  counter: () => new LineCounter(),
};

/** json16: packets behind their length; a sender gets its chat back, a newcomer its own `join`. */
export const json16Wire: SwarmWire = {
  ...of(json16),
  countsBytes: false,
  enter: (index) => json16.ask({ ask: "register", nick: `u${index}` }),
  counter: () => new PacketCounter(),
};

/** The wires of a swarm's members, by the name of the mixture; members take several wires in turns. */
export const SWARM_PROTOCOLS: Readonly<Record<string, readonly SwarmWire[]>> = {
  cs168: [cs168Wire],
  chat1: [chat1Wire],
  json16: [json16Wire],
  mixed: [cs168Wire, chat1Wire, json16Wire],
};

class FixedCounter implements FrameCounter {
  #rest = 0;

  count(bytes: Uint8Array): number {
    const total = this.#rest + bytes.length;
    this.#rest = total % FRAME;
    return (total - this.#rest) / FRAME;
  }
}

/**
 * Chats of one sender are of one length, so the next `\n` is looked for there first; a search costs 20 times
 * as much. Two lines shorter than half of it could be taken for one: then frames would be missing, never
 * too many.
 */
class LineCounter implements FrameCounter {
  // Bytes of the last line, and of the one that is being received.
  #length = 1;
  #begun = 0;

  count(bytes: Uint8Array): number {
    let lines = 0;
    let at = 0;
    for (;;) {
      let end = at + this.#length - this.#begun - 1;
      if (end < at || bytes[end] !== NEWLINE) end = bytes.indexOf(NEWLINE, at);
      if (end < 0) break;
      lines++;
      this.#length = this.#begun + end + 1 - at;
      this.#begun = 0;
      at = end + 1;
    }
    this.#begun += bytes.length - at;
    return lines;
  }
}

class PacketCounter implements FrameCounter {
  // Bytes of the payload that are still to come; -1 while the prefix is.
  #left = -1;
  // The first byte of a prefix that two reads share.
  #high = -1;

  count(bytes: Uint8Array): number {
    let packets = 0;
    let at = 0;
    for (;;) {
      if (this.#left < 0) {
        if (this.#high < 0) {
          if (at >= bytes.length) return packets;
          this.#high = bytes[at++] as number;
        }
        if (at >= bytes.length) return packets;
        this.#left = this.#high << 8 | bytes[at++] as number;
        this.#high = -1;
      }
      const taken = Math.min(this.#left, bytes.length - at);
      at += taken;
      this.#left -= taken;
      if (this.#left > 0) return packets;
      this.#left = -1;
      packets++;
    }
  }
}
