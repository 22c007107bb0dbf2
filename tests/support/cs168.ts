/**
 * The far side of a cs168 connection. As a client it registers and speaks; over an accepted connection it
 * plays the server.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { ByteStream, type Pace } from "./byte_stream.ts";
import { BARRIER_REPLY, cs168Wire, FRAME, frame } from "./wire/cs168.ts";
import { within } from "./within.ts";

export { type Pace, PACES } from "./byte_stream.ts";
export { FRAME, frame } from "./wire/cs168.ts";

/** One end of a connection that speaks in frames. Every wait has a deadline. */
export class Peer implements AsyncDisposable {
  /** The same connection as bytes and text. */
  readonly bytes: ByteStream;

  /** Takes `conn` over. */
  constructor(conn: Deno.TcpConn, pace: Pace = "whole") {
    this.bytes = new ByteStream(conn, pace);
  }

  /** Connects to a port of this machine and says nothing. */
  static async connect(port: number, pace?: Pace): Promise<Peer> {
    return new Peer(await ByteStream.dial(port), pace);
  }

  /** Connects, sends its name, and returns when the server has registered it. */
  static async enter(port: number, name: string, pace?: Pace): Promise<Peer> {
    const peer = await Peer.connect(port, pace);
    await peer.sendFrame(name);
    await peer.sees();
    return peer;
  }

  /** Sends bytes as they are, in as few writes as it takes. */
  async send(bytes: Uint8Array): Promise<void> {
    await this.bytes.write(bytes);
  }

  /** Sends one frame at this peer's pace. */
  async sendFrame(content: string | Uint8Array): Promise<void> {
    await this.bytes.send(frame(content));
  }

  /** Reads exactly `count` frames; trailing spaces are dropped, broken UTF-8 fails. */
  async frames(count: number): Promise<string[]> {
    return textsIn(await this.bytes.take(count * FRAME, `${count} frames`));
  }

  /** What has come up to the answer to a request of its own, frame by frame. */
  async untilBarrier(): Promise<string[]> {
    await this.send(cs168Wire.ask({ ask: "barrier" }));
    const texts: string[] = [];
    for (let text; (text = await this.bytes.message(cs168Wire)) !== BARRIER_REPLY;) {
      texts.push(text);
    }
    return texts;
  }

  /** Fails unless exactly `texts` have come, one frame each, and nothing else. */
  async sees(...texts: string[]): Promise<void> {
    assertEquals(await this.untilBarrier(), texts);
  }

  /** Sends a frame, waits until the server has dealt with it, and expects exactly these replies. */
  async does(content: string | Uint8Array, ...replies: string[]): Promise<void> {
    await this.sendFrame(content);
    await this.sees(...replies);
  }

  /** Reads to the end of the stream, which must come; returns the frames before it. */
  async untilEnd(): Promise<string[]> {
    const rest = await this.bytes.rest();
    assertEquals(rest.length % FRAME, 0, "The stream ended inside a frame");
    return textsIn(rest);
  }

  /** Says that it will send no more; it still receives. */
  async finish(): Promise<void> {
    await this.bytes.finish();
  }

  /** Closes; with unread bytes, the system resets the connection after its end. */
  close(): void {
    this.bytes.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.bytes[Symbol.asyncDispose]();
  }
}

function textsIn(frames: Uint8Array): string[] {
  const texts: string[] = [];
  for (let at = 0; at < frames.length; at += FRAME) {
    texts.push(cs168Wire.text(frames.subarray(at, at + FRAME)));
  }
  return texts;
}

/** The first of `peers` creates `channel`, the others enter it in their order, and all have read that. */
export async function meet(channel: string, ...peers: readonly Peer[]): Promise<void> {
  for (const [i, peer] of peers.entries()) {
    await peer.does(`/${i === 0 ? "create" : "join"} ${channel}`);
    for (const other of peers.slice(0, i)) {
      const [text = ""] = await other.frames(1);
      assert(text.endsWith(" has joined"), text);
    }
  }
}

/** A listener that plays the server, for tests of a client. */
export class FarServer implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });

  /** Where it listens. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** The next client. */
  async accept(pace: Pace = "whole"): Promise<Peer> {
    return new Peer(await within("a client", this.#listener.accept()), pace);
  }

  /** Stops listening; a client that waits to be accepted is reset by the system. */
  close(): void {
    this.#listener.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#listener.close();
    } catch {
      // The test has closed it already.
    }
    return Promise.resolve();
  }
}
