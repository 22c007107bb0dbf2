/**
 * The far side of a cs168 connection, in plain bytes: it shares no code with what it tests. As a client
 * it registers and speaks; over an accepted connection it plays the server.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { IoTurns } from "./io_turns.ts";
import { within } from "./within.ts";

/** Bytes in a frame. */
export const FRAME = 200;

/** How a peer sends its frames: each in one write, or each byte in a segment of its own. */
export type Pace = "whole" | "byte by byte";

/** Both paces; every wire case runs at each. */
export const PACES: readonly Pace[] = ["whole", "byte by byte"];

/** A request that changes nothing and that nobody but its sender hears of. */
const BARRIER = "/nope";
/** Its answer: when it comes, everything sent before has been dealt with. */
const BARRIER_REPLY =
  "/nope is not a valid control message. Valid messages are /create, /list, and /join.";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** `text` or bytes, padded with spaces to one frame. */
export function frame(content: string | Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = typeof content === "string" ? encoder.encode(content) : content;
  if (bytes.length > FRAME) throw new RangeError(`"${content}" does not fit into a frame`);
  const padded = new Uint8Array(FRAME).fill(0x20);
  padded.set(bytes);
  return padded;
}

/** One end of a TCP connection that speaks in frames. Every wait has a deadline. */
export class Peer implements AsyncDisposable {
  readonly #conn: Deno.TcpConn;
  readonly #pace: Pace;
  #turns: IoTurns | undefined;
  #memory = new Uint8Array(64 * 1024);
  #head = 0;
  #tail = 0;
  #closed = false;

  /** Takes `conn` over. */
  constructor(conn: Deno.TcpConn, pace: Pace = "whole") {
    this.#conn = conn;
    this.#pace = pace;
    conn.setNoDelay(true);
  }

  /** Connects to a port of this machine and says nothing. */
  static async connect(port: number, pace: Pace = "whole"): Promise<Peer> {
    const connecting = Deno.connect({ hostname: "127.0.0.1", port });
    return new Peer(await within("a connection", connecting), pace);
  }

  /** Connects, sends its name, and returns when the server has registered it. */
  static async enter(port: number, name: string, pace: Pace = "whole"): Promise<Peer> {
    const peer = await Peer.connect(port, pace);
    await peer.sendFrame(name);
    await peer.sees();
    return peer;
  }

  /** Sends bytes as they are, in as few writes as it takes. */
  async send(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) {
      rest = rest.subarray(await within("a write", this.#conn.write(rest)));
    }
  }

  /** Sends one frame at this peer's pace. */
  async sendFrame(content: string | Uint8Array): Promise<void> {
    const bytes = frame(content);
    if (this.#pace === "whole") return await this.send(bytes);
    this.#turns ??= await IoTurns.open();
    for (let i = 0; i < bytes.length; i++) {
      await this.send(bytes.subarray(i, i + 1));
      await this.#turns.pass();
    }
  }

  /** Reads exactly `count` frames; trailing spaces are dropped, broken UTF-8 fails. */
  async frames(count: number): Promise<string[]> {
    while (this.#stored < count * FRAME) {
      if (await this.#read(`frame ${count}`)) continue;
      throw new Error(`The stream ended ${this.#stored} bytes into ${count} frames`);
    }
    const texts: string[] = [];
    for (let i = 0; i < count; i++) texts.push(this.#take());
    return texts;
  }

  /** What has come up to the answer to a request of its own, frame by frame. */
  async untilBarrier(): Promise<string[]> {
    await this.send(frame(BARRIER));
    const texts: string[] = [];
    for (;;) {
      const [text] = await this.frames(1);
      if (text === BARRIER_REPLY) return texts;
      texts.push(text as string);
    }
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
    while (await this.#read("the end of the stream"));
    assertEquals(this.#stored % FRAME, 0, "The stream ended inside a frame");
    return await this.frames(this.#stored / FRAME);
  }

  /** Says that it will send no more; it still receives. */
  async finish(): Promise<void> {
    await within("the end of sending", this.#conn.closeWrite());
  }

  /** Closes; with unread bytes, the system resets the connection after its end. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#conn.close();
    this.#turns?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  get #stored(): number {
    return this.#tail - this.#head;
  }

  /** One read; whether there was something to read. */
  async #read(what: string): Promise<boolean> {
    if (this.#tail === this.#memory.length) this.#makeRoom();
    const count = await within(what, this.#conn.read(this.#memory.subarray(this.#tail)));
    if (count === null) return false;
    this.#tail += count;
    return true;
  }

  #makeRoom(): void {
    const kept = this.#memory.subarray(this.#head, this.#tail);
    const isMostlyFree = kept.length <= this.#memory.length / 2;
    const memory = isMostlyFree ? this.#memory : new Uint8Array(this.#memory.length * 2);
    memory.set(kept);
    this.#memory = memory;
    this.#tail = kept.length;
    this.#head = 0;
  }

  #take(): string {
    const text = decoder.decode(this.#memory.subarray(this.#head, this.#head + FRAME));
    this.#head += FRAME;
    return text.replace(/ +$/, "");
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
