/**
 * The memory of the rings: nobody shares a piece, and what was given back is handed out again.
 *
 * @module
 */

import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { RingPool } from "../../lib/framing/ring_pool.ts";

const CAPACITY = 1024 * 1024;

Deno.test("pieces never overlap, across the slabs that they are cut from", () => {
  const pool = new RingPool(CAPACITY);
  const places = new Set<string>();
  const slabs = new Map<ArrayBuffer, number>();
  for (let i = 0; i < 10; i++) {
    const { buffer, byteOffset, length } = pool.take();
    assertEquals([length, byteOffset % CAPACITY], [CAPACITY, 0]);
    if (!slabs.has(buffer)) slabs.set(buffer, slabs.size);
    places.add(`${slabs.get(buffer)}: ${byteOffset}`);
  }
  assertEquals(places.size, 10);
  // Four fill a slab, so ten need three.
  assertEquals(slabs.size, 3);
});

Deno.test("a piece that was given back is handed out again, and no other before it", () => {
  const pool = new RingPool(CAPACITY);
  const [first, second] = [pool.take(), pool.take()];
  pool.give(first);
  assertStrictEquals(pool.take(), first);
  const third = pool.take();
  assert(third !== first && third !== second);
});
