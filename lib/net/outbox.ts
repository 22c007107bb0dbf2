/**
 * The bytes that wait for one socket: appended by the dispatch, written by one writer at a time.
 *
 *   send() -> [ filling ]  -- once a turn -->  [ in flight ] --write, write..--> socket
 *                 ^                                  |
 *                 +-------- swapped when done -------+
 *
 * 1. MUST never block the sender, and never reorder.
 * 2. MUST give the socket one write for whatever was appended in a turn, not one for each event.
 * 3. MUST finish a short write before anything else is written.
 * 4. MUST leave the bytes in flight untouched until their write has resolved: the runtime borrows them.
 * 5. MUST close the connection when more than `limit` bytes wait (a slow consumer), and say so.
 * 6. MUST catch what a write rejects with.
 *
 * @module
 */

import type { WriteTurns } from "./write_turns.ts";

/** What an outbox needs of a socket: `Deno.Conn` has it. */
export interface Sink {
  /** Writes some of `bytes`, at least one; resolves to how many. */
  write(bytes: Uint8Array): Promise<number>;
}

/** What an outbox is made with. */
export interface OutboxOptions {
  /** Where the bytes go. */
  readonly sink: Sink;
  /** Decides in which turn of the event loop the next write begins. */
  readonly turns: WriteTurns;
  /** Bytes that may wait, those in flight included. */
  readonly limit: number;
  /** Called once, when the outbox gives up: why, in words for the log. */
  readonly onFailure: (reason: string) => void;
}

const SMALLEST_BUFFER = 1024;
// Kept between writes; a larger one, left from a burst, is given back.
const LARGEST_KEPT_BUFFER = 64 * 1024;
const NOTHING: Uint8Array<ArrayBuffer> = new Uint8Array(0);
// Hardly any connection ever has a cut, so they share this one and replace it, never change it.
const NO_CUTS: number[] = [];

/** A bounded send queue with one writer. */
export class Outbox {
  readonly #options: OutboxOptions;
  #filling = NOTHING;
  #filled = 0;
  // Where in what is filling a write must end, in ascending order.
  #cuts: number[] = NO_CUTS;
  #spare = NOTHING;
  #inFlight = 0;
  #scheduled = false;
  #closed = false;
  #drained: PromiseWithResolvers<void> | undefined;

  /** An empty outbox. */
  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Bytes that were sent and that the socket has not taken yet. */
  get pending(): number {
    return this.#filled + this.#inFlight;
  }

  /**
   * Appends a copy of `bytes`. With `separate` they go out in a write of their own, neither with what was
   * sent before nor with what is sent after. Does nothing once the outbox is closed.
   */
  send(bytes: Uint8Array, separate = false): void {
    if (this.#closed || bytes.length === 0) return;
    if (this.pending + bytes.length > this.#options.limit) {
      this.#fail(`slow consumer: more than ${this.#options.limit} bytes wait`);
      return;
    }
    this.#reserve(this.#filled + bytes.length);
    this.#filling.set(bytes, this.#filled);
    const start = this.#filled;
    this.#filled += bytes.length;
    if (separate) this.#cuts = [...this.#cuts, start, this.#filled];
    this.#schedule();
  }

  /** Resolves when nothing waits any more, because it was written or because the outbox closed. */
  drain(): Promise<void> {
    if (this.#closed || this.pending === 0) return Promise.resolve();
    this.#drained ??= Promise.withResolvers();
    return this.#drained.promise;
  }

  /** Drops what waits and ignores what is sent from now on. */
  close(): void {
    this.#closed = true;
    this.#filling = this.#spare = NOTHING;
    this.#filled = 0;
    this.#settle();
  }

  /** Begins the next write. Called by `WriteTurns`, once for each time it was asked. */
  flush(): void {
    this.#scheduled = false;
    if (this.#closed || this.#filled === 0) return;
    const bytes = this.#filling.subarray(0, this.#filled);
    const cuts = this.#cuts;
    this.#cuts = NO_CUTS;
    this.#inFlight = this.#filled;
    this.#filling = this.#spare;
    this.#spare = NOTHING;
    this.#filled = 0;
    this.#write(bytes, cuts).then(
      () => this.#written(bytes),
      (error) => this.#fail(`write failed: ${(error as Error).message}`),
    );
  }

  async #write(bytes: Uint8Array, cuts: readonly number[]): Promise<void> {
    for (let offset = 0; offset < bytes.length;) {
      const end = cuts.find((cut) => cut > offset) ?? bytes.length;
      const count = await this.#options.sink.write(bytes.subarray(offset, end));
      if (this.#closed) return;
      offset += count;
      this.#inFlight -= count;
    }
  }

  #written(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#closed) return;
    const memory = bytes.buffer;
    if (memory.byteLength <= LARGEST_KEPT_BUFFER) this.#spare = new Uint8Array(memory);
    if (this.#filled > 0) this.#schedule();
    else this.#settle();
  }

  #schedule(): void {
    if (this.#scheduled || this.#inFlight > 0) return;
    this.#scheduled = true;
    this.#options.turns.add(this);
  }

  #reserve(size: number): void {
    if (size <= this.#filling.length) return;
    const grown = new Uint8Array(Math.max(SMALLEST_BUFFER, this.#filling.length * 2, size));
    grown.set(this.#filling.subarray(0, this.#filled));
    this.#filling = grown;
  }

  #fail(reason: string): void {
    if (this.#closed) return;
    this.close();
    this.#options.onFailure(reason);
  }

  #settle(): void {
    this.#drained?.resolve();
    this.#drained = undefined;
  }
}
