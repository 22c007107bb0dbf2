/**
 * One run of one kind of hostility against one server: what the honest users felt, and whether every promise was
 * kept.
 *
 * @module
 */

import { GOALS } from "./kinds.ts";

/** What `bystander.c` measured, and how the server stood it. */
export interface HostileRun {
  /** `parlance`, `InspIRCd`, or a checkout's name. */
  readonly server: string;
  /** Name of the kind. */
  readonly kind: string;
  /** From a question of an honest user to its answer. */
  readonly p50Ms: number;
  /** See `p50Ms`. */
  readonly p99Ms: number;
  /** See `p50Ms`. */
  readonly worstMs: number;
  /** From a line in the attacked channel to its honest readers, the 99th percentile. */
  readonly lobbyP99Ms: number;
  /** The longest that an honest newcomer waited until it was in. */
  readonly newcomerMs: number;
  /** Honest newcomers that were closed, or still waited half a minute later. */
  readonly newcomersRefused: number;
  /** Honest members who read all the time, and how many of them the server closed. */
  readonly readers: number;
  /** See `readers`. */
  readonly readersClosed: number;
  /** Other honest users that the server closed. */
  readonly othersClosed: number;
  /** Lines that honest users said and that a reader who was not closed did not receive, or received twice. */
  readonly lost: number;
  /** Whether an honest user could make a channel at the end. */
  readonly roomLeft: boolean;
  /** Resident memory of the server at its highest. */
  readonly peakMiB: number;
  /** Share of a core that the server used. */
  readonly cpu: number;
  /** Bytes that the attackers sent, and connections that they opened. */
  readonly attackMB: number;
  /** See `attackMB`. */
  readonly attackConnections: number;
}

/** What the run cost the honest users beyond `GOALS`, in a few words each; nothing when all promises were kept. */
export function brokenPromises(run: HostileRun): string[] {
  const broken: string[] = [];
  const atMost = (what: string, value: number, goal: number) => {
    if (!(value <= goal)) broken.push(`${what} ${round(value)} ms`);
  };
  atMost("p99", run.p99Ms, GOALS.p99Ms);
  atMost("worst", run.worstMs, GOALS.worstMs);
  atMost("newcomer", run.newcomerMs, GOALS.newcomerMs);
  const none = (what: string, count: number) => {
    if (count > 0) broken.push(`${count} ${what}`);
  };
  none("newcomers refused", run.newcomersRefused);
  none("readers closed", run.readersClosed);
  none("others closed", run.othersClosed);
  none("lost", run.lost);
  if (!run.roomLeft) broken.push("no channel can be made");
  return broken;
}

/** Milliseconds with the digits that matter. */
export function round(value: number): string {
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}
