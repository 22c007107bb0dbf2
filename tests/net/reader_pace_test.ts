/**
 * Which readers count as reading, and for how long. What that does to speakers, `back_pressure_test.ts` shows.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { FIRST_PATIENCE_MS, ReaderPace } from "../../lib/net/reader_pace.ts";

const PIECE = 1024 * 1024;

Deno.test("reader pace: a reader may take twice as long as it ever took, and five seconds at most", () => {
  const pace = new ReaderPace(0);
  assertEquals([pace.isReading(FIRST_PATIENCE_MS), pace.isProven], [true, false]);
  assertEquals(pace.isReading(FIRST_PATIENCE_MS + 1), false);
  pace.took(PIECE, 1_000);
  assertEquals([pace.isReading(3_000), pace.isReading(3_001), pace.isProven], [true, false, true]);
  // A quick piece behind a slow one proves no quick reader.
  pace.took(PIECE, 1_010);
  assertEquals([pace.isReading(3_010), pace.isReading(3_011)], [true, false]);
  pace.took(PIECE, 5_010);
  assertEquals([pace.isReading(10_010), pace.isReading(10_011)], [true, false]);
});
