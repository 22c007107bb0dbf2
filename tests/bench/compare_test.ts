/**
 * The comparison: its command line, its arithmetic, the configurations of the other servers and, where
 * there is a C compiler, the load generator against the relay and against the real server.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  announcedPorts,
  Children,
  CompareError,
  linesOf,
  withChildren,
} from "../../bench/compare/children.ts";
import type { ComparedRun } from "../../bench/compare/compared_run.ts";
import {
  describeLoad,
  type Kind,
  LOADS,
  type NamedLoad,
  SELECTIONS,
  takesPart,
} from "../../bench/compare/loads.ts";
import { CompareUsageError, parseCompareArgs } from "../../bench/compare/options.ts";
import { findProgram, PEERS } from "../../bench/compare/peers.ts";
import { buildPrograms, canBuild, loadArgs, readFigures } from "../../bench/compare/programs.ts";
import { listServers, SERVER_NAMES, slugOf } from "../../bench/compare/servers.ts";
import {
  alignColumns,
  formatSummary,
  median,
  rowsBelow,
  summarize,
} from "../../bench/compare/summary.ts";
import { growthOf, type MemorySample, verdictLines } from "../../bench/growth.ts";
import { Log } from "../../lib/server/log.ts";
import { serve } from "../../lib/server/serve.ts";
import { TempFolder } from "../support/temp_folder.ts";
import { compared } from "./compared_runs.ts";
import { until } from "../support/within.ts";

/** Seconds of a run; no machine stands still each time. */
const TIMES = [0.1, 1, 5];

const RUN = compared({
  ...{ server: "parlance", members: 300, senders: 10, deliveriesPerSecond: 9e6 },
  ...{ cpuMicrosPerDelivery: 0.1, p50Micros: 1000, p99Micros: 2000, residentKiB: 70 * 1024 },
});

Deno.test("compare: without arguments it compares everything with this checkout", () => {
  assertEquals(parseCompareArgs([], "/here"), {
    rounds: 5,
    seconds: 1.5,
    servers: SERVER_NAMES,
    loads: SELECTIONS,
    members: [],
    checkouts: [{ name: "parlance", path: "/here" }],
    atLeast: 0,
    verify: false,
  });
});

Deno.test("compare: loads are picked by their number of members, and an unknown number is refused", () => {
  assertEquals(parseCompareArgs(["--members=100,1000"], "/parlance").members, [100, 1000]);
  const refused = () => parseCompareArgs(["--members=100,12"], "/parlance");
  assertThrows(refused, CompareUsageError, 'No load has "12" members, only 100, 300, 1000, 8000');
});

Deno.test("compare: servers and loads are named as in the tables or as they are typed", () => {
  const args = ["--servers=c-relay,Redis,parlance mixed", "--loads=paced,window1", "--rounds=3"];
  const { servers, loads, rounds } = parseCompareArgs(args, "/here");
  assertEquals(servers, ["parlance mixed", "C relay", "Redis"]);
  assertEquals(loads, ["window1", "paced"]);
  assertEquals(rounds, 3);
});

Deno.test("compare: several checkouts are compared with each other alone, by their folders' names", () => {
  const options = parseCompareArgs(["--parlance=/a/before/", "--parlance=after"], "/here");
  assertEquals(options.checkouts, [
    { name: "before", path: "/a/before" },
    { name: "after", path: "after" },
  ]);
  assertEquals(options.servers, ["parlance"]);
  const listed = listServers(
    ["parlance", "parlance mixed", "C relay"],
    options.checkouts,
    () => {},
  );
  assertEquals(
    listed.map(({ name }) => name),
    ["before", "before mixed", "after", "after mixed", "C relay"],
  );
});

