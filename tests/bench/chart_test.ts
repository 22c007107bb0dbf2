/**
 * The chart on invented runs: a well-formed picture, points where they belong, names that do not cover each
 * other.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { drawChart } from "../../bench/report/chart.ts";
import { placeLabels } from "../../bench/report/labels.ts";
import { compared } from "./compared_runs.ts";

/** Of the plot in the first panel, as the chart has it. */
const LEFT = 76;
const RIGHT = 650;
const TOP = 48;
const BOTTOM = 344;

const RUNS = [
  compared({ server: "parlance", members: 10, deliveriesPerSecond: 1e6 }),
  compared({ server: "parlance", members: 100, deliveriesPerSecond: 4e6 }),
  compared({ server: "parlance", members: 1000, deliveriesPerSecond: 5e6 }),
  compared({ server: "A < B & C", members: 10, deliveriesPerSecond: 2e6 }),
  compared({ server: "A < B & C", members: 1000, deliveriesPerSecond: 4.9e6 }),
  // Neither another window nor another scenario is drawn.
  compared({ server: "parlance", members: 10, window: 1, deliveriesPerSecond: 9e6 }),
  compared({ server: "parlance", members: 10, scenario: "stalled", deliveriesPerSecond: 9e6 }),
];

Deno.test("chart: logarithmic in members, linear from 0 in deliveries", () => {
  const middle = (LEFT + RIGHT) / 2;
  const y = (rate: number) => Math.round((BOTTOM - (BOTTOM - TOP) * rate / 5e6) * 10) / 10;
  assertEquals(pointsOf(drawChart(RUNS)), [
    [LEFT, y(1e6)],
    [middle, y(4e6)],
    [RIGHT, TOP],
    [LEFT, y(2e6)],
    [RIGHT, y(4.9e6)],
  ]);
});

Deno.test("chart: a panel for each number of senders, on the same scale", () => {
  const chart = drawChart([
    ...RUNS,
    compared({ server: "parlance", senders: 10, deliveriesPerSecond: 2.5e6 }),
  ]);
  assertStringIncludes(chart ?? "", "1 sender, window 64");
  assertStringIncludes(chart ?? "", "10 senders, window 64");
  assertEquals(pointsOf(chart).at(-1), [(LEFT + RIGHT) / 2, (TOP + BOTTOM) / 2]);
});

Deno.test("chart: one load alone stands in the middle", () => {
  const chart = drawChart([compared({ server: "Redis", deliveriesPerSecond: 3e5 })]);
  assertEquals(pointsOf(chart), [[(LEFT + RIGHT) / 2, TOP]]);
});

Deno.test("chart: there is none of nothing", () => {
  assertEquals(drawChart([]), undefined);
  assertEquals(drawChart([compared({ server: "Redis" })]), undefined);
});

Deno.test("chart: is well-formed, with the names escaped, and for dark mode too", () => {
  const chart = drawChart(RUNS) ?? "";
  const open: string[] = [];
  for (
    const [, slash, name, empty] of chart.matchAll(
      /<(\/?)([a-z]+)(?: [a-zA-Z-]+="[^"<&]*")*(\/?)>/g,
    )
  ) {
    if (slash) assertEquals(open.pop(), name);
    else if (!empty) open.push(name as string);
  }
  assertEquals(open, []);
  // No other angle bracket or ampersand than those of tags and entities.
  assertEquals(chart.split("<").length, [...chart.matchAll(/<\/?[a-z]+[ >]/g)].length + 1);
  assertEquals(/&(?!amp;|lt;|gt;)/.test(chart), false);
  assert(!/NaN|undefined|Infinity/.test(chart));
  assertStringIncludes(chart, ">A &lt; B &amp; C</text>");
  assertStringIncludes(chart, "prefers-color-scheme:dark");
});

Deno.test("chart: axes have units, ticks are short", () => {
  const texts = [...(drawChart(RUNS) ?? "").matchAll(/<text[^>]*>([^<]*)</g)].map((found) =>
    found[1]
  );
  for (
    const text of ["0", "1 M", "5 M", "10", "100", "1000", "members of the channel (logarithmic)"]
  ) {
    assert(texts.includes(text), `${text} of ${texts}`);
  }
});

const LABELS: [what: string, wanted: number[], end: number, placed: number[]][] = [
  ["stand where they want to, if there is room", [100, 20, 60], 300, [100, 20, 60]],
  ["are moved apart", [50, 51, 50], 300, [50, 80, 65]],
  ["stay within the plot", [299, 300, 298], 300, [285, 300, 270]],
  ["keep their distance where there is no room", [0, 0, 0], 20, [0, 15, 30]],
];

for (const [what, wanted, end, placed] of LABELS) {
  Deno.test(`labels: ${what}`, () => assertEquals(placeLabels(wanted, 15, 0, end), placed));
}

function pointsOf(chart: string | undefined): number[][] {
  return [...(chart ?? "").matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)]
    .map(([, x, y]) => [Number(x), Number(y)]);
}
