/**
 * The far side of a connection in plain bytes, whatever it speaks: it sends what it is told, and collects
 * what comes as text. It shares no code with what it tests.
 *
 * @module
 */

import { within } from "./within.ts";

const encoder = new TextEncoder();

/** `text` padded with spaces to one cs168 frame. */
export function frameOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(200).fill(0x20);
  bytes.set(encoder.encode(text));
  return bytes;
}

/** `payload` behind its length, as json16 wants it. */
export function packetOf(payload: string | object): Uint8Array<ArrayBuffer> {
  const bytes = encoder.encode(typeof payload === "string" ? payload : JSON.stringify(payload));
  const packet = new Uint8Array(2 + bytes.length);
  new DataView(packet.buffer).setUint16(0, bytes.length);
  packet.set(bytes, 2);
  return packet;
}

/** One connection. Every wait has a deadline. */
export class RawPeer implements AsyncDisposable {
  readonly #conn: Deno.TcpConn;
  readonly #decoder = new TextDecoder();
  readonly #memory = new Uint8Array(64 * 1024);
  #closed = false;
  /** What has come and was not taken by `until`. */
  text = "";
  /** Bytes that have come so far. */
  received = 0;

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
    conn.setNoDelay(true);
  }

  /** Connects to a port of this machine and says nothing. */
  static async connect(port: number): Promise<RawPeer> {
    const connecting = Deno.connect({ hostname: "127.0.0.1", port });
    return new RawPeer(await within("a connection", connecting));
  }

  /** Registers with cs168; nothing comes back, so it waits for the answer to a wrong request. */
  static async cs168(port: number, name: string): Promise<RawPeer> {
    const peer = await RawPeer.connect(port);
    await peer.send(frameOf(name), frameOf("/ready?"));
    const reply = "/ready? is not a valid control message. " +
      "Valid messages are /create, /list, and /join.";
    await peer.until(reply.padEnd(200));
    return peer;
  }

  /** Registers with chat1, as a client that ends its lines. */
  static async chat1(port: number, name: string): Promise<RawPeer> {
    const peer = await RawPeer.connect(port);
    await peer.send(`REGISTER ${name} CHAT/1.0\n`);
    await peer.until("200 Registration successful\n");
    return peer;
  }

  /** Registers with json16; its own joining tells that it is in. */
  static async json16(port: number, nick: string): Promise<RawPeer> {
    const peer = await RawPeer.connect(port);
    await peer.send(packetOf({ type: "hello", nick }));
    await peer.until('{"type": "join", ');
    await peer.until("}");
    return peer;
  }

  /** Sends text or bytes, in as few writes as it takes. */
  async send(...parts: (string | Uint8Array)[]): Promise<void> {
    for (const part of parts) {
      let rest = typeof part === "string" ? encoder.encode(part) : part;
      while (rest.length > 0) rest = rest.subarray(await this.#conn.write(rest));
    }
  }

  /** Sends until the other side takes no more or has gone; for floods, which have no end of their own. */
  flood(bytes: Uint8Array, times: number): Promise<void> {
    const all = async () => {
      for (let i = 0; i < times; i++) await this.send(bytes);
    };
    return all().catch(() => {});
  }

  /** Reads until `text` has come; returns what came before it, without both. */
  async until(text: string): Promise<string> {
    let end: number;
    while ((end = this.text.indexOf(text)) < 0) {
      if (await this.#read(JSON.stringify(text))) continue;
      throw new Error(`The stream ended with ${JSON.stringify(this.text.slice(-200))}`);
    }
    const before = this.text.slice(0, end);
    this.text = this.text.slice(end + text.length);
    return before;
  }

  /** Reads to the end of the stream, or to its reset; returns what came. */
  async untilEnd(): Promise<string> {
    while (await this.#read("the end of the stream"));
    return this.text;
  }

  /** Closes; more than once does no harm. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#conn.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  async #read(what: string): Promise<boolean> {
    const reading = this.#conn.read(this.#memory).catch((error) => {
      // A peer that was thrown out with unread bytes sees a reset.
      if (error instanceof Deno.errors.ConnectionReset) return null;
      throw error;
    });
    const count = await within(what, reading);
    if (count === null) return false;
    this.received += count;
    this.text += this.#decoder.decode(this.#memory.subarray(0, count), { stream: true });
    return true;
  }
}
