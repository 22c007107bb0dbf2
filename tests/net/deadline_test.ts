/**
 * Deadlines on a fake clock.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { afterReading, Deadlines, READING_TURNS, systemClock } from "../../lib/net/deadline.ts";
import { FakeClock } from "../support/clock.ts";
import { within } from "../support/within.ts";

const TIMEOUT = 100;

/** Deadlines on a fake clock; `expired` has each item with the millisecond. */
function rig() {
  const clock = new FakeClock();
  const expired: string[] = [];
  const onExpired = (item: string) => void expired.push(`${item} ${clock.now()}`);
  return { clock, expired, deadlines: new Deadlines<string>(TIMEOUT, onExpired, clock) };
}

/** What happens (`+a` adds, `-a` deletes, a number passes), and what expires when. */
const TIMELINES: readonly (readonly [what: string, steps: string, expired: string[]])[] = [
  ["an item expires after exactly its time, once", "+a 2000", ["a 100"]],
  ["each item has its own time", "+a 30 +b +c 500", ["a 100", "b 130", "c 130"]],
  ["what was deleted does not expire, and the others do in time", "+a 50 +b -a -x 500", ["b 150"]],
  ["adding an item again starts its time anew", "+a 60 +b +a 500", ["b 160", "a 160"]],
];

for (const [what, steps, expected] of TIMELINES) {
  Deno.test(`deadlines: ${what}`, () => {
    const { clock, expired, deadlines } = rig();
    for (const step of steps.split(" ")) {
      if (step.startsWith("+")) deadlines.add(step.slice(1));
      else if (step.startsWith("-")) deadlines.delete(step.slice(1));
      else clock.advance(Number(step));
    }
    assertEquals([expired, clock.timers], [expected, 0]);
  });
}

Deno.test("one timer serves all items, and none is left when nobody waits", () => {
  const { clock, expired, deadlines } = rig();
  for (let i = 0; i < 50; i++) deadlines.add(`item ${i}`);
  assertEquals(clock.timers, 1);
  for (let i = 0; i < 50; i++) deadlines.delete(`item ${i}`);
  assertEquals(clock.timers, 0);
  deadlines.add("last");
  clock.advance(100);
  assertEquals([expired, clock.timers], [["last 100"], 0]);
});

Deno.test("of many that expire at the same moment, eight do at a time", () => {
  const { clock, expired, deadlines } = rig();
  for (let i = 0; i < 20; i++) deadlines.add(`item ${i}`);
  clock.advance(100);
  assertEquals(expired.length, 8);
  deadlines.delete("item 8");
  clock.advance(1);
  assertEquals(expired.slice(8), Array.from({ length: 8 }, (_, i) => `item ${i + 9} 101`));
  clock.advance(1);
  assertEquals([expired.length, expired.at(-1), clock.timers], [19, "item 19 102", 0]);
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
  clock.advance(500);
  assertEquals([expired, clock.timers], [["a 5160", "b 5160"], 0]);
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
  assertEquals([expired, turns], [["silent 110"], READING_TURNS]);
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
