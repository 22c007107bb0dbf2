/**
 * The allocation profile: bytes that the server allocates for each message that comes in, function by
 * function, under windows of several sizes. The more messages are in flight, the more of them share a
 * read and a write: a larger window lowers what is allocated for each read or write, but not what is
 * allocated for each message or frame.
 *
 *   deno run -A bench/allocation.ts [--members=10] [--protocol=cs168] [WINDOW ..]
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { TextLineStream } from "@std/streams/text-line-stream";
import type { Allocations } from "./profiled_server.ts";
import { fromRoot, portIn, runOptions } from "./server_process.ts";
import { Swarm } from "./swarm.ts";
import { SWARM_PROTOCOLS } from "./swarm_wires.ts";

const WINDOWS = [1, 16, 256];
/** Messages with a window of 1; larger windows send ten times as many, so that one-time allocations hardly count. */
const MESSAGES = 60_000;
/** Before it is measured: the compiler has seen everything then. */
const WARM_UP_MESSAGES = 60_000;
/** Rows below this many bytes a message, in every window, are summed up. */
const SHOWN_BYTES = 4;

/** Bytes for a message by function. */
type Profile = ReadonlyMap<string, number>;

if (import.meta.main) {
  const args = parseArgs(Deno.args, { string: ["_", "members", "protocol"] });
  const windows: number[] = args._.length > 0 ? args._.map(Number) : WINDOWS;
  const wires = SWARM_PROTOCOLS[args.protocol ?? "cs168"];
  const members = Number(args.members ?? 10);
  if (wires === undefined || !(members >= 2) || windows.some((window: number) => !(window >= 1))) {
    console.error("Usage: allocation.ts [--members=10] [--protocol=cs168] [WINDOW ..]");
    Deno.exit(2);
  }
  const profiles: Profile[] = [];
  for (const window of windows) profiles.push(await measure(wires, members, window));
  console.log(table(windows, profiles));
}

async function measure(
  wires: (typeof SWARM_PROTOCOLS)[string],
  members: number,
  window: number,
): Promise<Profile> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...runOptions(), "--allow-sys", fromRoot("bench/profiled_server.ts")],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const lines: ReadableStream<string> = child.stdout
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  const reader = lines.getReader();
  const orders = child.stdin.getWriter();
  const order = (line: string) => orders.write(new TextEncoder().encode(`${line}\n`));
  try {
    const messages = MESSAGES * Math.min(window, 10);
    const port = portIn((await reader.read()).value ?? "");
    const swarm = await Swarm.open({ port, wires, members, window });
    await swarm.round(WARM_UP_MESSAGES);
    await order("start");
    await swarm.round(messages);
    await order("stop");
    const { value = "[]" } = await reader.read();
    await swarm.close();
    const allocations = JSON.parse(value) as Allocations[];
    return new Map(allocations.map(({ at, bytes }) => [at, bytes / messages]));
  } finally {
    await orders.close();
    await reader.cancel();
    await child.status;
  }
}

/** A row for each function that allocates something worth a row. */
function table(windows: readonly number[], profiles: readonly Profile[]): string {
  const names = [...new Set(profiles.flatMap((profile) => [...profile.keys()]))];
  const rows = names.map((name) => ({ name, bytes: profiles.map((each) => each.get(name) ?? 0) }));
  const shown = rows.filter(({ bytes }) => Math.max(...bytes) >= SHOWN_BYTES)
    .sort((a, b) => Math.max(...b.bytes) - Math.max(...a.bytes));
  const rest = profiles.map((_, i) =>
    rows.filter((row) => !shown.includes(row)).reduce((sum, { bytes }) => sum + (bytes[i] ?? 0), 0)
  );
  const total = profiles.map((each) => [...each.values()].reduce((sum, bytes) => sum + bytes, 0));
  return [
    line("bytes for each message, by window", windows.map(String)),
    ...shown.map(({ name, bytes }) => line(name, bytes.map(figure))),
    line("all others", rest.map(figure)),
    line("total", total.map(figure)),
  ].join("\n");
}

function line(name: string, cells: readonly string[]): string {
  return name.padEnd(64) + cells.map((cell) => cell.padStart(9)).join("");
}

function figure(bytes: number): string {
  return bytes.toFixed(1);
}
