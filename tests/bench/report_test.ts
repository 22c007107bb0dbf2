/**
 * The report on small invented inputs: its arithmetic, its tables, and its errors for wrong input.
 * The chart has `chart_test.ts`.
 *
 * @module
 */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { deliveriesIn, withDeliveries, withoutDeliveries } from "../../bench/deliveries.ts";
import { parseBenchResults } from "../../bench/report/bench_results.ts";
import {
  loadsOf,
  medianOf,
  medianRatio,
  parseComparedRuns,
  serversOf,
} from "../../bench/report/comparison.ts";
import { comparisonTables } from "../../bench/report/comparison_tables.ts";
import { duration, median, plain, rate } from "../../bench/report/figures.ts";
import { makeMarkdown } from "../../bench/report/markdown.ts";
import { columns, table } from "../../bench/report/table.ts";
import { WrongInput } from "../../bench/report/wrong_input.ts";
import { TempFolder } from "../support/temp_folder.ts";
import { compared, repeated } from "./compared_runs.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("deliveries: only a name gives the deliveries that were written into it", () => {
  const name = withDeliveries("real server: 10 members", 28_800);
  assertEquals(name, "real server: 10 members, 28,800 deliveries");
  assertEquals([deliveriesIn(name), withoutDeliveries(name)], [28_800, "real server: 10 members"]);
  assertEquals(deliveriesIn("hub say, 10 members"), undefined);
});

Deno.test("figures: the median of none, of an odd and of an even number", () => {
  assertEquals(median([]), undefined);
  assertEquals(median([9, 1, 10]), 9);
  assertEquals(median([4, 1, 10, 2]), 3);
});

Deno.test("figures: three digits, and a dash for what there is not", () => {
  assertEquals([4_851_234, 240_865, 999_999, 950].map(rate), ["4.85 M", "241 k", "1.00 M", "950"]);
  assertEquals([225.4, 1_130, 4.8e6, 2.5e9].map(duration), [
    "225 ns",
    "1.13 µs",
    "4.80 ms",
    "2.50 s",
  ]);
  assertEquals([0.876, 15.34, 124.4, 0].map(plain), ["0.88", "15.3", "124", "0.00"]);
  assertEquals([rate(undefined), duration(NaN), plain(Infinity)], ["-", "-", "-"]);
});

Deno.test("table: texts to the left, figures to the right, a bar in a cell is no column", () => {
  assertEquals(
    table(columns(["server"], ["MiB"]), [["a|b", "7"], ["C relay", "12.5"]]),
    [
      "| server  |  MiB |",
      "| ------- | ---: |",
      "| a\\|b    |    7 |",
      "| C relay | 12.5 |",
    ].join("\n"),
  );
});

Deno.test("bench results: rates, ratios to the baseline, and a bench that failed", () => {
  const { groups, cpu, runtime } = parseBenchResults(BENCH_JSON, "bench.json");
  assertEquals([cpu, runtime], ["Some CPU", "Deno/2.9.6 linux"]);
  assertEquals(groups.map(({ suite, name }) => [suite, name]), [
    ["fan_out_bench.ts", "fan-out, chat1, 10 members"],
    ["hub_bench.ts", "hub say"],
    ["hub_bench.ts", ""],
  ]);
  const [server, naive] = groups[0]?.rows ?? [];
  assertEquals([server?.deliveriesPerSecond, server?.timesBaseline], [2_000_000, 5]);
  assertEquals([naive?.deliveriesPerSecond, naive?.timesBaseline], [400_000, 1]);
  const [failed] = groups[2]?.rows ?? [];
  assertEquals([failed?.average, failed?.timesBaseline], [undefined, undefined]);
});

Deno.test("bench results: what Deno.bench really prints can be read", async () => {
  using folder = new TempFolder();
  const suite = folder.write(
    "a_bench.ts",
    'Deno.bench({ name: "nothing, 5 deliveries", group: "g", baseline: true, n: 1, fn() {} });',
  );
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["bench", "--no-config", "--json", suite],
    stderr: "null",
  }).output();
  const { groups, cpu, runtime } = parseBenchResults(new TextDecoder().decode(stdout), "stdout");
  assertEquals([groups[0]?.name, groups[0]?.rows[0]?.name], ["g", "nothing"]);
  assertEquals(typeof groups[0]?.rows[0]?.average, "number");
  assertEquals([cpu === "", runtime.startsWith("Deno/")], [false, true]);
});

