/**
 * The loads, by the names of `--loads`, and the servers that take part in each.
 *
 * @module
 */

import type { Load } from "./compared_run.ts";

/** A load, and what it is selected by. */
export interface NamedLoad extends Load {
  /** `saturated`, `window1`, .. */
  readonly selection: string;
}

/** Milliseconds from one message to the next when paced. */
export const PACED_INTERVAL_MS = 10;
/** Subscribers that do not read in the stalled load. */
export const STALLED_SUBSCRIBERS = 10;

const WINDOW = 64;
const IDLE_CONNECTIONS = 8_000;

/** All loads, in the order in which they are run. */
export const LOADS: readonly NamedLoad[] = [
  ...[100, 300, 1000].flatMap((members) =>
    [1, 10].map((senders) => saturated("saturated", members, senders, WINDOW))
  ),
  saturated("window1", 100, 1, 1),
  saturated("window1", 1000, 1, 1),
  saturated("window256", 300, 10, 256),
  { selection: "paced", scenario: "paced", members: 1000, senders: 1, window: 0 },
  { selection: "stalled", scenario: "stalled", members: 300, senders: 10, window: WINDOW },
  { selection: "idle", scenario: "idle", members: IDLE_CONNECTIONS, senders: 0, window: 0 },
];

/** The names that `--loads` takes. */
export const SELECTIONS: readonly string[] = [...new Set(LOADS.map(({ selection }) => selection))];

/** What kind of server it is; each kind takes part in some of the loads. */
export type Kind = "parlance" | "dialect" | "irc" | "channels" | "relay" | "peer";

/**
 * Whether a server takes part. The other course dialects of Parlance, and members in ten channels, are compared in
 * one size; a peer, and Parlance's IRC beside it, is asked for throughput alone, because the rest depends on limits
 * that each has of its own.
 */
export function takesPart(kind: Kind, load: NamedLoad): boolean {
  switch (kind) {
    case "parlance":
    case "relay":
      return true;
    case "dialect":
    case "channels":
      return load.selection === "saturated" && load.members === 300;
    case "irc":
    case "peer":
      return load.selection === "saturated" || load.selection === "window256";
  }
}

/** As in the table: `saturated N=300 S=10 W=64`. */
export function describeLoad({ scenario, members, senders, window }: Load): string {
  const counts = [`N=${members}`];
  if (senders > 0) counts.push(`S=${senders}`);
  if (window > 0) counts.push(`W=${window}`);
  return `${scenario} ${counts.join(" ")}`;
}

function saturated(selection: string, members: number, senders: number, window: number): NamedLoad {
  return { selection, scenario: "saturated", members, senders, window };
}
