/**
 * Ids of messages: the same for the same numbers, never the same for others, sorted by time.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  COUNTER_LIMIT,
  isMsgid,
  makeMsgid,
  msgidPrefix,
  NODE_LIMIT,
  timeOfMsgid,
} from "../../lib/chat/msgid.ts";

const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const counter = fc.integer({ min: 0, max: COUNTER_LIMIT - 1 });
const node = fc.integer({ min: 0, max: NODE_LIMIT - 1 });

Deno.test("an id is 26 characters of base32 in the order time, counter, node", () => {
  assertEquals(makeMsgid(0, 0, 0), "0".repeat(26));
  assertEquals(makeMsgid(1, 2, 3), "00000000010000002000000003");
  assertEquals(makeMsgid(2 ** 48 - 1, COUNTER_LIMIT - 1, NODE_LIMIT - 1), `7${"z".repeat(25)}`);
});

Deno.test("property: ids sort as text by time, then counter, then node", () => {
  const numbers = fc.tuple(time, counter, node);
  fc.assert(fc.property(numbers, numbers, (a, b) => {
    const at = a.findIndex((value, i) => value !== b[i]);
    const expected = at < 0 ? 0 : Math.sign((a[at] as number) - (b[at] as number));
    const [first, second] = [makeMsgid(...a), makeMsgid(...b)];
    assertEquals(first < second ? -1 : first > second ? 1 : 0, expected);
    assert(/^[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(first), first);
  }));
});

Deno.test("a number that does not fit is an error, not another id", () => {
  for (const wrong of [-1, 0.5, NaN, Infinity]) {
    assertThrows(() => makeMsgid(wrong, 0, 0), RangeError, "Time");
    assertThrows(() => makeMsgid(0, wrong, 0), RangeError, "Counter");
    assertThrows(() => makeMsgid(0, 0, wrong), RangeError, "Node");
  }
  assertThrows(() => makeMsgid(2 ** 48, 0, 0), RangeError);
  assertThrows(() => makeMsgid(0, COUNTER_LIMIT, 0), RangeError);
  assertThrows(() => makeMsgid(0, 0, NODE_LIMIT), RangeError);
});

Deno.test("property: the prefix of a time is below its ids and above all older ones", () => {
  fc.assert(fc.property(time, counter, node, time, (at, count, number, other) => {
    const id = makeMsgid(at, count, number);
    assertEquals(timeOfMsgid(id), at);
    assertEquals(id.startsWith(msgidPrefix(at)), true);
    assertEquals(id < msgidPrefix(other), at < other);
    assert(isMsgid(id));
  }));
});

Deno.test("the prefix of a time that no id can have is that of the nearest", () => {
  // Whoever asks for what was said may name any time.
  assertEquals([-1, -1e15].map(msgidPrefix), [msgidPrefix(0), msgidPrefix(0)]);
  assertEquals([2 ** 48, 1e18].map(msgidPrefix), Array(2).fill(msgidPrefix(2 ** 48 - 1)));
});

Deno.test("what is no id is known by its form", () => {
  for (
    const text of ["", "x", "0".repeat(25), "0".repeat(27), `${"0".repeat(25)}i`, "O".repeat(26)]
  ) {
    assert(!isMsgid(text), text);
  }
});
