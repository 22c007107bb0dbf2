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

const CASES: [what: string, marks: [number, number][], counted: number, faults: Partial<Faults>][] =
  [
    ["several senders in order are no fault", [[0, 0], [1, 0], [0, 1], [1, 1], [0, 2]], 5, {}],
    ["a gap counts each number that is missing", [[0, 0], [0, 3]], 2, { lost: 2 }],
    ["the first message may be the one that is lost", [[0, 1]], 1, { lost: 1 }],
    ["what comes late was not lost", [[0, 0], [0, 2], [0, 1], [0, 3]], 4, { reordered: 1 }],
    ["a duplicate is no delivery", [[0, 0], [0, 0], [0, 1], [0, 0]], 2, { duplicated: 2 }],
    ["nor is a late one", [[0, 1], [0, 0], [0, 0]], 2, { reordered: 1, duplicated: 1 }],
    ["an own message is an echo", [[9, 0], [0, 0]], 1, { echoed: 1 }],
  ];

for (const [what, marks, counted, faults] of CASES) {
  Deno.test(`sequence check: ${what}`, () => {
    assertEquals(feed(marks), [counted, { ...NONE, ...faults }]);
  });
}

Deno.test("sequence check: an own message is none where the protocol echoes", () => {
  assertEquals(feed([[9, 0], [0, 0]], true), [2, NONE]);
});
