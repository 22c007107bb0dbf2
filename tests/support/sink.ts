/**
 * A socket's sending side under a test's control: it takes as much as the test says, when the test says so, and
 * fails when its user breaks the rules of a real one. `OutboxRig` steps through each write and turn; a `Reader` has the
 * turns of the event loop.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Clock } from "../../lib/net/deadline.ts";
import { Outbox } from "../../lib/net/outbox.ts";
import type { OutboxFailure, OutboxOptions } from "../../lib/net/outbox_options.ts";
import type { Flushable } from "../../lib/net/write_lane.ts";
import { WriteScheduler } from "../../lib/net/write_scheduler.ts";
import { FakeClock } from "./clock.ts";
import { settle } from "./within.ts";

interface PendingWrite {
  readonly borrowed: Uint8Array;
  readonly original: Uint8Array;
  readonly resolve: (count: number) => void;
  readonly reject: (error: Error) => void;
}

/** Writes stay pending until `accept` or `fail`. */
export class ModelSink {
  /** Everything that was accepted, in order. */
  readonly taken: number[] = [];
  /** How many writes have begun. */
  writes = 0;
  #pending: PendingWrite | undefined;

  /** Bytes of the write under way; 0 when there is none. */
  get offered(): number {
    return this.#pending?.borrowed.length ?? 0;
  }

  /** What `Deno.Conn` has; a second write at once is a fault, and so is an empty one. */
  write(bytes: Uint8Array): Promise<number> {
    assertEquals(this.#pending, undefined, "A write began while another was under way");
    assert(bytes.length > 0, "An empty write began");
    this.writes++;
    return new Promise((resolve, reject) => {
      this.#pending = { borrowed: bytes, original: bytes.slice(), resolve, reject };
    });
  }

  /** Ends the write under way: `count` of its bytes were taken, all of them without it. */
  async accept(count = Infinity): Promise<void> {
    const write = this.#end();
    const taken = Math.min(count, write.borrowed.length);
    for (const byte of write.borrowed.subarray(0, taken)) this.taken.push(byte);
    write.resolve(taken);
    await settle();
  }

  /** Ends the write under way with an error. */
  async fail(message: string): Promise<void> {
    this.#end().reject(new Error(message));
    await settle();
  }

  /** Fails when the bytes under way are not what they were when their write began. */
  checkUntouched(): void {
    if (this.#pending === undefined) return;
    assertEquals(this.#pending.borrowed, this.#pending.original, "Bytes in flight were changed");
  }

  #end(): PendingWrite {
    this.checkUntouched();
    const write = this.#pending;
    if (write === undefined) throw new Error("No write is under way");
    this.#pending = undefined;
    return write;
  }
}

/** Turns of the event loop that come when a test says so. */
export class ManualTurns extends WriteScheduler {
  /** How many asked for their turn with a reply. */
  replies = 0;
  #waiting: Flushable[] = [];

  /** How many outboxes wait for their turn. */
  get waiting(): number {
    return this.#waiting.length;
  }

  override add(outbox: Flushable): void {
    this.#waiting.push(outbox);
  }

  override addReply(outbox: Flushable): void {
    this.replies++;
    this.add(outbox);
  }

  /** Gives every waiting outbox a turn. */
  async pass(): Promise<void> {
    this.#waiting.splice(0).forEach((outbox) => outbox.flush());
    await settle();
  }
}

/** An outbox over a model sink, with turns, a clock and a time that a test sets. */
export class OutboxRig {
  readonly sink = new ModelSink();
  readonly scheduler = new ManualTurns();
  /** Of the gaps around separate bytes. */
  readonly clock = new FakeClock();
  /** In milliseconds, when the outbox looks whether its reader is slow. */
  now = 0;
  readonly failures: OutboxFailure[] = [];
  readonly outbox: Outbox;

  /** With a limit in bytes. */
  constructor(limit = 1000) {
    this.outbox = new Outbox({
      sink: this.sink,
      scheduler: this.scheduler,
      limit,
      onFailure: (failure) => void this.failures.push(failure),
      now: () => this.now,
      clock: this.clock,
    });
  }

  /** Why the outbox has failed. */
  get reasons(): string[] {
    return this.failures.map(({ reason }) => reason);
  }

  /** Sends so many bytes. */
  send(count: number): void {
    this.outbox.send(new Uint8Array(count));
  }

  /** The socket takes `count` bytes, in as many writes as it needs. */
  async take(count: number): Promise<void> {
    for (let left = count; left > 0;) {
      if (this.sink.offered === 0) await this.scheduler.pass();
      const share = Math.min(left, this.sink.offered);
      await this.sink.accept(share);
      left -= share;
    }
  }
}

/** Whose timers are due in the next turn of the event loop. */
const TURN_CLOCK: Pick<Clock, "setTimer"> = {
  setTimer(callback) {
    const immediate = setImmediate(callback);
    return () => clearImmediate(immediate);
  },
};

/** A socket that takes as much as it is allowed to, and looks at the bytes only then, and an outbox that writes to it. */
export class Reader {
  readonly outbox: Outbox;
  /** What each write was given. */
  readonly writes: Uint8Array[] = [];
  /** Why the outbox has failed. */
  failure = "";
  /** Milliseconds on the outbox's clock. */
  now = 0;
  /** What it has taken, as text. */
  read = "";
  #allowance = Infinity;
  #waiting: (() => void) | undefined;

  /** One that takes all, in turns of `scheduler`. */
  constructor(
    scheduler: WriteScheduler,
    options: Partial<Pick<OutboxOptions, "limit" | "memory">> = {},
  ) {
    this.outbox = new Outbox({
      sink: { write: (bytes) => this.#write(bytes) },
      scheduler,
      limit: 1e9,
      onFailure: ({ reason }) => this.failure = reason,
      now: () => this.now,
      clock: TURN_CLOCK,
      ...options,
    });
  }

  /** From now on takes `bytes` more, Infinity for all that comes. */
  allow(bytes: number): void {
    this.#allowance = bytes;
    this.#waiting?.();
  }

  async #write(bytes: Uint8Array): Promise<number> {
    this.writes.push(bytes);
    const before = bytes.slice();
    while (this.#allowance === 0) {
      await new Promise<void>((resolve) => this.#waiting = resolve);
    }
    await Promise.resolve();
    assertEquals(bytes, before, "Bytes in flight were changed");
    const count = Math.min(bytes.length, this.#allowance);
    this.#allowance -= count;
    this.read += new TextDecoder().decode(bytes.subarray(0, count));
    return count;
  }
}