Deno.test("compare: this checkout is compared with an older one, and may have to be as fast", () => {
  const options = parseCompareArgs(["--against=/old/before", "--at-least=0.95"], "/a/here/");
  assertEquals(options.checkouts, [
    { name: "here", path: "/a/here" },
    { name: "before", path: "/old/before" },
  ]);
  assertEquals([options.servers, options.atLeast], [["parlance"], 0.95]);
  const other = { ...RUN, server: "before" };
  const rows = (rate: number, more: Partial<ComparedRun> = {}) =>
    summarize([{ ...RUN, ...more, deliveriesPerSecond: rate }, { ...other, ...more }], "parlance");
  assertEquals(rowsBelow(rows(8.6e6), 0.95).length, 0);
  assertEquals(rowsBelow(rows(8.5e6), 0.95).map(({ server }) => server), ["before"]);
  // Of a paced run less is better, and its deliveries a second are given.
  assertEquals(rowsBelow(rows(1, { scenario: "paced", lastP99Micros: 1 }), 1.5).length, 0);
});

Deno.test("compare: IRC is left out of a checkout that does not speak it", () => {
  using folder = new TempFolder();
  const missing: string[] = [];
  const list = () =>
    listServers(
      ["parlance", "parlance irc", "parlance irc in 10 channels"],
      [{ name: "here", path: folder.path }],
      (name) => missing.push(name),
    ).map(({ name, channels }) => [name, channels]);
  assertEquals(list(), [["here", 1]]);
  assertEquals(missing, ["here irc", "here irc in 10 channels"]);
  folder.write("lib/protocol/irc.ts", "");
  assertEquals(list(), [["here", 1], ["here irc", 1], ["here irc in 10 channels", 10]]);
});

for (
  const [args, message] of [
    [["--rounds=0"], 'Rounds must be a number above 0, got "0"'],
    [["--rounds=1.5"], 'Rounds must be a whole number, got "1.5"'],
    [["--seconds=long"], 'Seconds must be a number above 0, got "long"'],
    [["--servers=irc"], 'No server is called "irc"'],
    [["--loads="], 'No load is called ""'],
    [["--parlance=/a/x", "--parlance=/b/x"], 'got "x" again'],
    [["--at-least=fast"], 'Ratio must be a number above 0, got "fast"'],
    [["--what"], 'Unknown argument "--what"'],
    [["fast"], 'Unknown argument "fast"'],
  ] as const
) {
  Deno.test(`compare: refuses ${args.join(" ")}`, () => {
    assertThrows(() => parseCompareArgs(args, "/here"), CompareUsageError, message);
  });
}

Deno.test("compare: each load names its servers", () => {
  const sizes = (kind: Kind) => LOADS.filter((load) => takesPart(kind, load)).map(describeLoad);
  assertEquals(sizes("parlance").length, LOADS.length);
  assertEquals(sizes("relay").length, LOADS.length);
  assertEquals(sizes("dialect"), ["saturated N=300 S=1 W=64", "saturated N=300 S=10 W=64"]);
  assertEquals(sizes("channels"), sizes("dialect"));
  assertEquals(sizes("peer").length, 7);
  assertEquals(sizes("irc"), sizes("peer"));
  assertEquals(new Set(SERVER_NAMES.map(slugOf)).size, SERVER_NAMES.length);
});

Deno.test("compare: the median is the middle, or between the two in the middle", () => {
  assertEquals([median([3, 1, 2]), median([4, 1, 3, 2]), median([7])], [2, 2.5, 7]);
  assert(Number.isNaN(median([])));
});

Deno.test("compare: a ratio is the median of the rounds' ratios, not the ratio of medians", () => {
  const own = [10, 20, 90].map((rate, i) => ({ ...RUN, round: i + 1, deliveriesPerSecond: rate }));
  const others = [10, 40, 30].map((rate, i) => ({
    ...RUN,
    server: "C relay",
    round: i + 1,
    deliveriesPerSecond: rate,
    lost: 2,
  }));
  const [first, second] = summarize([...own, ...others], "parlance");
  assertEquals([first?.rounds, first?.medians.deliveriesPerSecond, first?.ratio], [3, 20, NaN]);
  assertEquals([second?.ratio, second?.medians.lost], [1, 6]);
});

