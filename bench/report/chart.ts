/**
 * The chart: deliveries per second against members, a panel for each number of senders, a line for each
 * server with its name at the end. Written as SVG; its colours follow the reader's light or dark mode.
 *
 * @module
 */

import type { ComparedRun, Load } from "../compare/compared_run.ts";
import { loadsOf, medianOf, OURS, runsOf, serversOf } from "./comparison.ts";
import { rate } from "./figures.ts";
import { placeLabels } from "./labels.ts";

/** The window of the runs that are drawn. */
const WINDOW = 64;

const WIDTH = 820;
const PANEL_HEIGHT = 400;
/** Around a panel's plot; at the right stand the names. */
const MARGIN = { left: 76, right: 170, top: 48, bottom: 56 } as const;
const PLOT_WIDTH = WIDTH - MARGIN.left - MARGIN.right;
const PLOT_HEIGHT = PANEL_HEIGHT - MARGIN.top - MARGIN.bottom;
/** From the plot to a name, bridged by a thin line. */
const LABEL_GAP = 22;
const LABEL_HEIGHT = 15;
const MOST_TICKS = 6;

/** For white and for black paper; more servers than these differ by dashes. */
const COLORS: readonly (readonly [light: string, dark: string])[] = [
  ["#0757c4", "#6cb0ff"],
  ["#b3480b", "#ff9f5c"],
  ["#16783c", "#5bd68a"],
  ["#8a2bc2", "#cf9bff"],
  ["#b0123f", "#ff7d9c"],
  ["#0b7285", "#4fd0e3"],
  ["#7a5c00", "#e6c245"],
  ["#57606a", "#aab4c0"],
];
const DASHES = ["none", "6 4", "2 3"];

/** A line of the chart. */
interface Series {
  readonly server: string;
  /** Among all servers: the same colour in every panel. */
  readonly index: number;
  readonly points: readonly { readonly members: number; readonly rate: number }[];
}

/** The lines that belong to one number of senders. */
interface Panel {
  readonly senders: number;
  readonly series: readonly Series[];
}

/** The chart of all saturated runs with a window of 64; `undefined` when there is none. */
export function drawChart(runs: readonly ComparedRun[]): string | undefined {
  const panels = panelsOf(runs);
  const points = panels.flatMap(({ series }) => series.flatMap((each) => each.points));
  if (points.length === 0) return undefined;
  const members = [...new Set(points.map((point) => point.members))].sort((a, b) => a - b);
  const ticks = ticksUpTo(Math.max(...points.map((point) => point.rate)));
  const height = panels.length * PANEL_HEIGHT;
  const title = "Deliveries per second by members of the channel";
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}"` +
    ` viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>${title}</title>`,
    `<style>${style(serversOf(runs).length)}</style>`,
    `<rect class="paper" width="${WIDTH}" height="${height}"/>`,
    ...panels.flatMap((panel, i) => drawPanel(panel, i * PANEL_HEIGHT, members, ticks)),
    "</svg>",
    "",
  ].join("\n");
}

function panelsOf(runs: readonly ComparedRun[]): Panel[] {
  const loads = loadsOf(runs, "saturated").filter(({ window }) => window === WINDOW);
  const senders = [...new Set(loads.map((load) => load.senders))];
  return senders.map((count) => {
    const own = loads.filter((load) => load.senders === count);
    const series = serversOf(runs).map((server, index) => ({
      server,
      index,
      points: own.flatMap((load) => pointOf(runs, server, load)),
    }));
    return { senders: count, series: series.filter(({ points }) => points.length > 0) };
  });
}

function pointOf(runs: readonly ComparedRun[], server: string, load: Load) {
  const rate = medianOf(runsOf(runs, server, load), "deliveriesPerSecond");
  return rate === undefined ? [] : [{ members: load.members, rate }];
}