Deno.test("comparison: servers and loads are listed once, ours and the smallest first", () => {
  const runs = [
    compared({ server: "Redis", members: 100, senders: 10 }),
    compared({ server: "parlance", members: 1000 }),
    compared({ server: "Redis", members: 100 }),
    compared({ server: "parlance mixed", members: 100, scenario: "idle" }),
  ];
  assertEquals(serversOf(runs), ["parlance", "parlance mixed", "Redis"]);
  const loads = loadsOf(runs, "saturated").map(({ members, senders }) => [members, senders]);
  assertEquals(loads, [[100, 1], [1000, 1], [100, 10]]);
});

Deno.test("comparison: ratios are those of rounds, not of medians", () => {
  const ours = repeated({ server: "parlance" }, [10, 20, 30, 99]);
  const theirs = repeated({ server: "Redis" }, [10, 10, 60]);
  // 1, 2 and 0.5; the fourth round has nothing beside it.
  assertEquals(medianRatio(ours, theirs, "deliveriesPerSecond"), 1);
  assertEquals(medianOf(ours, "deliveriesPerSecond"), 25);
  assertEquals(medianRatio(ours, [], "deliveriesPerSecond"), undefined);
  assertEquals(medianRatio(ours, theirs, "lastP99Micros"), undefined);
});

Deno.test("comparison: a load's table has a row for each server that was run, dashes for its missing figures", () => {
  const runs = [
    ...repeated({ server: "parlance", residentKiB: 61_440, cpuMicrosPerDelivery: 0.2 }, [4e6, 5e6]),
    ...repeated({ server: "C relay", lost: 3, orderErrors: 1 }, [8e6, 5e6]),
    compared({ server: "Redis", members: 1000, deliveriesPerSecond: 1e6 }),
  ];
  assertEquals(comparisonTables(runs).slice(0, 4), [
    "### Saturated",
    "As many messages under way as the window allows.",
    "100 members, 1 sender, window 64:",
    [
      "| server   | deliveries/s | parlance / server | µs cpu/delivery |  MiB | lost | order errors |",
      "| -------- | -----------: | ----------------: | --------------: | ---: | ---: | -----------: |",
      "| parlance |       4.50 M |              1.00 |            0.20 | 60.0 |    0 |            0 |",
      "| C relay  |       6.50 M |              0.75 |               - |    - |    6 |            2 |",
    ].join("\n"),
  ]);
});

Deno.test("comparison: paced, stalled and idle runs have tables of their own", () => {
  const runs = [
    compared({ server: "parlance", deliveriesPerSecond: 4e6 }),
    compared({ server: "parlance", scenario: "stalled", deliveriesPerSecond: 3e6 }),
    compared({ server: "parlance", scenario: "paced", window: 0, lastP99Micros: 900 }),
    compared({ server: "C relay", scenario: "paced", window: 0, lastP99Micros: 600 }),
    compared({ server: "parlance", scenario: "idle", members: 8000, residentKiB: 16 }),
  ];
  const tables = comparisonTables(runs).map((text) => text.split("\n").slice(2).join("\n"));
  assertEquals(tables.filter((rows) => rows !== ""), [
    "| parlance |       4.00 M |              1.00 |               - |   - |    0 |            0 |",
    [
      "| parlance |   900 µs |             1.50 |               - |    0 |            0 |",
      "| C relay  |   600 µs |             1.00 |               - |    0 |            0 |",
    ].join("\n"),
    "| parlance |       3.00 M |                   0.75 |    0 |            0 |",
    "| parlance |           16.0 |",
  ]);
});

Deno.test("markdown: the whole page of a small run", () => {
  const results = parseBenchResults(BENCH_JSON, "bench.json");
  const page = makeMarkdown({ results, runs: [], date: "2026-01-31", hasChart: false });
  assertEquals(page, PAGE);
});

Deno.test("markdown: a comparison names its file and shows the chart", () => {
  const results = parseBenchResults(BENCH_JSON, "bench.json");
  const runs = repeated({ server: "parlance" }, [1e6, 2e6]);
  const page = makeMarkdown({ results, runs, date: "2026-01-31", hasChart: true });
  assertStringIncludes(page, "bench/report.ts /tmp/bench.json /tmp/compared.jsonl\n");
  assertStringIncludes(page, "](results.svg)\n\nThe servers ran in turns, in up to 2 rounds.");
});

