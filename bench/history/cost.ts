/**
 * `deno task history-cost [SECONDS]`: what a history costs a server in which 1,000 messages are said a second: its processor
 * time without one, with one in memory and with one in a database, in turns, and how long a bystander waits meanwhile.
 *
 * @module
 */

import { IrcPeer, SERVER } from "../../tests/support/irc.ts";
import { ServerChild } from "../../tests/support/server_child.ts";

const USAGE = "Usage: deno task history-cost [SECONDS]";
const DEFAULT_SECONDS = 10;
const ROUNDS = 3;
const SPEAKERS = 10;
/** Each speaker sends so many lines every `EVERY_MS`: 1,000 a second all together. */
const LINES = 2;
const EVERY_MS = 20;
/** As Linux counts processor time. */
const TICKS_A_SECOND = 100;

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main([text = String(DEFAULT_SECONDS), ...extra]: string[]): Promise<number> {
  const seconds = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (seconds < 1 || extra.length > 0) {
    console.error(USAGE);
    return 2;
  }
  const folder = await Deno.makeTempDir({ prefix: "parlance-cost-" });
  const kinds: readonly (readonly [string, () => string[]])[] = [
    ["without history", () => ["--history", "off"]],
    ["in memory", () => []],
    ["in a database", () => ["--data", Deno.makeTempDirSync({ dir: folder })]],
  ];
  const shares = new Map<string, number[]>();
  const waits = new Map<string, number[]>();
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, args] of kinds) {
        const outcome = await measure(args(), folder, seconds);
        shares.set(name, [...shares.get(name) ?? [], outcome.share]);
        waits.set(name, [...waits.get(name) ?? [], ...outcome.waits]);
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  for (const [name] of kinds) {
    const share = median(shares.get(name) ?? []);
    const sorted = (waits.get(name) ?? []).toSorted((one, other) => one - other);
    const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? 0;
    console.log(
      `${name}: ${(100 * share).toFixed(1)} % of a core; a bystander's round trip p99 ` +
        `${p99.toFixed(1)} ms, worst ${(sorted.at(-1) ?? 0).toFixed(1)} ms`,
    );
  }
  return 0;
}

async function measure(args: string[], folder: string, seconds: number) {
  const allow = ["--allow-read", `--allow-write=${folder}`];
  await using server = await ServerChild.start(["--rate", "0", "--log", "quiet", ...args], {
    allow,
  });
  await using peers = new AsyncDisposableStack();
  const speakers = await Promise.all(Array.from({ length: SPEAKERS }, async (_, i) => {
    const peer = peers.use(await IrcPeer.enter(server.port, `s${i}`));
    await peer.asks(`JOIN #c${i}`);
    return peer;
  }));
  const bystander = peers.use(await IrcPeer.enter(server.port, "bystander"));
  const waits: number[] = [];
  const before = await processorTime(server.pid);
  const began = performance.now();
  const end = began + seconds * 1000;
  await Promise.all([
    ...speakers.map((peer, i) => speak(peer, i, end)),
    ping(bystander, waits, end),
  ]);
  const used = await processorTime(server.pid) - before;
  const passed = (performance.now() - began) / 1000;
  return { share: used / passed, waits };
}

async function speak(peer: IrcPeer, number: number, end: number): Promise<void> {
  for (let n = 0; performance.now() < end; n++) {
    const lines = Array.from(
      { length: LINES },
      (_, i) => `PRIVMSG #c${number} :${n}.${i} is about as long as what people say to each other`,
    );
    await peer.says(...lines);
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}

async function ping(peer: IrcPeer, waits: number[], end: number): Promise<void> {
  while (performance.now() < end) {
    const asked = performance.now();
    await peer.says("PING x");
    while (!(await peer.reads()).endsWith(`PONG ${SERVER} :x`));
    waits.push(performance.now() - asked);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Seconds of processor time that all threads of a process have used. */
async function processorTime(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
