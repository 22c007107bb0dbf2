/**
 * A WebSocket over a stream that a test controls.
 *
 * @module
 */

import type { Transport } from "../../lib/net/transport.ts";
import { acceptWebSocket } from "../../lib/net/websocket.ts";
import { request } from "../support/websocket.ts";
import { within } from "../support/within.ts";

/** The bytes of `text`. */
export const utf8 = (text: string) => new TextEncoder().encode(text);
/** The text of `bytes`. */
export const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** The stream below: reads give what was fed, and writes settle when the test says so. */
export class Lower implements Transport {
  readonly remoteAddr = { hostname: "192.0.2.1", port: 1 };
  /** Everything that was written. */
  written: number[] = [];
  /** How often somebody has asked for bytes. */
  reads = 0;
  isClosed = false;
  /** As long as it is set, no write settles. */
  isStalled = false;
  /** Bytes that one write takes. */
  mostTaken = Infinity;
  readonly #fed: Uint8Array[] = [];
  #reader: {
    target: Uint8Array;
    resolve: (count: number | null) => void;
    reject: (error: Error) => void;
  } | undefined;
  #writers: (() => void)[] = [];
  #hasEnded = false;

  feed(bytes: Uint8Array): void {
    this.#fed.push(bytes);
    this.#serve();
  }

  end(): void {
    this.#hasEnded = true;
    this.#serve();
  }

  goOn(): void {
    this.isStalled = false;
    for (const each of this.#writers.splice(0)) each();
  }

  read(target: Uint8Array): Promise<number | null> {
    this.reads++;
    return new Promise((resolve, reject) => {
      this.#reader = { target, resolve, reject };
      this.#serve();
    });
  }

  async write(bytes: Uint8Array): Promise<number> {
    if (this.isStalled) await new Promise<void>((resolve) => this.#writers.push(resolve));
    if (this.isClosed) throw new Error("broken pipe");
    const part = bytes.subarray(0, this.mostTaken);
    this.written.push(...part);
    return part.length;
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.isClosed = true;
    this.goOn();
    this.#reader?.reject(new Error("closed"));
  }

  #serve(): void {
    const reader = this.#reader;
    const [first] = this.#fed;
    if (reader === undefined || first === undefined && !this.#hasEnded) return;
    this.#reader = undefined;
    if (first === undefined) return reader.resolve(null);
    const count = Math.min(first.length, reader.target.length);
    reader.target.set(first.subarray(0, count));
    if (count === first.length) this.#fed.shift();
    else this.#fed[0] = first.subarray(count);
    reader.resolve(count);
  }
}

/** Both ends after a handshake; what the handshake wrote is forgotten. */
export async function open(): Promise<{ near: Transport; lower: Lower }> {
  const lower = new Lower();
  const handshake = acceptWebSocket(lower, new Set());
  lower.feed(utf8(request()));
  const near = await within("a handshake", handshake.done);
  lower.written = [];
  lower.reads = 0;
  return { near, lower };
}

/** What one read into `size` bytes brings; `null` at the end. */
export async function readText(near: Transport, size = 1000): Promise<string | null> {
  const memory = new Uint8Array(size);
  const count = await within("a read", near.read(memory));
  return count === null ? null : textOf(memory.subarray(0, count));
}
