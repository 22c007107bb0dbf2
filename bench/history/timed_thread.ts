/**
 * The thread of the database as the server has it, but that it notes how long each slice takes inside: what a page costs
 * beyond that is the way there and back.
 *
 * @module
 */

import type { Database, DataPlan } from "../../lib/data/plan.ts";
import { isDataThread, runDataThread } from "../../lib/data/thread.ts";
import { HISTORY, historyCalls } from "../../lib/history/history_module.ts";
import { DATA_PLAN } from "../../lib/server/data_plan.ts";

/** What starts it. */
export const TIMED_THREAD_MODULE: string = import.meta.url;

/** Calls of the timed history beyond those of the history. */
export type TimedCalls = {
  /** Milliseconds of each slice since this was asked last. */
  readonly timings: () => readonly number[];
};

function timed(database: Database) {
  const calls = historyCalls(database);
  const timings: number[] = [];
  return {
    calls: {
      ...calls,
      slice: (...args: Parameters<typeof calls.slice>) => {
        const began = performance.now();
        try {
          return calls.slice(...args);
        } finally {
          timings.push(performance.now() - began);
        }
      },
      timings: () => timings.splice(0),
    },
  };
}

const PLAN: DataPlan = {
  ...DATA_PLAN,
  modules: DATA_PLAN.modules.map((module) =>
    module === HISTORY ? { ...module, open: timed } : module
  ),
};

if (isDataThread()) runDataThread(PLAN);
