/**
 * The far side of a connection in any protocol: it can register, and then sends and reads plain bytes.
 *
 * @module
 */

import { ByteStream } from "./byte_stream.ts";
import { BARRIER_REPLY, cs168Wire, frame } from "./wire/cs168.ts";
import { chat1Wire, REGISTERED } from "./wire/chat1.ts";
import { json16Wire, packet } from "./wire/json16.ts";

/** `text` padded with spaces to one cs168 frame. */
export const frameOf: typeof frame = frame;

/** `payload` behind its length, as json16 wants it. */
export const packetOf: typeof packet = packet;

/** One connection. */
export class RawPeer extends ByteStream {
  /** Connects to a port of this machine and says nothing. */
  static override async connect(port: number): Promise<RawPeer> {
    return new RawPeer(await ByteStream.dial(port));
  }

  /** Registers with cs168; nothing comes back, so it waits for the answer to a wrong request. */
  static async cs168(port: number, name: string): Promise<RawPeer> {
    const peer = await RawPeer.connect(port);
    await peer.send(frame(name), cs168Wire.ask({ ask: "barrier" }));
    await peer.until(BARRIER_REPLY.padEnd(200));
    return peer;
  }

  /** Registers with chat1, as a client that ends its lines. */
  static async chat1(port: number, name: string): Promise<RawPeer> {
    const peer = await RawPeer.connect(port);
    await peer.send(chat1Wire.ask({ ask: "register", nick: name }));
    await peer.until(`${REGISTERED}\n`);
    return peer;
  }

  /** Registers with json16; its own join shows that it is registered. */
  static async json16(port: number, nick: string): Promise<RawPeer> {
    const peer = await RawPeer.connect(port);
    await peer.send(json16Wire.ask({ ask: "register", nick }));
    await peer.until('{"type": "join", ');
    await peer.until("}");
    return peer;
  }
}
