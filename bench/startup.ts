/**
 * How long the programs take to start: from spawning the process to the server's `Listening on` line,
 * and to the client's prompt with a server that is there already.
 *
 *   deno run -A bench/startup.ts [--runs=N] [--goal=MS]
 *
 * Warm: the first runs, which fill the caches of system and runtime, are not counted. The binaries in
 * `bin/` are measured too when they exist. What `deno run` of an empty file takes is the floor of all.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { fromRoot, REAL_SERVER, runOptions, startServer } from "./server_process.ts";

/** Runs that are not counted. */
const WARMING = 3;
const DEFAULT_RUNS = 20;
const DEFAULT_GOAL_MS = 60;
/** A program that says nothing for this long, in milliseconds, never will. */
const PATIENCE_MS = 10_000;

/** One thing to start. */
interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** It has started when this is on its standard output. */
  readonly ready: string;
}

if (import.meta.main) {
  const args = parseArgs(Deno.args, { string: ["runs", "goal"] });
  await main(Number(args.runs ?? DEFAULT_RUNS), Number(args.goal ?? DEFAULT_GOAL_MS));
}

async function main(runs: number, goal: number): Promise<void> {
  const empty = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(empty, 'console.log("ready");');
  const server = await startServer(REAL_SERVER);
  try {
    const programs = listPrograms(empty, server.port);
    const times = await measureAll(programs, runs);
    console.log(`${runs} runs, goal ${goal} ms           median ms   p95 ms   goal`);
    for (const { name } of programs) {
      const sorted = (times.get(name) ?? []).sort((a, b) => a - b);
      const median = quantile(sorted, 0.5);
      const [left, right] = [median, quantile(sorted, 0.95)].map((ms) => ms.toFixed(1).padStart(9));
      console.log(`${name.padEnd(29)} ${left} ${right}   ${median <= goal ? "met" : "missed"}`);
    }
  } finally {
    await server.stop();
    await Deno.remove(empty);
  }
}

function listPrograms(empty: string, port: number): Program[] {
  const deno = Deno.execPath();
  const serverArgs = REAL_SERVER.slice(1);
  const clientArgs = ["starter", "127.0.0.1", String(port)];
  const sources: Program[] = [
    { name: "deno run, empty program", command: deno, args: ["run", empty], ready: "ready" },
    {
      name: "deno run server.ts",
      command: deno,
      args: [...runOptions(), fromRoot("server.ts"), ...serverArgs],
      ready: "Listening on ",
    },
    {
      name: "deno run client.ts",
      command: deno,
      args: [...runOptions(), fromRoot("client.ts"), ...clientArgs],
      ready: "[Me] ",
    },
  ];
  const binaries: Program[] = [
    { name: "bin/server", command: binary("server"), args: serverArgs, ready: "Listening on " },
    { name: "bin/client", command: binary("client"), args: clientArgs, ready: "[Me] " },
  ];
  return [...sources, ...binaries.filter(({ command }) => isFile(command))];
}

/** In turns, so that whatever else the machine does meanwhile falls on all of them. */
async function measureAll(
  programs: readonly Program[],
  runs: number,
): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>(programs.map(({ name }) => [name, []]));
  for (let run = -WARMING; run < runs; run++) {
    for (const program of programs) {
      const time = await measure(program);
      if (run >= 0) times.get(program.name)?.push(time);
    }
  }
  return times;
}

/**
 * Milliseconds from the spawn until the program is ready.
 *
 * @throws {Error} when it ends or stays silent before that.
 */
async function measure({ name, command, args, ready }: Program): Promise<number> {
  const start = performance.now();
  const child = new Deno.Command(command, {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const late = setTimeout(() => end(child), PATIENCE_MS);
  const decoder = new TextDecoder();
  const reader = child.stdout.getReader();
  let output = "";
  while (!output.includes(ready)) {
    const { value, done } = await reader.read();
    if (done) break;
    output += decoder.decode(value, { stream: true });
  }
  const time = performance.now() - start;
  clearTimeout(late);
  end(child);
  await reader.cancel();
  await child.stdin.close().catch(() => {});
  await child.status;
  if (output.includes(ready)) return time;
  throw new Error(`"${name}" is not ready, it printed "${output}"`);
}

function end(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGTERM");
  } catch {
    // It has ended by itself.
  }
}

function binary(name: string): string {
  return fromRoot(`bin/${name}${Deno.build.os === "windows" ? ".exe" : ""}`);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN;
}
