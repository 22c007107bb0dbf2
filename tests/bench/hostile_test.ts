/**
 * The hostile address: its command line, its table of kinds, the promises that a run is held to, and, where there
 * is a C compiler, what `attack.c` sends and a short run against the real server.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Children, withChildren } from "../../bench/compare/children.ts";
import { CompareUsageError } from "../../bench/compare/options.ts";
import { canBuild } from "../../bench/compare/programs.ts";
import { buildHostile, runKind, waveArgs } from "../../bench/hostile/attack_run.ts";
import { formatRuns, parseHostileArgs } from "../../bench/hostile/hostile.ts";
import { brokenPromises, combineRuns, type HostileRun } from "../../bench/hostile/hostile_run.ts";
import type { Kind, Wave } from "../../bench/hostile/kind.ts";
import { KINDS } from "../../bench/hostile/kinds.ts";
import { bytes, clientHello, frame, noise, packet, repeat } from "../../bench/hostile/payloads.ts";
import { canPrefer, parlance } from "../../bench/hostile/targets.ts";
import { TlsTestServer } from "../support/tls.ts";
import { within } from "../support/within.ts";

const ROOT = decodeURIComponent(new URL("../..", import.meta.url).pathname);

const RUN: HostileRun = {
  server: "parlance",
  kind: "flood",
  p50Ms: 0.3,
  p99Ms: 10,
  worstMs: 50,
  machineMs: 1,
  lobbyP99Ms: 400,
  newcomerMs: 1000,
  newcomersRefused: 0,
  readers: 30,
  readersClosed: 0,
  othersClosed: 0,
  lost: 0,
  roomLeft: true,
  peakMiB: 60,
  cpu: 0.5,
  attackMB: 1,
  attackConnections: 10,
};

Deno.test("hostile: a run keeps its promises up to the last millisecond, and no further", () => {
  assertEquals(brokenPromises(RUN), []);
  const broken: Partial<HostileRun>[] = [
    { p99Ms: 10.1 },
    { worstMs: 51 },
    { worstMs: NaN },
    { newcomerMs: 1001 },
    { newcomersRefused: 1 },
    { readersClosed: 1 },
    { othersClosed: 1 },
    { lost: 1 },
    { roomLeft: false },
  ];
  for (const change of broken) {
    assertEquals(brokenPromises({ ...RUN, ...change }).length, 1, JSON.stringify(change));
  }
  assertStringIncludes(formatRuns([{ ...RUN, lost: 7 }]), "7 lost");
});

Deno.test("hostile: of several runs the median time counts, and every loss", () => {
  const slow = { ...RUN, worstMs: 900, lost: 1 };
  const combined = combineRuns([RUN, slow, { ...RUN, worstMs: 40, roomLeft: false }]);
  assertEquals([combined.worstMs, combined.lost, combined.roomLeft], [50, 1, false]);
});

Deno.test("hostile: without arguments every kind is tried for five seconds", () => {
  const { kinds, seconds, targets } = parseHostileArgs([], ROOT);
  assertEquals([kinds, seconds, targets[0]?.name], [KINDS, 5, "parlance"]);
  const some = parseHostileArgs(["--kinds=flood,Quiet", "--servers=parlance"], ROOT);
  assertEquals(some.kinds.map(({ name }) => name), ["quiet", "flood"]);
  assertEquals(some.targets.length, 1);
  const over = parseHostileArgs(["--kinds=irc-pings", "--servers=parlance,parlance-irc"], ROOT);
  assertEquals(over.targets.map(({ irc }) => irc), [false, true]);
});

for (
  const [args, message] of [
    [["--seconds=0"], 'Seconds must be a number above 0 and at most 60, got "0"'],
    [["--seconds=3600"], 'got "3600"'],
    [["--rounds=0"], 'Rounds must be a whole number from 1 to 9, got "0"'],
    [["--kinds=nice"], 'No kind is called "nice"'],
    [["--servers=ergo"], 'No server is called "ergo"'],
    [["now"], 'Unknown argument "now"'],
  ] as const
) {
  Deno.test(`hostile: refuses ${args.join(" ")}`, () => {
    assertThrows(() => parseHostileArgs(args, ROOT), CompareUsageError, message);
  });
}

Deno.test("hostile: every kind has a name of its own and a bounded number of connections", () => {
  assertEquals(new Set(KINDS.map(({ name }) => name)).size, KINDS.length);
  const wavesOf = ({ before = [], attack, irc }: Kind): Wave[] => [
    ...before,
    ...attack,
    ...irc?.before ?? [],
    ...irc?.attack ?? [],
  ];
  for (const kind of KINDS) {
    for (const { count, from = "127.0.0.2" } of wavesOf(kind)) {
      assert(count <= 5_000, kind.name);
      assert(from.startsWith("127."), kind.name);
    }
  }
});

Deno.test("hostile: payloads are frames and packets of their protocols", () => {
  assertEquals(frame("é").length, 200);
  assertThrows(() => frame("x".repeat(201)), RangeError);
  assertEquals(packet({ a: 1 }), bytes(new Uint8Array([0, 7]), '{"a":1}'));
  assertEquals(packet("{"), new Uint8Array([0, 1, 0x7b]));
  assertEquals(repeat("ab", 3), bytes("ababab"));
  assertEquals(noise(64), noise(64));
});

Deno.test("hostile: a server answers the ClientHello with its own, which is what it costs", async () => {
  await using server = new TlsTestServer();
  await server.server.ready;
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.tlsPort });
  await conn.write(clientHello());
  const answer = new Uint8Array(6);
  await within("an answer", conn.read(answer));
  // A record with a handshake in it, whose message is a ServerHello.
  assertEquals([answer[0], answer[5]], [0x16, 0x02]);
});

/** What each connection of `wave` sends, in the order in which they ended. */
async function received(wave: Wave, connections: number): Promise<string[]> {
  const all: string[] = [];
  await withChildren(async (children, folder) => {
    const { attack } = await buildHostile(children, folder);
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const args = await waveArgs(wave, listener.addr.port, `${folder}/wave`, 5);
    const child = children.spawn({ program: attack, args }, "null");
    const reads: Promise<unknown>[] = [];
    for (let i = 0; i < connections; i++) {
      const conn = await within("a connection", listener.accept());
      assertEquals(conn.remoteAddr.hostname, "127.0.0.2");
      reads.push(new Response(conn.readable).text().then((text) => all.push(text)));
    }
    await within("all of them", Promise.all(reads));
    await children.stop(child);
    return 0;
  });
  return all.sort();
}

