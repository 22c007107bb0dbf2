/**
 * The far side of any connection, in plain bytes: it shares no code with what it tests, and the clients of
 * all protocols are built on it. Every wait has a deadline; what has come and was not taken stays.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { IoTurns } from "./io_turns.ts";
import { utf8, type Wire } from "./wire/wire.ts";
import { turn, within } from "./within.ts";

/** How a peer sends: each message in one write, or each byte in a segment of its own. */
export type Pace = "whole" | "byte by byte";

/** Both paces; every wire case runs at each. */
export const PACES: readonly Pace[] = ["whole", "byte by byte"];

/** What is no UTF-8, such as a length, is shown as U+FFFD. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** One end of a TCP connection, or of a TLS one, as bytes and as text. */
export class ByteStream implements AsyncDisposable {
  readonly #conn: Deno.TcpConn | Deno.TlsConn;
  readonly #pace: Pace;
  #turns: IoTurns | undefined;
  #memory = new Uint8Array(16 * 1024);
  #head = 0;
  #tail = 0;
  #total = 0;
  #first = true;
  #closed = false;

  /** Takes `conn` over. */
  constructor(conn: Deno.TcpConn | Deno.TlsConn, pace: Pace = "whole") {
    this.#conn = conn;
    this.#pace = pace;
    if ("setNoDelay" in conn) conn.setNoDelay(true);
  }

  /** A connection to a port of this machine. */
  static async dial(port: number): Promise<Deno.TcpConn> {
    // A port for TLS listens from the end of the turn on in which it was opened.
    await turn();
    return within("a connection", Deno.connect({ hostname: "127.0.0.1", port }));
  }

  /** Connects to a port of this machine and says nothing. */
  static async connect(port: number, pace?: Pace): Promise<ByteStream> {
    return new ByteStream(await ByteStream.dial(port), pace);
  }

  /** Bytes that have come so far. */
  get received(): number {
    return this.#total;
  }

  /** What has come and was not taken, as text. */
  get text(): string {
    return decoder.decode(this.#stored);
  }

  /** Sends bytes, or text as UTF-8, one part after the other at this peer's pace; to chat1, a server whose clock stands still. */
  async send(...parts: readonly (Uint8Array | string)[]): Promise<void> {
    for (const part of parts) await this.#sendAtPace(part);
  }

  /** Sends bytes, or text as UTF-8, in as few writes as it takes. */
  async write(content: Uint8Array | string): Promise<void> {
    const bytes = typeof content === "string" ? utf8(content) : content;
    for (let rest = bytes; rest.length > 0;) {
      rest = rest.subarray(await within("a write", this.#conn.write(rest)));
    }
  }

  /** Sends until the other side takes no more or has gone; for floods, which have no end of their own. */
  async flood(bytes: Uint8Array, times: number): Promise<void> {
    try {
      for (let i = 0; i < times; i++) {
        for (let rest = bytes; rest.length > 0;) {
          rest = rest.subarray(await this.#conn.write(rest));
        }
      }
    } catch {
      // It is gone, or this side has closed.
    }
  }

  /** The next `count` bytes; `what` is for the failure. */
  async take(count: number, what = `${count} bytes`): Promise<Uint8Array> {
    while (this.#stored.length < count) await this.#demand(what);
    return this.#cut(count);
  }

  /** The text of the next message of `wire`. */
  async message(wire: Wire): Promise<string> {
    for (;;) {
      const length = wire.cut(this.#stored, this.#first);
      if (length === 0) await this.#demand(`a message of ${wire.dialect}`);
      else return wire.text(this.#cut(length));
    }
  }

  /** The next line of text, without its `\n`. */
  async line(): Promise<string> {
    return await this.until("\n");
  }

  /** Reads until `text` has come; returns what came before it, and takes both. */
  async until(text: string): Promise<string> {
    const bytes = utf8(text);
    for (let scanned = 0;;) {
      const at = indexOf(this.#stored, bytes, scanned);
      if (at >= 0) return decoder.decode(this.#cut(at + bytes.length).subarray(0, at));
      scanned = Math.max(0, this.#stored.length - bytes.length);
      await this.#demand(JSON.stringify(text));
    }
  }

  /** Fails unless exactly `text` comes next. */
  async receives(text: string): Promise<void> {
    assertEquals(decoder.decode(await this.take(utf8(text).length, JSON.stringify(text))), text);
  }

  /** What one read gives, as text; nothing may be left from before. Undefined at the end. */
  async chunk(): Promise<string | undefined> {
    assertEquals(this.text, "", "Bytes of an earlier read are left");
    return await this.#read("a segment")
      ? decoder.decode(this.#cut(this.#stored.length))
      : undefined;
  }

  /** All that comes until the stream ends, which it must. A reset counts as the end. */
  async rest(): Promise<Uint8Array> {
    while (await this.#read("the end of the stream"));
    return this.#cut(this.#stored.length);
  }

  /** The same as text. */
  async untilEnd(): Promise<string> {
    return decoder.decode(await this.rest());
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

  get #stored(): Uint8Array {
    return this.#memory.subarray(this.#head, this.#tail);
  }

  /** Takes the next `count` bytes, which have come; they are borrowed until the next read. */
  #cut(count: number): Uint8Array {
    const bytes = this.#stored.subarray(0, count);
    this.#head += count;
    this.#first = false;
    return bytes;
  }

  async #sendAtPace(content: Uint8Array | string): Promise<void> {
    if (this.#pace === "whole") return await this.write(content);
    const bytes = typeof content === "string" ? utf8(content) : content;
    this.#turns ??= await IoTurns.open();
    for (let i = 0; i < bytes.length; i++) {
      await this.write(bytes.subarray(i, i + 1));
      await this.#turns.pass();
    }
  }

  async #demand(what: string): Promise<void> {
    if (await this.#read(what)) return;
    throw new Error(`The stream ended before ${what}; ${this.#describe()}`);
  }

  /** One read; whether there was something to read. A reset counts as the end. */
  async #read(what: string): Promise<boolean> {
    if (this.#tail === this.#memory.length) this.#makeRoom();
    const reading = this.#conn.read(this.#memory.subarray(this.#tail)).catch((error) => {
      if (error instanceof Deno.errors.ConnectionReset) return null;
      throw error;
    });
    const count = await within(what, reading).catch((error) => {
      throw new Error(`${error.message}; ${this.#describe()}`);
    });
    if (count === null) return false;
    this.#tail += count;
    this.#total += count;
    return true;
  }

  #makeRoom(): void {
    const kept = this.#stored;
    const isMostlyFree = kept.length <= this.#memory.length / 2;
    const memory = new Uint8Array(this.#memory.length * (isMostlyFree ? 1 : 2));
    memory.set(kept);
    this.#memory = memory;
    this.#head = 0;
    this.#tail = kept.length;
  }

  #describe(): string {
    return `${this.#stored.length} bytes are here: ${JSON.stringify(this.text.slice(-200))}`;
  }
}

/** Where `part` first stands in `bytes` at or behind `from`; -1 where it does not. */
function indexOf(bytes: Uint8Array, part: Uint8Array, from: number): number {
  for (let at = from; (at = bytes.indexOf(part[0] as number, at)) >= 0; at++) {
    if (part.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}
