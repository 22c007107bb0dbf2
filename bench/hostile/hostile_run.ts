/**
 * One run of one kind of hostility against one server: what the honest users felt, and which promises
 * broke.
 *
 * @module
 */

import { median } from "../compare/summary.ts";
import { GOALS } from "./kind.ts";

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
  /** The longest that a process which waits for nothing but the clock was late, on either core: the machine's part. */
  readonly machineMs: number;
  /** From a line in the attacked channel to its honest readers, the 99th percentile. */
  readonly lobbyP99Ms: number;
  /** The longest that an honest newcomer waited until it was in. */
  readonly newcomerMs: number;
  /** Honest newcomers that were closed, or still waited half a minute later. */
  readonly newcomersRefused: number;
  /** Honest members that read all the time, and the number that the server closed. */
  readonly readers: number;
  /** See `readers`. */
  readonly readersClosed: number;
  /** Other honest users that the server closed. */
  readonly othersClosed: number;
  /** Lines of honest users that an open reader did not receive, or received twice. */
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

/**
 * Several runs of one kind against one server as one: the median of each time, so that one pause of the machine is not
 * taken for the server's; of what must never happen, all of it.
 */
export function combineRuns(runs: readonly HostileRun[]): HostileRun {
  const [first] = runs;
  if (first === undefined) throw new Error("There is no run to combine");
  const middle = (figure: (run: HostileRun) => number) => median(runs.map(figure));
  const sum = (figure: (run: HostileRun) => number) =>
    runs.reduce((total, run) => total + figure(run), 0);
  return {
    ...first,
    p50Ms: middle(({ p50Ms }) => p50Ms),
    p99Ms: middle(({ p99Ms }) => p99Ms),
    worstMs: middle(({ worstMs }) => worstMs),
    machineMs: middle(({ machineMs }) => machineMs),
    lobbyP99Ms: middle(({ lobbyP99Ms }) => lobbyP99Ms),
    newcomerMs: middle(({ newcomerMs }) => newcomerMs),
    peakMiB: middle(({ peakMiB }) => peakMiB),
    cpu: middle(({ cpu }) => cpu),
    attackMB: middle(({ attackMB }) => attackMB),
    attackConnections: middle(({ attackConnections }) => attackConnections),
    newcomersRefused: sum(({ newcomersRefused }) => newcomersRefused),
    readersClosed: sum(({ readersClosed }) => readersClosed),
    othersClosed: sum(({ othersClosed }) => othersClosed),
    lost: sum(({ lost }) => lost),
    roomLeft: runs.every(({ roomLeft }) => roomLeft),
  };
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
