/**
 * A short soak whose server is killed in the middle, and started again on the same data.
 *
 * @module
 */

import { assert } from "@std/assert";
import { soakOverCrash } from "../../bench/soak/crash.ts";

Deno.test("20 honest clients, and a server that is killed among them: what was said is there, id by id", async () => {
  const kinds = ["flood", "reset", "slow reader"];
  const report = await soakOverCrash({ seconds: 3, messages: 200, clients: 20, seed: 8, kinds });
  if (report.failure !== undefined) {
    throw new Error([report.failure.message, ...report.trace].join("\n  "));
  }
  assert(report.before > 100, `${report.before} messages before`);
  assert(report.after > 100, `${report.after} messages after`);
  assert(report.visits > 0, "nobody else has looked");
});
