/**
 * Back pressure: whoever speaks to readers that cannot be written to as fast waits for them. A reader
 * that has stopped holds nobody up for long: see `net/reader_pace.ts`.
 *
 * A reader that was never seen to read while too much waited for it may hold a channel up once in
 * `UNPROVEN_EVERY_MS` only, so that a row of stopped readers cannot stop its speakers one after the other.
 *
 * @module
 */

import type { Clock } from "../net/deadline.ts";
import { FIRST_PATIENCE_MS } from "../net/reader_pace.ts";
import type { ChannelFan } from "./channel_fan.ts";
import type { Subscriber } from "./subscriber.ts";

/** How often it is looked at whether the readers have caught up, in milliseconds. */
const LOOK_EVERY_MS = 2;
/** Bytes that may be said in a channel before its readers are looked at again. */
const WATCH_EVERY_BYTES = 64 * 1024;
/** A channel waits for readers that are not proven at most once in this time, in milliseconds. */
const UNPROVEN_EVERY_MS = 10_000;

/** Readers that are waited for, and those who wait. */
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

  /** Nobody waits. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What a speaker in `fan` has to wait for; `undefined` for nothing. */
  ofChannel(fan: ChannelFan): Promise<void> | undefined {
    if (fan.unwatchedBytes < WATCH_EVERY_BYTES) return this.#holds.get(fan)?.over.promise;
    fan.unwatchedBytes = 0;
    return this.#of(fan, () => fan.subscribers);
  }

  /** What somebody who speaks to one user has to wait for. */
  ofReader(reader: Subscriber): Promise<void> | undefined {
    return reader.receiver.isBacklogged ? this.#of(reader, () => [reader]) : undefined;
  }

  /** Ends every wait. */
  close(): void {
    this.#forgetTimer?.();
    this.#forgetTimer = undefined;
    for (const { over } of this.#holds.values()) over.resolve();
    this.#holds.clear();
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
