/**
 * The far side of any connection, in plain bytes: it shares no code with what it tests. The peers of the
 * protocols are built on it. Every wait has a deadline; whatever came and is not taken stays.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { IoTurns } from "./io_turns.ts";
import { within } from "./within.ts";

/** How a peer sends: each message in one write, or each byte in a segment of its own. */
export type Pace = "whole" | "byte by byte";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What a protocol that ends messages by silence may take for one, in milliseconds, on a safe side. */
const STALL_MS = 50;
const ATTEMPTS = 10;

/** The machine was so busy that a pause between two bytes has become a silence, which has a meaning. */
class Stall extends Error {}

/** Runs a test that sends byte by byte; once more when the machine stalled amid a message. */
export async function steady(run: () => Promise<void>): Promise<void> {
  for (let attempt = 1;; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof Stall) || attempt === ATTEMPTS) throw error;
    }
  }
}

/** One end of a TCP connection, as bytes and as text. */
export class ByteStream implements AsyncDisposable {
  readonly #conn: Deno.TcpConn;
  readonly #pace: Pace;
  #turns: IoTurns | undefined;
  #received: Uint8Array = new Uint8Array(0);
  #closed = false;

  /** Takes `conn` over. */
  constructor(conn: Deno.TcpConn, pace: Pace = "whole") {
    this.#conn = conn;
    this.#pace = pace;
    conn.setNoDelay(true);
  }

  /** A connection to a port of this machine. */
  static dial(port: number): Promise<Deno.TcpConn> {
    return within("a connection", Deno.connect({ hostname: "127.0.0.1", port }));
  }

  /** Connects to a port of this machine and says nothing. */
  static async connect(port: number, pace?: Pace): Promise<ByteStream> {
    return new ByteStream(await ByteStream.dial(port), pace);
  }

  /**
   * Sends bytes, or text as UTF-8, at this peer's pace.
   *
   * @throws {Stall} byte by byte on a machine that stalled: `steady` is for that.
   */
  async send(content: Uint8Array | string): Promise<void> {
    const bytes = typeof content === "string" ? encoder.encode(content) : content;
    if (this.#pace === "whole") return await this.#write(bytes);
    this.#turns ??= await IoTurns.open();
    for (let i = 0; i < bytes.length; i++) {
      const begin = performance.now();
      await this.#write(bytes.subarray(i, i + 1));
      await this.#turns.pass();
      if (performance.now() - begin > STALL_MS) throw new Stall(`Stalled at byte ${i}`);
    }
  }

  /** The next `count` bytes; `what` is for the failure. */
  async take(count: number, what = `${count} bytes`): Promise<Uint8Array> {
    while (this.#received.length < count) {
      if (!await this.#read(what)) throw new Error(this.#endedBefore(what));
    }
    const bytes = this.#received.subarray(0, count);
    this.#received = this.#received.subarray(count);
    return bytes;
  }

  /** The next line of text, without its `\n`. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#received.indexOf(0x0a);
      if (end >= 0) return decoder.decode(await this.take(end + 1)).slice(0, -1);
      if (!await this.#read("a line")) throw new Error(this.#endedBefore("a line"));
    }
  }

  /** Fails unless exactly `text` comes next. */
  async receives(text: string): Promise<void> {
    const expected = encoder.encode(text);
    const quoted = JSON.stringify(text);
    assertEquals(decoder.decode(await this.take(expected.length, quoted)), text);
  }

  /** What one read gives, as text; nothing may be left from before. Undefined at the end. */
  async chunk(): Promise<string | undefined> {
    assertEquals(this.#received.length, 0, "Bytes of an earlier read are left");
    if (!await this.#read("a segment")) return undefined;
    const text = decoder.decode(this.#received);
    this.#received = new Uint8Array(0);
    return text;
  }

  /** All that comes until the stream ends, which it must, as text. A reset counts as the end. */
  async untilEnd(): Promise<string> {
    while (await this.#read("the end of the stream"));
    const text = decoder.decode(this.#received);
    this.#received = new Uint8Array(0);
    return text;
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

  async #write(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) {
      rest = rest.subarray(await within("a write", this.#conn.write(rest)));
    }
  }

  /** One read; whether there was something to read. */
  async #read(what: string): Promise<boolean> {
    const chunk = new Uint8Array(64 * 1024);
    const reading = this.#conn.read(chunk).catch((error) => {
      if (error instanceof Deno.errors.ConnectionReset) return null;
      throw error;
    });
    const count = await within(what, reading).catch((error) => {
      throw new Error(`${error.message}; ${this.#received.length} bytes are here`);
    });
    if (count === null) return false;
    const joined = new Uint8Array(this.#received.length + count);
    joined.set(this.#received);
    joined.set(chunk.subarray(0, count), this.#received.length);
    this.#received = joined;
    return true;
  }

  #endedBefore(what: string): string {
    return `The stream ended before ${what}; ${this.#received.length} bytes are here`;
  }
}
