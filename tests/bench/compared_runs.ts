/**
 * Invented compared runs, for the tests of the report.
 *
 * @module
 */

import type { ComparedRun } from "../../bench/compare/compared_run.ts";

/** A saturated run of 100 members in round 1 without a figure, but for what `known` says. */
export function compared(known: Partial<ComparedRun> & Pick<ComparedRun, "server">): ComparedRun {
  return {
    scenario: "saturated",
    members: 100,
    senders: 1,
    window: 64,
    round: 1,
    deliveriesPerSecond: 0,
    cpuMicrosPerDelivery: 0,
    p50Micros: 0,
    p99Micros: 0,
    lastP99Micros: 0,
    residentKiB: 0,
    lost: 0,
    orderErrors: 0,
    ...known,
  };
}

/** A run for each of `rates`, in rounds 1, 2, .. */
export function repeated(
  known: Parameters<typeof compared>[0],
  rates: readonly number[],
): ComparedRun[] {
  return rates.map((deliveriesPerSecond, i) =>
    compared({ ...known, round: i + 1, deliveriesPerSecond })
  );
}