Deno.test("report: input that is wrong is named in one line", () => {
  const line = JSON.stringify(compared({ server: "Redis" }));
  const { lost: _, ...incomplete } = compared({ server: "Redis" });
  const cases: [() => unknown, string][] = [
    [() => parseBenchResults("Check bench", "b.json"), '"b.json" is not JSON'],
    [() => parseBenchResults("[]", "b.json"), '"b.json" is not the output of deno bench --json'],
    [
      () => parseBenchResults('{"benches":[{"name":"x"}]}', "b.json"),
      'Bench 1 in "b.json" has no name or no results',
    ],
    [() => parseComparedRuns(`${line}\n\n{`, "c.jsonl"), 'Line 3 of "c.jsonl" is not JSON'],
    [() => parseComparedRuns("7", "c.jsonl"), 'Line 1 of "c.jsonl" is not an object'],
    [() => parseComparedRuns("{}", "c.jsonl"), 'Line 1 of "c.jsonl" has no "server"'],
    [
      () => parseComparedRuns('{"server":"Redis"}', "c.jsonl"),
      'Line 1 of "c.jsonl" has no "scenario"',
    ],
    [
      () => parseComparedRuns(JSON.stringify(incomplete), "c.jsonl"),
      'Line 1 of "c.jsonl" has no number "lost"',
    ],
  ];
  for (const [read, message] of cases) assertThrows(read, WrongInput, message);
  assertEquals(parseComparedRuns(`${line}\n\n${line}\n`, "c.jsonl").length, 2);
});

Deno.test("report: the program ends with status 2 and one line on stderr", async () => {
  using folder = new TempFolder();
  const broken = folder.write("bench.json", "Check bench");
  const cases = [
    [[], "report: Usage: bench/report.ts BENCH_JSON [COMPARED_JSONL]\n"],
    [["missing.json"], 'report: Cannot read "missing.json": there is no such file\n'],
    [[broken], `report: "${broken}" is not JSON\n`],
  ] as const;
  for (const [args, expected] of cases) {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--allow-read", "bench/report.ts", ...args],
      cwd: ROOT,
    }).output();
    const texts = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals([code, ...texts], [2, "", expected]);
  }
});

/** As Deno prints it, with what the report does not read left out. */
const BENCH_JSON = JSON.stringify({
  version: 1,
  runtime: "Deno/2.9.6 linux",
  cpu: "Some CPU",
  benches: [
    bench(
      "fan_out",
      "fan-out, chat1, 10 members",
      "real server: 10 members, 2,000 deliveries",
      1e6,
    ),
    {
      ...bench("fan_out", "fan-out, chat1, 10 members", "naive server, 2,000 deliveries", 5e6),
      baseline: true,
    },
    bench("hub", "hub say", "say, 10 members", 8),
    { ...bench("hub", null, "broken", 8), results: [{ failed: {} }] },
  ],
});

function bench(suite: string, group: string | null, name: string, avg: number) {
  const origin = `file:///home/somebody/parlance/bench/${suite}_bench.ts`;
  const results = [{ ok: { n: 4, min: avg, max: avg, avg, p75: avg * 1.25 } }];
  return { origin, group, name, baseline: false, results };
}

const PAGE = `# Bench results

2026-01-31, Deno/2.9.6 linux, Some CPU. Generated by:

    deno task bench --json > /tmp/bench.json
    deno run --allow-read --allow-write=bench bench/report.ts /tmp/bench.json

A \`-\` is a figure that was not measured.

Nothing was compared with other servers for this page.

## The whole

One sender, window 64, over sockets, from the mean time of a burst. The naive server awaits a write for each delivery.

| load              | deliveries/s | naive server | times the naive server |
| ----------------- | -----------: | -----------: | ---------------------: |
| chat1, 10 members |       2.00 M |        400 k |                   5.00 |

## Parts

Time of one iteration: its mean, and what three quarters of them do not exceed. The last column says how many times as fast as the group's baseline.

### hub

| group   | bench           |    mean |     p75 | times the baseline |
| ------- | --------------- | ------: | ------: | -----------------: |
| hub say | say, 10 members | 8.00 ns | 10.0 ns |                  - |
|         | broken          |  failed |       - |                  - |
`;
