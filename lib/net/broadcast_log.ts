/**
 * Bytes for many connections: appended once, and read by each follower's outbox from its own cursor.
 *
 *   segment              segment              segment, the tail
 *   +----------------+   +----------------+   +-----------+- - - -+
 *   | x x x x x x x  |-->| x x x x x x x  |-->| x x x x x |  free |
 *   +----------------+   +----------------+   +-----------+- - - -+
 *          ^ cursor of one that is behind                 ^ `end`, and the cursors of all others
 *
 * 1. MUST never change a byte once it is appended: writes under way borrow the segments' memory.
 * 2. MUST keep every append whole within one segment, so that no cursor stops inside a frame for long.
 * 3. MUST keep a segment only for as long as a follower needs it. Its memory is given back at once: a
 *    garbage collector that looks at the heap sees little reason to hurry for a few large buffers.
 *
 * @module
 */

import type { OutboxMemory } from "./outbox_memory.ts";
import type { WriteScheduler } from "./write_scheduler.ts";

/** A piece of a log. Bytes before `length` are final. */
export interface Segment {
  /** The memory; its length is the segment's capacity. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Position in the log of the segment's first byte. */
  readonly start: number;
  /** Bytes that have been appended to it. */
  length: number;
  /** The one behind it, once there is one; then nothing more is appended to this one. */
  next: Segment | undefined;
  /** Whether a write from it goes on whose outbox follows no more: then its memory is garbage, no sooner. */
  lent: boolean;
  /** The view that was made last: followers that keep up all write the same bytes. */
  view: Uint8Array<ArrayBuffer>;
}

/** The bytes of `segment` from `offset` to its end: the same object for all who ask for the same. */
export function bytesFrom(segment: Segment, offset: number): Uint8Array<ArrayBuffer> {
  const { view, bytes, length } = segment;
  const at = bytes.byteOffset + offset;
  if (view.byteOffset === at && view.length === length - offset) return view;
  return segment.view = bytes.subarray(offset, length);
}

/** Who reads a log: an outbox. */
export interface Follower {
  /** There is more to read. Called once a turn, however much was appended in it. */
  wake(): void;
  /** Position in the log of the first byte that it has still to read, or that is being written. */
  readonly needed: number;
  /** Makes what it has not read yet bytes of its own; its cursor is at the log's end then. */
  copyUnread(): void;
  /** Moves its cursor to the log's end: what was appended meanwhile is not for it. */
  skipToEnd(): void;
}

/** Capacity of a log's first segment, in bytes: most channels never need more at once. */
const SMALLEST_SEGMENT = 4 * 1024;
/** Capacity of a segment under load, in bytes: each boundary costs every follower a write. */
const LARGEST_SEGMENT = 256 * 1024;
/** A segment holds this many times what was appended in the turn in which it is made. */
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

  /** An empty log; `scheduler` wakes its followers, and `memory` counts what it holds. */
  constructor(scheduler: WriteScheduler, memory?: OutboxMemory) {
    this.#scheduler = scheduler;
    this.#memory = memory;
  }

  /** Position behind the last byte; counts up for ever. */
  get end(): number {
    return this.#tail.start + this.#tail.length;
  }

  /** The segment that is being appended to. A cursor at `end` begins here. */
  get tail(): Segment {
    return this.#tail;
  }

  /** Number of followers. */
  get followerCount(): number {
    return this.#followers.size;
  }

  /** From now on `follower` is woken. */
  add(follower: Follower): void {
    this.#followers.add(follower);
  }

  /** `follower` is not woken any more; what only it had still to read is freed in the next turn. */
  delete(follower: Follower): void {
    if (!this.#followers.delete(follower)) return;
    if (this.#oldest !== this.#tail) this.#schedule();
    // Nobody will read it: the memory of a busy hour is given back.
    if (this.#followers.size === 0) {
      for (let old: Segment | undefined = this.#oldest; old; old = old.next) {
        this.#memory?.count(-old.bytes.length);
      }
      this.#oldest = this.#tail = newSegment(this.end, 0);
    }
  }

  /** Appends a copy of `bytes` for all followers but `except`; they are woken at the end of the turn. */
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

  /** Wakes the followers, and frees what all of them have read. Called by `WriteScheduler`. */
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

  /** The more comes in a turn, the larger is the next segment: fewer of them, and fewer cut writes. */
  #extend(needed: number): void {
    const wanted = Math.min(
      LARGEST_SEGMENT,
      Math.max(SMALLEST_SEGMENT, TURNS_IN_SEGMENT * this.#appendedInTurn),
    );
    const segment = newSegment(this.end, Math.max(wanted, needed));
    this.#memory?.count(segment.bytes.length);
    this.#tail.next = segment;
    this.#tail = segment;
  }
}

function newSegment(start: number, capacity: number): Segment {
  const bytes = new Uint8Array(capacity);
  return { bytes, start, length: 0, next: undefined, lent: false, view: bytes };
}