Deno.test({
  name: "hostile: a wave sends its hello once and its body some times, numbered, and comes back",
  ignore: !canBuild(),
  fn: async () => {
    const wave: Wave = { count: 2, hello: "a{{id}},", body: "b{{id}};", times: 2, lingerMs: 0 };
    assertEquals((await received(wave, 2)).map((text) => text.replaceAll(/b\d{6}/g, "b")), [
      "a000000,b;b;",
      "a000001,b;b;",
    ]);
    const bodies = (await received(wave, 2)).join("").match(/b\d{6}/g) ?? [];
    assertEquals(bodies.sort(), ["b000000", "b000001", "b000002", "b000003"]);
    const again = await received({ ...wave, count: 1, again: true, chunk: 1, everyMs: 0 }, 3);
    assertEquals(again.map((text) => text.slice(0, 8)), ["a000000,", "a000001,", "a000002,"]);
  },
});

Deno.test({
  name: "hostile: a short run of the real server has figures for all that is promised",
  ignore: !canBuild(),
  fn: async () => {
    const kinds = KINDS.filter(({ name }) =>
      ["quiet", "flood", "tls-unfinished", "ws-mixed"].includes(name)
    );
    await withChildren(async (children: Children, folder: string) => {
      const programs = await buildHostile(children, folder);
      const context = { children, programs, folder };
      for (const kind of kinds) {
        const opened = kind.attack.reduce((sum, { count }) => sum + count, 0);
        for (const seconds of [0.3, 3, 15]) {
          const target = parlance({ name: "parlance", path: ROOT });
          const run = await runKind(kind, target, { ...context, seconds });
          if (run === undefined) throw new Error(`${kind.name} did not run`);
          // Times are the machine's; what is counted has to be right, in a longer run at the latest.
          const { lost, readersClosed, othersClosed, roomLeft, newcomersRefused } = run;
          const counts = [
            lost,
            readersClosed,
            othersClosed,
            newcomersRefused,
            run.attackConnections,
          ];
          if (seconds < 15 && counts.join() !== `0,0,0,0,${opened}`) continue;
          assertEquals(counts, [0, 0, 0, 0, opened]);
          assert(roomLeft && run.p99Ms > 0 && run.worstMs >= run.p99Ms * 0.9 && run.peakMiB > 0);
          break;
        }
      }
      return 0;
    });
  },
});

Deno.test({
  name:
    "hostile: the main thread of the server comes before its others, and only those of its start before the rest",
  ignore: !canPrefer(),
  fn: async () => {
    await withChildren(async (children: Children, folder: string) => {
      const server = await parlance({ name: "parlance", path: ROOT }).start(children, folder);
      const { pid } = server;
      const scheduled = (thread: string) => {
        const { stdout } = new Deno.Command("chrt", { args: ["-p", thread] }).outputSync();
        return new TextDecoder().decode(stdout).match(/SCHED_\S+|\d+$/gm)?.join(" ");
      };
      const others = [...Deno.readDirSync(`/proc/${pid}/task`)].map(({ name }) => name)
        .filter((thread) => thread !== String(pid));
      assertEquals(scheduled(String(pid)), "SCHED_RR|SCHED_RESET_ON_FORK 2");
      // Those that are made later have no priority, and some may have ended since.
      const ofStart = others.map(scheduled).filter((each) => each !== undefined)
        .filter((each) => each !== "SCHED_OTHER 0");
      assert(ofStart.length > 0 && ofStart.every((each) => each === "SCHED_RR 1"), `${ofStart}`);
      await server.stop();
      return 0;
    });
  },
});
