/**
 * Back pressure: speakers wait for readers that are behind. A reader that has stopped delays them
 * only for a moment (`net/reader_pace.ts`).
 *
 * A reader is proven once it was seen to read while too much waited for it. Readers that are not
 * proven may delay a channel only once per `UNPROVEN_EVERY_MS`, so that a series of stopped readers
 * cannot stop it.
 *
 * @module
 */

import type { Clock } from "../net/deadline.ts";
import { FIRST_PATIENCE_MS } from "../net/reader_pace.ts";
import type { ChannelFan } from "./channel_fan.ts";
import type { Subscriber } from "./subscriber.ts";

/** Milliseconds between two looks at whether the readers have caught up. */
const LOOK_EVERY_MS = 2;
/** Bytes said in a channel between two looks at its readers: a sixteenth of an outbox. */
const WATCH_EVERY_BYTES = 64 * 1024;
/** Milliseconds between two waits of a channel for readers that are not proven. */
const UNPROVEN_EVERY_MS = 10_000;

/** Readers that are behind, and the promise that their speakers wait for. */
interface Hold {
  readonly readers: () => Iterable<Subscriber>;
  readonly over: PromiseWithResolvers<void>;
}

/** Makes speakers wait for readers. */
export class BackPressure {
  readonly #clock: Clock;
  readonly #holds = new Map<object, Hold>();
  // When each channel began to wait for readers that were not proven.
  readonly #unprovenAt = new WeakMap<object, number>();
  #forgetTimer: (() => void) | undefined;

  /** Begins with nobody waiting. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Returns what a speaker in the channel of `fan` must wait for; `undefined` when no
   * reader is behind.
   */
  ofChannel(fan: ChannelFan): Promise<void> | undefined {
    if (fan.unwatchedBytes < WATCH_EVERY_BYTES) return this.#holds.get(fan)?.over.promise;
    fan.unwatchedBytes = 0;
    return this.#of(fan, () => fan.subscribers);
  }

  /** Returns the same for a speaker to one user. */
  ofReader(reader: Subscriber): Promise<void> | undefined {
    return reader.receiver.isBacklogged ? this.#of(reader, () => [reader]) : undefined;
  }

  /** Ends every wait. */
  close(): void {
    this.#forgetTimer?.();
    this.#forgetTimer = undefined;
    for (const { over } of this.#holds.values()) over.resolve();
  }

  #of(key: object, readers: Hold["readers"]): Promise<void> | undefined {
    const known = this.#holds.get(key);
    if (known !== undefined) return known.over.promise;
    if (!this.#mustWait(key, readers())) return undefined;
    const hold = { readers, over: Promise.withResolvers<void>() };
    this.#holds.set(key, hold);
    this.#arm();
    return hold.over.promise;
  }

  #mustWait(key: object, readers: Iterable<Subscriber>): boolean {
    let unproven = false;
    for (const { receiver } of readers) {
      if (!receiver.isBacklogged) continue;
      if (receiver.isProvenReader) return true;
      unproven = true;
    }
    return unproven && this.#mayWaitForUnproven(key);
  }

  #mayWaitForUnproven(key: object): boolean {
    const now = this.#clock.now();
    const since = now - (this.#unprovenAt.get(key) ?? -Infinity);
    if (since > UNPROVEN_EVERY_MS) this.#unprovenAt.set(key, now);
    return since <= FIRST_PATIENCE_MS || since > UNPROVEN_EVERY_MS;
  }

  #arm(): void {
    this.#forgetTimer ??= this.#clock.setTimer(this.#look, LOOK_EVERY_MS);
  }

  #look = (): void => {
    this.#forgetTimer = undefined;
    for (const [key, hold] of this.#holds) {
      if (this.#mustWait(key, hold.readers())) continue;
      this.#holds.delete(key);
      hold.over.resolve();
    }
    if (this.#holds.size > 0) this.#arm();
  };
}
