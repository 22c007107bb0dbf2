/**
 * Connections that wait to be taken: whose turn it is, and how many may wait.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Arrivals } from "../../lib/net/arrivals.ts";

/** Takes all. */
function drain(arrivals: Arrivals<string>): string[] {
  const taken: string[] = [];
  for (let next; (next = arrivals.take()) !== undefined;) taken.push(next);
  return taken;
}

Deno.test("arrivals: networks take turns, each in its own order", () => {
  const arrivals = new Arrivals<string>();
  assertEquals(arrivals.take(), undefined);
  for (const conn of ["a1", "a2", "a3", "b1", "c1", "c2"]) arrivals.add(conn, conn[0] as string);
  assertEquals(arrivals.all, ["a1", "a2", "a3", "b1", "c1", "c2"]);
  assertEquals(arrivals.take(), "a1");
  arrivals.add("d1", "d");
  assertEquals(drain(arrivals), ["b1", "c1", "a2", "d1", "c2", "a3"]);
  assertEquals(arrivals.all, []);
});

Deno.test("arrivals: one network may have 2,048 places, and more of them have fewer each, but never less than 16", () => {
  const arrivals = new Arrivals<string>();
  const addUntilFull = (network: string) => {
    let added = 0;
    while (arrivals.add(network, network)) added++;
    return added;
  };
  assertEquals(addUntilFull("a"), 2048);
  assertEquals(addUntilFull("b"), 1024);
  for (let i = 0; i < 198; i++) arrivals.add("other", `network ${i}`);
  assertEquals(addUntilFull("late"), 16);
  assertEquals(arrivals.add("a", "a"), false);
  for (let i = 0; i < 3; i++) arrivals.take();
  assertEquals(arrivals.add("a", "a"), false, "it has far more than its share");
});

Deno.test("arrivals: with ever more networks, 4,096 may wait at all", () => {
  const arrivals = new Arrivals<string>();
  let added = 0;
  while (arrivals.add("conn", `network ${added}`)) added++;
  assertEquals([added, arrivals.all.length], [4096, 4096]);
  assertEquals(arrivals.take(), "conn");
  assertEquals(arrivals.add("conn", "late"), true, "a place is free");
  assertEquals(arrivals.add("conn", "later"), false);
});
