/**
 * Turns of networks: whose work is done next, and how much may wait.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { NetworkTurns } from "../../lib/server/network_turns.ts";
import { settle } from "../support/within.ts";

/** Pieces of work that end when the test ends them, and the names of those that have begun. */
class Rig {
  readonly begun: string[] = [];
  readonly #turns: NetworkTurns;
  readonly #ends = new Map<string, () => void>();

  constructor(places: number, maxWaiting?: number) {
    this.#turns = new NetworkTurns(places, maxWaiting);
  }

  /** Asks for a piece called `name`, whose first letter is its network. */
  run(name: string): Promise<string> {
    return this.#turns.run(name.slice(0, 1), () => {
      this.begun.push(name);
      return new Promise((resolve) => this.#ends.set(name, () => resolve(name)));
    });
  }

  /** Ends pieces one after the other, whoever's turn it is; the order in which all have begun. */
  async all(): Promise<string[]> {
    for (let next = 0; next < this.begun.length; next++) {
      this.#ends.get(this.begun[next] as string)?.();
      await settle();
    }
    return this.begun;
  }
}

Deno.test("network turns: one that asks for much waits for itself, and keeps the others waiting for one piece each", async () => {
  const rig = new Rig(1);
  const pieces = ["a1", "a2", "a3", "a4", "b1", "b2", "c1"].map((name) => rig.run(name));
  await settle();
  assertEquals(await rig.all(), ["a1", "b1", "c1", "a2", "b2", "a3", "a4"]);
  assertEquals(await Promise.all(pieces), ["a1", "a2", "a3", "a4", "b1", "b2", "c1"]);
});

Deno.test("network turns: however many places there are, a network has one", async () => {
  const rig = new Rig(3);
  for (const name of ["a1", "a2", "a3"]) void rig.run(name);
  await settle();
  assertEquals(rig.begun, ["a1"]);
  for (const name of ["b1", "c1", "d1", "b2"]) void rig.run(name);
  await settle();
  assertEquals(rig.begun, ["a1", "b1", "c1"]);
  assertEquals(await rig.all(), ["a1", "b1", "c1", "d1", "a2", "b2", "a3"]);
});

Deno.test("network turns: beyond a bound a network is turned away, and no other", async () => {
  const rig = new Rig(1, 2);
  const running = ["a1", "a2", "a3"].map((name) => rig.run(name));
  await assertRejects(() => rig.run("a4"), Error, "Too many tries");
  running.push(rig.run("b1"));
  await settle();
  assertEquals(await rig.all(), ["a1", "b1", "a2", "a3"]);
  await Promise.all(running);
});

Deno.test("network turns: a piece that fails gives its place back", async () => {
  const turns = new NetworkTurns(1);
  const failing = turns.run("a", () => Promise.reject(new Error("no")));
  const next = turns.run("a", () => Promise.resolve("yes"));
  await assertRejects(() => failing, Error, "no");
  assertEquals(await next, "yes");
});
