/**
 * A socket's sending side under a test's control: it takes as much as the test says, when the test says so, and
 * fails when its user breaks the rules of a real one.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Flushable } from "../../lib/net/write_scheduler.ts";
import { WriteScheduler } from "../../lib/net/write_scheduler.ts";
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
