/**
 * Bytes for many connections: appended once, then read by each follower's outbox from a
 * cursor of its own.
 *
 *   segment              segment              segment, the tail
 *   +----------------+   +----------------+   +-----------+- - - -+
 *   | x x x x x x x  |-->| x x x x x x x  |-->| x x x x x |  free |
 *   +----------------+   +----------------+   +-----------+- - - -+
 *          ^ cursor of a follower that is behind          ^ `end`, and the cursors of all others
 *
 * 1. MUST never change an appended byte: writes under way borrow the segments' memory.
 * 2. MUST keep each append within one segment, so that no cursor stops inside a frame for long.
 * 3. MUST free a segment at once when no follower needs it. The garbage collector would be late: it
 *    looks at the heap, and a few large buffers outside it give it no reason to hurry.
 *
 * @module
 */

import type { OutboxMemory } from "./outbox_memory.ts";
import type { WriteScheduler } from "./write_scheduler.ts";

/** A piece of a log. Bytes before `length` are final. */
export interface Segment {
  /** The memory; its length is the segment's capacity. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The position of its first byte in the log. */
  readonly start: number;
  /** Bytes appended so far. */
  length: number;
  /** The next segment, if there is one; then this one is final. */
  next: Segment | undefined;
  /**
   * Whether an outbox that no longer follows still writes from it. The garbage collector
   * frees it then.
   */
  lent: boolean;
  /** The latest view of it, shared by all followers that keep up. */
  view: Uint8Array<ArrayBuffer>;
}

/** The bytes of `segment` from `offset` to its end. Equal calls in a row return the same object. */
export function bytesFrom(segment: Segment, offset: number): Uint8Array<ArrayBuffer> {
  const { view, bytes, length } = segment;
  const at = bytes.byteOffset + offset;
  if (view.byteOffset === at && view.length === length - offset) return view;
  return segment.view = bytes.subarray(offset, length);
}

/** A reader of a log: an outbox. */
export interface Follower {
  /** Signals that there is more to read. Called once a turn. */
  wake(): void;
  /** The position of the first byte in the log that it has not read, or that it is writing. */
  readonly needed: number;
  /** Copies the unread bytes into its own queue, and moves its cursor to the log's end. */
  copyUnread(): void;
  /** Moves its cursor to the log's end, past bytes that are not for it. */
  skipToEnd(): void;
}

/** The smallest capacity of a segment in bytes: most channels never need more at once. */
const SMALLEST_SEGMENT = 4 * 1024;
/**
 * Capacity in bytes of a segment under load. Larger is better: each boundary costs every
 * follower a write.
 */
const LARGEST_SEGMENT = 256 * 1024;
/**
 * The share of a segment that repeats the end of the one before it. A follower whose cursor is not
 * further back goes on in the new one, and its write is not cut in two.
 */
const REPEATED_SHARE = 1 / 8;
/** A new segment has room for this many turns like the present one. */
const TURNS_IN_SEGMENT = 32;

/** An append-only log with its followers. */
export class BroadcastLog {
  readonly #scheduler: WriteScheduler;
  readonly #memory: OutboxMemory | undefined;
  readonly #followers = new Set<Follower>();
  #tail: Segment = newSegment(0, 0);
  #oldest: Segment = this.#tail;
  #appendedInTurn = 0;
  #dirty = false;

  /** An empty log; `scheduler` wakes its followers, and `memory` counts its segments. */
  constructor(scheduler: WriteScheduler, memory?: OutboxMemory) {
    this.#scheduler = scheduler;
    this.#memory = memory;
  }

  /** The position behind the last byte; never falls. */
  get end(): number {
    return this.#tail.start + this.#tail.length;
  }

  /** The segment to which bytes are appended. A cursor at `end` points into it. */
  get tail(): Segment {
    return this.#tail;
  }

  /** Number of followers. */
  get followerCount(): number {
    return this.#followers.size;
  }

  /** Wakes `follower` from now on. */
  add(follower: Follower): void {
    this.#followers.add(follower);
  }

  /** Stops waking `follower`. What no other follower has to read is freed in the next turn. */
  delete(follower: Follower): void {
    if (!this.#followers.delete(follower)) return;
    if (this.#oldest !== this.#tail) this.#schedule();
    // Without followers nobody will read what is left, so a busy hour's memory is freed.
    if (this.#followers.size === 0) {
      for (let old: Segment | undefined = this.#oldest; old; old = old.next) {
        this.#memory?.count(-old.bytes.length);
      }
      this.#oldest = this.#tail = newSegment(this.end, 0);
    }
  }

  /**
   * Appends a copy of `bytes` for all followers but `except`, and wakes them at the end of the
   * turn.
   */
  append(bytes: Uint8Array, except?: Follower): void {
    const isLeftOut = except !== undefined && this.#followers.has(except);
    if (isLeftOut) except.copyUnread();
    this.#appendedInTurn += bytes.length;
    if (this.#tail.length + bytes.length > this.#tail.bytes.length) this.#extend(bytes.length);
    this.#tail.bytes.set(bytes, this.#tail.length);
    this.#tail.length += bytes.length;
    if (isLeftOut) except.skipToEnd();
    this.#schedule();
  }

  /** Wakes the followers and frees what all of them have read. Called by `WriteScheduler`. */
  flush(): void {
    this.#dirty = false;
    this.#appendedInTurn = 0;
    let needed = this.end;
    for (const follower of this.#followers) {
      needed = Math.min(needed, follower.needed);
      follower.wake();
    }
    while (this.#oldest.next !== undefined && this.#oldest.next.start <= needed) {
      const passed = this.#oldest;
      this.#oldest = this.#oldest.next;
      this.#memory?.count(-passed.bytes.length);
      if (!passed.lent) passed.bytes.buffer.transfer(0);
    }
  }

  #schedule(): void {
    if (this.#dirty) return;
    this.#dirty = true;
    this.#scheduler.addLog(this);
  }

  /** Sizes the next segment by the present load: under load, fewer boundaries cut fewer writes. */
  #extend(needed: number): void {
    const wanted = Math.min(
      LARGEST_SEGMENT,
      Math.max(SMALLEST_SEGMENT, TURNS_IN_SEGMENT * this.#appendedInTurn),
    );
    const { bytes, length } = this.#tail;
    const repeated = Math.max(0, Math.min(wanted * REPEATED_SHARE, length - 1));
    const segment = newSegment(this.end - repeated, Math.max(wanted, repeated + needed));
    segment.bytes.set(bytes.subarray(length - repeated, length));
    segment.length = repeated;
    this.#memory?.count(segment.bytes.length);
    this.#tail.next = segment;
    this.#tail = segment;
  }
}

function newSegment(start: number, capacity: number): Segment {
  const bytes = new Uint8Array(capacity);
  return { bytes, start, length: 0, next: undefined, lent: false, view: bytes };
}
