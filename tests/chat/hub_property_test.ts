/**
 * The rules of the chat as a property: any commands, against a plain model of who is where.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Command } from "../../lib/chat/command.ts";
import type { Text } from "../../lib/chat/event.ts";
import { Scene } from "./scene.ts";

type Step = { who: number; what: Command | { type: "disconnect" } };

/** As a codec lends it. */
const lent = { toString: () => "z" };
const channelName = fc.constantFrom("", "a", "b", "c");
const step: fc.Arbitrary<Step> = fc.record({
  who: fc.nat(3),
  what: fc.oneof(
    fc.record({ type: fc.constant("say" as const), text: fc.constantFrom<Text>("x", "y", lent) }),
    fc.record({ type: fc.constantFrom("create" as const, "join" as const), channel: channelName }),
    fc.constant({ type: "list" as const }),
    fc.constant({ type: "disconnect" as const }),
  ),
});

Deno.test("property: any commands leave each user told just what a plain model says", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const names = ["u0", "u1", "u2", "u3"];
      const scene = new Scene(names);
      const model = new PlainModel(names);
      for (const { who, what } of steps) {
        const name = names[who] as string;
        const told = what.type === "disconnect" ? scene.leave(name) : scene.do(name, what);
        assertEquals(told.sort(), model.do(name, what).sort());
      }
    }),
    { numRuns: 500 },
  );
});

/** The rules once more, the slow and obvious way: a table of who is where. */
class PlainModel {
  readonly #where = new Map<string, string>();
  readonly #present: Set<string>;
  readonly #channels: string[] = [];

  constructor(names: readonly string[]) {
    this.#present = new Set(names);
  }

  do(name: string, what: Step["what"]): string[] {
    if (!this.#present.has(name)) return [];
    switch (what.type) {
      case "disconnect": {
        this.#present.delete(name);
        return this.#leave(name);
      }
      case "list":
        return [`${name} < channels ${this.#channels.join(",")}`];
      case "say": {
        const channel = this.#where.get(name);
        if (channel === undefined) return [`${name} < refused not_in_channel`];
        return this.#others(name, channel).map((o) =>
          `${o} < said ${name} ${channel} ${what.text}`
        );
      }
      case "create":
      case "join":
        return this.#enter(name, what.type, what.channel);
      default:
        throw new Error(`The model knows no "${what.type}"`);
    }
  }

  #enter(name: string, verb: "create" | "join", channel: string): string[] {
    if (channel === "") return [`${name} < refused channel_name_missing ${verb}`];
    const exists = this.#channels.includes(channel);
    if (verb === "create" && exists) return [`${name} < refused channel_exists ${channel}`];
    if (verb === "join" && !exists) return [`${name} < refused no_such_channel ${channel}`];
    if (!exists) this.#channels.push(channel);
    const told = this.#leave(name);
    this.#where.set(name, channel);
    return [...told, ...this.#others(name, channel).map((o) => `${o} < joined ${name} ${channel}`)];
  }

  #leave(name: string): string[] {
    const channel = this.#where.get(name);
    if (channel === undefined) return [];
    const told = this.#others(name, channel).map((o) => `${o} < left ${name} ${channel}`);
    this.#where.delete(name);
    return told;
  }

  #others(name: string, channel: string): string[] {
    return [...this.#where].filter(([o, c]) => o !== name && c === channel).map(([o]) => o);
  }
}