Deno.test("compare: a round that one of both did not finish has no ratio", () => {
  const other = { ...RUN, server: "Redis", deliveriesPerSecond: 3e6 };
  const [, row] = summarize(
    [RUN, { ...other, round: 2, deliveriesPerSecond: 1 }, other],
    "parlance",
  );
  assertEquals(row?.ratio, 3);
});

Deno.test("compare: paced runs are compared by the last p99, idle ones by memory", () => {
  const paced = { ...RUN, scenario: "paced", window: 0, lastP99Micros: 3000 } as const;
  const idle = { ...RUN, scenario: "idle", senders: 0, window: 0, residentKiB: 16 } as const;
  const server = "C relay";
  const rows = summarize([
    ...[paced, { ...paced, server, lastP99Micros: 2000 }],
    ...[idle, { ...idle, server, residentKiB: 4 }],
  ], "parlance");
  assertEquals(rows.map(({ ratio }) => ratio), [NaN, 1.5, NaN, 4]);
  assertStringIncludes(formatSummary(rows, "parlance"), "16.0 KiB");
});

Deno.test("compare: the table names what it divides, and has a dash for what there is not", () => {
  const table = formatSummary(summarize([RUN], "parlance"), "parlance");
  const [head = "", row = ""] = table.split("\n");
  assertStringIncludes(head, "parlance /");
  assertEquals(
    row.split(/ {2,}/),
    ["saturated N=300 S=10 W=64", "parlance", "9.00", "0.100", "1.00", "2.00", "-", "70.0 MiB"]
      .concat(["0", "-", "-"]),
  );
  assertEquals(alignColumns([["a", "1"], ["bbb", "100"]], 1), "a      1\nbbb  100");
});

for (const peer of PEERS) {
  Deno.test(`compare: ${peer.name} is configured for the port that it is given`, () => {
    const config = peer.config(45678, "/tmp/folder");
    assertStringIncludes(config, "45678");
    assertStringIncludes(config, "127.0.0.1");
    assert(peer.args("/tmp/x.conf").includes("/tmp/x.conf"));
  });
}

Deno.test("compare: the generator gets the load, and no flag that the load does not have", () => {
  const at = { port: 5000, pid: 7 };
  const argsOf = (selection: string, of = { proto: "cs168", channels: 1 }) => {
    const load = LOADS.find((one) => one.selection === selection) as NamedLoad;
    return loadArgs(load, of, at, { seconds: 1, verify: false }).join(" ");
  };
  assertStringIncludes(
    argsOf("saturated"),
    "--proto cs168 --port 5000 --pid 7 --mode sat --subs 100 --senders 1 --time 1",
  );
  assert(!argsOf("saturated").includes("--channels"));
  assertStringIncludes(argsOf("saturated", { proto: "irc", channels: 10 }), "--channels 10");
  assertStringIncludes(argsOf("stalled"), "--stall 10");
  assertStringIncludes(argsOf("paced"), "--interval 10");
  assert(!argsOf("paced").includes("--window"));
  assertStringIncludes(argsOf("idle"), "--mode idle --subs 8000 --senders 0");
});

Deno.test("compare: a generator that failed has no figures", () => {
  assertThrows(() => readFigures('{"error":"connect"}'), CompareError, '"connect"');
  assertThrows(() => readFigures(""), CompareError, '""');
  assertEquals(readFigures('{"mode":"idle","rss_per_conn_kb":16.5}').residentKiB, 16.5);
});

Deno.test("growth: the last third is compared with the second, whatever the first was", () => {
  assertEquals(verdictLines(growthOf([1, 1].map(sample))), [
    "rss      too few samples to tell",
    "heapUsed too few samples to tell",
    "external too few samples to tell",
  ]);
  const percents = (rss: readonly number[]) => growthOf(rss.map(sample))[0]?.percent;
  assertEquals(percents([900, 900, 100, 100, 110, 110]), 10);
  assertEquals(percents([1, 2, 100, 100, 100, 100]), 0);
  assert(Number.isNaN(percents([1, 2])));
});

