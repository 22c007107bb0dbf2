/**
 * Reads to batches of keys, with the clock in the test's hand.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Key } from "../../lib/terminal/key.ts";
import { readKeys } from "../../lib/terminal/key_reader.ts";
import { settle, within } from "../support/within.ts";

/** A reader whose bytes and pauses come when the test says so. */
class Driver {
  readonly batches: (readonly Key[])[] = [];
  readonly ended: Promise<void>;
  timers = 0;
  #resolve: (bytes: Uint8Array | null) => void = () => {};
  #fire: (() => void) | undefined;

  constructor() {
    const read = () => new Promise<Uint8Array | null>((resolve) => this.#resolve = resolve);
    const start = (callback: () => void) => {
      this.timers++;
      this.#fire = callback;
      return () => this.#fire = undefined;
    };
    this.ended = this.#run(readKeys(read, start));
  }

  get waiting(): boolean {
    return this.#fire !== undefined;
  }

  async send(text: string | null): Promise<void> {
    this.#resolve(text === null ? null : new TextEncoder().encode(text));
    await settle();
  }

  async pause(): Promise<void> {
    this.#fire?.();
    await settle();
  }

  async #run(keys: AsyncIterable<readonly Key[]>): Promise<void> {
    for await (const batch of keys) this.batches.push(batch);
  }
}

Deno.test("key reader: one batch for each read, no timer without an ESC", async () => {
  const driver = new Driver();
  await driver.send("ab\r");
  await driver.send("\x1b[A");
  await driver.send(null);
  await driver.ended;
  assertEquals(driver.batches, [
    [{ type: "text", text: "ab" }, { type: "key", name: "enter" }],
    [{ type: "key", name: "up" }],
  ]);
  assertEquals(driver.timers, 0);
});

Deno.test("key reader: a sequence in two reads is one key", async () => {
  const driver = new Driver();
  await driver.send("\x1b");
  assertEquals([driver.batches, driver.waiting], [[], true]);
  await driver.send("[A");
  assertEquals([driver.batches, driver.waiting], [[[{ type: "key", name: "up" }]], false]);
  await driver.send(null);
  await driver.ended;
});

Deno.test("key reader: an ESC and a pause is Escape, and the read under way is not lost", async () => {
  const driver = new Driver();
  await driver.send("\x1b");
  await driver.pause();
  assertEquals([driver.batches, driver.waiting], [[[{ type: "key", name: "escape" }]], false]);
  await driver.send("x");
  assertEquals(driver.batches[1], [{ type: "text", text: "x" }]);
  await driver.send(null);
  await driver.ended;
});

Deno.test("key reader: by the real clock as well, a pause behind an ESC comes", async () => {
  const reads = [Promise.resolve(Uint8Array.of(0x1b)), new Promise<null>(() => {})];
  const keys = readKeys(() => reads.shift() as Promise<Uint8Array | null>);
  const { value } = await within("Escape", keys[Symbol.asyncIterator]().next());
  assertEquals(value, [{ type: "key", name: "escape" }]);
});