/** From 0 in steps of 1, 2 or 5 times a power of ten; the last is not below `largest`. */
function ticksUpTo(largest: number): number[] {
  const rough = largest / (MOST_TICKS - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const steps = Math.ceil(largest / step);
  return Array.from({ length: steps + 1 }, (_, i) => i * step);
}

function drawPanel(
  { senders, series }: Panel,
  offset: number,
  members: readonly number[],
  ticks: readonly number[],
): string[] {
  const right = MARGIN.left + PLOT_WIDTH;
  const x = scaleX(members);
  const y = (rate: number) =>
    round(MARGIN.top + PLOT_HEIGHT * (1 - rate / (ticks.at(-1) as number)));
  const ends = series.map(({ points }) => y(points.at(-1)?.rate ?? 0));
  const labels = placeLabels(ends, LABEL_HEIGHT, MARGIN.top, MARGIN.top + PLOT_HEIGHT);
  const bottom = y(0);
  const speaking = `${senders} ${senders === 1 ? "sender" : "senders"}, window ${WINDOW}`;
  return [
    `<g transform="translate(0 ${offset})">`,
    `<text class="head" x="${MARGIN.left}" y="26">Deliveries per second, ${speaking}</text>`,
    ...ticks.flatMap((tick) => [
      `<path class="grid" d="M${MARGIN.left} ${y(tick)}H${right}"/>`,
      `<text x="${MARGIN.left - 8}" y="${y(tick) + 4}" text-anchor="end">${tickLabel(tick)}</text>`,
    ]),
    ...members.flatMap((count) => [
      `<path class="grid" d="M${x(count)} ${bottom}v6"/>`,
      `<text x="${x(count)}" y="${bottom + 20}" text-anchor="middle">${count}</text>`,
    ]),
    `<text x="${MARGIN.left + PLOT_WIDTH / 2}" y="${bottom + 42}" text-anchor="middle">` +
    "members of the channel (logarithmic)</text>",
    ...series.flatMap((each, i) => drawSeries(each, x, y, labels[i] as number)),
    "</g>",
  ];
}

function drawSeries(
  { server, index, points }: Series,
  x: (members: number) => number,
  y: (rate: number) => number,
  label: number,
): string[] {
  const line = points.map((point) => `${x(point.members)} ${y(point.rate)}`).join("L");
  const last = points.at(-1) as Series["points"][number];
  const labelX = MARGIN.left + PLOT_WIDTH + LABEL_GAP;
  const name = escapeXml(server);
  return [
    `<g class="s${index}${server === OURS ? " ours" : ""}">`,
    `<path class="line" d="M${line}"/>`,
    `<path class="leader" d="M${x(last.members)} ${y(last.rate)}L${labelX - 4} ${label}"/>`,
    ...points.map((point) =>
      `<circle cx="${x(point.members)}" cy="${y(point.rate)}" r="3.5">` +
      `<title>${name}, ${point.members} members: ${rate(point.rate)}/s</title></circle>`
    ),
    `<text class="name" x="${labelX}" y="${label + 4}">${name}</text>`,
    "</g>",
  ];
}

/** Logarithmic, over the whole width; a single number stands in the middle. */
function scaleX(members: readonly number[]): (members: number) => number {
  const least = Math.log(members[0] as number);
  const span = Math.log(members.at(-1) as number) - least;
  return (count) =>
    round(MARGIN.left + PLOT_WIDTH * (span === 0 ? 0.5 : (Math.log(count) - least) / span));
}

function style(servers: number): string {
  const colors = (mode: 0 | 1) =>
    Array.from({ length: servers }, (_, i) => {
      const color = COLORS[i % COLORS.length] as (typeof COLORS)[number];
      return `.s${i}{color:${color[mode]}}`;
    }).join("");
  const dashes = Array.from({ length: servers }, (_, i) => {
    const dash = DASHES[Math.floor(i / COLORS.length) % DASHES.length] as string;
    return dash === "none" ? "" : `.s${i} .line{stroke-dasharray:${dash}}`;
  }).join("");
  return [
    "text{font:13px system-ui,sans-serif;fill:#424a53}.head{font-weight:600}.paper{fill:#fff}",
    ".grid{stroke:#d8dee4;fill:none}.line{stroke:currentColor;stroke-width:2;fill:none}",
    ".ours .line{stroke-width:3.5}.ours .name{font-weight:700}.name,circle{fill:currentColor}",
    ".leader{stroke:currentColor;stroke-width:.7;fill:none;opacity:.5}",
    colors(0),
    dashes,
    "@media(prefers-color-scheme:dark){text{fill:#b6bfca}.paper{fill:#0d1117}.grid{stroke:#30363d}",
    `.name,circle{fill:currentColor}${colors(1)}}`,
  ].join("");
}

/** `2 M`, where a figure of the tables has `2.00 M`. */
function tickLabel(tick: number): string {
  return tick === 0 ? "0" : rate(tick).replace(/\.0+(?!\d)/, "").replace(/(\.\d*[1-9])0+/, "$1");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeXml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
