/**
 * The tables of the comparison: for each load one, in which each server that was measured under it has a
 * row.
 *
 * @module
 */

import type { ComparedRun, Load } from "../compare/compared_run.ts";
import {
  faultsOf,
  FLOOR,
  loadsOf,
  medianOf,
  medianRatio,
  OURS,
  runsOf,
  serversOf,
} from "./comparison.ts";
import { count, duration, plain, rate } from "./figures.ts";
import { columns, table } from "./table.ts";

/** How one scenario is shown. */
interface Section {
  readonly scenario: Load["scenario"];
  readonly title: string;
  /** What the figures are. */
  readonly text: string;
  readonly figures: readonly string[];
  /** The cells of `server` under `load`, as many as `figures`. */
  cells(runs: readonly ComparedRun[], server: string, load: Load): string[];
}

const SECTIONS: readonly Section[] = [
  {
    scenario: "saturated",
    title: "Saturated",
    text: "As many messages under way as the window allows.",
    figures: [
      "deliveries/s",
      `${OURS} / server`,
      "µs cpu/delivery",
      "MiB",
      "lost",
      "order errors",
    ],
    cells(all, server, load) {
      const runs = runsOf(all, server, load);
      const ours = runsOf(all, OURS, load);
      return [
        rate(medianOf(runs, "deliveriesPerSecond")),
        plain(medianRatio(ours, runs, "deliveriesPerSecond")),
        plain(medianOf(runs, "cpuMicrosPerDelivery")),
        plain(divide(medianOf(runs, "residentKiB"), 1024)),
        ...faults(runs),
      ];
    },
  },
  {
    scenario: "paced",
    title: "Paced",
    text:
      "A message every 10 ms. The time is that until the last member has it, for 99 of 100 messages.",
    figures: ["last p99", `server / ${FLOOR}`, "µs cpu/delivery", "lost", "order errors"],
    cells(all, server, load) {
      const runs = runsOf(all, server, load);
      const micros = medianOf(runs, "lastP99Micros");
      return [
        duration(divide(micros, 0.001)),
        plain(medianRatio(runs, runsOf(all, FLOOR, load), "lastP99Micros")),
        plain(medianOf(runs, "cpuMicrosPerDelivery")),
        ...faults(runs),
      ];
    },
  },
  {
    scenario: "stalled",
    title: "Stalled",
    text:
      "Saturated, while ten of the members do not read. The ratio is that of the server's own medians.",
    figures: ["deliveries/s", "stalled / none stalled", "lost", "order errors"],
    cells(all, server, load) {
      const runs = runsOf(all, server, load);
      const rates = medianOf(runs, "deliveriesPerSecond");
      const unstalled = runsOf(all, server, { ...load, scenario: "saturated" });
      return [
        rate(rates),
        plain(divide(rates, medianOf(unstalled, "deliveriesPerSecond"))),
        ...faults(runs),
      ];
    },
  },
  {
    scenario: "idle",
    title: "Idle",
    text: "Connections that say nothing.",
    figures: ["KiB/connection"],
    cells: (all, server, load) => [plain(medianOf(runsOf(all, server, load), "residentKiB"))],
  },
];

/** All sections that have runs, as Markdown, separated by empty lines. */
export function comparisonTables(runs: readonly ComparedRun[]): string[] {
  const servers = serversOf(runs);
  return SECTIONS.flatMap((section) => {
    const loads = loadsOf(runs, section.scenario);
    if (loads.length === 0) return [];
    const tables = loads.flatMap((load) => [
      `${describeLoad(load)}:`,
      table(
        columns(["server"], section.figures),
        servers.filter((server) => runsOf(runs, server, load).length > 0)
          .map((server) => [server, ...section.cells(runs, server, load)]),
      ),
    ]);
    return [`### ${section.title}`, section.text, ...tables];
  });
}

function describeLoad({ scenario, members, senders, window }: Load): string {
  const idle = `${members.toLocaleString("en")} ${scenario === "idle" ? "connections" : "members"}`;
  if (scenario === "idle") return idle;
  const speaking = `${idle}, ${senders} ${senders === 1 ? "sender" : "senders"}`;
  return scenario === "paced" ? speaking : `${speaking}, window ${window}`;
}

function faults(runs: readonly ComparedRun[]): string[] {
  return [count(faultsOf(runs, "lost")), count(faultsOf(runs, "orderErrors"))];
}

function divide(value: number | undefined, by: number | undefined): number | undefined {
  return value === undefined || by === undefined ? undefined : value / by;
}
