/**
 * A short soak on the real server: every protocol, every hostile act, and nobody is told anything wrong.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { ACT_NAMES } from "../../bench/soak/hostile.ts";
import { soak } from "../../bench/soak/run.ts";

const SEED = 7;

Deno.test(`20 honest clients among hostile ones for 3 s are told exactly what happened (seed ${SEED})`, async () => {
  const report = await soak({ seconds: 3, clients: 20, seed: SEED });
  if (report.failure !== undefined) {
    throw new Error([report.failure.message, ...report.trace].join("\n  "));
  }
  assert(report.messages > 100, `${report.messages} messages`);
  assert(report.deliveries > 1000, `${report.deliveries} deliveries`);
  assertEquals([...report.hostilities.keys()].sort(), ACT_NAMES.toSorted());
  assert(report.ends.size > 3);
  assert(report.roundTrips.size > 0 && report.loopDelays.size > 0);
  assert(report.memory.peak >= report.memory.start && report.memory.start > 0);
});
