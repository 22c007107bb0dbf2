/**
 * The far side of a json16 connection: packets are given and compared as the JSON text that is on the wire,
 * to the space.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { ByteStream, type Pace } from "./byte_stream.ts";
import { json16Wire, packet } from "./wire/json16.ts";

export { packet } from "./wire/json16.ts";

/** `{"type": "join", "nick": ..}`, as the document draws it. Names and texts must need no escape. */
export const joinPacket = (nick: string): string => `{"type": "join", "nick": "${nick}"}`;
/** `{"type": "leave", "nick": ..}`. */
export const leavePacket = (nick: string): string => `{"type": "leave", "nick": "${nick}"}`;
/** `{"type": "chat", "nick": .., "message": ..}`. */
export const chatPacket = (nick: string, message: string): string =>
  `{"type": "chat", "nick": "${nick}", "message": "${message}"}`;

// A request that changes nothing and that nobody but its sender hears of, and its answer.
const BARRIER = '{"type": "dm", "to": "nobody at all", "message": "x"}';
const BARRIER_REPLY = '{"type": "error", "message": "No user named nobody at all"}';

/** One end of a json16 connection. */
export class Json16Peer extends ByteStream {
  /** Connects and says nothing. */
  static override async connect(port: number, pace?: Pace): Promise<Json16Peer> {
    return new Json16Peer(await ByteStream.dial(port), pace);
  }

  /** Connects, says hello, and returns when it has received its own join. */
  static async enter(port: number, nick: string, pace?: Pace): Promise<Json16Peer> {
    const peer = await Json16Peer.connect(port, pace);
    await peer.send(json16Wire.ask({ ask: "register", nick }));
    assertEquals(await peer.payload(), joinPacket(nick));
    return peer;
  }

  /** Sends `json` as one packet. */
  async sends(json: string): Promise<void> {
    await this.send(packet(json));
  }

  /** Sends `message`, which must need no escape, to the channel. */
  async says(message: string): Promise<void> {
    await this.sends(`{"type": "chat", "message": "${message}"}`);
  }

  /** The next packet's payload. */
  async payload(): Promise<string> {
    return await this.message(json16Wire);
  }

  /** What has come up to the answer to a request of its own. */
  async untilBarrier(): Promise<string[]> {
    await this.sends(BARRIER);
    const payloads: string[] = [];
    for (let next; (next = await this.payload()) !== BARRIER_REPLY;) payloads.push(next);
    return payloads;
  }

  /** Fails unless exactly `payloads` have come, and nothing else. */
  async sees(...payloads: string[]): Promise<void> {
    assertEquals(await this.untilBarrier(), payloads);
  }

  /** Sends `json`, waits until the server has dealt with it, and expects exactly these packets. */
  async does(json: string, ...payloads: string[]): Promise<void> {
    await this.sends(json);
    await this.sees(...payloads);
  }
}
