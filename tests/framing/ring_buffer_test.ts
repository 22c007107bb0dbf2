/**
 * The ring buffer: it behaves as a plain array does, and copies nothing that lies in one run.
 *
 * @module
 */

import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Frame } from "../../lib/framing/frame.ts";
import {
  DEFAULT_RING_CAPACITY,
  RingBuffer,
  ringCapacityFor,
} from "../../lib/framing/ring_buffer.ts";

/** Fills `ring` as a socket would, with as much of `bytes` as fits in one run. Returns that number. */
function read(ring: RingBuffer, bytes: Uint8Array): number {
  const target = ring.writable();
  const count = Math.min(target.length, bytes.length);
  target.set(bytes.subarray(0, count));
  ring.commit(count);
  return count;
}

function bytesOf(...values: number[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(values);
}

Deno.test("a frame in one run is a view of the ring's own memory", () => {
  const ring = new RingBuffer(16);
  read(ring, bytesOf(1, 2, 3, 4, 5));
  ring.consume(1);
  const view = ring.view(3);
  assertEquals(view, bytesOf(2, 3, 4));
  assertStrictEquals(view.buffer, ring.buffer);
  assertEquals(view.byteOffset, 1);
  assertEquals(ring.copies, 0);
});

Deno.test("only a frame that wraps is copied, and always into the same scratch", () => {
  const ring = new RingBuffer(8);
  const scratches = new Set<ArrayBufferLike>();
  for (let round = 0; round < 20; round++) {
    while (ring.length < 5) read(ring, bytesOf(1, 2, 3, 4, 5).subarray(ring.length));
    const copiesBefore = ring.copies;
    const view = ring.view(5);
    assertEquals(view, bytesOf(1, 2, 3, 4, 5));
    if (ring.copies > copiesBefore) scratches.add(view.buffer);
    else assertStrictEquals(view.buffer, ring.buffer);
    // One byte remains, so that the ring does not start again at its beginning.
    read(ring, bytesOf(1));
    ring.consume(5);
  }
  assert(ring.copies > 5, `wrapped ${ring.copies} times`);
  assertEquals(scratches.size, 1);
  assert(!scratches.has(ring.buffer));
});

Deno.test("an empty ring starts again at its beginning, so frames that are taken at once never wrap", () => {
  const ring = new RingBuffer(8);
  for (let round = 0; round < 10; round++) {
    assertEquals(read(ring, bytesOf(1, 2, 3, 4, 5)), 5);
    ring.view(5);
    ring.consume(5);
  }
  assertEquals(ring.copies, 0);
});

Deno.test("a full ring has no writable bytes and takes no more", () => {
  const ring = new RingBuffer(4);
  read(ring, bytesOf(1, 2, 3, 4));
  assertEquals([ring.free, ring.writable().length], [0, 0]);
  assertThrows(() => ring.commit(1), RangeError, 'Cannot commit "1" bytes, "0" are writable');
});

Deno.test("no more than one run can be committed, though more is free", () => {
  const ring = new RingBuffer(8);
  read(ring, bytesOf(1, 2, 3, 4, 5, 6));
  ring.consume(4);
  assertEquals([ring.free, ring.writable().length], [6, 2]);
  assertThrows(() => ring.commit(3), RangeError, 'Cannot commit "3" bytes, "2" are writable');
});

Deno.test("a run that ends where the memory ends is no copy, and a copy has no byte too many", () => {
  const ring = new RingBuffer(8);
  const frame = new Frame();
  read(ring, bytesOf(1, 2, 3, 4, 5, 6, 7, 8));
  ring.take(2, frame);
  assertEquals([...ring.take(6, frame).view()], [3, 4, 5, 6, 7, 8]);
  assertEquals(ring.copies, 0);
  read(ring, bytesOf(1, 2, 3, 4, 5));
  ring.consume(4);
  read(ring, bytesOf(6, 7, 8));
  read(ring, bytesOf(9, 10));
  assertEquals(ring.view(6), bytesOf(5, 6, 7, 8, 9, 10));
  assertEquals(ring.view(5), bytesOf(5, 6, 7, 8, 9));
});

Deno.test("a search goes on where the stored bytes wrap", () => {
  const ring = new RingBuffer(8);
  read(ring, bytesOf(1, 2, 3, 4, 5, 6, 7, 8));
  ring.consume(5);
  read(ring, bytesOf(9, 10));
  assertEquals([7, 9, 10, 1].map((byte) => ring.indexOf(byte, 1)), [1, 3, 4, -1]);
});

Deno.test("a search that begins behind what is stored finds nothing, not even what was there", () => {
  const ring = new RingBuffer(8);
  read(ring, bytesOf(1, 2, 3, 4, 5, 6, 7));
  ring.consume(6);
  assertEquals(ring.indexOf(3, 3), -1);
});

Deno.test("a search does not see what was left in the memory", () => {
  const ring = new RingBuffer(8, new Uint8Array(8).fill(9));
  read(ring, bytesOf(1, 2));
  assertEquals([ring.indexOf(2), ring.indexOf(9)], [1, -1]);
});

Deno.test("a ring lies in the memory that it is given, which must be as long", () => {
  const memory = new Uint8Array(8);
  assertStrictEquals(new RingBuffer(8, memory).buffer, memory.buffer);
  for (const length of [7, 9]) {
    assertThrows(() => new RingBuffer(8, new Uint8Array(length)), RangeError, `"${length}" bytes`);
  }
});

Deno.test("the capacity for a frame is a power of two that holds it, and no less than the default", () => {
  assertEquals(ringCapacityFor(200), DEFAULT_RING_CAPACITY);
  assertEquals(ringCapacityFor(DEFAULT_RING_CAPACITY + 1), 2 * DEFAULT_RING_CAPACITY);
  assertEquals(ringCapacityFor(2 * DEFAULT_RING_CAPACITY), 2 * DEFAULT_RING_CAPACITY);
});

Deno.test("bytes that are not stored cannot be viewed, consumed or read", () => {
  const ring = new RingBuffer(4);
  read(ring, bytesOf(1, 2));
  for (const count of [3, -1, 0.5, NaN]) {
    assertThrows(() => ring.view(count), RangeError, `Cannot take "${count}" bytes`);
    assertThrows(() => ring.consume(count), RangeError, `Cannot take "${count}" bytes`);
    assertThrows(() => ring.take(count, new Frame()), RangeError, `Cannot take "${count}" bytes`);
  }
  assertThrows(() => ring.at(2), RangeError);
  assertThrows(() => ring.commit(-1), RangeError);
});

Deno.test("take returns the ring's own memory, or its scratch for a frame that wraps", () => {
  const ring = new RingBuffer(8);
  const frame = new Frame();
  read(ring, bytesOf(1, 2, 3, 4, 5, 6));
  assertStrictEquals(ring.take(4, frame), frame);
  assertStrictEquals(frame.memory.buffer, ring.buffer);
  assertEquals([frame.start, frame.end, ...frame.view()], [0, 4, 1, 2, 3, 4]);
  read(ring, bytesOf(7, 8));
  read(ring, bytesOf(9, 10));
  ring.take(5, frame);
  assertEquals([...frame.view()], [5, 6, 7, 8, 9]);
  assert(frame.memory.buffer !== ring.buffer);
  assertEquals(ring.copies, 1);
  ring.take(1, frame);
  assertStrictEquals(frame.memory.buffer, ring.buffer);
  assertEquals([frame.start, frame.end, ...frame.view()], [1, 2, 10]);
  ring.take(0, frame);
  assertEquals([frame.length, ring.length], [0, 0]);
});

Deno.test("a take that fails changes neither the ring nor the frame", () => {
  const ring = new RingBuffer(4);
  read(ring, bytesOf(1, 2, 3));
  const frame = Frame.of(bytesOf(9));
  for (const count of [4, -1, 0.5, NaN]) {
    assertThrows(() => ring.take(count, frame), RangeError, '"3" are stored');
    assertEquals([...frame.view()], [9]);
    assertEquals([...ring.view(ring.length)], [1, 2, 3]);
  }
});

Deno.test("the capacity must be a power of two", () => {
  for (const capacity of [0, 1, 3, 200, -8, 2.5, NaN, Infinity]) {
    assertThrows(() => new RingBuffer(capacity), RangeError, `got "${capacity}"`);
  }
});

const share = fc.double({ min: 0, max: 1, noNaN: true });

/** The operations on a ring. Each number is reduced to what the ring's state allows. */
const operation = fc.oneof(
  fc.record({ do: fc.constant("read" as const), bytes: fc.uint8Array({ max: 3, maxLength: 40 }) }),
  fc.record({ do: fc.constantFrom("consume" as const, "view" as const), share }),
  fc.record({
    do: fc.constant("take" as const),
    share: fc.double({ min: 0, max: 1.2, noNaN: true }),
  }),
  fc.record({ do: fc.constant("find" as const), byte: fc.nat(4), share }),
);

Deno.test("property: it behaves as a plain array of bytes does, and never grows", () => {
  const capacities = fc.constantFrom(2, 4, 8, 16, 32);
  const operations = fc.array(operation, { maxLength: 60, size: "max" });
  fc.assert(
    fc.property(capacities, operations, (capacity, operations) => {
      const ring = new RingBuffer(capacity);
      const frame = new Frame();
      let model: number[] = [];
      for (const operation of operations) {
        switch (operation.do) {
          case "read": {
            const count = read(ring, operation.bytes);
            assert(count > 0 || operation.bytes.length === 0 || model.length === capacity);
            model.push(...operation.bytes.subarray(0, count));
            break;
          }
          case "consume": {
            const count = Math.floor(operation.share * model.length);
            ring.consume(count);
            model = model.slice(count);
            break;
          }
          case "view": {
            const count = Math.floor(operation.share * model.length);
            assertEquals([...ring.view(count)], model.slice(0, count));
            break;
          }
          case "take": {
            const count = Math.floor(operation.share * model.length);
            if (count > model.length) {
              assertThrows(() => ring.take(count, frame), RangeError);
              break;
            }
            // A frame has the same bytes, in the same memory, as a view.
            const view = ring.view(count);
            const buffer = view.buffer;
            const copied = view.slice();
            ring.take(count, frame);
            assertEquals([...frame.view()], model.slice(0, count));
            assertEquals(frame.view(), copied);
            if (count > 0) assertStrictEquals(frame.memory.buffer, buffer);
            model = model.slice(count);
            break;
          }
          case "find": {
            const from = Math.floor(operation.share * (model.length + 2));
            assertEquals(ring.indexOf(operation.byte, from), model.indexOf(operation.byte, from));
            break;
          }
        }
        assertEquals(ring.length, model.length);
        assertEquals(ring.free, capacity - model.length);
        assertEquals(ring.buffer.byteLength, capacity);
        assertEquals(model.map((_, i) => ring.at(i)), model);
      }
    }),
  );
});
