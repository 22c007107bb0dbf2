/**
 * The rules of the chat as a property: any commands of users who share nicks and channels, under limits that
 * are always met, against a plain model.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { conversation, type Step, TIGHT } from "./commands.ts";
import { Model } from "./model.ts";
import { Scene } from "./scene.ts";

/** The lines of each receiver in their order; the order of the receivers of one event does not matter. */
function byReceiver(lines: readonly string[]): string[] {
  const receiver = (line: string) => line.slice(0, line.indexOf(" "));
  return lines.toSorted((one, other) => receiver(one).localeCompare(receiver(other)));
}

/** The same hub and model, step by step. */
class Pair {
  readonly #scene = new Scene([], TIGHT);
  readonly #model = new Model(TIGHT);
  readonly #here = new Map<number, string>();
  #count = 0;

  take({ slot, deed }: Step): void {
    const name = this.#here.get(slot);
    if (deed.do === "connect") {
      return name === undefined ? this.#connect(slot, deed.origin) : undefined;
    }
    if (name === undefined) return;
    const [lines, expected] = deed.do === "command"
      ? [this.#scene.do(name, deed.command), this.#model.do(name, deed.command)]
      : [this.#scene.leave(name, deed.reason), this.#model.disconnect(name, deed.reason)];
    if (deed.do === "disconnect") this.#here.delete(slot);
    assertEquals(byReceiver(lines), byReceiver(expected), JSON.stringify(deed));
    assertEquals(this.#scene.hub.channelNames, this.#model.channelNames, JSON.stringify(deed));
    assertEquals(this.#scene.hub.userCount, this.#here.size);
  }

  #connect(slot: number, origin: string): void {
    const name = `u${++this.#count}`;
    this.#here.set(slot, name);
    this.#scene.connect(name, origin);
    this.#model.connect(name, origin);
  }
}

Deno.test("property: any commands have just the consequences that a plain model says", () => {
  fc.assert(
    fc.property(conversation, (steps) => {
      const pair = new Pair();
      for (const step of steps) pair.take(step);
    }),
    { numRuns: 1500 },
  );
});
