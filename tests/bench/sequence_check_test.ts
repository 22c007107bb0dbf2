/**
 * The judge of the swarm: each fault is found, and counted once.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { type Faults, SequenceCheck } from "../../bench/sequence_check.ts";

/** Feeds receiver 9 with `marks` (`sender` and `sequence`); returns what was expected, and the faults. */
function feed(marks: readonly [number, number][], echoes = false): [number, Faults] {
  const faults: Faults = { lost: 0, duplicated: 0, reordered: 0, echoed: 0 };
  const check = new SequenceCheck(9, echoes, faults);
  const expected = marks.filter(([sender, sequence]) => check.take({ sender, sequence }));
  return [expected.length, faults];
}

const NONE: Faults = { lost: 0, duplicated: 0, reordered: 0, echoed: 0 };

Deno.test("sequence check: several senders in order are no fault", () => {
  assertEquals(feed([[0, 0], [1, 0], [0, 1], [1, 1], [0, 2]]), [5, NONE]);
});

Deno.test("sequence check: a gap counts each number that is missing", () => {
  assertEquals(feed([[0, 0], [0, 3]]), [2, { ...NONE, lost: 2 }]);
});

Deno.test("sequence check: the first message may be the one that is lost", () => {
  assertEquals(feed([[0, 1]]), [1, { ...NONE, lost: 1 }]);
});

Deno.test("sequence check: what comes late was not lost, but reordered", () => {
  assertEquals(feed([[0, 0], [0, 2], [0, 1], [0, 3]]), [4, { ...NONE, reordered: 1 }]);
});

Deno.test("sequence check: a duplicate is not counted as a delivery, early or late", () => {
  assertEquals(feed([[0, 0], [0, 0], [0, 1], [0, 0]]), [2, { ...NONE, duplicated: 2 }]);
  assertEquals(feed([[0, 1], [0, 0], [0, 0]]), [2, { ...NONE, reordered: 1, duplicated: 1 }]);
});

Deno.test("sequence check: an own message is an echo unless the protocol echoes", () => {
  assertEquals(feed([[9, 0], [0, 0]]), [1, { ...NONE, echoed: 1 }]);
  assertEquals(feed([[9, 0], [0, 0]], true), [2, NONE]);
});