Deno.test("growth: memory that shrinks passes, memory that grows and too few samples do not", () => {
  const verdict = (rss: readonly number[]) => growthOf(rss.map(sample)).map(({ passed }) => passed);
  assertEquals(verdict([1, 1, 100, 100, 106, 106]), [false, true, true]);
  assertEquals(verdict([1, 1, 100, 100, 50, 50]), [true, true, true]);
  assertEquals(verdict([1, 1]), [false, false, true]);
  assertStringIncludes(
    verdictLines(growthOf([1, 1, 100, 100, 106, 106].map(sample)))[0] ?? "",
    "+6.0 %: GROWS",
  );
});

function sample(rss: number): MemorySample {
  return { seconds: 0, deliveriesPerSecond: 0, rss, heapTotal: 20, heapUsed: 10, external: 10 };
}

Deno.test({
  name:
    "compare: the generator loses nothing with the relay, and with every protocol of the server",
  ignore: !canBuild(),
  fn: async () => {
    const status = await withChildren(async (children, folder) => {
      const programs = await buildPrograms(children, folder);
      for (const mode of ["raw", "coal", "log"]) {
        const relay = children.spawn({ program: programs.relay, args: ["0", mode] }, "piped");
        const lines = linesOf(relay).getReader();
        const { port } = await announcedPorts(relay, lines);
        await assertComplete(children, programs.load, "fixed", port);
        await children.stop(relay);
        await lines.cancel();
      }
      const log = new Log("quiet", () => {});
      const server = serve({ host: "127.0.0.1", port: 0, log, limits: { commandRate: 0 } });
      for (const proto of ["cs168", "chat1", "json16", "mixed"]) {
        await assertComplete(children, programs.load, proto, server.address.port);
        // The next ones use the same names.
        await until("nobody who is left", () => server.status().users === 0);
      }
      await server.stop();
      return 0;
    });
    assertEquals(status, 0);
  },
});

for (const peer of PEERS.filter(({ proto }) => proto === "irc")) {
  Deno.test({
    name: `compare: ${peer.name} loses nothing, with members in one channel and in ten`,
    ignore: !canBuild() || findProgram(peer.program) === undefined,
    fn: async () => {
      await withChildren(async (children, folder) => {
        const programs = await buildPrograms(children, folder);
        const names = [peer.name, `${peer.name} in 10 channels`];
        for (const server of listServers(names, [], () => {})) {
          const started = await server.start(LOADS[0] as NamedLoad, { children, programs, folder });
          const { port } = started;
          await assertComplete(children, programs.load, server.proto, port, server.channels);
          await started.stop();
        }
        return 0;
      });
    },
  });
}

/**
 * A short run with three senders in which every frame of every subscriber is looked at. A longer one follows where the
 * machine has delivered none in that time, or not all: a server that stands still for 150 ms, while members come who get no
 * answer, has some of them after the first message.
 */
async function assertComplete(
  children: Children,
  program: string,
  proto: string,
  port: number,
  channels = 1,
): Promise<void> {
  for (const time of TIMES) {
    const options = {
      proto,
      port,
      subs: 20,
      senders: 3,
      channels,
      warm: 0.05,
      time,
      verify: 1,
      deadline: 20,
    };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const { text, success } = await children.output({ program, args }, 60_000);
    const { deliveriesPerSecond, lost, orderErrors } = readFigures(text);
    if (time !== TIMES.at(-1) && (!success || deliveriesPerSecond === 0)) continue;
    assertEquals([proto, success, lost, orderErrors], [proto, true, 0, 0]);
    assert(deliveriesPerSecond > 0);
    return;
  }
}
