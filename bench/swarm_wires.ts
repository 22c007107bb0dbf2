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

import { type FrameCounter, markedText, type SwarmWire } from "./swarm_wire.ts";

const FRAME_BYTES = 200;
const NEWLINE = 0x0a;
const PREFIX_BYTES = 2;

const encoder = new TextEncoder();

/** cs168: 200-byte frames, no echo. Of entering only `/list` is answered: its one channel is one frame. */
export const cs168Wire: SwarmWire = {
  name: "cs168",
  echoes: false,
  tellsJoined: true,
  countsBytes: true,
  enter(index) {
    const entry = index === 0 ? "/create lobby" : "/join lobby";
    return encoder.encode([`u${index}`, entry, "/list"].map(cs168Frame).join(""));
  },
  chat: (mark) => encoder.encode(cs168Frame(markedText(mark))),
  counter: () => new FixedCounter(),
  frameLength: (bytes) => bytes.length < FRAME_BYTES ? 0 : FRAME_BYTES,
};

/** chat1: lines, no echo, and no joins. The answer to REGISTER is the one frame. */
export const chat1Wire: SwarmWire = {
  name: "chat1",
  echoes: false,
  tellsJoined: false,
  countsBytes: false,
  enter: (index) => encoder.encode(`REGISTER u${index} CHAT/1.0\n`),
  chat: (mark) => encoder.encode(`@u${mark.sender}: ${markedText(mark)}\n`),
  counter: () => new LineCounter(),
  frameLength: (bytes) => bytes.indexOf(NEWLINE) + 1,
};

/** json16: packets behind their length; a sender gets its chat back, a newcomer its own `join`. */
export const json16Wire: SwarmWire = {
  name: "json16",
  echoes: true,
  tellsJoined: true,
  countsBytes: false,
  enter: (index) => json16Packet({ type: "hello", nick: `u${index}` }),
  chat: (mark) => json16Packet({ type: "chat", message: markedText(mark) }),
  counter: () => new PacketCounter(),
  frameLength(bytes) {
    if (bytes.length < PREFIX_BYTES) return 0;
    const end = PREFIX_BYTES + ((bytes[0] as number) << 8 | bytes[1] as number);
    return bytes.length < end ? 0 : end;
  },
};

/** What the members of a swarm may speak, by the name of it; several wires are shared out in turns. */
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
    this.#rest = total % FRAME_BYTES;
    return (total - this.#rest) / FRAME_BYTES;
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

function cs168Frame(text: string): string {
  return text.padEnd(FRAME_BYTES, " ");
}

function json16Packet(packet: Readonly<Record<string, string>>): Uint8Array {
  const payload = encoder.encode(JSON.stringify(packet));
  const bytes = new Uint8Array(PREFIX_BYTES + payload.length);
  new DataView(bytes.buffer).setUint16(0, payload.length);
  bytes.set(payload, PREFIX_BYTES);
  return bytes;
}
