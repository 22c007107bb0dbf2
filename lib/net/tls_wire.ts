/**
 * The encrypted side of a TLS connection: node's TLS reads and writes its records through this stream, which
 * reads and writes a transport.
 *
 * 1. MUST read only when somebody wants the plain bytes: a reader that waits slows the peer down.
 * 2. MUST keep reading possible after a failed write: what the peer said before it left still counts.
 * 3. MUST end a peer that keeps TLS busy and says nothing: nobody else would count its bytes.
 * 4. MUST NOT return its memory to the pool while a read may still write into it.
 *
 * @module
 */

import { Duplex } from "node:stream";
import { RingPool } from "../framing/ring_pool.ts";
import type { Transport } from "./transport.ts";

/** The longest record of TLS, without its frame; a read of this size holds most of what a peer says at once. */
const READ_BYTES = 16 * 1024;

/**
 * Bytes that a peer may send without any plain ones in them. A handshake with the longest chains has a few
 * thousand, new keys a few dozen.
 */
const MOST_UNHEARD_BYTES = 64 * 1024;

const pool = new RingPool(READ_BYTES);

/** The types of records (RFC 8446, section 5.1): the first byte of either side is one of them. */
const RECORD_TYPES = { first: 20, last: 24 };

/** Says that a piece of work is done, or why it failed. */
export type Done = (error?: Error | null) => void;

/** The peer's first byte is not one of TLS. */
export class NoTlsError extends Error {
  /** With a message of its own. */
  constructor() {
    super("the other side does not speak TLS");
    this.name = "NoTlsError";
  }
}

/** Does `work` now, or when it is its turn. The promise is for the latter, and rejects with what `work` throws. */
export type InTurn = (work: () => undefined) => Promise<void> | undefined;

/** How a stream is set up. */
export interface TlsWireOptions {
  /** Whether plain bytes are missing. `pull` must be called when the answer becomes yes. */
  readonly isWanted: () => boolean;
  /** Hands the bytes of a read to TLS, so that not all do their work in one turn; default: at once. */
  readonly inTurn?: InTurn;
  /** What a peer is sent that does not speak TLS; default: nothing. */
  readonly refusal?: Uint8Array;
}

/** A stream over a transport, for `node:tls`. */
export class TlsWire extends Duplex {
  readonly #lower: Transport;
  readonly #options: TlsWireOptions;
  #memory: Uint8Array<ArrayBuffer> | undefined = pool.take();
  #isAsked = false;
  #isReading = false;
  #isOver = false;
  #hasRead = false;
  #unheard = 0;
  #writeFault: Error | undefined;
  #writes = 0;
  #idle: PromiseWithResolvers<void> | undefined;

  /** Owns `lower` from now on. */
  constructor(lower: Transport, options: TlsWireOptions) {
    super({ allowHalfOpen: true });
    this.#lower = lower;
    this.#options = options;
    // Whoever made it hears of it elsewhere; without this, the error would be nobody's and end the process.
    this.on("error", () => {});
  }

  /** Whether the peer's bytes have ended. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Why nothing can be written any more. */
  get writeFault(): Error | undefined {
    return this.#writeFault;
  }

  /** Plain bytes have come. */
  heard(): void {
    this.#unheard = 0;
  }

  /** Reads on if that is possible. */
  pull(): void {
    if (this.#isAsked && !this.#isReading && !this.destroyed && this.#options.isWanted()) {
      void this.#read();
    }
  }

  /** Resolves when nothing is being written. */
  async written(): Promise<void> {
    // What TLS has to say, it hands over in a microtask.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#writes === 0) return;
    this.#idle = Promise.withResolvers();
    await this.#idle.promise;
  }

  /** Ends the sending side of the transport. */
  closeWrite(): Promise<void> {
    return this.#lower.closeWrite();
  }

  /** Asked for more: see `Duplex`. */
  override _read(): void {
    this.#isAsked = true;
    this.pull();
  }

  /** Asked to write: see `Duplex`. */
  override _write(chunk: Uint8Array, _encoding: string, done: Done): void {
    this.#writes++;
    void this.#writeAll(chunk).then(() => {
      if (--this.#writes === 0) this.#idle?.resolve();
      done();
    });
  }

  /** Asked to end at once: see `Duplex`. */
  override _destroy(error: Error | null, done: Done): void {
    this.#lower.close();
    if (!this.#isReading) this.#giveBack();
    this.#idle?.resolve();
    done(error);
  }

  /** Never rejects. MUST 2: an error would end the stream in both directions. */
  async #writeAll(bytes: Uint8Array): Promise<void> {
    if (this.#writeFault !== undefined) return;
    try {
      for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await this.#lower.write(rest));
    } catch (error) {
      this.#writeFault = error as Error;
    }
  }

  async #read(): Promise<void> {
    const memory = this.#memory;
    if (memory === undefined) return;
    this.#isReading = true;
    this.#isAsked = false;
    try {
      const count = await this.#lower.read(memory);
      const take = (): undefined => {
        this.#isReading = false;
        if (this.destroyed) this.#giveBack();
        else this.#take(count, memory);
      };
      const { inTurn } = this.#options;
      if (inTurn === undefined) take();
      else await inTurn(take);
    } catch (error) {
      this.#isReading = false;
      if (this.destroyed) this.#giveBack();
      else this.destroy(error as Error);
    }
  }

  #take(count: number | null, memory: Uint8Array<ArrayBuffer>): void {
    if (count === null) {
      this.#isOver = true;
      this.push(null);
      return;
    }
    const [first = 0] = memory;
    const isTls = first >= RECORD_TYPES.first && first <= RECORD_TYPES.last;
    if (!this.#hasRead && !isTls) {
      void this.#refuse();
      return;
    }
    this.#hasRead = true;
    this.#unheard += count;
    this.push(memory.subarray(0, count));
    // TLS copies what it takes at once. What it has not taken keeps its memory for good.
    if (this.readableLength > 0) this.#memory = pool.take();
    // What was pushed has been decrypted by now, and `heard` called.
    if (this.#unheard > MOST_UNHEARD_BYTES) {
      this.destroy(new Error(`${this.#unheard} bytes of TLS without a word in them`));
    }
  }

  async #refuse(): Promise<void> {
    try {
      await this.#writeAll(this.#options.refusal ?? new Uint8Array());
      await this.#lower.closeWrite();
    } catch {
      // It has gone already.
    }
    this.destroy(new NoTlsError());
  }

  /** MUST 4. */
  #giveBack(): void {
    if (this.#memory !== undefined) pool.give(this.#memory);
    this.#memory = undefined;
  }
}
