/**
 * One simulated client: a socket that counts what it receives. Most members only count frames; a sampled
 * member cuts its frames and looks at the mark of each.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";
import type { SequenceCheck } from "./sequence_check.ts";
import { type ChatMark, readMark, type SwarmWire } from "./swarm_wire.ts";

/** What a member reports to the swarm. */
export interface MemberObserver {
  /** `frames` more have arrived. */
  onFrames(frames: number): void;
  /** A sampled member has received the chat with this mark, for the first time. */
  onChat(mark: ChatMark): void;
  /** The connection has ended. */
  onEnd(): void;
}

const READ_BYTES = 64 * 1024;
/** Of members that look at what they count: room for a window of 64 chats, and little for 1,000 members. */
const COUNT_BYTES = 16 * 1024;
// Shared by all members that count bytes alone: whatever stands in it is overwritten unread. Those that
// look at it need memory of their own, for several reads may end before the first of them is reported.
const sink = new Uint8Array(READ_BYTES);

/** A connection of the swarm. */
export class SwarmMember {
  /** Counts up from 0. */
  readonly index: number;
  /** What it speaks. */
  readonly wire: SwarmWire;
  /** Messages sent so far, which is the sequence number of the next one. */
  sent = 0;
  readonly #conn: Deno.TcpConn;
  readonly #observer: MemberObserver;
  #waiting: Uint8Array[] = [];
  #writing = false;
  #reading: Promise<void> = Promise.resolve();

  /** Takes the socket over. Call `start` next. */
  constructor(index: number, conn: Deno.TcpConn, wire: SwarmWire, observer: MemberObserver) {
    this.index = index;
    this.#conn = conn;
    this.wire = wire;
    this.#observer = observer;
    conn.setNoDelay(true);
  }

  /** Begins to read; with `check`, every frame is looked at. */
  start(check: SequenceCheck | undefined): void {
    const read = check === undefined ? this.#countFrames() : this.#cutFrames(check);
    // The socket was closed or reset: both end the member, and the swarm counts what is missing.
    this.#reading = read.catch(() => {}).then(() => this.#observer.onEnd());
  }

  /** Queues `bytes`; what is queued while a write is under way goes out in one piece. */
  send(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    if (!this.#writing) this.#write().catch(() => {});
  }

  /** Closes the socket; resolves when the last read has ended. */
  async close(): Promise<void> {
    try {
      this.#conn.close();
    } catch {
      // It has closed itself after an error.
    }
    await this.#reading;
  }

  async #write(): Promise<void> {
    this.#writing = true;
    // Whatever else is sent in this turn goes along.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      let bytes = concat(this.#waiting);
      this.#waiting = [];
      while (bytes.length > 0) bytes = bytes.subarray(await this.#conn.write(bytes));
    }
    this.#writing = false;
  }

  async #countFrames(): Promise<void> {
    const buffer = this.wire.countsBytes ? sink : new Uint8Array(COUNT_BYTES);
    const counter = this.wire.counter();
    for (let count; (count = await this.#conn.read(buffer)) !== null;) {
      this.#observer.onFrames(counter.count(buffer.subarray(0, count)));
    }
  }

  async #cutFrames(check: SequenceCheck): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    let filled = 0;
    for (let count; (count = await this.#conn.read(buffer.subarray(filled))) !== null;) {
      filled += count;
      const used = this.#takeFrames(buffer.subarray(0, filled), check);
      buffer.copyWithin(0, used, filled);
      filled -= used;
    }
  }

  /** Returns the bytes of the whole frames. */
  #takeFrames(bytes: Uint8Array, check: SequenceCheck): number {
    let used = 0;
    let frames = 0;
    for (let rest = bytes, length; (length = this.wire.frameLength(rest)) > 0;) {
      if (this.#isExpected(rest.subarray(0, length), check)) frames++;
      used += length;
      rest = bytes.subarray(used);
    }
    this.#observer.onFrames(frames);
    return used;
  }

  /** A chat that is a fault must not make up for one that is missing, so it is not counted. */
  #isExpected(frame: Uint8Array, check: SequenceCheck): boolean {
    const mark = readMark(frame);
    if (mark === undefined) return true;
    if (!check.take(mark)) return false;
    this.#observer.onChat(mark);
    return true;
  }
}
