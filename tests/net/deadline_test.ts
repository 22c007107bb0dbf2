/**
 * Deadlines on a fake clock.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { afterReading, Deadlines, READING_TURNS, systemClock } from "../../lib/net/deadline.ts";
import { FakeClock } from "../support/clock.ts";
import { within } from "../support/within.ts";

function rig(timeout = 100) {
  const clock = new FakeClock();
  const expired: string[] = [];
  const deadlines = new Deadlines<string>(timeout, (item) => void expired.push(item), clock);
  return { clock, expired, deadlines };
}

Deno.test("a deadline expires after exactly its time, once", () => {
  const { clock, expired, deadlines } = rig();
  deadlines.add("a");
  clock.advance(99);
  assertEquals(expired, []);
  clock.advance(1);
  assertEquals(expired, ["a"]);
  clock.advance(1000);
  assertEquals(expired, ["a"]);
});

Deno.test("each item has its own time, counted from when it was added", () => {
  const { clock, expired, deadlines } = rig();
  deadlines.add("a");
  clock.advance(30);
  deadlines.add("b");
  deadlines.add("c");
  clock.advance(70);
  assertEquals(expired, ["a"]);
  clock.advance(29);
  assertEquals(expired, ["a"]);
  clock.advance(1);
  assertEquals(expired, ["a", "b", "c"]);
});

Deno.test("an item that was deleted does not expire, and the others do in time", () => {
  const { clock, expired, deadlines } = rig();
  deadlines.add("a");
  clock.advance(50);
  deadlines.add("b");
  deadlines.delete("a");
  deadlines.delete("never added");
  clock.advance(99);
  assertEquals(expired, []);
  clock.advance(1);
  assertEquals(expired, ["b"]);
});

Deno.test("adding an item again starts its time anew", () => {
  const { clock, expired, deadlines } = rig();
  deadlines.add("a");
  clock.advance(60);
  deadlines.add("b");
  deadlines.add("a");
  clock.advance(99);
  assertEquals(expired, []);
  clock.advance(1);
  assertEquals(expired, ["b", "a"]);
});

Deno.test("one timer serves all items, and none is left when nobody waits", () => {
  const { clock, expired, deadlines } = rig();
  for (let i = 0; i < 50; i++) deadlines.add(`item ${i}`);
  assertEquals(clock.timers, 1);
  for (let i = 0; i < 50; i++) deadlines.delete(`item ${i}`);
  assertEquals(clock.timers, 0);
  deadlines.add("last");
  clock.advance(100);
  assertEquals([expired, clock.timers], [["last"], 0]);
});

Deno.test("clear forgets all of them and leaves no timer", () => {
  const { clock, expired, deadlines } = rig();
  deadlines.add("a");
  deadlines.add("b");
  deadlines.clear();
  assertEquals(clock.timers, 0);
  clock.advance(1000);
  assertEquals(expired, []);
});

Deno.test("an item may be added or deleted while another expires", () => {
  const clock = new FakeClock();
  const expired: string[] = [];
  const deadlines = new Deadlines<string>(100, (item) => {
    expired.push(item);
    if (item === "a") {
      deadlines.delete("b");
      deadlines.add("d");
    }
  }, clock);
  for (const item of ["a", "b", "c"]) deadlines.add(item);
  clock.advance(100);
  assertEquals(expired, ["a", "c"]);
  clock.advance(100);
  assertEquals(expired, ["a", "c", "d"]);
});

Deno.test("after a stop of the process every item has its whole time anew", () => {
  const { clock, expired, deadlines } = rig();
  deadlines.add("a");
  clock.advance(60);
  deadlines.add("b");
  clock.stop(5000);
  clock.advance(99);
  assertEquals(expired, []);
  clock.advance(1);
  assertEquals([expired, clock.timers], [["a", "b"], 0]);
});

Deno.test("what registers in the turns after a stop, however short, does not expire", () => {
  const { clock, expired, deadlines } = rig();
  deadlines.add("read in time");
  deadlines.add("silent");
  clock.advance(90);
  clock.stop(20);
  // The socket is read in a turn between the timer that is due and the expiry.
  let turns = 0;
  const setTimer = clock.setTimer.bind(clock);
  clock.setTimer = (callback, ms) => {
    if (++turns === READING_TURNS) deadlines.delete("read in time");
    return setTimer(callback, ms);
  };
  clock.advance(0);
  assertEquals([expired, turns], [["silent"], READING_TURNS]);
});

Deno.test("an item that is deleted while the sockets are read leaves no timer", () => {
  const clock = new FakeClock();
  const forget = afterReading(clock, () => {
    throw new Error("A forgotten callback was called");
  });
  forget();
  assertEquals(clock.timers, 0);
  clock.advance(10);
});

Deno.test("each turn looks at the sockets: what a timer and a read race for, the read has first", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using near = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  using far = await listener.accept();
  const events: string[] = [];
  const reading = far.read(new Uint8Array(1)).then(() => events.push("read"));
  await near.write(new Uint8Array(1));
  // The process does nothing else for a while, as if it was stopped: the bytes have arrived by then.
  for (const end = performance.now() + 50; performance.now() < end;);
  const over = new Promise<void>((resolve) => {
    afterReading(systemClock, () => (events.push("over"), resolve()));
  });
  await within("both", Promise.all([reading, over]));
  assertEquals(events, ["read", "over"]);
});

Deno.test("the system's clock runs on and calls its timers", async () => {
  const before = systemClock.now();
  const { promise, resolve } = Promise.withResolvers<void>();
  const forget = systemClock.setTimer(() => {
    throw new Error("A forgotten timer was called");
  }, 1);
  forget();
  systemClock.setTimer(resolve, 5);
  await within("the timer", promise);
  assertEquals(systemClock.now() - before >= 4, true);
});
