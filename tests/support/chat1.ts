/**
 * The far side of a chat1 connection, in plain bytes, of either camp: one that ends each message with a
 * newline, and one that takes one read for one message.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { ByteStream, type Pace } from "./byte_stream.ts";
import { Json16Peer } from "./json16.ts";
import { chat1Wire, REGISTERED } from "./wire/chat1.ts";

/** With a newline behind each message, or without any. */
export type Camp = "line" | "raw";

/** Both camps; what does not depend on the camp is tested with each. */
export const CAMPS: readonly Camp[] = ["line", "raw"];

/** One end of a chat1 connection. */
export class Chat1Peer extends ByteStream {
  readonly #name: string;
  readonly #end: string;

  /** Takes `conn` over. */
  constructor(conn: Deno.TcpConn, name: string, camp: Camp = "line", pace?: Pace) {
    super(conn, pace);
    this.#name = name;
    this.#end = camp === "line" ? "\n" : "";
  }

  /** Connects, registers, and returns when the server has answered, in the way of this camp. */
  static async enter(
    port: number,
    name: string,
    camp: Camp = "line",
    pace?: Pace,
  ): Promise<Chat1Peer> {
    const peer = new Chat1Peer(await ByteStream.dial(port), name, camp, pace);
    await peer.send(chat1Wire.ask({ ask: "register", nick: name, raw: camp === "raw" }));
    await peer.receives(`${REGISTERED}${peer.#end}`);
    return peer;
  }

  /** Sends one message as it is, and what ends it in this camp. */
  async tells(message: string): Promise<void> {
    await this.send(message + this.#end);
  }

  /** Sends chat. */
  async says(text: string): Promise<void> {
    await this.tells(`@${this.#name}: ${text}`);
  }

  /**
   * Fails unless exactly `lines` have come, and nothing else. The protocol has nothing to ask for, so
   * `bell` rings.
   */
  async sees(bell: Bell, ...lines: string[]): Promise<void> {
    const ring = await bell.ring(this.#name);
    const seen: string[] = [];
    for (let line; (line = await this.line()) !== ring;) seen.push(line);
    assertEquals(seen, lines);
  }
}

/** A user in a channel of its own, whose mark shows others that they have received all before it. Comes first. */
export class Bell implements AsyncDisposable {
  readonly #peer: Json16Peer;
  #count = 0;

  private constructor(peer: Json16Peer) {
    this.#peer = peer;
  }

  /** Enters the server and leaves the lobby. */
  static async open(port: number): Promise<Bell> {
    const bell = new Bell(await Json16Peer.enter(port, "bell"));
    await bell.#peer.sends('{"type": "join", "channel": "belfry"}');
    await bell.#peer.untilBarrier();
    return bell;
  }

  /** Speaks to `name` alone; returns the line that a chat1 user gets. */
  async ring(name: string): Promise<string> {
    const text = `ding ${++this.#count}`;
    await this.#peer.sends(`{"type": "dm", "to": "${name}", "message": "${text}"}`);
    await this.#peer.untilBarrier();
    return `@bell: [to ${name}] ${text}`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#peer[Symbol.asyncDispose]();
  }
}
